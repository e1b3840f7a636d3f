import { randomUUID } from "node:crypto";
import { createLogger } from "../../src/logging/logger";
import { pay } from "../support/access-world";
import { badDocuments } from "../support/bad-documents";
import { badPayments, card, type Kit, manyFaults, paymentBut } from "../support/bad-inputs";
import { badRequests } from "../support/bad-requests";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { mutationBody, refusedBy } from "../support/refused-by";

const log: string[] = [];
let gateway: TestGateway;
let seller: ConnectedSeller;
let kit: Kit;
beforeAll(async () => {
  gateway = await TestGateway.start({
    logger: createLogger("trace", { write: (line) => log.push(line) }),
  });
  seller = await gateway.connectSeller();
  kit = {
    sellerId: seller.id,
    paidId: (await pay(gateway, seller)).id,
    heldId: (await pay(gateway, seller, { capture: false })).id,
  };
});
afterAll(() => gateway.stop());

const refuse = (mutation: string, input: unknown, credential?: string) =>
  refusedBy(gateway, log, mutationBody(mutation, input), credential);

describe("createPayment writes, sends and tells nothing for", () => {
  test.each(badPayments)("%s %s: %j", async (code, path, changes) => {
    const answer = await refuse("createPayment", paymentBut(kit, changes));
    expect(answer).toMatchObject({ status: 200, errors: [], refusals: [`${code} ${path}`] });
  });

  test.each(manyFaults)("several faults: %s are told at once", async (_what, changes, expected) => {
    const { refusals } = await refuse("createPayment", paymentBut(kit, changes));
    expect(refusals.sort()).toEqual([...expected].sort());
  });

  test("a fee, from a seller", async () => {
    const input = paymentBut(kit, { applicationFee: "1.00" });
    const { refusals } = await refuse("createPayment", input, seller.key);
    expect(refusals).toEqual(["FEE_NOT_ALLOWED input.applicationFee"]);
  });

  test("another seller's payment, from a seller", async () => {
    const { id } = await gateway.connectSeller();
    const input = paymentBut(kit, { sellerId: id });
    const { refusals } = await refuse("createPayment", input, seller.key);
    expect(refusals).toEqual(["NOT_FOUND input.sellerId"]);
  });

  test("decimals that the currency has and the provider does not take", async () => {
    const { id: sellerId } = await gateway.connectSeller("MCO");
    const payment = { sellerId, currency: "COP", amount: "15000.50", applicationFee: "1.50" };
    const { refusals } = await refuse("createPayment", paymentBut(kit, payment));
    expect(refusals).toEqual(["TOO_MANY_DECIMALS input.amount"]);
    const whole = { ...payment, amount: "15000.00" };
    expect((await refuse("createPayment", paymentBut(kit, whole))).refusals).toEqual([
      "TOO_MANY_DECIMALS input.applicationFee",
    ]);
  });
});

describe("writes, sends and tells nothing for", () => {
  test.each(badRequests)("%s: %s", async (mutation, _what, input, ...expected) => {
    const answer = await refuse(mutation, input(kit));
    expect(answer).toMatchObject({ status: 200, errors: [] });
    expect(answer.refusals.sort()).toEqual(expected.sort());
  });
});

describe("a document", () => {
  test.each(badDocuments)("%s is refused as a whole", async (_what, body, expected) => {
    const answer = await refusedBy(gateway, log, body(kit));
    expect(answer).toMatchObject({ status: 400, payload: null, errors: [expected] });
  });

  test("is refused with the place of a value that cannot be read, in variables and literals alike", async () => {
    const document = `mutation ($input: CreatePaymentInput!, $amount: Decimal = "1") {
      createPayment(input: $input) { userErrors { code } }
      other: refundPayment(input: { idempotencyKey: "0123456789abcdef", paymentId: "pay", amount: $amount }) { userErrors { code } }
    }`;
    const placesOf = async (text: string, variables = {}): Promise<unknown> =>
      (await gateway.query(text, variables)).errors?.map(({ extensions }) => extensions.path);
    for (const changes of [{ amount: "12,50" }, { currency: "ars" }]) {
      const input = { ...paymentBut(kit, {}), ...changes };
      expect(await placesOf(document, { input })).toEqual([["input", ...Object.keys(changes)]]);
    }
    expect(await placesOf(document, { input: paymentBut(kit, {}), amount: "12,50" })).toEqual([
      ["input", "amount"],
    ]);
    const literal =
      'mutation { refundPayment(input: { amount: "12,50" }) { userErrors { code } } }';
    expect(await placesOf(literal)).toContainEqual(["input", "amount"]);
  });

  test("answers no payload that a fault has emptied: it would read as neither done nor refused", async () => {
    const document = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) {
      replayed payment { events(first: 1, after: "made-up") { edges { cursor } } } userErrors { code }
    } }`;
    const { data, errors } = await gateway.query(document, {
      input: await gateway.cardPayment(seller),
    });
    expect(data).toBeNull();
    expect(errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual([
      ["CURSOR_INVALID", ["createPayment", "payment", "events"]],
    ]);
  });

  test("that gives values in place of variables is not repeated either", async () => {
    for (const [input, expected] of [
      [
        `amount: "${card}x"`,
        "BAD_REQUEST Decimal must be a number in plain digits, or a string with one",
      ],
      [`installments: "${card}"`, "BAD_REQUEST Int cannot represent non-integer value."],
      [`provider: "${card}"`, 'BAD_REQUEST Enum "Provider" cannot represent non-enum value.'],
      [`description: ${card}`, "BAD_REQUEST String cannot represent a non string value."],
      [`payer: "${card}"`, 'BAD_REQUEST Expected value of type "PayerInput!".'],
      [`capture: ${card}`, "BAD_REQUEST Boolean cannot represent a non boolean value."],
    ]) {
      const query = `mutation { createPayment(input: { ${input} }) { replayed } }`;
      const answer = await refusedBy(gateway, log, { query });
      expect(answer.errors).toContain(expected);
      expect(JSON.stringify(answer)).not.toContain(card);
    }
    const query = `{ payments(first: ${card}) { edges { cursor } } } ${card}`;
    expect(JSON.stringify(await refusedBy(gateway, log, { query }))).not.toContain(card);
    expect(log.join("")).not.toContain(card);
  });
});

describe("createPayment takes", () => {
  test("one amount in any of its spellings, as one intent", async () => {
    const input = await gateway.cardPayment(seller, { amount: "150.00" });
    const query = "replayed payment { id amount { amount } }";
    const { payment } = await gateway.mutate("createPayment", input, query);
    expect(payment.amount.amount).toBe("150.00");
    for (const amount of ["150", 150, "150.", "+150", "0150.000", "1.5e2", "15e1", 1.5e2]) {
      const again = await gateway.mutate("createPayment", { ...input, amount }, query);
      expect([amount, again]).toEqual([amount, { replayed: true, payment, userErrors: [] }]);
    }
  });

  test("what just fits", async () => {
    const input = await gateway.cardPayment(seller, {
      idempotencyKey: `!~${"x".repeat(126)}`,
      applicationFee: "0",
      description: "d".repeat(600),
      externalReference: "r".repeat(64),
      statementDescriptor: "s".repeat(13),
      metadata: { a: "x".repeat(4_088) },
      deviceId: "v".repeat(256),
      additionalInfo: { items: [{ title: "t", quantity: 100_000, unitPrice: "0" }] },
    });
    const { payment, userErrors } = await gateway.mutate(
      "createPayment",
      input,
      "payment { status description metadata applicationFee { amount } }",
    );
    expect(userErrors).toEqual([]);
    expect(payment).toEqual({
      status: "APPROVED",
      description: input.description,
      metadata: input.metadata,
      applicationFee: { amount: "0.00" },
    });
  });

  test("numbers that are no card's: UUIDs, order numbers, telephones, tax numbers", async () => {
    const input = await gateway.cardPayment(seller, {
      description: `order 1234567890123456 of ${new Date().toISOString()}`,
      externalReference: randomUUID(),
      metadata: { cart: randomUUID(), at: Date.now(), phone: "+5491122334455" },
      payer: {
        email: "tax@testuser.com",
        identification: { type: "CNPJ", number: "11222333000181" },
      },
    });
    const { payment } = await gateway.mutate("createPayment", input, "payment { status }");
    expect(payment.status).toBe("APPROVED");
  });
});
