import { button, make, told } from "../dom";
import type { Words } from "../words/words";
import type { ActionOf } from "./action";
import { countdown } from "./countdown";

export function showVoucher(action: ActionOf<"ShowVoucher">): HTMLElement {
  const { pageUrl, reference, verificationCode, digitableLine, barcode, expiresAt } = action;
  const row = (label: (words: Words) => string, value: string | null) =>
    value === null
      ? []
      : [make("div", {}, told("dt", label), make("dd", { class: "digits" }, value))];
  const link = told("a", ({ buttons }) => buttons.openVoucher, {
    ...{ class: "button", target: "_blank", rel: "noopener", href: pageUrl ?? "" },
  });
  return make(
    "div",
    { class: "next next-voucher" },
    told("h3", ({ next }) => next.voucherTitle),
    told("p", ({ next }) => next.voucherText),
    countdown(expiresAt),
    make(
      "dl",
      {},
      ...row(({ next }) => next.reference, reference),
      ...row(({ next }) => next.verificationCode, verificationCode),
      ...row(({ next }) => next.digitableLine, digitableLine),
      ...row(({ next }) => next.barcode, barcode),
    ),
    ...(pageUrl === null ? [] : [link]),
    button(
      ({ buttons }) => buttons.print,
      () => window.print(),
      { class: "second print" },
    ),
  );
}
