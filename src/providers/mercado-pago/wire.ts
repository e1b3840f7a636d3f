import { type Currency, isCurrency } from "../../domain/money";
import type {
  FeeDetail,
  MethodDetail,
  PaymentObservation,
  RefundObservation,
} from "../../domain/payment-observation";
import {
  isObject,
  type JsonObject,
  objectOf,
  readDate,
  readList,
  readName,
  readText,
  readUrl,
} from "../json";
import { readAmount } from "./amounts";
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
  return {
    providerPaymentId,
    status: paymentStatusOf({
      status: providerStatus,
      detail: providerStatusDetail,
      amountMinor: amount.minor,
      refundedMinor: refundedAmount.minor,
    }),
    providerStatus,
    providerStatusDetail,
    amount,
    providerAccountId: readId(json.collector_id) ?? readId(objectOf(json.collector).id),
    reference: readText(json.external_reference),
    providerUpdatedAt: readDate(json.date_last_updated),
    refundedAmount,
    refunds: readList(json.refunds, (refund) => readRefund(refund, currency)),
    captured: typeof json.captured === "boolean" ? json.captured : providerStatus !== "authorized",
    approvedAt: readDate(json.date_approved),
    expiresAt: readDate(json.date_of_expiration),
    method: readMethod(json),
    fees: readList(json.fee_details, (fee) => readFee(fee, currency)),
    netReceived: readAmount(details.net_received_amount, currency) ?? null,
    redirectUrl: readRedirectUrl(json, details),
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
    installments: Number.isSafeInteger(installments) ? (installments as number) : null,
    cardFirstSix: readText(card.first_six_digits),
    cardLastFour: readText(card.last_four_digits),
  };
}

/**
 * A fee that cannot be read exactly is left out, as is the net sum: they inform, they decide nothing, and
 * must not hide that a payment was made.
 */
function readFee(json: unknown, currency: Currency): FeeDetail | undefined {
  if (!isObject(json)) return undefined;
  const type = readText(json.type);
  const amount = readAmount(json.amount, currency);
  if (type === null || amount === undefined) return undefined;
  return { type, amount, payer: readText(json.fee_payer) ?? "" };
}

/** The first page that there is: a bank's or a ticket, Pix, a 3-D Secure challenge. */
function readRedirectUrl(json: JsonObject, details: JsonObject): string | null {
  const pix = objectOf(objectOf(json.point_of_interaction).transaction_data);
  return (
    readUrl(details.external_resource_url) ??
    readUrl(pix.ticket_url) ??
    readUrl(objectOf(json.three_ds_info).external_resource_url)
  );
}

/** Ids are 64-bit numbers, in some answers strings. A number too large for a double is not trusted. */
export function readId(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  return readName(value);
}
