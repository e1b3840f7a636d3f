import { isObject, type JsonObject } from "../../core/json-body";
import { type Payment, refundedMinor } from "../model";
import { type SiteId, siteOf, toMajor } from "../sites";
import type { World } from "../world";
import type { InPersonOrder } from "./model";

/** Choice: three letters. Both lengths were seen. */
const countries: Record<SiteId, string> = {
  MLA: "ARG",
  MLB: "BRA",
  MLM: "MEX",
  MLC: "CHL",
  MCO: "COL",
  MPE: "PER",
  MLU: "URY",
};

/** Dates of Orders: in UTC, to the nanosecond. */
export function wireInstant(instant: number): string {
  return new Date(instant).toISOString().replace("Z", "000000Z");
}

export function amountText(minor: number, siteId: SiteId): string {
  const { decimals } = siteOf(siteId);
  return toMajor(minor, decimals).toFixed(decimals);
}

/** An order as `/v1/orders` shows it. */
export function viewOrder(world: World, order: InPersonOrder): JsonObject {
  const { request } = order;
  const integration = isObject(request.integration_data) ? request.integration_data : {};
  const transactions = viewTransactions(world, order);
  return {
    id: order.id,
    type: order.type,
    user_id: String(order.account),
    external_reference: order.externalReference,
    description: request.description,
    expiration_time: request.expiration_time ?? "PT15M",
    processing_mode: "automatic",
    ...(order.type === "qr" ? { total_amount: amountText(order.amountMinor, order.siteId) } : {}),
    country_code: countries[order.siteId],
    currency: siteOf(order.siteId).currency,
    integration_data: { application_id: order.clientId, ...integration },
    status: order.status,
    status_detail: order.statusDetail,
    created_date: wireInstant(order.createdAt),
    last_updated_date: wireInstant(order.updatedAt),
    config: viewConfig(order),
    transactions: {
      payments: transactions.payments,
      ...(transactions.refunds.length === 0 ? {} : { refunds: transactions.refunds }),
    },
    ...(request.items === undefined ? {} : { items: request.items }),
    ...(request.discounts === undefined ? {} : { discounts: request.discounts }),
    ...(order.qrData === null ? {} : { type_response: { qr_data: order.qrData } }),
  };
}

function viewConfig({ request, type, qrMode }: InPersonOrder): JsonObject {
  const config = isObject(request.config) ? request.config : {};
  if (type === "point") {
    const point = isObject(config.point) ? config.point : {};
    return { ...config, point: { print_on_terminal: "seller_ticket", ...point } };
  }
  const qr = isObject(config.qr) ? config.qr : {};
  return { ...config, qr: { ...qr, mode: qrMode } };
}

export function viewTransactions(
  world: World,
  order: InPersonOrder,
): { payments: JsonObject[]; refunds: JsonObject[] } {
  const { siteId } = order;
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  const isPlain = order.type === "point" && order.status === "created";
  return {
    payments: [
      {
        id: order.transactionId,
        amount: amountText(order.amountMinor, siteId),
        status: order.status,
        // The documents' answer to a create has none for a reader, and one for a QR code.
        ...(isPlain ? {} : { status_detail: order.transactionDetail }),
        ...(payment === undefined ? {} : viewPaid(order, payment)),
      },
    ],
    refunds: viewRefunds(order, payment),
  };
}

function viewPaid(order: InPersonOrder, payment: Payment): JsonObject {
  const { siteId } = order;
  const installments = payment.request.installments;
  const { card } = payment;
  const refunded = refundedMinor(payment);
  const isPaid = payment.approvedAt !== null;
  return {
    ...(isPaid ? { paid_amount: amountText(payment.amountMinor, siteId) } : {}),
    ...(refunded > 0 ? { refunded_amount: amountText(refunded, siteId) } : {}),
    ...(isPaid && order.tipMinor > 0 ? { tip_amount: amountText(order.tipMinor, siteId) } : {}),
    reference_id: String(payment.id),
    payment_method: { type: payment.methodType, id: payment.methodId, installments },
    ...(card === null ? {} : { card: { first_digits: card.firstSix, last_digits: card.lastFour } }),
    ...(order.type === "qr" ? { provider: "mercadopago" } : {}),
  };
}

function viewRefunds(order: InPersonOrder, payment: Payment | undefined): JsonObject[] {
  return (payment?.refunds ?? []).map((refund) => ({
    id: order.refundIds.find(({ refundId }) => refundId === refund.id)?.id,
    transaction_id: order.transactionId,
    reference_id: String(refund.id),
    amount: amountText(refund.amountMinor, order.siteId),
    // Choice: what becomes of a refund that fails is not documented.
    status:
      refund.status === "in_process"
        ? "processing"
        : refund.status === "approved"
          ? "processed"
          : "failed",
  }));
}
