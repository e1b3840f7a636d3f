/** Whose side a decline comes from. */
export const rejectionCategories = [
  "DATA_ENTRY",
  "ISSUER",
  "FRAUD_PREVENTION",
  "PROVIDER",
] as const;
export type RejectionCategory = (typeof rejectionCategories)[number];

/** What the buyer, or the page on the buyer's behalf, should do next. */
export const rejectionAdvices = [
  "CORRECT_AND_RETRY",
  "USE_OTHER_METHOD",
  "CALL_ISSUER",
  "WAIT",
  "DO_NOT_RETRY",
] as const;
export type RejectionAdvice = (typeof rejectionAdvices)[number];

/** Languages of buyer messages. */
export const languages = ["EN", "ES", "PT", "PL"] as const;
export type Language = (typeof languages)[number];

/** The card form's field that the buyer should correct. */
export const rejectionFields = [
  "cardNumber",
  "expirationDate",
  "securityCode",
  "installments",
  "identification",
  "cardForm",
] as const;
export type RejectionField = (typeof rejectionFields)[number];

/** Why a payment was declined, in our terms; `code` stays the provider's own word. */
export interface Rejection {
  readonly code: string;
  readonly category: RejectionCategory;
  readonly field?: RejectionField;
  readonly advice: RejectionAdvice;
  readonly buyerMessage: Readonly<Record<Language, string>>;
}
