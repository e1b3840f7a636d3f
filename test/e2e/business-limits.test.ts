import { randomUUID } from "node:crypto";
import { foundMarketplace } from "../support/access-world";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { makeOrder, someBuyer } from "../support/orders";
import type { Json } from "../support/simulator";

/** What a business may do in some time. Each limit is so low here that the next one is too many. */
const env = {
  RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES: "2",
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER: "3",
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS: "1",
  RATE_LIMIT_FAILURES_PER_HOUR_PER_CARD_TOKEN: "1",
  RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER: "1",
  RATE_LIMIT_SIGNED_WEBHOOKS_PER_MINUTE: "1",
  RATE_LIMIT_UNSIGNED_WEBHOOKS_PER_MINUTE: "1",
};

describe("beyond a limit of the business", () => {
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ env });
  });
  beforeEach(async () => {
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const ask = async (
    name: string,
    input: Record<string, unknown>,
    credential?: string,
  ): Promise<Json> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`;
    return gateway.query(document, { input }, credential);
  };
  const expectDone = (answer: Json) => expect(answer.errors).toBeUndefined();
  const expectLimited = async (act: () => Promise<Json>, within: number) => {
    const { errors, status } = await leavingNothing(gateway, act);
    expect([status, errors.length]).toEqual([200, 1]);
    const { code, retryable, retryAfter } = errors[0].extensions;
    expect([code, retryable]).toEqual(["RATE_LIMITED", true]);
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(within);
    expect(errors[0].message).toContain(`wait for ${retryAfter} seconds`);
  };
  const pay = async (extra: Record<string, unknown> = {}, from = seller) =>
    ask("createPayment", await gateway.cardPayment(from, extra));

  test("no connection is begun; the seller, and other sellers, have their own", async () => {
    const start = (from = seller, credential?: string) =>
      ask("startSellerConnection", { sellerId: from.id }, credential);
    expectDone(await start());
    expectDone(await start());
    await expectLimited(start, 600);
    expectDone(await start(seller, seller.key));
    expectDone(await start(await gateway.connectSeller()));
  });

  test("no payment is made, and one that was made is answered all the same", async () => {
    const input = await gateway.cardPayment(seller);
    expectDone(await ask("createPayment", input));
    expectDone(await pay());
    expectDone(await pay());
    await expectLimited(() => pay(), 60);
    const { replayed, payment } = await gateway.mutate(
      "createPayment",
      input,
      "replayed payment { status }",
    );
    expect([replayed, payment.status]).toEqual([true, "APPROVED"]);
    expectDone(await pay({}, await gateway.connectSeller()));
  });

  test.each([
    ["192.0.2.7", "192.0.2.7", "192.0.2.8"],
    ["2001:db8::1", "2001:DB8:0:0:ffff::2", "2001:db8:0:1::1"],
    ["::ffff:192.0.2.9", "192.0.2.9", "::ffff:192.0.2.10"],
  ])("no payment is made from one payer's address: %s", async (first, same, other) => {
    const from = (ipAddress: string) => pay({ additionalInfo: { ipAddress } });
    expectDone(await from(first));
    await expectLimited(() => from(same), 60);
    expectDone(await from(other));
  });

  test("another marketplace's buyers have limits of their own, by address and card token", async () => {
    const key = await foundMarketplace(gateway);
    const stranger = await gateway.connectSeller("MLA", key);
    const additionalInfo = { ipAddress: "198.51.100.77" };
    expectDone(await pay({ additionalInfo }));
    const ofStranger = await gateway.cardPayment(stranger, { additionalInfo });
    expectDone(await ask("createPayment", ofStranger, key));

    const cardToken = await seller.cardToken("FUND");
    expectDone(await ask("createPayment", await gateway.cardPayment(stranger, { cardToken }), key));
    expectDone(await pay({ cardToken }));
    const again = await gateway.cardPayment(seller, { cardToken });
    await expectLimited(() => ask("createPayment", again), 3_600);
  });

  test("no card token that failed is tried again", async () => {
    const cardToken = await seller.cardToken("FUND");
    const input = await gateway.cardPayment(seller, { cardToken });
    expectDone(await ask("createPayment", input));
    const again = { ...(await gateway.cardPayment(seller)), cardToken };
    await expectLimited(() => ask("createPayment", again), 3_600);
    expectDone(await pay());
    // The same request again is no further attempt.
    expectDone(await ask("createPayment", input));
  });

  test("nothing is given back", async () => {
    const made = await gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller),
      "payment { id }",
    );
    const refund = (idempotencyKey: string) =>
      ask("refundPayment", { idempotencyKey, paymentId: made.payment.id, amount: "1.00" });
    const first = randomUUID();
    expectDone(await refund(first));
    await expectLimited(() => refund(randomUUID()), 86_400);
    expectDone(await refund(first));
  });

  describe("of orders", () => {
    const order = async (sellers: ConnectedSeller[], cardTokens: string[] = []) => ({
      idempotencyKey: randomUUID(),
      ...{ provider: "MERCADO_PAGO", currency: "ARS", description: "Books" },
      buyer: someBuyer(),
      carts: await Promise.all(
        sellers.map(async ({ id: sellerId, cardToken }, index) => ({
          sellerId,
          products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
          cardToken: cardTokens[index] ?? (await cardToken()),
        })),
      ),
    });
    const make = async (...given: Parameters<typeof order>) =>
      ask("createMarketplaceOrder", await order(...given));

    test("none is made where one seller has too many payments", async () => {
      for (const _ of [1, 2, 3]) expectDone(await pay());
      const other = await gateway.connectSeller();
      const input = await order([other, seller]);
      await expectLimited(() => ask("createMarketplaceOrder", input), 60);
      expectDone(await make([other]));
    });

    test("none is made from an address that pays too often", async () => {
      const from = async () => ({ ...(await order([seller])), ipAddress: "192.0.2.20" });
      expectDone(await ask("createMarketplaceOrder", await from()));
      const input = await from();
      await expectLimited(() => ask("createMarketplaceOrder", input), 60);
    });

    test("none is made with a card token that failed, in an order or a payment", async () => {
      const other = await gateway.connectSeller();
      const cardToken = await seller.cardToken("FUND");
      expectDone(await make([seller, other], [cardToken]));
      const input = await order([seller], [cardToken]);
      await expectLimited(() => ask("createMarketplaceOrder", input), 3_600);
      const payment = await gateway.cardPayment(seller, { cardToken });
      await expectLimited(() => ask("createPayment", payment), 3_600);
      expectDone(await make([other]));
    });

    test("nothing is given back", async () => {
      const { id: orderId } = await makeOrder(gateway, await order([seller]));
      const input = () => ({ idempotencyKey: randomUUID(), orderId, sellerId: seller.id });
      expectDone(await ask("refundMarketplaceOrder", { ...input(), amount: "1.00" }));
      await expectLimited(() => ask("refundMarketplaceOrder", input()), 86_400);
    });
  });

  test("no notification is stored, and its provider is asked to come again", async () => {
    const send = async (signature: string): Promise<number> => {
      const url = `${gateway.url}/webhooks/mercadopago`;
      const body = { dataId: String(Math.trunc(Math.random() * 1e9)), type: "payment", url };
      const sent = await gateway.simulator.control("POST", "/notifications/send", {
        ...body,
        signature,
      });
      return sent.status;
    };
    const stored = async () =>
      (await gateway.app.database.read("SELECT id FROM inbox_delivery")).length;
    expect(await send("valid")).toBe(200);
    const before = await stored();
    expect(await send("valid")).toBe(429);
    expect(await stored()).toBe(before);
    // A forged one is refused before it is counted.
    expect(await send("forged")).toBe(401);
  });
});

test("a limit that is off is none", async () => {
  const off = Object.fromEntries(Object.keys(env).map((name) => [name, "off"]));
  const gateway = await TestGateway.start({ env: off });
  const { id: sellerId } = await gateway.connectSeller();
  for (let started = 0; started < 12; started++) {
    const { userErrors } = await gateway.mutate(
      "startSellerConnection",
      { sellerId },
      "authorizationUrl",
    );
    expect(userErrors).toEqual([]);
  }
  await gateway.stop();
});
