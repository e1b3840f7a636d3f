import type { Json } from "../support/http";
import { byBlik, byCard, type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describe("orders at the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    market = await openMarketplace(simulator.payu);
  });

  it("send the buyer to the hosted page, with a body beside the redirect", async () => {
    const body = market.orderBody({ extOrderId: "o-1" });
    const answer = await market.post("/orders", body);
    expect(answer.status).toBe(302);
    expect(answer.body).toEqual({
      status: { statusCode: "SUCCESS" },
      redirectUri: answer.headers.get("location"),
      orderId: expect.stringMatching(/^[0-9A-Z]{10}\d{6}GUEST000P01$/),
      extOrderId: "o-1",
    });
    expect(await market.order(answer.body.orderId)).toMatchObject({ status: "NEW" });
  });

  it.each([
    ["m", "SUCCESS"],
    ["orx", "WARNING_CONTINUE_REDIRECT"],
  ])("send the buyer to the bank %s with %s", async (value, statusCode) => {
    const payMethods = { payMethod: { type: "PBL", value, amount: "5000" } };
    const answer = await market.post("/orders", market.orderBody({ payMethods }));
    expect(answer).toMatchObject({ status: 302, body: { status: { statusCode } } });
  });

  it("need no page for a BLIK code or a card", async () => {
    for (const payment of [byBlik(), byCard("TOK_approve_1")]) {
      const answer = await market.post("/orders", market.orderBody(payment));
      expect(answer.status).toBe(201);
      expect(answer.body.redirectUri).toBeUndefined();
      expect(await market.order(answer.body.orderId)).toMatchObject({ status: "COMPLETED" });
    }
  });

  it.each([
    ["3ds", "WARNING_CONTINUE_3DS"],
    ["cvv", "WARNING_CONTINUE_CVV"],
  ])("send the holder of a card to the page for %s", async (outcome, statusCode) => {
    const token = await simulator.payu.cardToken(outcome);
    const answer = await market.post("/orders", market.orderBody(byCard(token)));
    expect(answer).toMatchObject({ status: 302, body: { status: { statusCode } } });
    expect(answer.body.redirectUri).toContain("/pay/");
  });

  it("are shown again with texts for all numbers, without what is never echoed", async () => {
    const [seller] = market.sellers;
    const cart = {
      extCustomerId: seller,
      amount: 2700,
      fee: 27,
      shippingMethods: [{ country: "PL", price: 2000, name: "Post" }],
      products: [
        {
          name: "Mug",
          unitPrice: 700,
          quantity: 1,
          virtual: true,
          listingDate: "2026-01-15T10:00:00+01:00",
        },
      ],
    };
    const body = market.splitBody([{ seller, amount: 2700 }], {
      shoppingCarts: [cart],
      totalAmount: 2700,
      notifyUrl: "http://127.0.0.1:9/notify",
    });
    const { orderId } = await market.pay(body);
    const answer = (await market.get(`/orders/${orderId}`)).body;
    expect(answer.properties).toEqual([{ name: "PAYMENT_ID", value: expect.any(String) }]);
    expect(answer.orders[0]).toEqual({
      orderId,
      extOrderId: body.extOrderId,
      orderCreateDate: expect.stringMatching(/\+01:00$/),
      notifyUrl: "http://127.0.0.1:9/notify",
      customerIp: "127.0.0.1",
      merchantPosId: market.pos.posId,
      description: "Order",
      currencyCode: "PLN",
      totalAmount: "2700",
      buyer: { customerId: "guest", email: "buyer@shop.example" },
      payMethod: { amount: "2700", type: "PBL" },
      status: "COMPLETED",
      shoppingCarts: [
        {
          extCustomerId: seller,
          amount: "2700",
          fee: "27",
          shippingMethods: [{ country: "PL", price: "2000", name: "Post" }],
          products: [{ name: "Mug", unitPrice: "700", quantity: "1" }],
        },
      ],
    });
  });

  it("are unique by the shop's id for ever, and a repetition names the one that is there", async () => {
    const body = market.orderBody({ extOrderId: "o-77" });
    const { orderId } = (await market.post("/orders", body)).body;
    await simulator.payu.call("DELETE", `/api/v2_1/orders/${orderId}`, undefined, {
      token: market.token,
    });
    expect(await market.post("/orders", { ...body, totalAmount: 1 })).toMatchObject({
      status: 400,
      body: {
        orderId,
        extOrderId: "o-77",
        status: { statusCode: "ERROR_ORDER_NOT_UNIQUE", codeLiteral: "ORDER_NOT_UNIQUE" },
      },
    });
    const other = await openMarketplace(simulator.payu);
    const elsewhere = await other.post("/orders", other.orderBody({ extOrderId: "o-77" }));
    expect(elsewhere.status).toBe(302);
  });

  it("are found by a repetition although the seller was closed since", async () => {
    const [seller] = market.sellers;
    const body = market.splitBody([{ seller, amount: 100 }]);
    const { orderId } = await market.pay(body);
    const path = `/sellers/${seller}`;
    await simulator.payu.control("POST", path, { pos: market.pos.posId, active: false });
    expect((await market.post("/orders", body)).body.orderId).toBe(orderId);
  });

  it.each([
    "merchantPosId",
    "customerIp",
    "description",
    "currencyCode",
    "totalAmount",
    "products",
  ])("need %s", async (name) => {
    const answer = await market.post("/orders", market.orderBody({ [name]: undefined }));
    expect(answer).toMatchObject({
      status: 400,
      body: { status: { statusCode: "ERROR_VALUE_MISSING" } },
    });
    expect(answer.body.status.statusDesc).toContain(name);
  });

  const product = { name: "Mug", unitPrice: "5000", quantity: "1" };
  it.each<[string, Record<string, unknown>]>([
    ["an address of no customer", { customerIp: "0.0.0.0" }],
    ["an address that is none", { customerIp: "localhost" }],
    ["another currency than the POS's", { currencyCode: "EUR" }],
    ["an amount with decimals", { totalAmount: "50.00" }],
    ["an amount of nothing", { totalAmount: 0 }],
    ["a negative amount", { totalAmount: -1 }],
    ["a product without a name", { products: [{ ...product, name: undefined }] }],
    ["a product without a quantity", { products: [{ ...product, quantity: 0 }] }],
    ["a notifyUrl that is none", { notifyUrl: "nowhere" }],
    ["an extOrderId that is too long", { extOrderId: "x".repeat(1025) }],
    ["a validity of no time", { validityTime: "0" }],
    ["a method amount that differs", byCard("TOK_approve", { amount: "4999" })],
    ["an unknown card token", byCard("TOK_anything")],
    ["a bank that is switched off", { payMethods: { payMethod: { type: "PBL", value: "ab" } } }],
    ["a method of no type", { payMethods: { payMethod: { value: "m" } } }],
    ["a BLIK code that is none", byBlik("12345")],
    [
      "a pre-authorization without a card",
      {
        payMethods: {
          payMethod: { type: "PBL", value: "m", authorizationType: "PRE_AUTHORIZATION" },
        },
      },
    ],
  ])("are refused with %s", async (_case, extra) => {
    const answer = await market.post("/orders", market.orderBody(extra));
    expect(answer.status).toBe(400);
    expect(answer.body.status.statusCode).toMatch(/^ERROR_VALUE_(INVALID|MISSING)$/);
    expect(await market.ledger()).toEqual([]);
  });

  it("take a card token once, and leave it unused when they are refused", async () => {
    const token = await simulator.payu.cardToken();
    const refused = await market.post(
      "/orders",
      market.orderBody({ ...byCard(token), currencyCode: "EUR" }),
    );
    expect(refused.status).toBe(400);
    const pay = () => market.post("/orders", market.orderBody(byCard(token)));
    expect((await pay()).status).toBe(201);
    expect((await pay()).status).toBe(400);
  });

  describe("with carts", () => {
    const cartOf = (seller: string, extra: Record<string, unknown> = {}) => ({
      extCustomerId: seller,
      amount: 1800,
      fee: 20,
      shippingMethods: [{ country: "PL", price: 1500, name: "Post" }],
      products: [{ name: "Pen", unitPrice: 100, quantity: 3 }],
      ...extra,
    });
    const post = (cart: Json, extra: Record<string, unknown> = {}) =>
      market.post("/orders", {
        ...market.splitBody([]),
        totalAmount: 1800,
        shoppingCarts: [cart],
        ...byBlik(),
        ...extra,
      });

    it("keep the sums of the documented example", async () => {
      expect((await post(cartOf(market.sellers[0]))).status).toBe(201);
    });

    it.each<[string, Record<string, unknown>]>([
      ["a sum that is not the cart's amount", { amount: 1700 }],
      ["a fee above the amount", { fee: 1801 }],
      ["no products", { products: [], amount: 1500 }],
      ["a shipping without a price", { shippingMethods: [{ country: "PL", name: "Post" }] }],
      [
        "a country that is none",
        { shippingMethods: [{ country: "EN", price: 1500, name: "Post" }] },
      ],
      [
        "a date that is none",
        { products: [{ name: "Pen", unitPrice: 300, quantity: 1, listingDate: "now" }] },
      ],
    ])("are refused with %s", async (_case, extra) => {
      const answer = await post(cartOf(market.sellers[0], extra));
      expect(answer.status).toBe(400);
      expect(await market.ledger()).toEqual([]);
    });

    it("allow any fee from nothing to the whole amount", async () => {
      for (const fee of [undefined, 0, "0", 1800, "1800"]) {
        expect((await post(cartOf(market.sellers[0], { fee }))).status).toBe(201);
      }
    });

    it("are refused when the carts are not the whole order", async () => {
      const answer = await post(cartOf(market.sellers[0]), { totalAmount: 1801 });
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.body.status.statusDesc).toContain("totalAmount");
    });

    it("are refused without the buyer's id at the marketplace", async () => {
      const answer = await post(cartOf(market.sellers[0]), { buyer: { email: "a@shop.example" } });
      expect(answer.body.status).toMatchObject({ statusCode: "ERROR_VALUE_MISSING" });
    });

    it("are refused for a seller who is unknown, unverified or closed", async () => {
      const { payu } = simulator;
      expect(await post(cartOf("nobody"))).toMatchObject({
        status: 404,
        body: {
          status: { statusCode: "DATA_NOT_FOUND", code: "9999", codeLiteral: "DATA_NOT_FOUND" },
        },
      });
      const unverified = await payu.seller(market.pos, { verified: false });
      expect((await post(cartOf(unverified))).body.status.code).toBe("9132");
      const closed = await payu.seller(market.pos, { active: false });
      expect((await post(cartOf(closed))).body.status.code).toBe("9104");
      const locked = await payu.seller(market.pos, { locked: true });
      expect((await post(cartOf(locked))).status).toBe(201);
    });

    it("pay the seller without the fee, and the fee to the marketplace", async () => {
      const [first, second] = market.sellers;
      await market.pay(
        market.splitBody([
          { seller: first, amount: 3500, fee: 350 },
          { seller: second, amount: 1500 },
        ]),
      );
      expect(await market.balance(first)).toEqual({ total: 3150, available: 3150 });
      expect(await market.balance(second)).toEqual({ total: 1500, available: 1500 });
      expect(await market.balance(market.pos.feeAccount)).toEqual({ total: 350, available: 350 });
    });
  });

  it("lists the ways to pay", async () => {
    const { body } = await market.get("/paymethods?lang=en");
    expect(body.payByLinks).toContainEqual(
      expect.objectContaining({ value: "blik", status: "ENABLED", minAmount: 50 }),
    );
    expect((await market.get("/paymethods?lang=xx")).status).toBe(400);
  });
});
