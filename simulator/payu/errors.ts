import type { JsonObject } from "../core/json-body";

/** An answer other than success, in whichever shape the endpoint has. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: JsonObject | string,
  ) {
    super(`status ${status}`);
  }
}

/**
 * The refusals with a code of their own: HTTP status, statusCode, code, codeLiteral, and what went
 * wrong in our own words. Numbers are reused by different endpoints, so the rows are named by what
 * they mean. Choice where the documents give no HTTP status: 404 for what was not found, else 400.
 * A code that is not documented is null and left out of the answer.
 */
const refusals = {
  foreignPos: [403, "ERROR_VALUE_INVALID", "8062", "INVALID_AUTH_FOR_THIS_ORDER"],
  syntax: [400, "ERROR_SYNTAX", null, "ERROR_SYNTAX"],
  // Named in the text alone.
  blikCode: [400, "ERROR_VALUE_INVALID", null, "ERROR_VALUE_INVALID"],
  dataNotFound: [404, "DATA_NOT_FOUND", null, "DATA_NOT_FOUND"],
  orderNotUnique: [400, "ERROR_ORDER_NOT_UNIQUE", "110", "ORDER_NOT_UNIQUE"],
  orderSellerNotFound: [404, "DATA_NOT_FOUND", "9999", "DATA_NOT_FOUND"],
  orderStatus: [400, "ERROR_VALUE_INVALID", "108", "ERROR_VALUE_INVALID"],

  refundSectionMissing: [400, "ERROR_VALUE_MISSING", "8300", "MISSING_REFUND_SECTION"],
  paymentNotEnded: [400, "BUSINESS_ERROR", "9101", "TRANS_NOT_ENDED"],
  noBalance: [400, "BUSINESS_ERROR", "9102", "NO_BALANCE"],
  amountTooBig: [400, "ERROR_VALUE_INVALID", "9103", "AMOUNT_TO_BIG"],
  amountTooSmall: [400, "ERROR_VALUE_INVALID", "9104", "AMOUNT_TO_SMALL"],
  refundTooOften: [400, "BUSINESS_ERROR", "9106", "REFUND_TO_OFTEN"],
  alreadyRefunded: [400, "ERROR_VALUE_INVALID", "9108", "PAID"],
  sellerAmountExceeded: [400, "BUSINESS_ERROR", "9109", "AMOUNT_EXCEEDED"],
  ambiguousSource: [400, "BUSINESS_ERROR", "9110", "AMBIGUOUS_REFUND_SOURCE"],
  refundMismatch: [400, "BUSINESS_ERROR", "9112", "REFUND_IDEMPOTENCY_MISMATCH"],
  billingNotCompleted: [400, "BUSINESS_ERROR", "9113", "TRANS_BILLING_ENTRIES_NOT_COMPLETED"],
  extRefundIdMissing: [400, "BUSINESS_ERROR", "9116", "EXT_REFUND_ID_MISSING"],
  noCarts: [400, "BUSINESS_ERROR", "9118", "NO_SHOPPING_CARTS_IN_ORDER"],
  marketplaceOrderNotFound: [404, "DATA_NOT_FOUND", "9119", "MARKETPLACE_TRANSACTION_NOT_FOUND"],
  customerNotFound: [404, "DATA_NOT_FOUND", "9999", "CUSTOMER_NOT_FOUND"],

  unknownMerchant: [403, "ERROR_VALUE_INVALID", "101", "UNKOWN_MERCHANT"],
  sellerNotActive: [400, "BUSINESS_ERROR", "9104", "MARKETPLACE_CUSTOMER_IS_NOT_ACTIVE"],
  sellerLocked: [400, "BUSINESS_ERROR", "9106", "MARKETPLACE_CUSTOMER_IS_LOCKED"],
  sellerNotVerified: [400, "ERROR_VALUE_INVALID", "9132", "MARKETPLACE_CUSTOMER_NOT_VERIFIED"],
  bankAccountForbidden: [400, "ERROR_VALUE_INVALID", "9133", "PROVIDING_BANK_ACCOUNT_IS_FORBIDDEN"],
  notEnoughFunds: [400, "BUSINESS_ERROR", null, "NOT_ENOUGH_FUNDS"],
  payoutExists: [400, "BUSINESS_ERROR", null, "PAYOUT_ALREADY_EXISTS"],
  payoutNotFound: [404, "DATA_NOT_FOUND", null, "INCORRECT_PAYOUT"],

  transferExists: [400, "BUSINESS_ERROR", null, "MARKETPLACE_TRANSFER_EXISTS"],
  transferNoBalance: [400, "BUSINESS_ERROR", null, "MARKETPLACE_NO_BALANCE"],
  transferLimit: [400, "BUSINESS_ERROR", null, "MARKETPLACE_FEE_TRANSFER_LIMITS_EXCEEDED"],
} as const satisfies Record<string, readonly [number, string, string | null, string]>;

export type RefusalName = keyof typeof refusals;

/** `beside` stands next to the status in the answer. */
export function refusal(name: RefusalName, about: string, beside: JsonObject = {}): ApiError {
  const [status, statusCode, code, codeLiteral] = refusals[name];
  return new ApiError(status, {
    ...beside,
    status: {
      statusCode,
      severity: status === 404 ? "INFO" : "ERROR",
      ...(code === null ? {} : { code }),
      codeLiteral,
      statusDesc: about,
    },
  });
}

export function invalid(path: string, why: string): ApiError {
  return withStatus(400, "ERROR_VALUE_INVALID", `${path} ${why}`);
}

export function missing(path: string): ApiError {
  return withStatus(400, "ERROR_VALUE_MISSING", `${path} is required`);
}

export function withStatus(status: number, statusCode: string, statusDesc: string): ApiError {
  return new ApiError(status, {
    status: { statusCode, severity: "ERROR", codeLiteral: statusCode, statusDesc },
  });
}

/** The shape of the token endpoint, which payouts and shops share for tokens they do not take. */
export function oauthError(status: number, error: string, description: string): ApiError {
  return new ApiError(status, { error, error_description: description });
}
