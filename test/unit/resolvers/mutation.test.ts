import type { GraphQLSchema } from "graphql";
import { Refusal, refuse } from "../../../src/domain/errors";
import { buildGatewaySchema } from "../../../src/resolvers/schema";
import {
  type Answer,
  anAccount,
  anId,
  aPayment,
  aRefund,
  principals,
  run,
  services,
} from "./fixtures";

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGatewaySchema();
});

const document = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) {
    replayed
    payment { id status }
    userErrors { code message path retryable provider providerCode }
  }
}`;

const good = {
  idempotencyKey: "0123456789abcdef",
  sellerId: anId("Seller"),
  amount: "100.50",
  currency: "ARS",
  payer: { email: "ana@example.com" },
};

function asking(create: (...args: unknown[]) => unknown) {
  const spy = jest.fn(create);
  const ask = async (
    input: Record<string, unknown>,
    principal = principals.MARKETPLACE as Answer,
  ) =>
    run(schema, document, {
      services: services({ payments: { create: spy } }),
      principal,
      variables: { input },
    });
  const payload = async (input: Record<string, unknown>) => {
    const { data, errors } = await ask(input);
    expect(errors).toBeUndefined();
    return data?.createPayment;
  };
  return { spy, ask, payload };
}

const made = async () => ({ payment: aPayment(), replayed: false, refusal: null });
const never = () => {
  throw new Error("was called");
};

describe("a mutation", () => {
  test("hands on what it was given, with amounts in one form and without what is absent", async () => {
    const { spy, payload } = asking(made);
    const given = await payload({
      ...good,
      amount: 100.5,
      applicationFee: "0",
      description: null,
      payer: { email: "ana@example.com", firstName: null, phone: { number: "12345" } },
      metadata: { cart: "c-1" },
      additionalInfo: {
        items: [
          { title: "Book", quantity: 2, unitPrice: 50.25, pictureUrl: "https://a.example/b" },
        ],
        payer: { registeredAt: "2020-01-01T00:00:00Z" },
      },
    });
    expect(given).toEqual({
      replayed: false,
      payment: { id: anId("Payment"), status: "APPROVED" },
      userErrors: [],
    });
    expect(spy).toHaveBeenCalledTimes(1);
    expect(spy).toHaveBeenCalledWith(principals.MARKETPLACE, "0123456789abcdef", {
      sellerId: anId("Seller"),
      amount: "100.50",
      currency: "ARS",
      applicationFee: "0.00",
      capture: true,
      payer: { email: "ana@example.com", phone: { number: "12345" } },
      metadata: { cart: "c-1" },
      items: [
        { title: "Book", quantity: 2, unitPrice: "50.25", pictureUrl: "https://a.example/b" },
      ],
      additionalPayer: { registeredAt: "2020-01-01T00:00:00.000Z" },
      allowNearIdentical: false,
    });
  });

  test("answers everything that is wrong with the shape, each with its path, and does nothing", async () => {
    const { spy, payload } = asking(never);
    const { payment, replayed, userErrors } = await payload({
      ...good,
      idempotencyKey: "short",
      sellerId: anId("Payment"),
      externalReference: "a b",
      statementDescriptor: "FOURTEEN CHARS",
      installments: 0,
      cardToken: "4509 9535 6623 3704",
      payer: { email: "not-an-address-4711", identification: { type: "DNI", number: "1 2" } },
      additionalInfo: {
        ipAddress: "somewhere",
        items: [
          { title: "Book", quantity: 1, unitPrice: 1 },
          { title: "", quantity: 0, unitPrice: 1 },
        ],
      },
    });
    expect({ payment, replayed }).toEqual({ payment: null, replayed: false });
    const paths = userErrors.map(({ code, path }: Answer) => `${code} ${path.join(".")}`).sort();
    expect(paths).toEqual([
      "INVALID_INPUT input.additionalInfo.ipAddress",
      "INVALID_INPUT input.additionalInfo.items.1.quantity",
      "INVALID_INPUT input.additionalInfo.items.1.title",
      "INVALID_INPUT input.cardToken",
      "INVALID_INPUT input.externalReference",
      "INVALID_INPUT input.idempotencyKey",
      "INVALID_INPUT input.installments",
      "INVALID_INPUT input.payer.email",
      "INVALID_INPUT input.payer.identification.number",
      "INVALID_INPUT input.statementDescriptor",
      "WRONG_ID_KIND input.sellerId",
    ]);
    for (const { message, retryable } of userErrors) {
      expect(message).not.toMatch(/4509|4711|1 2|somewhere|FOURTEEN|a b|RegExp|regular/);
      expect(retryable).toBe(false);
    }
    expect(spy).not.toHaveBeenCalled();
  });

  test("answers everything that is wrong with the amounts", async () => {
    const { spy, payload } = asking(never);
    const { userErrors } = await payload({
      ...good,
      amount: "0",
      applicationFee: "-1",
      additionalInfo: { items: [{ title: "Book", quantity: 1, unitPrice: "1.001" }] },
    });
    expect(userErrors.map(({ code, path }: Answer) => [code, ...path])).toEqual([
      ["INVALID_AMOUNT", "input", "amount"],
      ["INVALID_AMOUNT", "input", "applicationFee"],
      ["TOO_MANY_DECIMALS", "input", "additionalInfo", "items", "0", "unitPrice"],
    ]);
    expect(spy).not.toHaveBeenCalled();
  });

  test.each([
    [{ currency: "XXX" }, "UNSUPPORTED_CURRENCY", ["input", "currency"]],
    [{ applicationFee: "100.51" }, "FEE_EXCEEDS_AMOUNT", ["input", "applicationFee"]],
    [{ sellerId: null }, "INVALID_INPUT", ["input", "sellerId"]],
    [{ amount: "90071992547409.93" }, "INVALID_AMOUNT", ["input", "amount"]],
  ])("refuses %j as %s", async (changes, code, path) => {
    const { spy, payload } = asking(never);
    expect((await payload({ ...good, ...changes })).userErrors).toEqual([
      expect.objectContaining({ code, path }),
    ]);
    expect(spy).not.toHaveBeenCalled();
  });

  test("takes a seller's own key as naming the seller", async () => {
    const { spy, ask } = asking(made);
    const { sellerId: _, ...input } = good;
    await ask(input, principals.SELLER);
    expect(spy.mock.calls[0]?.[2]).toMatchObject({ sellerId: anId("Seller") });
  });

  test("answers a rule's refusal as user errors", async () => {
    const { payload } = asking(() => {
      throw new Refusal(
        { code: "NEAR_IDENTICAL_PAYMENT", message: "twin", path: ["input"] },
        { code: "CARD_DATA_NOT_ACCEPTED", message: "card", path: ["input", "description"] },
      );
    });
    expect(await payload(good)).toEqual({
      replayed: false,
      payment: null,
      userErrors: [
        {
          code: "NEAR_IDENTICAL_PAYMENT",
          message: "twin",
          path: ["input"],
          retryable: true,
          provider: null,
          providerCode: null,
        },
        expect.objectContaining({ code: "CARD_DATA_NOT_ACCEPTED", retryable: false }),
      ],
    });
  });

  test("shows a payment that the provider refused beside the refusal", async () => {
    const refusal = {
      code: "PROVIDER_UNAVAILABLE",
      message: "no answer",
      path: ["input"],
      provider: "MERCADO_PAGO",
      providerCode: "503",
      retryable: false,
    };
    const { payload } = asking(async () => ({
      payment: aPayment({ status: "FAILED" }),
      replayed: true,
      refusal: [refusal],
    }));
    expect(await payload(good)).toEqual({
      replayed: true,
      payment: { id: anId("Payment"), status: "FAILED" },
      userErrors: [refusal],
    });
  });

  test.each(["FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED"] as const)(
    "lets %s through as an error of the request",
    async (code) => {
      const { ask } = asking(() => {
        throw refuse(code, "no");
      });
      const { data, errors } = await ask(good);
      expect(data).toBeNull();
      expect(errors?.[0]?.originalError).toMatchObject({ code });
    },
  );

  test("lets a fault through, for the edge to mask", async () => {
    const fault = new TypeError("a column is gone");
    const { ask } = asking(() => {
      throw fault;
    });
    expect((await ask(good)).errors?.[0]?.originalError).toBe(fault);
  });

  test("repeats no value in the errors of scalars", async () => {
    const { ask } = asking(never);
    const token = "4509953566233704";
    const { errors } = await run(
      schema,
      `mutation { createPayment(input: { idempotencyKey: "0123456789abcdef", amount: "${token}x", currency: "${token}", payer: { email: "a@b.example" } }) { replayed } }`,
      { services: services({}) },
    );
    expect(errors).toHaveLength(2);
    for (const error of errors ?? []) {
      expect(error.message).not.toContain(token);
      expect(error.locations).toHaveLength(1);
    }
    expect((await ask({ ...good, amount: "NaN" })).errors?.[0]?.message).toContain(
      "Decimal must be",
    );
  });
});

describe("two mutations of one payment in one document", () => {
  test("each show what it has come to, not what was loaded before", async () => {
    const held = aPayment({ status: "AUTHORIZED", version: 2 });
    const taken = aPayment({ status: "APPROVED", version: 3 });
    const back = aPayment({ status: "REFUNDED", version: 4 });
    const refunds: ReturnType<typeof aRefund>[] = [];
    const actionsOf = jest.fn(() => []);
    const given = services({
      payments: {
        capture: async () => ({ payment: taken, replayed: false, refusal: null }),
        refund: async () => {
          const refund = aRefund();
          refunds.push(refund);
          return { payment: back, refund, replayed: false, refusal: null };
        },
        cancel: async () => ({ payment: held, replayed: false, refusal: null }),
        reader: { refundsOf: async () => [...refunds] },
        actionsOf,
      },
      accounts: { byIds: async (ids: string[]) => new Map(ids.map((id) => [id, anAccount()])) },
    });
    const input = `input: { idempotencyKey: "0123456789abcdef", paymentId: "${anId("Payment")}" }`;
    const { data } = await run(
      schema,
      `fragment P on Payment { status refunds { id } availableActions { action } }
       mutation {
         cancelPayment(${input}) { payment { ...P } }
         capturePayment(${input}) { payment { ...P } }
         refundPayment(${input}) { payment { ...P } }
       }`,
      { services: given },
    );
    expect(data?.refundPayment.payment.refunds).toHaveLength(1);
    expect(data?.capturePayment.payment.refunds).toHaveLength(0);
    expect(actionsOf.mock.calls.map(([payment]: Answer[]) => payment)).toEqual([held, taken, back]);
  });
});

describe("updateSeller", () => {
  const update = jest.fn(async () => ({ ...aPayment(), reference: "r", name: "n" }));
  const ask = async (input: Record<string, unknown>) => {
    update.mockClear();
    const { data } = await run(
      schema,
      `mutation ($input: UpdateSellerInput!) {
        updateSeller(input: $input) { seller { name } userErrors { code path } }
      }`,
      { services: services({ sellers: { update } }), variables: { input } },
    );
    return data?.updateSeller;
  };

  test("takes away what is null, and keeps what is left out", async () => {
    expect((await ask({ id: anId("Seller"), email: null })).userErrors).toEqual([]);
    expect(update).toHaveBeenCalledWith(principals.MARKETPLACE, anId("Seller"), { email: null });
  });

  test("refuses to take away a name or a reference", async () => {
    const { seller, userErrors } = await ask({ id: anId("Seller"), name: null, reference: null });
    expect(seller).toBeNull();
    expect(userErrors.map(({ path }: Answer) => path.at(-1)).sort()).toEqual(["name", "reference"]);
    expect(update).not.toHaveBeenCalled();
  });
});

describe("createApiKey", () => {
  const createKey = jest.fn();
  const ask = async (input: Record<string, unknown>) => {
    const { data } = await run(
      schema,
      `mutation ($input: CreateApiKeyInput!) {
        createApiKey(input: $input) { credential userErrors { code path } }
      }`,
      { services: services({ access: { createKey } }), variables: { input } },
    );
    return data?.createApiKey.userErrors.map(({ code, path }: Answer) => [code, path.join(".")]);
  };

  test.each([
    [{ role: "SELLER" }, [["INVALID_INPUT", "input.sellerId"]]],
    [{ role: "SELLER", sellerId: "sel_1" }, [["WRONG_ID_KIND", "input.sellerId"]]],
    [
      { role: "PARTNER" },
      [
        ["INVALID_INPUT", "input.name"],
        ["INVALID_INPUT", "input.sellerIds"],
      ],
    ],
    [
      { role: "PARTNER", name: "Books", sellerIds: [anId("Seller"), anId("Payment")] },
      [["WRONG_ID_KIND", "input.sellerIds.1"]],
    ],
  ])("refuses %j", async (input, errors) => {
    expect(await ask(input)).toEqual(errors);
    expect(createKey).not.toHaveBeenCalled();
  });
});
