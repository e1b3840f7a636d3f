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
];

export const inPersonMeanings: ReadonlyMap<string, ErrorMeaning> = new Map(
  meanings.flatMap(([codes, meaning]) => codes.map((code) => [code, meaning] as const)),
);

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
