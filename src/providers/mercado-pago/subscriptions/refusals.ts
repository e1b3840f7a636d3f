import type { ErrorMeaning } from "../errors";

type TextRow = readonly [pattern: RegExp, meaning: ErrorMeaning];

const retokenise = "Tokenise the card again with the seller's public key; a token works once.";

/**
 * What the endpoints of subscriptions answer: texts without codes (measured, unless a line says otherwise). They name
 * the reason of a "no"; that it is one, the status has said before.
 */
const rows: readonly TextRow[] = [
  [
    /is not valid for callerId|does not exist|not found for/i,
    { code: "NOT_FOUND", message: "Mercado Pago has nothing of this id in the seller's account." },
  ],
  [
    /card token was used/i,
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message: `The token was used. ${retokenise}`,
    },
  ],
  [
    /without cvv/i,
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message: `Subscriptions want a token with the security code, of saved cards too. ${retokenise}`,
    },
  ],
  [
    /card token service not found/i,
    {
      code: "CARD_TOKEN_INVALID",
      field: "cardToken",
      message: `Mercado Pago does not know the card token, or it was made with another account's key. ${retokenise}`,
    },
  ],
  [
    /CC_VAL_433/,
    {
      code: "PROVIDER_REFUSED",
      field: "cardToken",
      message:
        "The card did not pass Mercado Pago's validation. Ask for another card, and send the deviceId of the payer's page.",
    },
  ],
  [
    /amount (lower|greater) than|transaction_amount/i,
    {
      code: "INVALID_AMOUNT",
      field: "recurrence.amount",
      message:
        "Mercado Pago does not take this amount: it is below the least or above the most for the country, or differs from the plan's.",
    },
  ],
  [
    /currency_id/i,
    {
      code: "UNSUPPORTED_CURRENCY",
      field: "recurrence.currency",
      message: "The seller's account is of a country with another currency.",
    },
  ],
  [
    /back_url/i,
    {
      code: "INVALID_INPUT",
      field: "backUrl",
      message: "Mercado Pago wants an address that payers everywhere can reach.",
    },
  ],
  [
    /free.?trial/i,
    {
      code: "INVALID_INPUT",
      field: "recurrence.freeTrial",
      message: "Mercado Pago does not take this free trial.",
    },
  ],
  [
    /monthly frequencies|billing.?day/i,
    {
      code: "INVALID_INPUT",
      field: "recurrence.billingDay",
      message: "Mercado Pago takes a billing day for plans by the month alone.",
    },
  ],
  [
    /frequency/i,
    {
      code: "INVALID_INPUT",
      field: "recurrence.frequency",
      message: "Mercado Pago does not take this frequency.",
    },
  ],
  [
    /payer_email|same user|real or test users/i,
    {
      code: "INVALID_INPUT",
      field: "payerEmail",
      message:
        "Mercado Pago does not take this payer: the e-mail is malformed or the seller's own, or a test user meets a real one.",
    },
  ],
  [
    /plan is cancelled|not accepting/i,
    { code: "ACTION_NOT_AVAILABLE", field: "planId", message: "The plan is off." },
  ],
];

export function meaningOfText(text: string): ErrorMeaning | undefined {
  return rows.find(([pattern]) => pattern.test(text))?.[1];
}
