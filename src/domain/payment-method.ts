import type { Currency, Money } from "./money";
import type { PayWithKind } from "./pay-with";

/** How a buyer pays, whatever a provider calls it. */
export const methodKinds = [
  "CARD",
  "PIX",
  "BLIK",
  "VOUCHER",
  "BANK_REDIRECT",
  "BANK_TRANSFER",
  "WALLET",
  "PAY_LATER",
] as const;
export type MethodKind = (typeof methodKinds)[number];

export const cardTypes = ["CREDIT", "DEBIT", "PREPAID"] as const;
export type CardType = (typeof cardTypes)[number];

/** What a page has to ask the buyer for. */
export const buyerFields = [
  "EMAIL",
  "NAME",
  "DOCUMENT",
  "ADDRESS",
  "PHONE",
  "PERSON_TYPE",
  "BANK",
  "CARDHOLDER_NAME",
] as const;
export type BuyerField = (typeof buyerFields)[number];

/** A bank that a buyer chooses where the method asks for one. */
export interface BankOption {
  readonly id: string;
  readonly name: string;
}

/** One method that an account takes. Whatever a page may see, and nothing else. */
export interface MethodOffer {
  /** The provider's, to be handed back when a payment is made. */
  readonly id: string;
  readonly kind: MethodKind;
  /** The forms of `payWith` that it is paid by, the plainest one first. Empty: by none yet. */
  readonly payWith: readonly PayWithKind[];
  readonly cardType: CardType | null;
  /** For buyers to read. */
  readonly name: string;
  readonly logoUrl: string | null;
  /** Null: the provider tells no limit. */
  readonly minAmount: Money | null;
  readonly maxAmount: Money | null;
  readonly currencies: readonly Currency[];
  readonly buyerFields: readonly BuyerField[];
  readonly banks: readonly BankOption[];
  /** Minutes until what was paid is usually confirmed. */
  readonly settlesInMinutes: number | null;
  /** Whether a payment may be authorized first, and captured later. */
  readonly separateCapture: boolean;
}

/** Whether a method takes a payment of this amount. */
export function takesAmount(
  { minAmount, maxAmount }: Pick<MethodOffer, "minAmount" | "maxAmount">,
  { minor }: Money,
): boolean {
  return (
    (minAmount === null || minor >= minAmount.minor) &&
    (maxAmount === null || minor <= maxAmount.minor)
  );
}

/** Who issued a card. */
export interface CardIssuer {
  readonly id: string;
  readonly methodId: string;
  readonly name: string;
  readonly logoUrl: string | null;
}

/** One way to pay in parts. */
export interface InstallmentPlan {
  readonly count: number;
  /** Null where the provider does not tell before the payment. */
  readonly installmentAmount: Money | null;
  /** What the buyer pays in all. */
  readonly totalAmount: Money | null;
  /** Interest of the whole, in percent, as exact text. */
  readonly ratePercent: string | null;
  /** Costs that the law has a page show beside the plan: "CFT 25,41%". */
  readonly labels: readonly string[];
  /** The provider's sentence for buyers. */
  readonly message: string | null;
}

/** The plans for one card. */
export interface CardInstallments {
  readonly methodId: string;
  readonly cardType: CardType | null;
  readonly issuer: CardIssuer | null;
  readonly plans: readonly InstallmentPlan[];
}

/** A kind of document that a buyer can show. */
export interface DocumentType {
  readonly id: string;
  readonly name: string;
  readonly digitsOnly: boolean;
  readonly minLength: number | null;
  readonly maxLength: number | null;
}
