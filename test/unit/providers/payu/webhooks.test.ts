import { createHash } from "node:crypto";
import { payuWebhooks, type SignatureAlgorithm } from "../../../../src/providers/payu/webhooks";
import type { WebhookRequest } from "../../../../src/providers/provider";

const all: readonly SignatureAlgorithm[] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];
const webhooks = payuWebhooks(all);

/** The bytes of a notification and what each algorithm makes of them, worked out apart from this code. */
const secondKey = "example-second-key-000000000001";
const body = '{"order":{"orderId":"T1TEST00000000GUEST000P01","status":"COMPLETED"}}';
const signatures = {
  MD5: "439ddfc456204b537d18736a6de4be31",
  "SHA-1": "9ed5716d4f84399e44038786f672d6012cbf4f1c",
  "SHA-256": "e52e0cb1634e3eb95c3b9e4417d2aec96dc88c9c35c956a31069cc0cd2b2912b",
} as const;

function delivery(header: string | undefined, rawBody: string | Buffer = body): WebhookRequest {
  return {
    shop: "demo",
    headers: { "openpayu-signature": header },
    query: {},
    rawBody: Buffer.from(rawBody),
  };
}

const signed = (signature: string, algorithm: string) =>
  `sender=checkout;signature=${signature};algorithm=${algorithm};content=DOCUMENT`;

describe("a notification of an order", () => {
  test.each(Object.entries(signatures))("signed in %s is good", (algorithm, signature) => {
    expect(webhooks.verify(delivery(signed(signature, algorithm)), [secondKey])).toBe("signed");
  });

  test("is good by the former key as well, while it is replaced", () => {
    const request = delivery(signed(signatures.MD5, "MD5"));
    expect(webhooks.verify(request, ["another-key-another-key", secondKey])).toBe("signed");
  });

  test.each([
    ["parts in another order", `algorithm=MD5;signature=${signatures.MD5};sender=checkout`],
    ["an end of its own", `signature=${signatures.MD5};algorithm=MD5;`],
    ["blanks", `signature=${signatures.MD5}; algorithm=MD5`],
    ["capital letters", signed(signatures.MD5.toUpperCase(), "MD5")],
  ])("is good with %s", (_, header) => {
    expect(webhooks.verify(delivery(header), [secondKey])).toBe("signed");
  });

  test("is good in the header's other name", () => {
    const headers = { "x-openpayu-signature": signed(signatures.MD5, "MD5") };
    expect(webhooks.verify({ ...delivery(undefined), headers }, [secondKey])).toBe("signed");
  });

  test("is judged by its bytes, whatever they are", () => {
    const bytes = Buffer.from([0x7b, 0xc3, 0x28, 0xff, 0x7d]);
    const signature = createHash("md5").update(bytes).update(secondKey).digest("hex");
    const request = delivery(signed(signature, "MD5"), bytes);
    expect(webhooks.verify(request, [secondKey])).toBe("signed");
  });

  test.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["no signature", "algorithm=MD5"],
    ["no algorithm", `signature=${signatures.MD5}`],
    ["an algorithm that is none", signed(signatures.MD5, "MD4")],
    ["another algorithm's name", signed(signatures.MD5, "SHA-256")],
    ["a signature that is too short", signed("439d", "MD5")],
    ["half a byte too much", signed(`${signatures.MD5}0`, "MD5")],
    ["a signature that is no number", signed("ż".repeat(32), "MD5")],
    ["another signature", signed("0".repeat(32), "MD5")],
  ])("is forged with %s", (_, header) => {
    expect(webhooks.verify(delivery(header), [secondKey])).toBe("forged");
  });

  test("is forged when it was changed, or written anew", () => {
    const header = signed(signatures.MD5, "MD5");
    const changed = body.replace("COMPLETED", "CANCELED");
    expect(webhooks.verify(delivery(header, changed), [secondKey])).toBe("forged");
    const anew = JSON.stringify(JSON.parse(body), null, 1);
    expect(webhooks.verify(delivery(header, anew), [secondKey])).toBe("forged");
  });

  test("is forged where there is no key, or an empty one", () => {
    const request = delivery(signed(createHash("md5").update(body).digest("hex"), "MD5"));
    expect(webhooks.verify(request, [])).toBe("forged");
    expect(webhooks.verify(request, [""])).toBe("forged");
  });

  test("is forged in an algorithm that is not good enough here", () => {
    const strict = payuWebhooks(["SHA-256"]);
    expect(strict.verify(delivery(signed(signatures.MD5, "MD5")), [secondKey])).toBe("forged");
    const good = delivery(signed(signatures["SHA-256"], "SHA-256"));
    expect(strict.verify(good, [secondKey])).toBe("signed");
  });

  test("leads to a look at the order, and tells what a look should show at least", () => {
    expect(webhooks.subjectOf(delivery(undefined))).toEqual({
      kind: "order",
      providerOrderId: "T1TEST00000000GUEST000P01",
      reference: null,
      says: "COMPLETED",
      refund: null,
    });
  });

  test("of a refund leads to a look at the order's refunds", () => {
    const refund = {
      orderId: "O1",
      extOrderId: "ord_1",
      refund: { refundId: "912128", amount: "500", currencyCode: "PLN", status: "FINALIZED" },
    };
    expect(webhooks.subjectOf(delivery(undefined, JSON.stringify(refund)))).toEqual({
      kind: "order",
      providerOrderId: "O1",
      reference: "ord_1",
      says: null,
      refund: { providerRefundId: "912128", says: "COMPLETED" },
    });
  });

  test.each([
    ...["", "[]", "null", "{", '{"order":{}}', '{"order":7}'],
    ...['{"order":{"orderId":".."}}', '{"order":{"orderId":"a\\u0000"}}'],
    `{"order":{"orderId":"${"x".repeat(65)}"}}`,
  ])("%s names nothing", (text) => {
    expect(webhooks.subjectOf(delivery(undefined, text))).toBeUndefined();
  });

  test("is the same delivery when it comes again byte by byte, and else another", () => {
    const key = webhooks.dedupeKey(delivery("a"));
    expect(webhooks.dedupeKey(delivery("b"))).toBe(key);
    expect(webhooks.dedupeKey(delivery("a", `${body} `))).not.toBe(key);
  });
});

describe("a notification of a payout", () => {
  const order = "type,merchant_id,payout_id,amount,currency,status,payout_init_date,ts";
  /** The sample of PayU's documents on payout notifications. */
  const sampleKey = "pKGtKJJ8BdLu7TP6";
  const sample = {
    type: "payout",
    merchant_id: "232977",
    payout_id: "59aa29da1df743ac96e8c3f281af66fd",
    amount: "2",
    currency: "PLN",
    status: "2",
    payout_init_date: "2021-02-21 15:09:18",
    ts: "1588597815353",
    sig: "53767327a0a6d77974bc08302f5b7df4",
    sig_ext: "2ecc4770168fc08d0ed30d871e1c2651",
    sig_ext_order: order,
  };
  /** With amount and status apart, which the sample cannot tell from each other. */
  const distinct = {
    ...sample,
    merchant_id: "341009",
    payout_id: "aaaabbbbccccddddeeeeffff00001111",
    amount: "1000",
    status: "5",
    payout_init_date: "2026-01-15 10:00:00",
    ts: "1768471200000",
    sig_ext: "382826900b0434547b755b62fc61c937",
  };
  const verdictOn = (fields: object, key: string) =>
    webhooks.verify(delivery(undefined, JSON.stringify(fields)), [key]);

  test("is good as the documents' sample is", () => {
    expect(verdictOn(sample, sampleKey)).toBe("signed");
    expect(verdictOn(distinct, secondKey)).toBe("signed");
  });

  test.each(Object.keys(sample).filter((name) => !name.startsWith("sig") && name !== "type"))(
    "is forged with another %s",
    (name) => {
      expect(verdictOn({ ...distinct, [name]: "7" }, secondKey)).toBe("forged");
      const { [name]: _, ...without } = distinct as Record<string, string>;
      expect(verdictOn(without, secondKey)).toBe("forged");
    },
  );

  test("is forged where the message itself says that less is signed", () => {
    const few = "type,merchant_id,payout_id";
    const sig_ext = createHash("md5")
      .update(`payout${distinct.merchant_id}${distinct.payout_id}${secondKey}`)
      .digest("hex");
    expect(verdictOn({ ...distinct, sig_ext, sig_ext_order: few }, secondKey)).toBe("forged");
  });

  test("is forged by the signature that leaves the type out", () => {
    expect(verdictOn({ ...sample, sig_ext: sample.sig }, sampleKey)).toBe("forged");
  });

  test("is not made an order's by a signature of the other kind", () => {
    const text = JSON.stringify({ ...distinct, sig_ext: "0".repeat(32) });
    const signature = createHash("md5").update(text).update(secondKey).digest("hex");
    const request = delivery(signed(signature, "MD5"), text);
    expect(webhooks.verify(request, [secondKey])).toBe("forged");
  });

  test.each([
    ["the status and the date", { status: "52", payout_init_date: "026-01-15 10:00:00" }],
    ["the date and the time", { payout_init_date: "2026-01-15 10:00:001", ts: "768471200000" }],
    ["the amount and the currency", { amount: "1000P", currency: "LN" }],
    ["the currency and the status", { currency: "PLN5", status: "" }],
    ["the type and the merchant", { type: "payout", merchant_id: "" }],
  ])("is forged where %s are cut elsewhere in the signed text", (_, cut) => {
    expect(verdictOn({ ...distinct, ...cut }, secondKey)).toBe("forged");
  });

  test("is the same delivery whatever stands around what is signed", () => {
    const keyOf = (fields: object, indent = 0) =>
      webhooks.dedupeKey(delivery(undefined, JSON.stringify(fields, null, indent)));
    const shifted = { payout_id: `${distinct.payout_id}1`, amount: "000" };
    for (const other of [{ extra: "x" }, { sig: "0" }, { sig_ext: "0" }, shifted]) {
      expect(keyOf({ ...distinct, ...other })).toBe(keyOf(distinct));
    }
    expect(keyOf(distinct, 2)).toBe(keyOf(distinct));
    expect(keyOf({ ...distinct, status: "6" })).not.toBe(keyOf(distinct));
  });

  test.each([
    ["1", "PENDING"],
    ["2", "PENDING"],
    ["3", "CANCELLED"],
    ["4", "PENDING"],
    ["5", "PAID"],
    ["6", "RETURNED"],
    ["7", "PENDING"],
    ["8", null],
  ])("with status %s says %s", (status, ours) => {
    const request = delivery(undefined, JSON.stringify({ ...distinct, status }));
    expect(webhooks.subjectOf(request)).toEqual({
      kind: "payout",
      observation: {
        providerPayoutId: distinct.payout_id,
        status: ours,
        providerStatus: status,
        amount: { minor: 1000n, currency: "PLN" },
        reference: null,
      },
    });
  });
});
