import type { JsonObject } from "../../core/json-body";
import { announce } from "../notifications";
import { siteOf, toMajor } from "../sites";
import type { World } from "../world";
import { intentState } from "./intent-view";
import type { InPersonOrder, MerchantOrder, OrderStatus } from "./model";
import { viewTransactions, wireInstant } from "./order-view";

/** The ends that Orders tells of. The beginning, and an order at its reader, are not announced. */
const orderActions: Partial<Record<OrderStatus, string>> = {
  processed: "order.processed",
  canceled: "order.canceled",
  refunded: "order.refunded",
  action_required: "order.action_required",
  failed: "order.failed",
  expired: "order.expired",
  charged_back: "order.charged_back",
};

/** Tells of an order in the way of its generation, if that tells of what happened. */
export function announceOrder(world: World, order: InPersonOrder, isRefund: boolean): void {
  if (order.api === "orders") {
    const action = isRefund ? "order.refunded" : orderActions[order.status];
    if (action !== undefined) announceOrdersApi(world, order, action);
  } else if (order.api === "intents" && order.type === "point" && !isRefund) {
    announceIntent(world, order);
  }
}

/** The topic `order`. Its `ts` has 13 digits (Mercado Pago docs: notifications of Point). */
function announceOrdersApi(world: World, order: InPersonOrder, action: string): void {
  const isMinimal = world.settings.orderBody === "minimal";
  announce(world, {
    type: "order",
    action,
    dataId: order.id,
    account: order.account,
    clientId: order.clientId,
    at: order.updatedAt,
    version: order.version,
    url: world.settings.webhookUrl,
    form: {
      query: { "data.id": order.id, type: "order" },
      signedId: order.id,
      tsUnit: "ms",
      body: {
        ...(isMinimal ? { id: world.newId() } : {}),
        action,
        api_version: "v1",
        application_id: order.clientId,
        date_created: wireInstant(order.updatedAt),
        live_mode: true,
        type: "order",
        user_id: isMinimal ? order.account : String(order.account),
        data: isMinimal ? { id: order.id } : orderNews(world, order),
      },
    },
  });
}

function orderNews(world: World, order: InPersonOrder): JsonObject {
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  const { decimals } = siteOf(order.siteId);
  const isPaid = payment !== undefined && payment.approvedAt !== null;
  const { payments, refunds } = viewTransactions(world, order);
  return {
    id: order.id,
    type: order.type,
    version: order.version,
    external_reference: order.externalReference,
    status: order.status,
    status_detail: order.statusDetail,
    ...(isPaid ? { total_paid_amount: String(toMajor(payment.amountMinor, decimals)) } : {}),
    transactions: {
      // Here the classic payment's id hangs in an object of its own.
      payments: payments.map(({ reference_id, ...rest }) => ({
        ...rest,
        ...(reference_id === undefined ? {} : { reference: { id: reference_id } }),
      })),
      ...(refunds.length === 0 ? {} : { refunds }),
    },
  };
}

/** The topic of payment intents: a body without `data` and `type`, and nothing in the query. */
function announceIntent(world: World, order: InPersonOrder): void {
  const state = intentState(order);
  if (state !== "FINISHED" && state !== "CANCELED" && state !== "ERROR") return;
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  announce(world, {
    type: "point_integration_wh",
    action: `state_${state}`,
    dataId: order.id,
    account: order.account,
    clientId: order.clientId,
    at: order.updatedAt,
    version: order.version,
    url: world.settings.webhookUrl,
    form: {
      query: {},
      signedId: undefined,
      body: {
        amount: order.amountMinor,
        caller_id: order.account,
        client_id: Number(order.clientId),
        created_at: new Date(order.updatedAt).toISOString().slice(0, 19).replace("T", " "),
        id: order.id,
        state,
        ...(payment === undefined
          ? {}
          : { payment: { id: payment.id, state: payment.status, type: payment.methodType } }),
        additional_info: { external_reference: order.externalReference ?? undefined },
      },
    },
  });
}

/**
 * Tells of a merchant order: in the older way, as the QR code's calls do, and unsigned, for what a QR code
 * sends cannot be verified (Mercado Pago docs: notifications). It names no seller.
 */
export function announceMerchantOrder(
  world: World,
  order: InPersonOrder,
  merchantOrder: MerchantOrder,
): void {
  const id = String(merchantOrder.id);
  const own = order.request.notification_url;
  announce(world, {
    type: "topic_merchant_order_wh",
    action: merchantOrder.status,
    dataId: id,
    account: order.account,
    clientId: order.clientId,
    at: merchantOrder.updatedAt,
    version: 1,
    url: typeof own === "string" ? own : world.settings.webhookUrl,
    form: {
      query: { id, topic: "merchant_order" },
      signedId: undefined,
      isUnsigned: true,
      body: {
        resource: `https://api.mercadolibre.com/merchant_orders/${id}`,
        topic: "merchant_order",
      },
    },
  });
}
