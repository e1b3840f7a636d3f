import { MercadoPagoClient } from "../../../../src/providers/mercado-pago/client";
import { MercadoPagoPayments } from "../../../../src/providers/mercado-pago/payments";
import type { CreatePaymentCommand } from "../../../../src/providers/provider";
import { answering, ScriptedHttp } from "../scripted-http";
import { call, command, reference } from "./fixtures";
import { golden } from "./golden";

const over = (http: ScriptedHttp) => new MercadoPagoPayments(new MercadoPagoClient(http));
const approved = golden("payment-approved");

describe("create sends", () => {
  async function bodyOf(changes: Partial<CreatePaymentCommand>): Promise<string | undefined> {
    const http = answering(201, approved);
    await over(http).create({ ...command, ...changes }, call);
    return http.only.body;
  }

  test("the least of a card payment", async () => {
    expect(await bodyOf({})).toBe(
      `{"transaction_amount":100.50,"token":"${command.cardToken}","payment_method_id":"visa",` +
        `"installments":1,"external_reference":"${reference}","payer":{"email":"b@testuser.com"},` +
        `"additional_info":{"payer":{}}}`,
    );
  });

  test("everything that there is", async () => {
    const body = await bodyOf({
      applicationFee: { minor: 205n, currency: "ARS" },
      capture: false,
      issuerId: "310",
      installments: 6,
      description: "Two mugs",
      statementDescriptor: "MUGS",
      metadata: { order: "A-1", nested: { n: 1.5, list: [true, null] } },
      notificationUrl: "https://pay.example/webhooks/mercado-pago",
      ipAddress: "203.0.113.7",
      payer: {
        email: "b@testuser.com",
        firstName: "Ana",
        lastName: "Ñandú",
        identification: { type: "DNI", number: "12345678" },
        phone: { areaCode: "11", number: "5555" },
        address: { zipCode: "C1000", street: "Calle", number: "12 bis" },
      },
      items: [
        {
          id: "sku-1",
          title: "Mug",
          description: "White",
          categoryId: "home",
          pictureUrl: "https://shop.example/mug.png",
          quantity: 2,
          unitPrice: { minor: 5025n, currency: "ARS" },
        },
      ],
      additionalPayer: { firstName: "Anita", registeredAt: "2020-02-03T00:00:00.000Z" },
    });
    expect(body).toContain('"unit_price":50.25');
    expect(JSON.parse(body ?? "")).toEqual({
      transaction_amount: 100.5,
      application_fee: 2.05,
      capture: false,
      token: command.cardToken,
      payment_method_id: "visa",
      issuer_id: "310",
      installments: 6,
      external_reference: reference,
      description: "Two mugs",
      statement_descriptor: "MUGS",
      metadata: { order: "A-1", nested: { n: 1.5, list: [true, null] } },
      notification_url: "https://pay.example/webhooks/mercado-pago",
      payer: {
        email: "b@testuser.com",
        first_name: "Ana",
        last_name: "Ñandú",
        identification: { type: "DNI", number: "12345678" },
        phone: { area_code: "11", number: "5555" },
        address: { zip_code: "C1000", street_name: "Calle", street_number: "12 bis" },
      },
      additional_info: {
        ip_address: "203.0.113.7",
        items: [
          {
            id: "sku-1",
            title: "Mug",
            description: "White",
            category_id: "home",
            picture_url: "https://shop.example/mug.png",
            quantity: 2,
            unit_price: 50.25,
          },
        ],
        payer: {
          first_name: "Anita",
          last_name: "Ñandú",
          phone: { area_code: "11", number: "5555" },
          address: { zip_code: "C1000", street_name: "Calle", street_number: "12 bis" },
          registration_date: "2020-02-03T00:00:00.000Z",
        },
      },
    });
  });

  test("no fee where it is zero", async () => {
    expect(await bodyOf({ applicationFee: { minor: 0n, currency: "ARS" } })).not.toContain("fee");
  });

  test("COP as whole pesos", async () => {
    const body = await bodyOf({ amount: { minor: 1_500_000n, currency: "COP" } });
    expect(body).toContain('"transaction_amount":15000,');
  });

  test("in the seller's name, under our key, with the device's fingerprint", async () => {
    const http = answering(201, approved);
    await over(http).create({ ...command, deviceId: "armor.1:abc" }, call);
    expect(http.only).toMatchObject({
      operation: "createPayment",
      method: "POST",
      path: "/v1/payments",
    });
    expect(http.only.headers).toEqual({
      authorization: "Bearer APP_USR-101-010112-ab12-555",
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "graphql-payments-gateway",
      "x-idempotency-key": call.idempotencyKey,
      "x-meli-session-id": "armor.1:abc",
    });
  });
});

describe("create refuses, and sends nothing,", () => {
  test.each<[string, Partial<CreatePaymentCommand>, string, string]>([
    [
      "another currency",
      { amount: { minor: 100n, currency: "PLN" } },
      "UNSUPPORTED_CURRENCY",
      "amount",
    ],
    [
      "centavos of COP",
      { amount: { minor: 150n, currency: "COP" } },
      "TOO_MANY_DECIMALS",
      "amount",
    ],
    ["nothing", { amount: { minor: 0n, currency: "ARS" } }, "INVALID_AMOUNT", "amount"],
    [
      "a fee with centavos of COP",
      {
        amount: { minor: 10_000n, currency: "COP" },
        applicationFee: { minor: 150n, currency: "COP" },
      },
      "TOO_MANY_DECIMALS",
      "applicationFee",
    ],
    [
      "a device id that breaks out of its header",
      { deviceId: "a\r\nx: y" },
      "INVALID_INPUT",
      "deviceId",
    ],
    ["an empty device id", { deviceId: "" }, "INVALID_INPUT", "deviceId"],
  ])("%s", async (_name, changes, code, field) => {
    const http = answering(201, approved);
    expect(await over(http).create({ ...command, ...changes }, call)).toMatchObject({
      kind: "refused",
      refusal: { code, field, retryable: false },
    });
    expect(http.requests).toEqual([]);
  });
});

describe("create concludes", () => {
  test.each([200, 201, 202])("from %i with a payment: accepted", async (status) => {
    expect(await over(answering(status, approved)).create(command, call)).toMatchObject({
      kind: "accepted",
      value: { providerPaymentId: "9000000001", status: "APPROVED", reference },
    });
  });

  test("from a declined card: accepted, and rejected", async () => {
    const http = answering(201, golden("payment-rejected"));
    expect(await over(http).create(command, call)).toMatchObject({
      kind: "accepted",
      value: { status: "REJECTED" },
    });
  });

  test.each<[string, unknown, string]>([
    ["an empty body", "", "the answer is no readable payment"],
    ["half a body", '{"id":9000000001,"stat', "the answer is no readable payment"],
    ["a page", "<html>ok</html>", "the answer is no readable payment"],
    ["another thing", { id: 1, status: "opened" }, "the answer is no readable payment"],
    [
      "another reference",
      golden("payment-approved", { external_reference: "pay_other" }),
      "the answer is about a payment with another reference",
    ],
    [
      "another amount",
      golden("payment-approved", { transaction_amount: 100.49 }),
      "the answer is about a payment of another amount",
    ],
    [
      "another currency",
      golden("payment-approved", { currency_id: "MXN" }),
      "the answer is about a payment of another amount",
    ],
  ])("from 201 with %s: unknown", async (_name, body, reason) => {
    expect(await over(answering(201, body)).create(command, call)).toEqual({
      kind: "unknown",
      reason,
    });
  });

  test("from an answer that names no reference: accepted", async () => {
    const http = answering(201, golden("payment-approved", { external_reference: null }));
    expect((await over(http).create(command, call)).kind).toBe("accepted");
  });

  test.each([429, 408, 409, 423, 500, 503])("from %i: unknown", async (status) => {
    const http = answering(status, golden("error-card-token"));
    expect((await over(http).create(command, call)).kind).toBe("unknown");
  });

  test("from a card token that is not known: refused", async () => {
    expect(await over(answering(400, golden("error-card-token"))).create(command, call)).toEqual({
      kind: "refused",
      refusal: {
        code: "CARD_TOKEN_INVALID",
        field: "cardToken",
        message: expect.stringContaining("Tokenise"),
        providerCode: "2006",
        retryable: false,
      },
    });
  });

  test("from a call that was never sent: refused, to be tried again", async () => {
    const http = new ScriptedHttp(() => ({ kind: "not-sent", reason: "no connection in time" }));
    expect(await over(http).create(command, call)).toEqual({
      kind: "refused",
      refusal: {
        code: "PROVIDER_UNAVAILABLE",
        message: "Mercado Pago could not be asked: no connection in time. Nothing was sent.",
        retryable: true,
      },
    });
  });

  test("from a call whose answer was lost: unknown", async () => {
    const lost = { kind: "unknown", reason: "no whole answer in time" } as const;
    expect(await over(new ScriptedHttp(() => lost)).create(command, call)).toEqual(lost);
  });
});
