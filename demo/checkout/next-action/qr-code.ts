import { make, told } from "../dom";
import { sayAs } from "../language";
import type { ActionOf } from "./action";
import { copyButton } from "./copy-button";
import { countdown } from "./countdown";

export function showQrCode({ text, imageBase64, expiresAt }: ActionOf<"ShowQrCode">): HTMLElement {
  const steps = [0, 1, 2].map((step) => told("li", ({ next }) => next.qrSteps[step] ?? ""));
  const code = make("textarea", { id: "pix-code", readonly: "", rows: "4" });
  code.value = text;
  code.addEventListener("focus", () => code.select());
  const picture = make("img", { class: "qr", width: "220", height: "220" });
  if (imageBase64 !== null) picture.src = `data:image/png;base64,${imageBase64}`;
  return make(
    "div",
    { class: "next next-qr" },
    told("h3", ({ next }) => next.qrTitle),
    countdown(expiresAt),
    ...(imageBase64 === null ? [] : [sayAs(picture, "alt", ({ next }) => next.qrPicture)]),
    make("ol", {}, ...steps),
    told("label", ({ next }) => next.qrText, { for: "pix-code" }),
    code,
    copyButton(text),
  );
}
