import type { ErrorCode } from "../../domain/errors";

/** What a literal says at one endpoint. */
export interface ErrorMeaning {
  readonly code: ErrorCode;
  readonly message: string;
  /** The input's field that it is about. */
  readonly field?: string;
  /** Where the code's own answer to "can it succeed later" is not PayU's. */
  readonly retryable?: boolean;
}

/** By codeLiteral, by the text where that is a code, or by statusCode. "unknown": not to be taken for a "no". */
export type ErrorTable = ReadonlyMap<string, ErrorMeaning | "unknown">;

/** Orders. Sums are checked before; PayU's codes for wrong ones are not published. */
export const orderErrors: ErrorTable = new Map<string, ErrorMeaning | "unknown">([
  [
    "DATA_NOT_FOUND",
    {
      code: "NO_CAPABLE_ACCOUNT",
      message: "PayU does not know one of the sellers; link the submerchant again.",
      field: "carts",
    },
  ],
  [
    "INVALID_BLIK_CODE",
    { code: "INVALID_INPUT", message: "The BLIK code is not valid.", field: "payWith.blik.code" },
  ],
  [
    "CARD_CARD_EXPIRED",
    { code: "CARD_TOKEN_INVALID", message: "The card has expired.", field: "payWith.card.token" },
  ],
  [
    "ERROR_VALUE_MISSING",
    { code: "PROVIDER_REFUSED", message: "PayU misses a value; look at the message in its panel." },
  ],
]);

/** A value that is not valid; which one, is told in words at most. */
export const valueLiteral = "ERROR_VALUE_INVALID";

/** What an order that is not in a state for it answers: a repeated call is an error, not a no-op. */
export const orderStateLiteral = "ERROR_VALUE_INVALID";

/** Captures and cancellations. */
export const orderActionErrors: ErrorTable = new Map<string, ErrorMeaning | "unknown">([
  [
    orderStateLiteral,
    {
      code: "ACTION_NOT_AVAILABLE",
      message: "At PayU the order is in a state that does not allow it; read it again.",
    },
  ],
]);

/** Refunds. What is not listed is a "no" in general. */
export const refundErrors: ErrorTable = new Map<string, ErrorMeaning | "unknown">([
  [
    "AMOUNT_EXCEEDED",
    {
      code: "REFUND_EXCEEDS_REMAINING",
      message: "It is more than what is left of this seller's part of the order.",
      field: "amount",
    },
  ],
  [
    "AMOUNT_TO_BIG",
    { code: "REFUND_EXCEEDS_REMAINING", message: "It is more than what is left.", field: "amount" },
  ],
  [
    "REMAINING_TRANS_AMOUNT_TOO_SMALL",
    { code: "REFUND_EXCEEDS_REMAINING", message: "It is more than what is left.", field: "amount" },
  ],
  ["PAID", { code: "REFUND_EXCEEDS_REMAINING", message: "All of it has been refunded already." }],
  [
    "AMOUNT_TO_SMALL",
    { code: "INVALID_AMOUNT", message: "The amount is below what PayU refunds.", field: "amount" },
  ],
  [
    "NO_BALANCE",
    {
      code: "INSUFFICIENT_BALANCE",
      message: "The seller's balance at PayU does not cover the refund.",
    },
  ],
  [
    "AMBIGUOUS_REFUND_SOURCE",
    {
      code: "PROVIDER_REFUSED",
      message: "PayU would have to take the refund from more than one seller.",
    },
  ],
  [
    "REFUND_TO_OFTEN",
    {
      code: "PROVIDER_REFUSED",
      message: "PayU takes refunds of one order more slowly; try again in a moment.",
      retryable: true,
    },
  ],
  [
    "TRANS_NOT_ENDED",
    {
      code: "ACTION_NOT_AVAILABLE",
      message: "PayU has not finished the payment yet.",
      retryable: true,
    },
  ],
  [
    "TRANS_BILLING_ENTRIES_NOT_COMPLETED",
    { code: "PROVIDER_REFUSED", message: "PayU has not booked the payment yet.", retryable: true },
  ],
  [
    "TRANS_TOO_OLD",
    { code: "REFUND_WINDOW_CLOSED", message: "PayU refunds this payment no more." },
  ],
  ["REFUND_DISABLED", { code: "PROVIDER_REFUSED", message: "The shop may not refund at PayU." }],
  [
    "NO_SHOPPING_CARTS_IN_ORDER",
    { code: "PROVIDER_REFUSED", message: "The order has no carts at PayU." },
  ],
  [
    "MARKETPLACE_TRANSACTION_NOT_FOUND",
    { code: "PROVIDER_REFUSED", message: "PayU does not know the order." },
  ],
  ["CUSTOMER_NOT_FOUND", { code: "NO_CAPABLE_ACCOUNT", message: "PayU does not know the seller." }],
  // Ours are sent with the same data each time. What has this id there is not what we ask for now: look.
  ["REFUND_IDEMPOTENCY_MISMATCH", "unknown"],
  ["REFUND_OUTER_ID_NOT_UNIQUE", "unknown"],
  ["UNKNOWN_ERROR", "unknown"],
]);

/** Payouts to bank accounts. */
export const payoutErrors: ErrorTable = new Map<string, ErrorMeaning | "unknown">([
  [
    "AMOUNT_TO_BIG",
    { code: "INVALID_AMOUNT", message: "The amount is above what PayU pays out.", field: "amount" },
  ],
  [
    "NOT_ENOUGH_FUNDS",
    {
      code: "INSUFFICIENT_BALANCE",
      message: "The seller's balance at PayU does not cover the payout.",
      field: "amount",
    },
  ],
  [
    "MARKETPLACE_CUSTOMER_IS_NOT_ACTIVE",
    { code: "SELLER_NOT_PAYABLE", message: "The seller is not active at PayU.", field: "sellerId" },
  ],
  [
    "MARKETPLACE_CUSTOMER_IS_LOCKED",
    { code: "SELLER_NOT_PAYABLE", message: "The seller is locked at PayU.", field: "sellerId" },
  ],
  [
    "MARKETPLACE_CUSTOMER_NOT_VERIFIED",
    {
      code: "SELLER_NOT_PAYABLE",
      message: "The seller is not verified at PayU.",
      field: "sellerId",
    },
  ],
  [
    "PROVIDING_BANK_ACCOUNT_IS_FORBIDDEN",
    { code: "PROVIDER_REFUSED", message: "PayU pays to the seller's verified account only." },
  ],
  [
    "CUSTOMER_NOT_FOUND",
    { code: "NO_CAPABLE_ACCOUNT", message: "PayU does not know the seller.", field: "sellerId" },
  ],
]);

/** A payout of this id is there already: of ours, since each has its own id. */
export const payoutExists = "PAYOUT_ALREADY_EXISTS";

/** Transfers between balances. */
export const transferErrors: ErrorTable = new Map<string, ErrorMeaning | "unknown">([
  [
    "MARKETPLACE_NO_BALANCE",
    {
      code: "INSUFFICIENT_BALANCE",
      message: "The balance that it would be taken from does not suffice.",
      field: "amount",
    },
  ],
  [
    "MARKETPLACE_FEE_TRANSFER_LIMITS_EXCEEDED",
    {
      code: "TRANSFER_LIMIT_EXCEEDED",
      message: "It is above the limit that PayU has agreed with the marketplace.",
      field: "amount",
    },
  ],
  [
    "DATA_NOT_FOUND",
    { code: "NO_CAPABLE_ACCOUNT", message: "PayU does not know the seller.", field: "sellerId" },
  ],
  [
    "CUSTOMER_NOT_FOUND",
    { code: "NO_CAPABLE_ACCOUNT", message: "PayU does not know the seller.", field: "sellerId" },
  ],
]);

/** A transfer of this id is there already: proof that it was carried out. */
export const transferExists = "MARKETPLACE_TRANSFER_EXISTS";
