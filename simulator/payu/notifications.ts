import { randomUUID } from "node:crypto";
import type { PreparedDelivery } from "../core/notifier";
import { plainDate, wireDate } from "./dates";
import type { Order, Payout, Pos, Refund } from "./model";
import { viewOrder } from "./order-view";
import type { Settings } from "./settings";
import { type PayoutFields, payoutFields, payoutSignatures, signatureHeader } from "./signature";
import type { World } from "./world";

/** What is told: the body as it was when it happened, which all attempts repeat byte by byte. */
export interface Message {
  type: "order" | "refund" | "payout";
  /** The status that is told of. */
  action: string;
  dataId: string;
  posId: string;
  url: string;
  body: Record<string, unknown>;
}

/** Told of to the order's own address; an order without one is told of to nobody. */
export function announceOrder(world: World, order: Order): void {
  if (order.notifyUrl !== null) announce(world, orderMessage(order, order.notifyUrl));
}

export function announceRefund(world: World, order: Order, refund: Refund): void {
  if (order.notifyUrl !== null) announce(world, refundMessage(order, refund, order.notifyUrl));
}

export function announcePayout(world: World, payout: Payout): void {
  announce(world, payoutMessage(world, payout));
}

function announce(world: World, message: Message): void {
  world.notifier.announce(() => prepare(world, message));
}

export function orderMessage(order: Order, url: string): Message {
  const isCompleted = order.status === "COMPLETED";
  return {
    type: "order",
    action: order.status,
    dataId: order.id,
    posId: order.posId,
    url,
    body: {
      order: viewOrder(order, order.status),
      ...(isCompleted ? { localReceiptDateTime: wireDate(order.completedAt ?? 0) } : {}),
      properties: [{ name: "PAYMENT_ID", value: order.paymentId }],
    },
  };
}

export function refundMessage(order: Order, refund: Refund, url: string): Message {
  return {
    type: "refund",
    action: refund.status,
    dataId: refund.id,
    posId: order.posId,
    url,
    // Choice: as in the samples, the shop's own id of the refund is not told.
    body: {
      orderId: order.id,
      ...(order.extOrderId === null ? {} : { extOrderId: order.extOrderId }),
      refund: {
        refundId: refund.id,
        amount: String(refund.amountMinor),
        currencyCode: order.currency,
        status: refund.status,
        statusDateTime: wireDate(refund.changedAt),
        reason: "refund",
        reasonDescription: refund.description,
        refundDate: wireDate(refund.createdAt),
      },
    },
  };
}

export function payoutMessage(world: World, payout: Payout): Message {
  const pos = world.posOf(payout);
  return {
    type: "payout",
    action: String(payout.code),
    dataId: payout.id,
    posId: pos.posId,
    url: pos.payoutUrl ?? world.settings.payoutUrl,
    // Choice: merchant_id is the POS and the key its second key; the documents do not say whose.
    body: {
      type: "payout",
      merchant_id: pos.posId,
      payout_id: payout.id,
      amount: String(payout.amountMinor),
      currency: payout.currency,
      status: String(payout.code),
      payout_init_date: plainDate(payout.createdAt),
      ts: String(world.clock.now()),
    },
  };
}

/** Signed anew for each attempt, so that a switch that forges reaches those that were held back too. */
export function prepare(
  world: World,
  message: Message,
  signature: Settings["signature"] = world.settings.signature,
): PreparedDelivery {
  const { type, action, dataId, posId, url } = message;
  const pos = world.posOf(message);
  const key = signature === "forged" ? `not ${pos.secondKey}` : pos.secondKey;
  return {
    url,
    ...(type === "payout"
      ? preparePayout(message.body, key, signature)
      : prepareDocument(world, message.body, pos, key, signature)),
    about: {
      type,
      action,
      dataId,
      account: posId,
      signature,
      notificationId: null,
      requestId: null,
    },
  };
}

type Content = Pick<PreparedDelivery, "headers" | "body">;

function prepareDocument(
  world: World,
  content: Record<string, unknown>,
  pos: Pos,
  key: string,
  signature: Settings["signature"],
): Content {
  const body = JSON.stringify(content);
  const signed = signatureHeader(body, key, world.settings.algorithm);
  return {
    body,
    headers: {
      "content-type": "application/json;charset=UTF-8",
      "user-agent": "Jakarta Commons-HttpClient/3.1",
      authorization: `Basic ${Buffer.from(`${pos.posId}:${randomUUID()}`).toString("base64")}`,
      "payu-processing-time": "7",
      ...(signature === "none"
        ? {}
        : { "OpenPayu-Signature": signed, "X-OpenPayU-Signature": signed }),
    },
  };
}

/** Choice: JSON, as in the sample; the content type is not documented. */
function preparePayout(
  content: Record<string, unknown>,
  key: string,
  signature: Settings["signature"],
): Content {
  const signed = payoutFields.map((name) => [name, String(content[name])]);
  const signatures =
    signature === "none" ? {} : payoutSignatures(Object.fromEntries(signed) as PayoutFields, key);
  return {
    headers: { "content-type": "application/json;charset=UTF-8" },
    body: JSON.stringify({ ...content, ...signatures }),
  };
}
