import { isObject, type JsonObject } from "../core/json-body";
import { isReleased, releasesAt } from "./books";
import { challengeUrl } from "./challenges";
import { wireDate } from "./dates";
import { providerFeeOn } from "./fees";
import { totalMinor } from "./installments";
import { type Card, type Payment, type Refund, refundedMinor } from "./model";
import { siteOf, toMajor } from "./sites";
import { pixCode, qrImage, voucherOf } from "./waiting";
import type { World } from "./world";

/** A payment as `/v1/payments` shows it. */
export function viewPayment(world: World, payment: Payment): JsonObject {
  const { request, card } = payment;
  const { currency, decimals } = siteOf(payment.siteId);
  const major = (minor: number) => toMajor(minor, decimals);
  const hasTicket = card === null && payment.methodType !== "account_money";
  const isApproved = payment.approvedAt !== null;
  // Choice: the net is that of the day when the money was taken; the documents do not say what refunds make of it.
  const netMinor = isApproved
    ? payment.amountMinor - payment.providerFeeMinor - payment.applicationFeeMinor
    : 0;
  const installments = typeof request.installments === "number" ? request.installments : 1;
  const paidInAll =
    payment.methodType === "credit_card"
      ? totalMinor(world.accounts.get(payment.account), payment.amountMinor, installments)
      : payment.amountMinor;
  return {
    id: payment.id,
    date_created: wireDate(payment.createdAt),
    date_approved: optionalDate(payment.approvedAt),
    date_last_updated: wireDate(payment.updatedAt),
    date_of_expiration: hasTicket ? wireDate(payment.expiresAt) : null,
    money_release_date: optionalDate(releasesAt(world, payment)),
    money_release_status: viewRelease(world, payment),
    money_release_schema: null,
    operation_type: payment.recurring ?? "regular_payment",
    issuer_id: request.issuer_id === undefined ? card && "310" : String(request.issuer_id),
    payment_method_id: payment.methodId,
    payment_type_id: payment.methodType,
    payment_method: { id: payment.methodId, type: payment.methodType },
    status: payment.status,
    status_detail: payment.statusDetail,
    currency_id: currency,
    description: request.description ?? null,
    live_mode: true,
    sponsor_id: request.sponsor_id ?? null,
    authorization_code: card && isApproved ? String(payment.id).slice(-6) : null,
    taxes_amount: 0,
    shipping_amount: 0,
    collector_id: payment.account,
    payer: viewPayer(request.payer),
    metadata: payment.metadata,
    additional_info: request.additional_info ?? {},
    order: request.order ?? {},
    external_reference: payment.externalReference,
    transaction_amount: major(payment.amountMinor),
    transaction_amount_refunded: major(refundedMinor(payment)),
    coupon_amount: request.coupon_amount ?? 0,
    coupon_code: request.coupon_code ?? null,
    differential_pricing_id: request.differential_pricing_id ?? null,
    installments,
    transaction_details: {
      payment_method_reference_id: null,
      ...viewVoucher(payment),
      net_received_amount: major(netMinor),
      total_paid_amount: major(paidInAll),
      overpaid_amount: 0,
      external_resource_url: hasTicket ? ticketUrl(world, payment) : null,
      installment_amount: card ? major(Math.round(paidInAll / installments)) : 0,
      financial_institution: financialInstitution(request),
      payable_deferral_period: null,
      acquirer_reference: null,
    },
    fee_details: isApproved ? viewFees(payment, major) : [],
    charges_details: viewCharges(payment, major),
    captured: payment.captured,
    binary_mode: request.binary_mode === true,
    statement_descriptor: request.statement_descriptor ?? null,
    callback_url: request.callback_url ?? null,
    notification_url: request.notification_url ?? null,
    // Choice: a payment shows what was given back; of what is in process, or was not given back, only the list tells.
    refunds: payment.refunds
      .filter(({ status }) => status === "approved")
      .map((refund) => viewRefund(world, payment, refund)),
    processing_mode: "aggregator",
    three_d_secure_mode: request.three_d_secure_mode ?? null,
    ...(payment.challenge && payment.statusDetail === "pending_challenge"
      ? {
          three_ds_info: {
            external_resource_url: challengeUrl(world, payment),
            creq: payment.challenge.creq,
          },
        }
      : {}),
    ...(card ? { card: viewCard(card, payment.createdAt) } : {}),
    point_of_interaction: viewPointOfInteraction(world, payment),
  };
}

export function viewRefund(world: World, payment: Payment, refund: Refund): JsonObject {
  const amount = toMajor(refund.amountMinor, siteOf(payment.siteId).decimals);
  return {
    id: refund.id,
    payment_id: payment.id,
    amount,
    metadata: {},
    source: {
      id: String(payment.account),
      name: world.accounts.get(payment.account)?.nickname ?? "",
      type: "collector",
    },
    date_created: wireDate(refund.createdAt),
    unique_sequence_number: null,
    refund_mode: "standard",
    adjustment_amount: 0,
    status: refund.status,
    reason: null,
    labels: [],
    partition_details: [],
    amount_refunded_to_payer: refund.status === "approved" ? amount : 0,
  };
}

/** The page of the simulator where a demo payer can pay a ticket or a transfer. */
export function ticketUrl(world: World, payment: Payment): string {
  return `${world.baseUrl}/demo/tickets/${payment.id}`;
}

function viewPayer(payer: unknown): JsonObject {
  const sent = isObject(payer) ? payer : {};
  return {
    type: null,
    identification: { type: null, number: null },
    first_name: null,
    last_name: null,
    entity_type: null,
    phone: { area_code: null, number: null, extension: null },
    ...sent,
    id: sent.id === undefined ? payerIdFor(String(sent.email)) : String(sent.id),
  };
}

/** The same payer gets the same id, without a table of payers. */
export function payerIdFor(email: string): string {
  let hash = 7;
  for (let index = 0; index < email.length; index += 1) {
    hash = (hash * 31 + email.charCodeAt(index)) % 1_000_000_007;
  }
  return String(hash);
}

export function viewCard(card: Card, createdAt: number): JsonObject {
  return {
    id: null,
    first_six_digits: card.firstSix,
    last_four_digits: card.lastFour,
    bin: card.firstSix,
    expiration_month: card.expirationMonth,
    expiration_year: card.expirationYear,
    date_created: wireDate(createdAt),
    date_last_updated: wireDate(createdAt),
    cardholder: { name: card.holder, identification: card.identification },
  };
}

function viewFees(payment: Payment, major: (minor: number) => number): JsonObject[] {
  const fees = [
    { type: "mercadopago_fee", amount: major(payment.providerFeeMinor), fee_payer: "collector" },
    { type: "application_fee", amount: major(payment.applicationFeeMinor), fee_payer: "collector" },
  ];
  return fees.filter((fee) => fee.amount > 0);
}

function viewRelease(world: World, payment: Payment): string | null {
  if (payment.approvedAt === null) return null;
  return isReleased(world, payment) ? "released" : "pending";
}

/**
 * The newer form of the fees, the only one that shows what a refund gave back. Choice: a declined payment shows what it
 * would have cost, to keep anybody from taking that for a fee.
 */
function viewCharges(payment: Payment, major: (minor: number) => number): JsonObject[] {
  const isDeclined = payment.status === "rejected";
  if (payment.approvedAt === null && !isDeclined) return [];
  const charge = (name: string, to: string, original: number, refunded: number) => ({
    id: `${payment.id}-${name}`,
    name,
    type: "fee",
    accounts: { from: "collector", to },
    client_id: 0,
    date_created: wireDate(payment.createdAt),
    last_updated: wireDate(payment.updatedAt),
    amounts: { original: major(original), refunded: major(refunded) },
    metadata: {},
    reserve_id: null,
    refund_charges: [],
  });
  const { applicationFeeMinor, providerFeeReturnedMinor, applicationFeeReturnedMinor } = payment;
  const providerFeeMinor = isDeclined
    ? providerFeeOn(payment.amountMinor)
    : payment.providerFeeMinor;
  const charges = [
    charge("mercadopago_fee", "mp", providerFeeMinor, providerFeeReturnedMinor),
    charge(
      "application_fee",
      "marketplace_owner",
      applicationFeeMinor,
      applicationFeeReturnedMinor,
    ),
  ];
  return charges.filter((one) => one.amounts.original > 0);
}

function financialInstitution(request: JsonObject): unknown {
  const details = request.transaction_details;
  return isObject(details) ? (details.financial_institution ?? null) : null;
}

function viewPointOfInteraction(world: World, payment: Payment): JsonObject {
  const sent = isObject(payment.request.point_of_interaction)
    ? payment.request.point_of_interaction
    : {};
  if (payment.methodId !== "pix") return { type: "UNSPECIFIED", ...sent };
  const code = pixCode(payment);
  return {
    type: "PIX",
    ...sent,
    transaction_data: {
      qr_code: code,
      qr_code_base64: qrImage(code),
      ticket_url: ticketUrl(world, payment),
    },
  };
}

function viewVoucher(payment: Payment): JsonObject {
  if (payment.methodType !== "ticket" && payment.methodType !== "atm") return {};
  const { barcode, reference } = voucherOf(payment);
  return {
    ...{ payment_method_reference_id: reference, verification_code: reference, barcode },
  };
}

function optionalDate(instant: number | null): string | null {
  return instant === null ? null : wireDate(instant);
}
