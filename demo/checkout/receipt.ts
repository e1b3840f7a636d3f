import { button, make, told } from "./dom";
import { dateAndTime, money, say } from "./language";
import type { Words } from "./words/words";

export interface ReceiptLine {
  readonly label: (words: Words) => string;
  readonly value: () => string;
}

/** What the buyer keeps, to be printed. */
export function showReceipt(lines: readonly ReceiptLine[], buyAgain: () => void): HTMLElement {
  const rows = lines.map(({ label, value }) =>
    make("div", {}, told("dt", label), say(make("dd"), value)),
  );
  return make(
    "div",
    { class: "receipt" },
    told("h2", ({ receipt }) => receipt.title),
    told("p", ({ receipt }) => receipt.thanks),
    make("dl", {}, ...rows),
    make(
      "div",
      { class: "row buttons" },
      button(
        ({ buttons }) => buttons.print,
        () => window.print(),
        { class: "second print" },
      ),
      button(({ buttons }) => buttons.newOrder, buyAgain, { id: "new-order" }),
    ),
  );
}

export const amountLine = (amount: string, currency: string): ReceiptLine => ({
  label: ({ receipt }) => receipt.amount,
  value: () => money(amount, currency),
});

export const timeLine = (iso: string): ReceiptLine => ({
  label: ({ receipt }) => receipt.paidAt,
  value: () => dateAndTime(iso),
});
