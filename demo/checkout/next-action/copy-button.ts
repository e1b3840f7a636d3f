import { button } from "../dom";
import { say } from "../language";

/** Copies a text, and says so. */
export function copyButton(text: string): HTMLButtonElement {
  const copy = button(
    (words) => words.buttons.copy,
    async () => {
      await navigator.clipboard.writeText(text);
      say(copy, (words) => words.buttons.copied);
      setTimeout(() => say(copy, (words) => words.buttons.copy), 3_000);
    },
    { class: "second", "aria-live": "polite" },
  );
  return copy;
}
