import { type Currency, isCurrency } from "../../domain/money";
import type {
  FeeDetail,
  MethodDetail,
  PaymentObservation,
  RefundObservation,
} from "../../domain/payment-observation";
import { isCaptured } from "../../domain/payment-status";
import {
  isObject,
  type JsonObject,
  objectOf,
  readDate,
  readList,
  readName,
  readText,
} from "../json";
import { distinctRefunds } from "../refund-list";
import { readAmount } from "./amounts";
import { readExpiry, readNextAction } from "./next-action";
import { readSettlement } from "./settlement";
import { paymentStatusOf, refundStatusOf } from "./statuses";

/**
 * Reads Mercado Pago's answers. Only what is needed is looked at, and additions never hurt; what is needed
 * and cannot be read makes the whole undefined, never a guess.
 */

/** A payment (docs, payments reference; fields as in the official Node SDK's types). */
export function readPayment(json: unknown): PaymentObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerPaymentId = readId(json.id);
  const providerStatus = readName(json.status);
  const currency = readText(json.currency_id);
  if (providerPaymentId === null || providerStatus === null || currency === null) return undefined;
  if (!isCurrency(currency)) return undefined;
  const amount = readAmount(json.transaction_amount, currency);
  const refundedAmount = readAmount(json.transaction_amount_refunded ?? 0, currency);
  if (amount === undefined || refundedAmount === undefined) return undefined;

  const providerStatusDetail = readName(json.status_detail);
  const details = objectOf(json.transaction_details);
  const status = paymentStatusOf({
    status: providerStatus,
    detail: providerStatusDetail,
    amountMinor: amount.minor,
    refundedMinor: refundedAmount.minor,
  });
  return {
    providerPaymentId,
    status,
    providerStatus,
    providerStatusDetail,
    amount,
    providerAccountId: readId(json.collector_id) ?? readId(objectOf(json.collector).id),
    reference: readText(json.external_reference),
    providerUpdatedAt: readDate(json.date_last_updated),
    refundedAmount,
    refunds: distinctRefunds(readList(json.refunds, (refund) => readRefund(refund, currency))),
    captured: typeof json.captured === "boolean" ? json.captured : providerStatus !== "authorized",
    approvedAt: readDate(json.date_approved),
    expiresAt: readExpiry(json),
    method: readMethod(json),
    fees: readFees(json.fee_details, currency),
    netReceived: readAmount(details.net_received_amount, currency) ?? null,
    nextAction: readNextAction(json),
    // Of what came to nothing, fees are shown that nobody pays.
    settlement:
      status !== null && isCaptured[status]
        ? readSettlement(json, { amount, refunded: refundedAmount })
        : null,
  };
}

/** A refund. It does not name its currency: it is the payment's. */
export function readRefund(json: unknown, currency: Currency): RefundObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerRefundId = readId(json.id);
  const providerStatus = readName(json.status);
  const amount = readAmount(json.amount, currency);
  if (providerRefundId === null || providerStatus === null || amount === undefined) {
    return undefined;
  }
  return {
    providerRefundId,
    status: refundStatusOf(providerStatus),
    providerStatus,
    amount,
    createdAt: readDate(json.date_created),
  };
}

function readMethod(json: JsonObject): MethodDetail | null {
  const methodId = readName(json.payment_method_id);
  const typeId = readName(json.payment_type_id);
  if (methodId === null && typeId === null) return null;
  const card = objectOf(json.card);
  const { installments } = json;
  return {
    methodId,
    typeId,
    issuerId: readId(json.issuer_id),
    installments: isCount(installments) ? installments : null,
    cardFirstSix: readDigits(card.first_six_digits, 6),
    cardLastFour: readDigits(card.last_four_digits, 4),
  };
}

/** Nobody pays in more parts; what is larger is no number of instalments. */
function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1_000;
}

function readDigits(value: unknown, count: number): string | null {
  const text = readText(value);
  return text !== null && text.length === count && /^\d+$/.test(text) ? text : null;
}

/** A payment has a few. More than these would not fit into the column that keeps them. */
const mostFees = 100;

/** Of a list longer than any, lines of one type and payer are one line. */
function readFees(value: unknown, currency: Currency): readonly FeeDetail[] {
  const fees = readList(value, (fee) => readFee(fee, currency));
  if (fees.length <= mostFees) return fees;
  const sums = new Map<string, FeeDetail>();
  for (const fee of fees) {
    const key = `${fee.type} ${fee.payer}`;
    const minor = (sums.get(key)?.amount.minor ?? 0n) + fee.amount.minor;
    sums.set(key, { ...fee, amount: { minor, currency } });
  }
  return [...sums.values()].slice(0, mostFees);
}

/**
 * A fee that cannot be read exactly is left out, as is the net sum: they inform, they decide nothing, and
 * must not hide that a payment was made.
 */
function readFee(json: unknown, currency: Currency): FeeDetail | undefined {
  if (!isObject(json)) return undefined;
  const type = readName(json.type);
  const amount = readAmount(json.amount, currency);
  if (type === null || amount === undefined) return undefined;
  return { type, amount, payer: readName(json.fee_payer) ?? "" };
}

/** Ids are 64-bit numbers, in some answers strings. A number too large for a double is not trusted. */
export function readId(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  return readName(value);
}
