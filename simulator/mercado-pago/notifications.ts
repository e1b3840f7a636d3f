import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/json-body";
import type { PreparedDelivery } from "../core/notifier";
import { wireDate } from "./dates";
import type { Payment } from "./model";
import type { Settings } from "./settings";
import { signatureHeader } from "./signature";
import { isSubscriptionTopic, subscriptionBody } from "./subscriptions/webhook-body";
import type { World } from "./world";

export interface Message {
  type: string;
  action: string;
  dataId: string;
  account: number;
  clientId: string;
  /** When what is announced happened. */
  at: number;
  version: number;
  /** Where to; the address of the payment wins over the application's. */
  url: string;
  /** For topics whose deliveries do not look like those of payments. */
  form?: MessageForm;
}

/** How the deliveries of a topic differ from those of payments. */
export interface MessageForm {
  query: Record<string, string>;
  body: Record<string, unknown>;
  /** The id that is signed; undefined where a delivery has none. */
  signedId: string | undefined;
  tsUnit?: "s" | "ms";
  /** Deliveries that cannot be verified carry no signature. */
  isUnsigned?: boolean;
}

/** What a delivery made by hand may say differently. */
export interface MessageOverrides {
  signature?: Settings["signature"] | undefined;
  ts?: number | undefined;
  requestId?: string | undefined;
  body?: Record<string, unknown> | undefined;
}

/** Announces a payment: once when it is made and once for every change after that. */
export function announcePayment(world: World, payment: Payment, action: string): void {
  payment.version += 1;
  const message = messageAbout(world, payment, action);
  const style = newsStyleOf(message.url);
  if (style !== "ipn") announce(world, message);
  if (style === "ipn" || (style === "both" && world.settings.ipn)) {
    world.notifier.announce((attempt) => prepareIpn(world, message, attempt));
  }
  world.tellOf(payment);
}

/** Sends a webhook, unless the application does not listen to its topic. */
export function announce(world: World, message: Message): void {
  const { topics } = world.settings;
  if (topics !== null && !topics.includes(message.type)) return;
  world.notifier.announce((attempt) => prepareWebhook(world, message, attempt));
}

export function messageAbout(world: World, payment: Payment, action: string): Message {
  const own = payment.request.notification_url;
  return {
    type: "payment",
    action,
    dataId: String(payment.id),
    account: payment.account,
    clientId: payment.clientId,
    at: payment.updatedAt,
    version: payment.version,
    url: typeof own === "string" ? own : world.settings.webhookUrl,
  };
}

/** Tells the application that a seller connected to it or left it; there is nothing to look up. */
export function announceConnection(
  world: World,
  account: number,
  clientId: string,
  action: string,
) {
  const message: Message = {
    type: "mp-connect",
    action,
    dataId: String(account),
    account,
    clientId,
    at: world.clock.now(),
    version: 1,
    url: world.settings.webhookUrl,
  };
  announce(world, message);
}

/** Every attempt has its own notification id, request id and time of signing, as measured. */
export function prepareWebhook(
  world: World,
  message: Message,
  attempt: number,
  overrides: MessageOverrides = {},
): PreparedDelivery {
  const notificationId = world.newId();
  const requestId = overrides.requestId ?? randomUUID();
  const { dataId, form } = message;
  const signature =
    overrides.signature ?? (form?.isUnsigned === true ? "none" : world.settings.signature);
  const seconds = Math.floor(world.clock.now() / 1000);
  const tsUnit = form?.tsUnit ?? world.settings.tsUnit;
  const ts = overrides.ts ?? (tsUnit === "ms" ? world.clock.now() : seconds);
  const signedId = signedIdOf(world, form === undefined ? dataId : form.signedId);
  const secret = world.accounts.applications.get(message.clientId)?.webhookSecret ?? "";
  const key = signature === "forged" ? `not ${secret}` : secret;
  return {
    url: withQuery(message.url, form?.query ?? { "data.id": dataId, type: message.type }),
    headers: {
      ...commonHeaders(requestId, attempt),
      "user-agent": "restclient-node/4.15.3",
      ...(signature === "none"
        ? {}
        : { "x-signature": signatureHeader(key, { dataId: signedId, requestId, ts }) }),
    },
    body: JSON.stringify({
      ...(form?.body ?? bodyOf(world, message, notificationId)),
      ...overrides.body,
    }),
    about: about(message, String(notificationId), requestId, signature),
  };
}

function bodyOf(world: World, message: Message, notificationId: number): JsonObject {
  if (isSubscriptionTopic(message.type)) {
    const { notificationsNameSeller } = world.settings.subscriptions;
    return subscriptionBody(notificationId, message, notificationsNameSeller);
  }
  return {
    id: notificationId,
    live_mode: true,
    type: message.type,
    date_created: wireDate(message.at),
    application_id: Number(message.clientId),
    user_id: message.account,
    version: message.version,
    api_version: "v1",
    action: message.action,
    data: { id: message.dataId },
  };
}

/** Documents and libraries disagree about letters in ids; ids of digits are the same in all three. */
function signedIdOf(world: World, id: string | undefined): string | undefined {
  const { signedId } = world.settings;
  if (id === undefined || signedId === "as-sent") return id;
  return signedId === "lowercase" ? id.toLowerCase() : `other-${id}`;
}

/** The older notification. It has no verifiable signature; receivers must look the payment up. */
function prepareIpn(world: World, message: Message, attempt: number): PreparedDelivery {
  const requestId = randomUUID();
  return {
    url: withQuery(message.url, { id: message.dataId, topic: message.type }),
    headers: {
      ...commonHeaders(requestId, attempt),
      "user-agent": "MercadoPago Feed v2.0 payment",
    },
    body: JSON.stringify({ resource: message.dataId, topic: message.type }),
    about: about({ ...message, action: "ipn" }, String(world.newId()), requestId, "none"),
  };
}

function commonHeaders(requestId: string, attempt: number): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-request-id": requestId,
    "x-retry": String(attempt),
    "x-socket-timeout": "22000",
  };
}

function about(
  message: Message,
  notificationId: string,
  requestId: string,
  signature: Settings["signature"],
): PreparedDelivery["about"] {
  const { type, action, dataId } = message;
  return {
    notificationId,
    requestId,
    type,
    action,
    dataId,
    account: String(message.account),
    signature,
  };
}

/** `source_news` on a notification_url asks for one of the two kinds only. */
function newsStyleOf(url: string): "both" | "webhooks" | "ipn" {
  if (url.includes("source_news=webhooks")) return "webhooks";
  return url.includes("source_news=ipn") ? "ipn" : "both";
}

function withQuery(url: string, query: Record<string, string>): string {
  if (Object.keys(query).length === 0) return url;
  const separator = url.includes("?") ? "&" : "?";
  return `${url}${separator}${new URLSearchParams(query)}`;
}
