import fc from "fast-check";
import { mercadoPagoWebhooks as webhooks } from "../../../../src/providers/mercado-pago/webhooks";
import type { WebhookRequest } from "../../../../src/providers/provider";
import { goldenText } from "./golden";

const secret = "whsec-first-0123456789";
const second = "whsec-second-abcdef";

/**
 * Computed with OpenSSL, for instance:
 * printf '%s' 'id:9000000001;request-id:req-7f3a;ts:1767960610;' | openssl dgst -sha256 -hmac "$secret"
 */
const vectors = {
  seconds: "a118622706199b161e982d762f5a56a6e4bed23363f02b065ae0a90dc6b22f85",
  milliseconds: "209752e16aa260e7679beb34f30ee6784e05a369a60ec9cd105d6dcfa6fc2ed7",
  mixedCase: "e3570f6e86247b02bbc3d1801278736118c7f7a5f0be2e6f4d0f6e71d1647ad6",
  lowerCase: "3da5c055bffd0a4a46f4b802ff431df15370ddcdd384d31e42f6f6638b4c8a7b",
  withoutRequestId: "11adcae2d7a2f22234400b3949674ec0067cf54c4da28c9a68efaa5e280ad130",
  withoutId: "ee1db8776117c52db3e66a4ec4d31d878f12f73c0b44c9290b64f07241728622",
  secondSecret: "218616109b59cc76712d3854020e03c09610d56df6e2aa240501bf45810c3db1",
};

interface Parts {
  readonly v1?: string;
  readonly ts?: string;
  readonly signature?: string | undefined;
  readonly requestId?: string | undefined;
  readonly query?: Record<string, string | undefined>;
  readonly body?: string;
}

function delivery(parts: Parts = {}): WebhookRequest {
  const { v1 = vectors.seconds, ts = "1767960610" } = parts;
  return {
    shop: "",
    headers: {
      "x-signature": "signature" in parts ? parts.signature : `ts=${ts},v1=${v1}`,
      "x-request-id": "requestId" in parts ? parts.requestId : "req-7f3a",
    },
    query: parts.query ?? { "data.id": "9000000001", type: "payment" },
    rawBody: Buffer.from(parts.body ?? goldenText("webhook-payment")),
  };
}

const ipn = (parts: Parts = {}): WebhookRequest =>
  delivery({
    query: { id: "9000000001", topic: "payment" },
    body: goldenText("ipn-payment"),
    signature: undefined,
    ...parts,
  });

describe("a good signature", () => {
  test.each<[string, Parts]>([
    ["over seconds", {}],
    ["over milliseconds", { ts: "1767960610123", v1: vectors.milliseconds }],
    ["in capital letters", { v1: vectors.seconds.toUpperCase() }],
    ["in another order, with spaces", { signature: ` v1=${vectors.seconds} , ts=1767960610` }],
    ["beside parts that we do not know", { signature: `v2=x,ts=1767960610,v1=${vectors.seconds}` }],
    ["over an id as it was sent", { query: { "data.id": "ORDAbC123" }, v1: vectors.mixedCase }],
    ["over an id in lower case", { query: { "data.id": "ORDAbC123" }, v1: vectors.lowerCase }],
    ["without a request id", { requestId: undefined, v1: vectors.withoutRequestId }],
    ["without an id", { query: { type: "payment" }, v1: vectors.withoutId }],
  ])("%s", (_name, parts) => {
    expect(webhooks.verify(delivery(parts), [secret])).toBe("signed");
  });

  test("by either of two secrets, while they rotate", () => {
    expect(webhooks.verify(delivery(), [second, secret])).toBe("signed");
    const bySecond = delivery({ v1: vectors.secondSecret });
    expect(webhooks.verify(bySecond, [second, secret])).toBe("signed");
    expect(webhooks.verify(bySecond, [secret, second])).toBe("signed");
  });

  test("does not depend on the body, which is not signed", () => {
    expect(webhooks.verify(delivery({ body: "{}" }), [secret])).toBe("signed");
  });
});

describe("forged", () => {
  test.each<[string, Parts]>([
    ["another id", { query: { "data.id": "9000000002", type: "payment" } }],
    ["another time", { ts: "1767960611" }],
    ["another request id", { requestId: "req-7f3b" }],
    ["a request id taken away", { requestId: undefined }],
    ["an id taken away", { query: { type: "payment" } }],
    ["another secret", { v1: vectors.secondSecret }],
    ["no header", { signature: undefined }],
    ["an empty header", { signature: "" }],
    ["no time", { signature: `v1=${vectors.seconds}` }],
    ["no hash", { signature: "ts=1767960610" }],
    ["a time that is none", { ts: "soon" }],
    ["a hash too short", { v1: vectors.seconds.slice(1) }],
    ["a hash too long", { v1: `${vectors.seconds}a` }],
    ["a hash with what is not hexadecimal", { v1: `${vectors.seconds.slice(2)}zz` }],
    // As many letters as the real one has, and more bytes: comparing them would throw.
    ["a hash of wide letters", { v1: "é".repeat(64) }],
    ["a hash of emoji", { v1: "😀".repeat(32) }],
  ])("%s", (_name, parts) => {
    expect(webhooks.verify(delivery(parts), [secret])).toBe("forged");
  });

  test("everything, where no secret is set", () => {
    expect(webhooks.verify(delivery(), [])).toBe("forged");
    expect(webhooks.verify(delivery(), [""])).toBe("forged");
  });

  test("a part that reads like two", () => {
    // The same signed text as that of the good delivery, cut at another place.
    const cut = delivery({
      query: { "data.id": "9000000001;request-id:req-7f3a" },
      requestId: undefined,
    });
    expect(webhooks.verify(cut, [secret])).toBe("forged");
  });

  test("whatever comes in, nothing throws", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, text, text, (signature, requestId, id, body) => {
        const request = delivery({ signature, requestId, query: { "data.id": id }, body });
        expect(webhooks.verify(request, [secret])).toBe("forged");
        webhooks.subjectOf(request);
        expect(webhooks.dedupeKey(request).length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe("an IPN", () => {
  test("cannot be verified, with a signature or without", () => {
    expect(webhooks.verify(ipn(), [secret])).toBe("unsigned");
    expect(webhooks.verify(ipn({ signature: `ts=1,v1=${vectors.seconds}` }), [secret])).toBe(
      "unsigned",
    );
    expect(webhooks.verify(ipn(), [])).toBe("unsigned");
  });

  test("does not become one by an added topic", () => {
    const query = { "data.id": "9000000002", id: "9000000002", topic: "payment" };
    expect(webhooks.verify(delivery({ query }), [secret])).toBe("forged");
  });
});

describe("what to look at", () => {
  const payment = { kind: "payment", providerPaymentId: "9000000001", providerAccountId: "555" };

  test.each<[string, WebhookRequest, unknown]>([
    ["a webhook", delivery(), payment],
    ["a webhook without a query", delivery({ query: {} }), payment],
    [
      "an id as a number",
      delivery({ query: {}, body: '{"type":"payment","data":{"id":9000000001},"user_id":"555"}' }),
      payment,
    ],
    [
      "the signed id, not the body's",
      delivery({ body: '{"type":"payment","data":{"id":"1"},"user_id":555}' }),
      payment,
    ],
    ["no body", delivery({ body: "" }), { ...payment, providerAccountId: null }],
    [
      "a body that is no object",
      delivery({ body: "[1]" }),
      { ...payment, providerAccountId: null },
    ],
    ["an IPN", ipn(), { ...payment, providerAccountId: null }],
    ["an IPN without a query", ipn({ query: {} }), { ...payment, providerAccountId: null }],
    [
      "an IPN that names a URL",
      ipn({ query: {}, body: '{"topic":"payment","resource":"https://x.example/v1/payments/77"}' }),
      { kind: "payment", providerPaymentId: "77", providerAccountId: null },
    ],
    [
      "a merchant order",
      ipn({ query: { id: "26", topic: "merchant_order" }, body: goldenText("ipn-merchant-order") }),
      { kind: "ignored", topic: "merchant_order" },
    ],
    [
      "a seller who left",
      delivery({
        query: { "data.id": "1", type: "mp-connect" },
        body: '{"action":"application.deauthorized","user_id":555}',
      }),
      { kind: "connection", providerAccountId: "555", saysEnded: true },
    ],
    [
      "a seller who came",
      delivery({
        query: { type: "mp-connect" },
        body: '{"action":"application.authorized","user_id":"555"}',
      }),
      { kind: "connection", providerAccountId: "555", saysEnded: false },
    ],
    [
      "a connection of nobody",
      delivery({ query: { "data.id": "555", type: "mp-connect" }, body: '{"user_id":"../1"}' }),
      undefined,
    ],
    [
      "a long topic",
      delivery({ query: { type: "x".repeat(99) } }),
      { kind: "ignored", topic: "x".repeat(64) },
    ],
    ["no topic", delivery({ query: { "data.id": "1" }, body: "{}" }), undefined],
    ["no id", delivery({ query: { type: "payment" }, body: "{}" }), undefined],
    ["an id that is none", delivery({ query: { type: "payment", "data.id": "../1" } }), undefined],
    ["nothing", delivery({ query: {}, body: "?" }), undefined],
  ])("%s", (_name, request, expected) => {
    expect(webhooks.subjectOf(request)).toEqual(expected);
  });
});

describe("what is kept of an IPN", () => {
  test("is the payment's id, and nothing that anybody could have added", () => {
    const query = { id: "9000000001", topic: "payment", user_id: "555", padding: "x" };
    expect(webhooks.queryOfUnsigned?.(ipn({ query }))).toEqual({
      id: "9000000001",
      topic: "payment",
    });
  });

  test.each([
    { id: "26", topic: "merchant_order" },
    { id: "555", topic: "mp-connect" },
    { id: "../1", topic: "payment" },
    { id: "1".repeat(99), topic: "payment" },
  ])("is nothing where it names no payment: %p", (query) => {
    expect(webhooks.queryOfUnsigned?.(ipn({ query }))).toBeUndefined();
  });
});

describe("the dedupe key", () => {
  const key = (parts: Parts) => webhooks.dedupeKey(delivery(parts));

  test("is one for all that share a signature, whatever is said beside it", () => {
    const types = ["payment", "merchant_order", "mp-connect", "x", ""];
    const others = types.map((type) => delivery({ query: { "data.id": "9000000001", type } }));
    const repeated = [
      ...others,
      delivery({ body: "{}" }),
      delivery({ v1: vectors.seconds.toUpperCase() }),
      delivery({ signature: `v1=${vectors.seconds}, ts=1767960610, v2=x` }),
      delivery({ query: { "data.id": "9000000001", id: "1", topic: "payment" } }),
    ];
    for (const request of repeated) {
      expect(webhooks.verify(request, [secret])).toBe("signed");
      expect(webhooks.dedupeKey(request)).toBe(`webhook|${vectors.seconds}`);
    }
  });

  test("is one for an id in capitals and in lower case, where one signature is good for both", () => {
    const lower = delivery({ query: { "data.id": "ordabc123" }, v1: vectors.lowerCase });
    const mixed = delivery({ query: { "data.id": "ORDAbC123" }, v1: vectors.lowerCase });
    expect(webhooks.verify(lower, [secret])).toBe("signed");
    expect(webhooks.verify(mixed, [secret])).toBe("signed");
    expect(webhooks.dedupeKey(lower)).toBe(webhooks.dedupeKey(mixed));
  });

  test("differs with each thing that is signed", () => {
    const signed: Parts[] = [
      {},
      { ts: "1767960610123", v1: vectors.milliseconds },
      { query: { "data.id": "ORDAbC123" }, v1: vectors.mixedCase },
      { requestId: undefined, v1: vectors.withoutRequestId },
      { query: { type: "payment" }, v1: vectors.withoutId },
    ];
    expect(signed.map((parts) => webhooks.verify(delivery(parts), [secret]))).toEqual(
      signed.map(() => "signed"),
    );
    expect(new Set(signed.map(key)).size).toBe(signed.length);
  });
});
