import type { ErrorCode } from "../../domain/errors";

/** One of Mercado Pago's cause codes, in our terms. */
export interface ErrorMeaning {
  readonly code: ErrorCode;
  /** Relative to the input of the mutation. */
  readonly field?: string;
  readonly message: string;
}

type ErrorRow = readonly [codes: readonly (number | string)[], meaning: ErrorMeaning];

const retokenise = "Tokenise the card again with the seller's public key; a token works once.";

/**
 * Cause codes of payments and refunds (docs, payments and refunds reference; a field measurement for
 * 2017, 2063, 2084, 4292 and 15016; the docs' list of creation codes for those below 1000). Codes that are
 * not here degrade to PROVIDER_REFUSED, with the code shown.
 */
const meanings: readonly ErrorRow[] = [
  // ---- the card and its token
  [
    [2006, 3003, 3006, 3008],
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message: `Mercado Pago does not know the card token, or it was used. ${retokenise}`,
    },
  ],
  [
    [3, 3009, 3010],
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message: `The card token was made with another account's public key, or in another mode than the seller's. ${retokenise}`,
    },
  ],
  [
    [3000, 3012, 3013, 3015, 3016, 3017, 3018, 3019, 3020, 3021, 3022, 3023, 3025, 3029, 3030],
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message:
        "The card's details behind the token are missing or wrong. Ask the buyer for them again and tokenise anew.",
    },
  ],
  [
    ["CC_VAL_433"],
    {
      code: "PROVIDER_REFUSED",
      field: "cardToken",
      message: "The card did not pass Mercado Pago's validation. Ask for another card.",
    },
  ],
  // ---- the method
  [
    [4001, 3011, 3014, 3026, 3027, 3028, 2131],
    {
      code: "INVALID_INPUT",
      field: "methodId",
      message:
        "The payment method is missing, unknown, or does not go with the card. Send the id that the card form gave.",
    },
  ],
  [
    [204],
    {
      code: "INVALID_INPUT",
      field: "methodId",
      message: "The payment method is not available at the moment. Offer another one.",
    },
  ],
  [
    [2009, 3001],
    {
      code: "INVALID_INPUT",
      field: "issuerId",
      message: "The card needs its issuer. Send the issuer id that the card form gave.",
    },
  ],
  [
    [4004, 4005, 109],
    {
      code: "INVALID_INPUT",
      field: "installments",
      message: "The number of instalments is missing, or not offered for this card and amount.",
    },
  ],
  // ---- sums
  [
    [4002, 4003, 4037, 4040, 4041],
    {
      code: "INVALID_AMOUNT",
      field: "amount",
      message: "Mercado Pago does not take this amount. Check sign, size and decimals.",
    },
  ],
  [
    [129],
    {
      code: "INVALID_AMOUNT",
      field: "amount",
      message: "The amount is below or above what this payment method takes.",
    },
  ],
  [
    [4038],
    {
      code: "FEE_EXCEEDS_AMOUNT",
      field: "applicationFee",
      message: "The application fee is above the payment's amount.",
    },
  ],
  [
    [4039],
    {
      code: "INVALID_AMOUNT",
      field: "applicationFee",
      message: "Mercado Pago does not take this application fee. Check sign and decimals.",
    },
  ],
  [
    // In the payments reference: the token in use did not come of OAuth.
    [2059],
    {
      code: "FEE_NOT_ALLOWED",
      field: "applicationFee",
      message:
        "Mercado Pago takes an application fee only where the seller has agreed on its page. The seller has to connect again.",
    },
  ],
  // ---- who pays and who is paid
  [
    [4050, 4051],
    {
      code: "INVALID_INPUT",
      field: "payer.email",
      message: "Mercado Pago does not take the payer's e-mail address.",
    },
  ],
  [
    [2060],
    {
      code: "INVALID_INPUT",
      field: "payer.email",
      message: "The payer and the seller are the same Mercado Pago account. Pay with another one.",
    },
  ],
  [
    [4006, 4012, 2002, 106, 145, 150, 151],
    {
      code: "INVALID_INPUT",
      field: "payer",
      message:
        "Mercado Pago does not let this payer pay this seller: unknown, of another country, blocked, or a test user beside a real one.",
    },
  ],
  [
    [160],
    {
      code: "PROVIDER_REFUSED",
      message:
        "Mercado Pago does not let the seller's account take payments. The seller has to ask there.",
    },
  ],
  [
    [4, 3002],
    {
      code: "PROVIDER_REFUSED",
      message:
        "The seller's account may not do this, or not with this payment. Check that it is the seller who was paid.",
    },
  ],
  [
    // Measured with an application that was made for the Orders API; also said where credentials are not yet activated.
    [7],
    {
      code: "APPLICATION_NOT_ALLOWED",
      message:
        "Mercado Pago lets the application that the gateway is set up with make no payments by /v1/payments. Either it was made for the Orders API (in the panel: Checkout API via Orders): make one for the Payments API, set its id and secret here, and connect the sellers to it. Or its production credentials are not activated: activate them in the panel. With the present application, a seller who connects again changes nothing.",
    },
  ],
  [
    [5],
    {
      code: "SELLER_RECONNECT_NEEDED",
      message: "Mercado Pago saw no access token of the seller. The seller has to connect again.",
    },
  ],
  // ---- other fields
  [
    [4022],
    {
      code: "INVALID_INPUT",
      field: "metadata",
      message: "Mercado Pago does not take the metadata. Send a flat JSON object.",
    },
  ],
  [
    [4020, 4021, "invalid_notification_url"],
    {
      code: "PROVIDER_REFUSED",
      message:
        "Mercado Pago does not take the gateway's notification address. Check its public URL: absolute, under 500 characters.",
    },
  ],
  [
    [4292],
    {
      code: "PROVIDER_REFUSED",
      message: "The idempotency key did not reach Mercado Pago. Something between strips headers.",
    },
  ],
  // ---- capture, cancellation, refund
  [
    [2018, 2063],
    {
      code: "ACTION_NOT_AVAILABLE",
      message: "The payment's present state does not allow this. Read the payment again.",
    },
  ],
  [
    // Documented for captures without their meaning; that a sum is at fault is our reading.
    [2078, 2079],
    {
      code: "PROVIDER_REFUSED",
      field: "amount",
      message: "Mercado Pago does not capture this amount of the payment.",
    },
  ],
  [
    [2017],
    {
      code: "REFUND_EXCEEDS_REMAINING",
      field: "amount",
      message: "The amount is above what is left of the payment at Mercado Pago.",
    },
  ],
  [
    [2024, 15016],
    {
      code: "REFUND_WINDOW_CLOSED",
      message: "The payment is too old for a refund through Mercado Pago.",
    },
  ],
  [
    // 2084 was measured to depend on the amount, and not to last.
    [2084, 3024],
    {
      code: "PROVIDER_REFUSED",
      field: "amount",
      message: "Mercado Pago does not refund this part of the payment. Try the whole rest.",
    },
  ],
  [
    [2000],
    {
      code: "PROVIDER_REFUSED",
      message: "Mercado Pago has no such payment in the seller's account.",
    },
  ],
  [
    // The token is looked up before any money moves, so this "no" is a certain one.
    [2007],
    {
      code: "PROVIDER_UNAVAILABLE",
      message: "Mercado Pago's card token service failed; nothing was charged. Try again.",
    },
  ],
];

export const meaningByCode: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>(
  meanings.flatMap(([codes, meaning]) => codes.map((code) => [String(code), meaning] as const)),
);
