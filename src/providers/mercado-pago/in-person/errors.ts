import type { ErrorMeaning } from "../errors";

type ErrorRow = readonly [codes: readonly string[], meaning: ErrorMeaning];

/**
 * Codes of `/v1/orders` and `/terminals/v1` (Mercado Pago docs: create, cancel and get order, configure terminal). Each is
 * a certain "no", whatever HTTP status comes with it. Codes that are not here degrade to PROVIDER_REFUSED.
 */
const meanings: readonly ErrorRow[] = [
  [
    ["unsupported_site"],
    {
      code: "DEVICE_NOT_USABLE",
      field: "deviceId",
      message:
        "Mercado Pago lets card readers of this country not be set by its API. Set the mode at the reader.",
    },
  ],
  [
    ["terminal_not_allowed_action"],
    {
      code: "DEVICE_NOT_USABLE",
      field: "deviceId",
      message: "Mercado Pago lets card readers of this model not be set by its API.",
    },
  ],
  [
    ["store_pos_not_found"],
    {
      code: "DEVICE_NOT_USABLE",
      field: "deviceId",
      message:
        "The card reader belongs to no store and point of sale. Assign it to one in the Mercado Pago app.",
    },
  ],
  [
    ["terminal_not_found", "forbidden_checking_terminal_owner"],
    {
      code: "DEVICE_NOT_USABLE",
      field: "deviceId",
      message:
        "The seller's account at Mercado Pago does not have this card reader. Pair it again in the Mercado Pago app.",
    },
  ],
  [
    ["already_queued_order_for_terminal"],
    {
      code: "DEVICE_BUSY",
      field: "deviceId",
      message: "The card reader has an order already. End that one first.",
    },
  ],
  [
    ["cannot_cancel_order", "order_already_canceled"],
    {
      code: "ACTION_NOT_AVAILABLE",
      message: "The order's state does not allow it any more. Read the order again.",
    },
  ],
  [
    [
      ...["property_value", "property_type", "required_properties", "unsupported_properties"],
      ...["minimum_properties", "minimum_items", "maximum_items"],
    ],
    { code: "INVALID_INPUT", message: "Mercado Pago does not take this value." },
  ],
];

const meaningByCode: ReadonlyMap<string, ErrorMeaning> = new Map(
  meanings.flatMap(([codes, meaning]) => codes.map((code) => [code, meaning] as const)),
);

/** Our fields by the places that Orders names in front of what is wrong there: `'$.description' - …`. */
const fieldByPlace: readonly (readonly [place: string, field: string])[] = [
  ["$.transactions", "amount"],
  ["$.description", "description"],
  ["$.expiration_time", "expiresInSeconds"],
  ["$.config.point.terminal_id", "deviceId"],
  ["$.config.point.ticket_number", "ticketNumber"],
  ["$.config.payment_method.default_installments", "installments"],
];

/** What the first code of an answer of Orders means; undefined where it is none of theirs. */
export function inPersonMeaning(
  code: string,
  details: readonly unknown[],
): ErrorMeaning | undefined {
  const meaning = meaningByCode.get(code);
  if (meaning?.code !== "INVALID_INPUT") return meaning;
  const place = /^'([^']{1,200})'/.exec(String(details[0] ?? ""))?.[1] ?? "";
  const field = fieldByPlace.find(([begin]) => place.startsWith(begin))?.[1];
  if (field === undefined) return meaning;
  const isAmount = field === "amount";
  return {
    code: isAmount ? "INVALID_AMOUNT" : meaning.code,
    field,
    message: isAmount
      ? "Mercado Pago does not take this amount on card readers of the country: too small, too large, or with decimals that the country lacks."
      : meaning.message,
  };
}

/** A point of sale has one reader under the API's command. The refusal of a second one comes without a code. */
export const setupRefusals: ReadonlyMap<number, ErrorMeaning> = new Map([
  [
    412,
    {
      code: "DEVICE_NOT_USABLE",
      field: "deviceId",
      message:
        "Another card reader of this point of sale takes orders already, and there may be one. Remove that one first, or move this one to another point of sale.",
    },
  ],
]);
