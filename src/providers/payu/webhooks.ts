import { createHash, timingSafeEqual } from "node:crypto";
import { isCurrency } from "../../domain/money";
import { isObject, type JsonObject, objectOf, parseJson, readText } from "../json";
import type { WebhookOperations, WebhookRequest, WebhookSubject } from "../provider";
import { readMoney } from "./amounts";
import { orderStatusOf, payoutStatusOfNumber, refundStatusOf } from "./statuses";

/** Names in the header, and what they are called here. */
const hashes = {
  MD5: "md5",
  "SHA-1": "sha1",
  SHA: "sha256",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;
export type SignatureAlgorithm = keyof typeof hashes;

/**
 * What the signature of a payout's notification covers, in this order. The message names the order itself and is
 * not believed: whoever left fields out of it could change those.
 */
const payoutFields = [
  "type",
  "merchant_id",
  "payout_id",
  "amount",
  "currency",
  "status",
  "payout_init_date",
  "ts",
] as const;

/** Notifications of orders, refunds and payouts. `accepted`: the algorithms that are good enough here. */
export function payuWebhooks(accepted: readonly SignatureAlgorithm[]): WebhookOperations {
  return {
    source: "payu",
    verify(request, secrets) {
      const body = bodyOf(request);
      const isGood = isPayout(body)
        ? isSignedPayout(body, secrets)
        : isSignedBody(request, secrets, accepted);
      return isGood ? "signed" : "forged";
    },
    // There is no event id. The same notification is the same bytes; another one differs in them.
    dedupeKey: ({ rawBody }) => createHash("sha256").update(rawBody).digest("hex"),
    subjectOf: (request) => subjectIn(bodyOf(request)),
  };
}

function isPayout(body: JsonObject): boolean {
  return body.type === "payout" && body.sig_ext !== undefined;
}

/** A plain hash over the bytes as they came and the second key, in the header's algorithm if it is one of ours. */
function isSignedBody(
  { headers, rawBody }: WebhookRequest,
  secrets: readonly string[],
  accepted: readonly SignatureAlgorithm[],
): boolean {
  const header = headers["openpayu-signature"] ?? headers["x-openpayu-signature"] ?? "";
  const parts = new Map<string, string>();
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const algorithm = accepted.find((name) => name === parts.get("algorithm"));
  if (algorithm === undefined) return false;
  return isOneOf(parts.get("signature"), secrets, (secret) =>
    createHash(hashes[algorithm]).update(rawBody).update(secret).digest(),
  );
}

function isSignedPayout(body: JsonObject, secrets: readonly string[]): boolean {
  if (body.sig_ext_order !== undefined && body.sig_ext_order !== payoutFields.join(","))
    return false;
  const values = payoutFields.map((name) => body[name]);
  if (values.some((value) => typeof value !== "string")) return false;
  return isOneOf(readText(body.sig_ext) ?? undefined, secrets, (secret) =>
    createHash("md5").update(values.join("")).update(secret).digest(),
  );
}

/** Every secret is tried to the end: the time taken does not tell which one was right. */
function isOneOf(
  given: string | undefined,
  secrets: readonly string[],
  digestWith: (secret: string) => Buffer,
): boolean {
  if (given === undefined || !/^(?:[0-9a-f]{2})+$/i.test(given)) return false;
  const signature = Buffer.from(given, "hex");
  let matches = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const expected = digestWith(secret);
    if (expected.length === signature.length && timingSafeEqual(expected, signature))
      matches = true;
  }
  return matches;
}

function subjectIn(body: JsonObject): WebhookSubject | undefined {
  if (isPayout(body)) return payoutIn(body);
  // A refund's has no `order` around it; it also tells of refunds made in PayU's panel.
  if (isObject(body.refund)) {
    const providerOrderId = readText(body.orderId);
    const providerRefundId = readText(body.refund.refundId);
    if (providerOrderId === null || providerRefundId === null) return undefined;
    return {
      kind: "order",
      providerOrderId,
      reference: readText(body.extOrderId),
      says: null,
      refund: { providerRefundId, says: refundStatusOf(readText(body.refund.status) ?? "") },
    };
  }
  const order = objectOf(body.order);
  const providerOrderId = readText(order.orderId);
  if (providerOrderId === null) return undefined;
  return {
    kind: "order",
    providerOrderId,
    reference: readText(order.extOrderId),
    says: orderStatusOf(readText(order.status) ?? ""),
    refund: null,
  };
}

function payoutIn(body: JsonObject): WebhookSubject | undefined {
  const providerPayoutId = readText(body.payout_id);
  const currency = readText(body.currency);
  const providerStatus = readText(body.status);
  if (providerPayoutId === null || providerStatus === null) return undefined;
  if (currency === null || !isCurrency(currency)) return undefined;
  return {
    kind: "payout",
    observation: {
      providerPayoutId,
      status: payoutStatusOfNumber(providerStatus),
      providerStatus,
      amount: readMoney(body.amount, currency) ?? null,
      reference: null,
    },
  };
}

function bodyOf({ rawBody }: WebhookRequest): JsonObject {
  return objectOf(parseJson(rawBody.toString("utf8")));
}
