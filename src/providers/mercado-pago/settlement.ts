import type { Currency, Money } from "../../domain/money";
import type {
  FeeKind,
  FeePayer,
  ReleaseState,
  SettlementFacts,
  SettlementFee,
} from "../../domain/settlement";
import {
  isObject,
  type JsonObject,
  objectOf,
  readDate,
  readList,
  readName,
  readText,
} from "../json";
import { readAmount } from "./amounts";

/** Mercado Pago's words for fees: `fee_details[].type` and `charges_details[].name` (docs, payments reference). */
const kinds: ReadonlyMap<string, FeeKind> = new Map([
  ["mercadopago_fee", "PROCESSING"],
  ["application_fee", "APPLICATION"],
  ["financing_fee", "FINANCING"],
  ["shipping_fee", "SHIPPING"],
  ["coupon_fee", "DISCOUNT"],
  ["discount_fee", "DISCOUNT"],
]);

/** `charges_details[].type`, for names that are not known: those of taxes differ by country. */
const kindsOfCharges: ReadonlyMap<string, FeeKind> = new Map([
  ["tax", "TAX"],
  ["coupon", "DISCOUNT"],
  ["discount", "DISCOUNT"],
  ["shipping", "SHIPPING"],
]);

const payers: ReadonlyMap<string, FeePayer> = new Map([
  ["collector", "SELLER"],
  ["payer", "PAYER"],
]);

const releases: ReadonlyMap<string, ReleaseState> = new Map([
  ["pending", "PENDING"],
  ["released", "RELEASED"],
]);

/** A payment has a few. Of more than these, one line is made of all that are alike. */
const mostFees = 100;

/**
 * What became of a payment's money (docs, payments reference, and the official SDKs' types). What informs and cannot be
 * read is left out: it decides nothing, and must not hide that a payment was made. Null where nothing of it is told: a
 * net without any fee would be a guess.
 */
export function readSettlement(
  json: JsonObject,
  { amount, refunded }: { readonly amount: Money; readonly refunded: Money },
): SettlementFacts | null {
  const { currency } = amount;
  const received = readAmount(objectOf(json.transaction_details).net_received_amount, currency);
  const fees = readFees(json, currency);
  const releaseAt = readDate(json.money_release_date);
  if (received === undefined && fees.length === 0 && releaseAt === null) return null;
  return {
    receivedMinor: received?.minor ?? null,
    refundedMinor: refunded.minor,
    // The bank has what was not given back, unless the seller has won ("reimbursed").
    chargedBackMinor:
      json.status === "charged_back" && json.status_detail !== "reimbursed"
        ? amount.minor - refunded.minor
        : 0n,
    fees,
    releaseAt,
    releaseState: releases.get(readText(json.money_release_status) ?? "") ?? null,
  };
}

/**
 * Of the two lists of fees the newer one shows what was given back, and is missing in some answers. What the seller
 * bears comes from one of them only, since their names need not agree; what the payer bears may be in the older alone.
 */
function readFees(json: JsonObject, currency: Currency): SettlementFee[] {
  const charges = readList(json.charges_details, (charge) => readCharge(charge, currency));
  const details = readList(json.fee_details, (fee) => readFeeDetail(fee, currency));
  if (charges.length === 0) return inFewLines(details);
  const isCharged = new Set(charges.map(({ kind }) => kind));
  const others = details.filter(({ kind, payer }) => payer !== "SELLER" && !isCharged.has(kind));
  return inFewLines([...charges, ...others]);
}

/** One of `charges_details`: `{name, type, accounts: {from, to}, amounts: {original, refunded}}`. */
function readCharge(json: unknown, currency: Currency): SettlementFee | undefined {
  if (!isObject(json)) return undefined;
  const { original, refunded } = objectOf(json.amounts);
  const amount = readAmount(original, currency);
  const returned = readAmount(refunded ?? 0, currency);
  if (amount === undefined || returned === undefined) return undefined;
  const kind =
    kinds.get(readName(json.name) ?? "") ?? kindsOfCharges.get(readName(json.type) ?? "");
  return {
    kind: kind ?? "OTHER",
    payer: payers.get(readName(objectOf(json.accounts).from) ?? "") ?? "OTHER",
    minor: amount.minor,
    refundedMinor: returned.minor,
  };
}

/** One of `fee_details`: `{type, amount, fee_payer}`. */
function readFeeDetail(json: unknown, currency: Currency): SettlementFee | undefined {
  if (!isObject(json)) return undefined;
  const amount = readAmount(json.amount, currency);
  if (amount === undefined) return undefined;
  return {
    kind: kinds.get(readName(json.type) ?? "") ?? "OTHER",
    payer: payers.get(readName(json.fee_payer) ?? "") ?? "OTHER",
    minor: amount.minor,
    refundedMinor: 0n,
  };
}

function inFewLines(fees: readonly SettlementFee[]): SettlementFee[] {
  if (fees.length <= mostFees) return [...fees];
  const sums = new Map<string, SettlementFee>();
  for (const fee of fees) {
    const key = `${fee.kind} ${fee.payer}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...fee,
      minor: fee.minor + (sum?.minor ?? 0n),
      refundedMinor: fee.refundedMinor + (sum?.refundedMinor ?? 0n),
    });
  }
  return [...sums.values()];
}
