import type {
  Rejection,
  RejectionAdvice,
  RejectionCategory,
  RejectionField,
} from "../domain/rejection";
import { type BuyerMessageName, buyerMessages } from "./buyer-messages";

/** What a provider's word for a decline means, what to do, and what the buyer is told. */
export type RejectionRow = readonly [
  RejectionCategory,
  RejectionAdvice,
  BuyerMessageName,
  RejectionField?,
];

/** A provider's documented declines, and how each word is read. */
export function rejectionTable(documented: Readonly<Record<string, RejectionRow>>) {
  const rejections: readonly Rejection[] = Object.entries(documented).map(
    ([code, [category, advice, message, field]]) => ({
      code,
      category,
      advice,
      buyerMessage: buyerMessages[message],
      ...(field === undefined ? {} : { field }),
    }),
  );
  const byCode = new Map(rejections.map((rejection) => [rejection.code, rejection]));
  return {
    rejections,
    /** New words come at any time: they keep their code, and the buyer gets the advice that always holds. */
    rejectionOf: (word: string): Rejection =>
      byCode.get(word) ?? {
        code: word,
        category: "PROVIDER",
        advice: "USE_OTHER_METHOD",
        buyerMessage: buyerMessages.otherMethod,
      },
  };
}
