import { createHmac, timingSafeEqual } from "node:crypto";
import { cutText } from "../../domain/text";
import type { SignedBy } from "../../domain/webhook-delivery";
import { isObject, readText } from "../json";
import type { WebhookOperations, WebhookRequest, WebhookSubject } from "../provider";
import { subscriptionSubject } from "./subscriptions/webhooks";
import { readId } from "./wire";

/**
 * Mercado Pago's two kinds of notification. Webhooks (`?data.id=&type=`) are signed, but only the id, the
 * request id and the time are; the body is not, so nothing but whom to ask is taken from it. The older IPN
 * (`?id=&topic=`) carries a signature that cannot be verified (docs, webhooks and IPN).
 */
export const mercadoPagoWebhooks: WebhookOperations = {
  source: "mercadopago",
  keptHeaders: ["x-signature", "x-retry"],
  signatures: { headers: ["x-signature"], bodyFields: [] },

  verify(request, secrets) {
    if (isIpn(request)) return "unsigned";
    return signedBy(request, secrets) === undefined ? "forged" : "signed";
  },

  signedBy,

  queryOfUnsigned({ query: { id, topic } }) {
    return topic === "payment" && isPaymentId(id) ? { id, topic } : undefined;
  },

  /**
   * The signature itself, which is the same where the id, the request id and the time are, and no other. The topic
   * is not signed and has no part in it. Mercado Pago's own repetitions are signed anew, under another request id
   * (measured): each leads to one more look-up.
   */
  dedupeKey(request) {
    return `webhook|${signatureOf(request)?.v1.toLowerCase() ?? ""}`;
  },

  subjectOf(request): WebhookSubject | undefined {
    const body = bodyOf(request);
    const topic = topicOf(request) ?? readText(body.type) ?? readText(body.topic);
    if (topic === null) return undefined;
    if (topic === "mp-connect") return connectionIn(body);
    if (topic === "order") return orderIn(request, body);
    const subject = subscriptionSubject(topic, resourceIdOf(request) ?? resourceIdIn(body));
    if (subject !== null) return subject;
    if (topic !== "payment") return { kind: "ignored", topic: cutText(topic, 64) };
    const id = resourceIdOf(request) ?? resourceIdIn(body);
    if (!isPaymentId(id)) return undefined;
    return { kind: "payment", providerPaymentId: id, providerAccountId: readId(body.user_id) };
  },
};

/** The docs name the seller as the body's user_id, and say nothing of what `data.id` is here. */
function connectionIn(body: Readonly<Record<string, unknown>>): WebhookSubject | undefined {
  const providerAccountId = readId(body.user_id);
  if (providerAccountId === null || !/^[1-9]\d{0,18}$/.test(providerAccountId)) return undefined;
  const saysEnded = body.action === "application.deauthorized";
  return { kind: "connection", providerAccountId, saysEnded };
}

/** Orders of other products come under the topic, too: whoever looks sees which they are. */
function orderIn(
  request: WebhookRequest,
  body: Readonly<Record<string, unknown>>,
): WebhookSubject | undefined {
  const id = resourceIdOf(request) ?? resourceIdIn(body);
  // The id becomes part of a path.
  if (id === null || !/^ORD[0-9A-Z]{1,60}$/.test(id)) return undefined;
  return { kind: "pointOrder", providerOrderId: id, providerAccountId: readId(body.user_id) };
}

function isPaymentId(id: string | null | undefined): id is string {
  return typeof id === "string" && /^[1-9]\d{0,18}$/.test(id);
}

function isIpn({ query }: WebhookRequest): boolean {
  return query["data.id"] === undefined && query.topic !== undefined && query.id !== undefined;
}

function signedBy(request: WebhookRequest, secrets: readonly string[]): SignedBy | undefined {
  const signature = signatureOf(request);
  if (signature === undefined) return undefined;
  const given = Buffer.from(signature.v1, "hex");
  const manifests = manifestsOf(request, signature.ts);
  let found: SignedBy | undefined;
  // Every secret and form is tried to the end: the time taken does not tell which one was right.
  for (const [index, secret] of secrets.entries()) {
    if (secret === "") continue;
    for (const { form, text } of manifests) {
      const expected = createHmac("sha256", secret).update(text).digest();
      if (timingSafeEqual(given, expected)) found ??= { form, secret: index + 1 };
    }
  }
  return found;
}

interface Signature {
  readonly ts: string;
  /** 64 hexadecimal digits: only then is it as long as what it is compared with. */
  readonly v1: string;
}

/** `ts=…,v1=…`, in any order. `ts` is digits, seconds or milliseconds: it is signed as it stands. */
function signatureOf({ headers }: WebhookRequest): Signature | undefined {
  const parts = new Map<string, string>();
  for (const part of (headers["x-signature"] ?? "").split(",")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const ts = parts.get("ts");
  const v1 = parts.get("v1");
  if (ts === undefined || v1 === undefined) return undefined;
  return /^\d{1,16}$/.test(ts) && /^[0-9a-f]{64}$/i.test(v1) ? { ts, v1 } : undefined;
}

/**
 * The signed text: `id:…;request-id:…;ts:…;` with absent parts left out. The docs have the id in lower case,
 * the official SDKs as it was sent; both are tried. A semicolon inside a part could make two different
 * deliveries read the same: no form then.
 */
function manifestsOf({ query, headers }: WebhookRequest, ts: string): readonly Manifest[] {
  const id = query["data.id"];
  const requestId = headers["x-request-id"];
  if (id?.includes(";") || requestId?.includes(";")) return [];
  const rest = `${requestId === undefined ? "" : `request-id:${requestId};`}ts:${ts};`;
  const restForm = requestId === undefined ? "ts" : "request-id, ts";
  if (id === undefined) return [{ form: restForm, text: rest }];
  const lower = id.toLowerCase();
  const asSent = { form: `id, ${restForm}`, text: `id:${id};${rest}` };
  if (lower === id) return [asSent];
  return [asSent, { form: `id in lower case, ${restForm}`, text: `id:${lower};${rest}` }];
}

interface Manifest {
  /** What people call it. */
  readonly form: string;
  readonly text: string;
}

function topicOf({ query }: WebhookRequest): string | null {
  return readText(query.type) ?? readText(query.topic);
}

function resourceIdOf({ query }: WebhookRequest): string | null {
  return readText(query["data.id"]) ?? readText(query.id);
}

/** `data.id` of a webhook, number or text; `resource` of an IPN, an id or the URL that ends in it. */
function resourceIdIn(body: Readonly<Record<string, unknown>>): string | null {
  const id = isObject(body.data) ? readId(body.data.id) : null;
  const { resource } = body;
  return id ?? readId(typeof resource === "string" ? resource.split("/").at(-1) : resource);
}

function bodyOf({ rawBody }: WebhookRequest): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(rawBody.toString("utf8"));
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}
