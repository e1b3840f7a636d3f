import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { nextAction } from "../support/next-actions";
import { threeCarts } from "../support/orders";
import type { Json } from "../support/simulator";

const cardAtPayu = (word: string) => ({ card: { token: `TOK_${word}_${randomUUID()}` } });

describeEachDatabase("how an order of several sellers is paid", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let sellers: [ConnectedSeller, ConnectedSeller];
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock });
    sellers = [await gateway.connectSeller(), await gateway.connectSeller()];
  });
  afterAll(() => gateway.stop());

  const create = (input: Json): Promise<Json> =>
    gateway.mutate(
      "createMarketplaceOrder",
      input,
      `replayed order { id status redirectUrl ${nextAction} payments { id status method { installments } ${nextAction} } }`,
    );
  const made = async (input: Json): Promise<Json> => {
    const { order, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    return order;
  };
  /** An order at Mercado Pago; `payOf` tells how each cart is paid. */
  const byCart = async (
    payOf: (seller: ConnectedSeller, index: number) => Promise<object> | object,
    extra: object = {},
  ): Promise<Json> => ({
    ...{ idempotencyKey: randomUUID(), provider: "MERCADO_PAGO", currency: "ARS" },
    description: "Two shops, one buyer",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: await Promise.all(
      sellers.map(async (seller, index) => ({
        sellerId: seller.id,
        products: [{ name: "Book", unitPrice: "10.00", quantity: index + 1 }],
        ...(await payOf(seller, index)),
      })),
    ),
    ...extra,
  });
  const card = async (seller: ConnectedSeller, extra: object = {}) => ({
    token: await seller.cardToken(),
    ...{ methodId: "visa", installments: 1, ...extra },
  });
  const withCard = async (seller: ConnectedSeller) => ({ payWith: { card: await card(seller) } });

  describe("at PayU, as a whole", () => {
    test.each<[string, object]>([
      ["a pay-by-link leads to its bank's page", { payByLink: { value: "m" } }],
      ["a card leads to its bank where that asks", cardAtPayu("3ds")],
    ])("%s", async (_name, payWith) => {
      const order = await made(threeCarts({ payWith }));
      expect(order).toMatchObject({ status: "PENDING", nextAction: { __typename: "GoToPage" } });
      expect(order.redirectUrl).toBe(order.nextAction.url);
      // Its carts are one payment there.
      expect(order.payments.map((payment: Json) => payment.nextAction)).toEqual(
        Array(3).fill(order.nextAction),
      );
    });

    test.each<[string, object]>([
      ["a card", cardAtPayu("approve")],
      ["BLIK", { blik: { code: "777123" } }],
    ])("%s needs nothing more here", async (_name, payWith) => {
      expect(await made(threeCarts({ payWith }))).toMatchObject({
        ...{ status: "PENDING", nextAction: null },
      });
    });

    test("a card is held where it is captured later", async () => {
      const order = await made(threeCarts({ payWith: cardAtPayu("approve"), capture: false }));
      expect(order.status).toBe("PENDING");
    });
  });

  test("at Mercado Pago, each cart by its own card", async () => {
    const input = await byCart(async (seller, index) => ({
      payWith: { card: await card(seller, { installments: index + 1, issuerId: "310" }) },
    }));
    const order = await made(input);
    expect(order).toMatchObject({ status: "COMPLETED", nextAction: null });
    expect(order.payments.map(({ method }: Json) => method.installments)).toEqual([1, 2]);
    const [first] = (
      await gateway.simulator.control("GET", `/ledger?externalReference=${order.payments[0].id}`)
    ).entries;
    expect(await sellers[0].shop.payment(first.paymentId)).toMatchObject({ issuer_id: "310" });
  });

  test("at Mercado Pago, one cart in the newer way and one in the older", async () => {
    const input = await byCart(async (seller, index) =>
      index === 0 ? withCard(seller) : { cardToken: await seller.cardToken(), methodId: "visa" },
    );
    expect((await made(input)).status).toBe("COMPLETED");
  });

  describe("is refused with its place, before anything is written,", () => {
    const errorsOf = async (input: Json): Promise<string[]> => {
      const { order, userErrors } = await leavingNothing(gateway, () => create(input));
      expect(order).toBeNull();
      return userErrors.map(({ code, path }: Json) => `${code} ${path.join(".")}`).sort();
    };
    const invalid = (...paths: string[]) => paths.map((path) => `INVALID_INPUT input.${path}`);

    test.each<[string, Record<string, unknown>, string[]]>([
      ["a way that it has not", { payWith: { pix: {} } }, ["payWith.pix"]],
      [
        "what it finds out by itself",
        { payWith: { card: { token: "TOK_approve_1", installments: 3, threeDSecure: true } } },
        ["payWith.card.installments", "payWith.card.threeDSecure"],
      ],
      [
        "what cannot be held",
        { payWith: { blik: { code: "777123" } }, capture: false },
        ["capture"],
      ],
      [
        "a way that is said twice",
        { payWith: { blik: { code: "777123" } }, payMethod: { blikCode: "777123" } },
        ["payMethod"],
      ],
      ["a code that is none", { payWith: { blik: { code: "12345" } } }, ["payWith.blik.code"]],
    ])("at PayU: %s", async (_name, extra, paths) => {
      expect(await errorsOf(threeCarts(extra))).toEqual(invalid(...paths));
    });

    test("at PayU: a way for one cart", async () => {
      const input = threeCarts();
      Object.assign(input.carts[1] as object, { payWith: cardAtPayu("approve") });
      expect(await errorsOf(input)).toEqual(invalid("carts.1.payWith"));
    });

    test.each<[string, object, string[]]>([
      ["a way that holds nothing", { payWith: { pix: {} } }, ["carts.1.payWith.pix"]],
      ["a wallet", { payWith: { walletToken: { token: "x" } } }, ["carts.1.payWith.walletToken"]],
      [
        "another provider's way",
        { payWith: { blik: { code: "777123" } } },
        ["carts.1.payWith.blik"],
      ],
      [
        "a card without installments",
        { payWith: { card: { token: "0".repeat(32), methodId: "visa" } } },
        ["carts.1.payWith.card.installments"],
      ],
      [
        "a way that is said twice",
        {
          payWith: { card: { token: "0".repeat(32), installments: 1 } },
          ...{ cardToken: "1".repeat(32), methodId: "visa", installments: 1 },
        },
        ["carts.1.cardToken", "carts.1.installments", "carts.1.methodId"],
      ],
      ["no way", {}, ["carts.1.payWith"]],
      ["no token, in the older way", { methodId: "visa" }, ["carts.1.cardToken"]],
    ])("at Mercado Pago, in a cart: %s", async (_name, pay, paths) => {
      const input = await byCart((seller, index) => (index === 0 ? withCard(seller) : pay));
      expect(await errorsOf(input)).toEqual(invalid(...paths));
    });

    test("at Mercado Pago: one way for all carts", async () => {
      const payWith = { card: { token: "0".repeat(32), methodId: "visa", installments: 1 } };
      const input = await byCart(withCard, { payWith });
      expect(await errorsOf(input)).toEqual(invalid("payWith"));
    });
  });

  describe("is refused by the provider", () => {
    test("at the cart whose token it does not know", async () => {
      const token = "0".repeat(32);
      const input = await byCart(async (seller, index) =>
        index === 0 ? withCard(seller) : { payWith: { card: { token, installments: 1 } } },
      );
      const { order, userErrors } = await create(input);
      expect(order.status).toBe("FAILED");
      expect(userErrors).toMatchObject([
        {
          code: "CARD_TOKEN_INVALID",
          path: ["input", "carts", "1", "payWith", "card", "token"],
        },
      ]);
    });

    test.each<[Record<string, unknown>, string[]]>([
      [{ payWith: { blik: { code: "999999" } } }, ["input", "payWith", "blik", "code"]],
      [{ payMethod: { blikCode: "999999" } }, ["input", "payMethod", "blikCode"]],
    ])("at the place where its caller said it: %j", async (extra, path) => {
      const body = {
        status: { statusCode: "ERROR_VALUE_INVALID", statusDesc: "INVALID_BLIK_CODE" },
      };
      await gateway.simulator.payu.control("POST", "/faults", {
        match: { method: "POST", path: "^/api/v2_1/orders$" },
        effect: { kind: "status", code: 400, body },
      });
      const { order, userErrors } = await create(threeCarts(extra));
      expect(order.status).toBe("FAILED");
      expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path }]);
    });
  });

  test("the same key answers with the same order, and with no other way to pay", async () => {
    const input = threeCarts({ payWith: { payByLink: { value: "m" } } });
    const first = await create(input);
    expect(await create(input)).toMatchObject({ replayed: true, order: first.order });
    const { payWith: _, ...rest } = input as Json;
    for (const other of [
      { payWith: { payByLink: { value: "o" } } },
      { payMethod: { payByLink: "m" } },
    ]) {
      expect((await create({ ...rest, ...other })).userErrors).toMatchObject([
        { code: "IDEMPOTENCY_KEY_REUSED" },
      ]);
    }
  });

  test("the same key answers for carts, and pays none of them again", async () => {
    const input = await byCart(withCard);
    const first = await create(input);
    expect(await create(input)).toMatchObject({ replayed: true, order: first.order });
    for (const { id } of first.order.payments) {
      const { entries } = await gateway.simulator.control("GET", `/ledger?externalReference=${id}`);
      expect(entries.map(({ type }: Json) => type)).toEqual(["authorize", "capture"]);
    }
  });
});
