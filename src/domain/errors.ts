import type { Provider } from "./provider";

/** What an error code tells a client, beside its name. */
interface ErrorFacts {
  /** Whether sending the same thing again later can succeed. */
  readonly retryable: boolean;
  /** For a developer: what it means and what to do. Becomes the enum value's description. */
  readonly meaning: string;
}

/** Every code of `UserError.code` and of `extensions.code`. Can be added to, never renamed. */
export const errorFacts = {
  INVALID_INPUT: {
    retryable: false,
    meaning: "A field of the input breaks a rule; the path names it.",
  },
  INVALID_AMOUNT: {
    retryable: false,
    meaning: "The amount is not a number above zero, or too large.",
  },
  TOO_MANY_DECIMALS: {
    retryable: false,
    meaning:
      "The amount has more decimals than the currency, or the provider for that currency, takes.",
  },
  UNSUPPORTED_CURRENCY: { retryable: false, meaning: "The gateway does not know this currency." },
  CARD_DATA_NOT_ACCEPTED: {
    retryable: false,
    meaning:
      "A text contains what looks like a card number. Tokenise cards in the page; never send them here.",
  },
  NOT_FOUND: {
    retryable: false,
    meaning: "Nothing with this id that you may see. Foreign and missing things answer alike.",
  },
  WRONG_ID_KIND: { retryable: false, meaning: "The id is malformed, or of another kind of thing." },
  FORBIDDEN: { retryable: false, meaning: "Your credential does not carry the right to do this." },
  UNAUTHENTICATED: {
    retryable: false,
    meaning: "No credential, or one that is malformed, unknown, expired or revoked.",
  },
  RATE_LIMITED: {
    retryable: true,
    meaning: "Too much in too little time; wait for `retryAfter` seconds.",
  },
  QUERY_TOO_COMPLEX: {
    retryable: false,
    meaning:
      "The document is too deep, too long, too costly, or repeats too many aliases or directives.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    retryable: false,
    meaning: "This idempotency key was used before, with other arguments. Nothing was done.",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    retryable: true,
    meaning:
      "The first request with this idempotency key has not ended, or broke off and is being found out. Ask again with the same key.",
  },
  NO_CAPABLE_ACCOUNT: {
    retryable: false,
    meaning: "The seller has no connected provider account that can do this in this currency.",
  },
  SELLER_RECONNECT_NEEDED: {
    retryable: false,
    meaning: "The provider refused the seller's credentials. The seller has to connect again.",
  },
  APPLICATION_NOT_ALLOWED: {
    retryable: false,
    meaning:
      "The provider does not let the gateway's own application do this. Whoever runs the gateway has to change that at the provider; the message says how. The seller need not do anything.",
  },
  CONNECTION_STATE_INVALID: {
    retryable: false,
    meaning:
      "The state is missing, unknown, or was made for somebody else. Begin again with `startSellerConnection`.",
  },
  CONNECTION_STATE_USED: {
    retryable: false,
    meaning: "The state was used before; it works once. Begin again with `startSellerConnection`.",
  },
  CONNECTION_STATE_EXPIRED: {
    retryable: false,
    meaning: "The seller took too long. Begin again with `startSellerConnection`.",
  },
  CONNECTION_DENIED: {
    retryable: false,
    meaning: "The seller did not agree on the provider's page. Nothing was stored.",
  },
  CONNECTION_CODE_REFUSED: {
    retryable: false,
    meaning:
      "The provider did not take the code: too old, used, or made for another request. Begin again with `startSellerConnection`.",
  },
  CONNECTION_ACCOUNT_TAKEN: {
    retryable: false,
    meaning:
      "The provider account belongs to another seller. Where that is meant, begin again with `moveFromOtherSeller`.",
  },
  CONNECTION_ACCOUNT_UNSUITABLE: {
    retryable: false,
    meaning:
      "The provider account is of another country than the seller, or of one that is not served.",
  },
  NEAR_IDENTICAL_PAYMENT: {
    retryable: true,
    meaning:
      "Almost the same payment was made moments ago; providers reject such pairs as high risk. Wait, or set `allowNearIdentical`.",
  },
  FEE_NOT_ALLOWED: {
    retryable: false,
    meaning:
      "Only the marketplace may set an application fee, and only for a seller from whom the provider takes one.",
  },
  FEE_EXCEEDS_AMOUNT: {
    retryable: false,
    meaning: "The application fee is above the amount.",
  },
  SPLIT_SUM_MISMATCH: {
    retryable: false,
    meaning:
      "Amounts of an order do not add up; `expected` is what the parts come to. Leave the sum out to have it worked out.",
  },
  SPLIT_SELLER_REPEATED: {
    retryable: false,
    meaning: "A seller has more than one cart in the order.",
  },
  ACTION_NOT_AVAILABLE: {
    retryable: false,
    meaning: "The payment's or order's status does not allow this; see `availableActions`.",
  },
  CHANGE_NOT_APPLIED: {
    retryable: false,
    meaning:
      "The provider said yes and left this as it was: `expected` was asked for, `given` is what stands. The payload shows what was applied.",
  },
  ACTION_IN_PROGRESS: {
    retryable: true,
    meaning: "Another capture or cancellation of this payment or order is under way.",
  },
  CAPTURE_EXCEEDS_AUTHORIZATION: {
    retryable: false,
    meaning: "More than the authorized amount cannot be captured.",
  },
  REFUND_EXCEEDS_REMAINING: {
    retryable: false,
    meaning: "More than what is left of the payment cannot be refunded.",
  },
  REFUND_WINDOW_CLOSED: {
    retryable: false,
    meaning: "The provider's time limit for refunds of this payment has passed.",
  },
  INSUFFICIENT_BALANCE: {
    retryable: true,
    meaning: "The balance at the provider that it would be taken from does not cover it.",
  },
  SELLER_NOT_PAYABLE: {
    retryable: false,
    meaning: "The provider pays the seller nothing out: it is not verified, not active, or locked.",
  },
  TRANSFER_LIMIT_EXCEEDED: {
    retryable: false,
    meaning: "The transfer is above the limit that the provider has agreed with the marketplace.",
  },
  CARD_TOKEN_INVALID: {
    retryable: false,
    meaning:
      "The provider does not know the card token, or it was used or has expired. Tokenise again.",
  },
  DEVICE_BUSY: {
    retryable: true,
    meaning:
      "The card reader has an order already, and takes one at a time; see `orderInTheWay`. Nothing was sent, or the provider refused it.",
  },
  DEVICE_NOT_USABLE: {
    retryable: false,
    meaning:
      "The card reader cannot do this as it is set up: its mode, its store, its model, or it was removed. The message says what a person has to do.",
  },
  PROVIDER_REFUSED: {
    retryable: false,
    meaning:
      "The provider refused the request; nothing happened there. `providerCode` is its reason.",
  },
  PROVIDER_UNAVAILABLE: {
    retryable: true,
    meaning: "The provider could not be reached, or is failing. Nothing was sent.",
  },
  CURSOR_INVALID: {
    retryable: false,
    meaning: "The cursor is not one of ours, or belongs to another stream.",
  },
  TOO_MANY_TEST_USERS: {
    retryable: false,
    meaning:
      "The provider lets only so many test users be alive at once. Use those that you have, or wait until one ends.",
  },
  OUTCOME_UNKNOWN: {
    retryable: false,
    meaning:
      "The provider's answer was lost, and it cannot be found out whether this was done. The payload shows what is known.",
  },
  TOO_MANY_KEYS: { retryable: false, meaning: "Two live API keys at a time; revoke one first." },
  BAD_REQUEST: { retryable: false, meaning: "The GraphQL document or request is malformed." },
  INTERNAL_SERVER_ERROR: {
    retryable: true,
    meaning: "A fault of ours. The request id finds it in our logs.",
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorFacts;

/** One refusal, as clients see it in `userErrors`. */
export interface UserErrorFact {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where in the arguments: ["input", "carts", "1", "amount"]. */
  readonly path: readonly string[];
  readonly provider?: Provider;
  readonly providerCode?: string;
  /** What a rule asks for, and what was given, where both can be told in a word or a number. */
  readonly expected?: string;
  readonly given?: string;
  /** RATE_LIMITED: seconds to wait. */
  readonly retryAfter?: number;
  /** Overrides the code's own `retryable`, where the provider told us better. */
  readonly retryable?: boolean;
}

/**
 * An expected refusal: bad input, a rule, a provider's "no". Mutations answer it as `userErrors`; queries
 * as a GraphQL error with `extensions.code`. Nothing was changed and no money moved.
 */
export class Refusal extends Error {
  readonly errors: readonly UserErrorFact[];

  constructor(...errors: readonly [UserErrorFact, ...UserErrorFact[]]) {
    super(errors[0].message);
    this.name = "Refusal";
    this.errors = errors;
  }

  get code(): ErrorCode {
    return this.errors[0]?.code ?? "INTERNAL_SERVER_ERROR";
  }
}

/** Shorthand for a refusal with one error. */
export function refuse(code: ErrorCode, message: string, path: readonly string[] = []): Refusal {
  return new Refusal({ code, message, path });
}

/** @throws Refusal with all of the errors, where there are any. */
export function refuseAny(errors: readonly UserErrorFact[]): void {
  const [first, ...others] = errors;
  if (first !== undefined) throw new Refusal(first, ...others);
}

/** The same answer for what is missing and for what is not the caller's to see. */
export function notFound(what: string, path: readonly string[] = []): Refusal {
  return refuse("NOT_FOUND", `there is no such ${what}, or you may not see it`, path);
}
