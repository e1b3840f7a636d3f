/** One reason inside an error body. Tokenisation answers with string codes, everything else with numbers. */
export interface Cause {
  code: number | string;
  description: string;
  data: string | null;
}

/** An answer other than success, in the shape that all of `/v1` shares. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    message: string,
    readonly causes: readonly Cause[] = [],
  ) {
    super(message);
  }

  body(): Record<string, unknown> {
    return {
      message: this.message,
      error: this.error,
      status: this.status,
      cause: this.causes,
    };
  }
}

/**
 * The cause codes that the simulator uses: HTTP status and what went wrong in our own words.
 * Clients must decide on the code; the provider's texts change (Mercado Pago docs: payments errors).
 */
const causes = {
  1: [400, "A parameter has a wrong form"],
  4: [403, "The caller may not act on this resource"],
  8: [400, "A parameter of this name is not known"],
  23: [400, "date_of_expiration has a wrong format"],
  1000: [400, "Too many rows asked for"],
  1001: [400, "A date has a wrong format"],
  1003: [400, "sort is not one of the sortable dates"],
  1004: [400, "criteria is neither asc nor desc"],
  2000: [404, "Payment not found"],
  2006: [400, "Card token not found"],
  2017: [400, "The amount is more than what is left to refund"],
  2018: [400, "The payment's state does not allow this action"],
  2024: [400, "The payment is too old to refund"],
  2032: [404, "Refund not found"],
  2063: [400, "The payment's state does not allow a refund"],
  2078: [400, "The amount to capture is more than what was authorized"],
  2079: [400, "The amount to capture is not valid"],
  2131: [400, "The payment method cannot be inferred"],
  3003: [400, "The card token id is not valid"],
  3028: [400, "payment_method_id is not valid"],
  4001: [400, "payment_method_id is missing"],
  4002: [400, "transaction_amount is missing"],
  4003: [400, "transaction_amount must be a number"],
  4004: [400, "installments is missing"],
  4005: [400, "installments must be a positive whole number"],
  4006: [400, "payer is missing"],
  4020: [400, "notification_url is not a URL"],
  4021: [400, "notification_url is too long"],
  4022: [400, "metadata must be a JSON object"],
  4037: [400, "transaction_amount is not valid"],
  4038: [400, "application_fee is more than transaction_amount"],
  4039: [400, "application_fee is not a valid amount"],
  4040: [400, "The amount must be positive"],
  4041: [400, "The amount must be a number"],
  4050: [400, "payer.email is not an e-mail address"],
  4051: [400, "payer.email is too long"],
  4292: [400, "The header X-Idempotency-Key is missing"],
  7523: [400, "date_of_expiration lies in the past"],
} as const satisfies Record<number, readonly [number, string]>;

export type CauseCode = keyof typeof causes;

export function refusal(code: CauseCode, about?: string): ApiError {
  const [status, text] = causes[code];
  const description = about === undefined ? text : `${text}: ${about}`;
  return new ApiError(status, errorWord(status), description, [{ code, description, data: null }]);
}

/** A refusal under a code that the operator of the simulator chose. */
export function configuredRefusal(code: number, description: string): ApiError {
  return new ApiError(400, "bad_request", description, [{ code, description, data: null }]);
}

/** Choice: a key that comes back with another body conflicts; the documents do not say. */
export function keyConflict(): ApiError {
  const message = "The idempotency key was used with another body";
  return new ApiError(409, "idempotency_conflict", message);
}

export function errorWord(status: number): string {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  return status >= 500 ? "internal_error" : "bad_request";
}
