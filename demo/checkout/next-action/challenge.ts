import { make, told } from "../dom";
import { say, sayAs } from "../language";
import type { ActionOf } from "./action";
import { countdown } from "./countdown";

const frameName = "card-challenge";

/** The bank's page in a frame, opened by posting `creq` into it. What it says at the end proves nothing: the status counts. */
export function showChallenge({ url, creq, expiresAt }: ActionOf<"CardChallenge">): HTMLElement {
  const frame = make("iframe", { name: frameName, class: "challenge", height: "500" });
  sayAs(frame, "title", ({ next }) => next.challengeTitle);
  const text = told("p", ({ next }) => next.challengeText);
  const form = make("form", { method: "post", action: url, target: frameName, hidden: "" });
  if (creq !== null) form.append(make("input", { type: "hidden", name: "creq", value: creq }));
  const panel = make(
    "div",
    { class: "next next-challenge" },
    told("h3", ({ next }) => next.challengeTitle),
    text,
    countdown(expiresAt),
    frame,
    form,
  );
  // The frame has to be on the page before a form can be posted into it.
  const opening = new MutationObserver(() => {
    if (!frame.isConnected) return;
    opening.disconnect();
    if (creq === null) frame.src = url;
    else form.submit();
  });
  opening.observe(document.body, { childList: true, subtree: true });
  const heard = ({ source, data }: MessageEvent) => {
    if (source !== frame.contentWindow || !isComplete(data)) return;
    window.removeEventListener("message", heard);
    frame.hidden = true;
    say(text, ({ next }) => next.challengeOver);
  };
  window.addEventListener("message", heard);
  return panel;
}

function isComplete(data: unknown): boolean {
  return (
    typeof data === "object" && data !== null && "status" in data && data.status === "COMPLETE"
  );
}
