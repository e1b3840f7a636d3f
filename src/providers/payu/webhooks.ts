import { createHash, timingSafeEqual } from "node:crypto";
import { isCurrency } from "../../domain/money";
import type { SignedBy } from "../../domain/webhook-delivery";
import { isObject, type JsonObject, objectOf, parseJson, readName, readText } from "../json";
import type { WebhookOperations, WebhookRequest, WebhookSubject } from "../provider";
import { readMoney } from "./amounts";
import { orderStatusOf, payoutStatusOfNumber, refundStatusOf } from "./statuses";

/** Headers that PayU's signature may come in; both have been seen (PayU docs, notifications). */
const signatureHeaders = ["openpayu-signature", "x-openpayu-signature"] as const;

/** Hashes that PayU may sign with, by the names that it gives them. */
export const signatureAlgorithms = [
  "MD5",
  "SHA-1",
  "SHA",
  "SHA-256",
  "SHA-384",
  "SHA-512",
] as const;
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** What Node calls them. */
const hashes = {
  MD5: "md5",
  "SHA-1": "sha1",
  SHA: "sha256",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const satisfies Record<SignatureAlgorithm, string>;

/**
 * What the signature of a payout's notification covers, in this order. The message names the order itself and is
 * not believed: whoever left fields out of it could change those.
 *
 * The signed text has no separators: `2` and `2021-…` read as well as `22` and `021-…`. The shapes (PayU docs, payout
 * notifications) leave one reading of currency, status and date. The id and the numbers beside it can still be cut
 * elsewhere: such an id is none of ours, and its notification has the dedupe key of the true one.
 */
const payoutFields = {
  type: /^payout$/,
  merchant_id: /^\d{1,20}$/,
  payout_id: /^[\w-]{1,64}$/,
  amount: /^\d{1,18}$/,
  currency: /^[A-Z]{3}$/,
  status: /^\d{1,2}$/,
  payout_init_date: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  ts: /^\d{1,16}$/,
} as const;
const payoutFieldNames = Object.keys(payoutFields) as (keyof typeof payoutFields)[];

/** Notifications of orders, refunds and payouts. `accepted`: the algorithms that are good enough here. */
export function payuWebhooks(accepted: readonly SignatureAlgorithm[]): WebhookOperations {
  return {
    source: "payu",
    keptHeaders: [...signatureHeaders],
    signatures: { headers: signatureHeaders, bodyFields: ["sig_ext"] },
    verify: (request, secrets) =>
      signedBy(request, secrets, accepted) === undefined ? "forged" : "signed",
    signedBy: (request, secrets) => signedBy(request, secrets, accepted),
    // There is no event id. What is signed of a notification is the same bytes when it comes again; another one
    // differs in them. A payout's body holds more than is signed of it.
    dedupeKey: (request) => {
      const payout = signedPayoutText(bodyOf(request));
      return createHash("sha256")
        .update(payout ?? request.rawBody)
        .digest("hex");
    },
    subjectOf: (request) => subjectIn(bodyOf(request)),
  };
}

function isPayout(body: JsonObject): boolean {
  return body.type === "payout" && body.sig_ext !== undefined;
}

function signedBy(
  request: WebhookRequest,
  secrets: readonly string[],
  accepted: readonly SignatureAlgorithm[],
): SignedBy | undefined {
  const body = bodyOf(request);
  return isPayout(body) ? payoutSignedBy(body, secrets) : bodySignedBy(request, secrets, accepted);
}

/** A plain hash over the bytes as they came and the second key, in the header's algorithm if it is one of ours. */
function bodySignedBy(
  { headers, rawBody }: WebhookRequest,
  secrets: readonly string[],
  accepted: readonly SignatureAlgorithm[],
): SignedBy | undefined {
  const header = signatureHeaders.map((name) => headers[name]).find(isText) ?? "";
  const parts = new Map<string, string>();
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const algorithm = accepted.find((name) => name === parts.get("algorithm"));
  if (algorithm === undefined) return undefined;
  const secret = secretOf(parts.get("signature"), secrets, (key) =>
    createHash(hashes[algorithm]).update(rawBody).update(key).digest(),
  );
  return secret === undefined ? undefined : { form: `body, ${algorithm}`, secret };
}

function payoutSignedBy(body: JsonObject, secrets: readonly string[]): SignedBy | undefined {
  if (body.sig_ext_order !== undefined && body.sig_ext_order !== payoutFieldNames.join(","))
    return undefined;
  const signed = signedPayoutText(body);
  if (signed === undefined) return undefined;
  const secret = secretOf(readText(body.sig_ext) ?? undefined, secrets, (key) =>
    createHash("md5").update(signed).update(key).digest(),
  );
  return secret === undefined ? undefined : { form: "payout's fields, MD5", secret };
}

/** The text that a payout's signature covers; undefined where a field is missing or has another shape. */
function signedPayoutText(body: JsonObject): string | undefined {
  if (!isPayout(body)) return undefined;
  let text = "";
  for (const name of payoutFieldNames) {
    const value = body[name];
    if (typeof value !== "string" || !payoutFields[name].test(value)) return undefined;
    text += value;
  }
  return text;
}

/** The place, from 1. Every secret is tried to the end: the time taken does not tell which one was right. */
function secretOf(
  given: string | undefined,
  secrets: readonly string[],
  digestWith: (secret: string) => Buffer,
): number | undefined {
  if (given === undefined || !/^(?:[0-9a-f]{2})+$/i.test(given)) return undefined;
  const signature = Buffer.from(given, "hex");
  let found: number | undefined;
  for (const [index, secret] of secrets.entries()) {
    if (secret === "") continue;
    const expected = digestWith(secret);
    if (expected.length === signature.length && timingSafeEqual(expected, signature)) {
      found ??= index + 1;
    }
  }
  return found;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function subjectIn(body: JsonObject): WebhookSubject | undefined {
  if (isPayout(body)) return payoutIn(body);
  // A refund's has no `order` around it; it also tells of refunds made in PayU's panel.
  if (isObject(body.refund)) {
    const providerOrderId = readName(body.orderId);
    const providerRefundId = readName(body.refund.refundId);
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
  const providerOrderId = readName(order.orderId);
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
  const providerPayoutId = readName(body.payout_id);
  const currency = readText(body.currency);
  const providerStatus = readName(body.status);
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
