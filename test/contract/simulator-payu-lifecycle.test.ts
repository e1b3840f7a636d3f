import type { Answer, Json } from "../support/http";
import { byBlik, byCard, type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

const day = 24 * 60 * 60 * 1000;

describe("the life of an order at the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.payu.control("POST", "/settings", { settleMs: 0, staleReads: 0 });
    market = await openMarketplace(simulator.payu);
  });

  const create = async (extra: Record<string, unknown> = {}): Promise<Json> =>
    (await market.post("/orders", market.orderBody(extra))).body;
  const statusOf = async (orderId: string) => (await market.order(orderId)).status;
  const types = async () => (await market.ledger()).map(({ type }) => type);
  const cancel = (orderId: string) =>
    simulator.payu.call("DELETE", `/api/v2_1/orders/${orderId}`, undefined, {
      token: market.token,
    });
  const impossible = {
    status: 400,
    body: { status: { statusCode: "ERROR_VALUE_INVALID", code: "108" } },
  };
  /** Answers the page as the form on it does. */
  const answerPage = async ({ redirectUri }: Json, answer: string): Promise<Answer["headers"]> => {
    const body = new URLSearchParams(new URL(redirectUri).search);
    body.set("answer", answer);
    const url = `${simulator.payu.url}/pay/`;
    return (await fetch(url, { method: "POST", body, redirect: "manual" })).headers;
  };

  describe("on the hosted page", () => {
    const continueUrl = "https://shop.example/back?order=7";

    it("ends paid and sends the buyer back", async () => {
      const order = await create({ continueUrl });
      const page = await (await fetch(order.redirectUri)).text();
      for (const label of ["50.00 PLN", ">Pay<", ">Decline<", ">Walk away<"]) {
        expect(page).toContain(label);
      }
      expect((await answerPage(order, "pay")).get("location")).toBe(continueUrl);
      expect(await statusOf(order.orderId)).toBe("COMPLETED");
      expect(await types()).toEqual(["pend", "charge", "credit"]);
    });

    it("ends declined with the reason among the transactions", async () => {
      const order = await create({ continueUrl });
      const headers = await answerPage(order, "decline");
      expect(headers.get("location")).toBe(`${continueUrl}&error=501`);
      expect(await statusOf(order.orderId)).toBe("CANCELED");
      const { transactions } = (await market.get(`/orders/${order.orderId}/transactions`)).body;
      expect(transactions).toMatchObject([{ resultCode: "AUT_ERROR_NO_AUTHORIZATION" }]);
      expect(await types()).toEqual(["pend", "reject"]);
    });

    it("stays pending when the buyer walks away, until its validity ends", async () => {
      const order = await create({ validityTime: "3600" });
      await answerPage(order, "walk-away");
      expect(await statusOf(order.orderId)).toBe("PENDING");
      await simulator.payu.advance(3_599_000);
      expect(await statusOf(order.orderId)).toBe("PENDING");
      await simulator.payu.advance(2_000);
      expect(await statusOf(order.orderId)).toBe("CANCELED");
      await answerPage(order, "pay");
      expect(await types()).toEqual(["pend", "expire"]);
    });

    it("is given up after a day when nobody came", async () => {
      const order = await create();
      await simulator.payu.advance(day + 1_000);
      await market.renewToken();
      expect(await statusOf(order.orderId)).toBe("CANCELED");
    });

    it("tells of the outcome of 3-D Secure on the way back", async () => {
      const paid = await create({ continueUrl, ...byCard("TOK_3ds_1") });
      const back = new URL((await answerPage(paid, "pay")).get("location") ?? "");
      expect(Object.fromEntries(back.searchParams)).toEqual({
        order: "7",
        statusCode: "SUCCESS",
        refReqId: expect.any(String),
      });
      const refused = await create(byCard("TOK_3ds_2"));
      await answerPage(refused, "decline");
      const { transactions } = (await market.get(`/orders/${refused.orderId}/transactions`)).body;
      expect(transactions).toMatchObject([
        { paymentFlow: "CARD", resultCode: "REG_ERROR_AUTHENTICATION_REJECTED" },
      ]);
    });

    it("shows nothing to those who do not know the link", async () => {
      const order = await create();
      const url = new URL(order.redirectUri);
      url.searchParams.set("token", "guessed");
      expect((await fetch(url)).status).toBe(404);
      await answerPage({ redirectUri: url.href }, "pay");
      expect(await statusOf(order.orderId)).toBe("NEW");
    });
  });

  it.each([
    ["777999", "COMPLETED", undefined],
    ["200201", "COMPLETED", undefined],
    ["500500", "CANCELED", "AUT_ERROR_NO_AUTHORIZATION"],
    ["700701", "CANCELED", "AUT_ERROR_NO_AUTHORIZATION"],
    ["700702", "CANCELED", "REG_ERROR_AUTHENTICATION_REJECTED"],
    ["700703", "CANCELED", "AUT_ERROR_NO_AUTHORIZATION"],
  ])("is decided by the BLIK code %s: %s", async (code, status, resultCode) => {
    const { orderId } = await create(byBlik(code));
    expect(await statusOf(orderId)).toBe(status);
    const { transactions } = (await market.get(`/orders/${orderId}/transactions`)).body;
    expect(transactions[0].resultCode).toBe(resultCode);
  });

  it.each([
    ["approve", "COMPLETED", undefined],
    ["decline", "CANCELED", "AUT_ERROR_NO_AUTHORIZATION"],
    ["antifraud", "CANCELED", "AUT_ERROR_ANTIFRAUD_DECLINED"],
  ])("is decided by the card token for %s: %s", async (outcome, status, resultCode) => {
    const { orderId } = await create(byCard(await simulator.payu.cardToken(outcome)));
    expect(await statusOf(orderId)).toBe(status);
    const { transactions } = (await market.get(`/orders/${orderId}/transactions`)).body;
    expect(transactions[0].resultCode).toBe(resultCode);
  });

  it("can take the bank a while, or for ever", async () => {
    await simulator.payu.control("POST", "/settings", { settleMs: 60_000 });
    const slow = await create(byBlik());
    expect(await statusOf(slow.orderId)).toBe("PENDING");
    await simulator.payu.advance(60_000);
    expect(await statusOf(slow.orderId)).toBe("COMPLETED");
    await simulator.payu.control("POST", "/settings", { settleMs: null });
    const stuck = await create(byBlik());
    await simulator.payu.advance(60_000);
    expect(await statusOf(stuck.orderId)).toBe("PENDING");
  });

  describe("without auto-receive", () => {
    beforeEach(async () => {
      market = await openMarketplace(simulator.payu, { autoReceive: false });
    });

    it("waits for one capture", async () => {
      const { orderId } = await create(byBlik());
      expect(await statusOf(orderId)).toBe("WAITING_FOR_CONFIRMATION");
      expect((await market.totals()).capturedMinor).toBe(0);
      const captured = await market.post(`/orders/${orderId}/captures`);
      expect(captured).toMatchObject({
        status: 200,
        body: { status: { statusCode: "SUCCESS", statusDesc: "Status was updated" } },
      });
      expect(await statusOf(orderId)).toBe("COMPLETED");
      expect(await market.post(`/orders/${orderId}/captures`)).toMatchObject(impossible);
      expect(await types()).toEqual(["pend", "authorize", "capture", "credit"]);
    });

    it("takes no part of what is no card", async () => {
      const { orderId } = await create(byBlik());
      const part = { amount: "900", currencyCode: "PLN" };
      expect((await market.post(`/orders/${orderId}/captures`, part)).status).toBe(400);
      const whole = { amount: "5000", currencyCode: "PLN" };
      expect((await market.post(`/orders/${orderId}/captures`, whole)).status).toBe(200);
    });

    it("can be captured in the older way", async () => {
      const { orderId } = await create(byBlik());
      const put = (body: unknown) =>
        simulator.payu.call("PUT", `/api/v2_1/orders/${orderId}/status`, body, {
          token: market.token,
        });
      expect((await put({ orderId })).status).toBe(400);
      expect((await put({ orderId, orderStatus: "COMPLETED" })).status).toBe(200);
      expect(await statusOf(orderId)).toBe("COMPLETED");
    });

    it("can be cancelled while it waits", async () => {
      const { orderId } = await create(byBlik());
      expect((await cancel(orderId)).status).toBe(200);
      expect(await types()).toEqual(["pend", "authorize", "cancel"]);
      expect(await market.post(`/orders/${orderId}/captures`)).toMatchObject(impossible);
    });

    it("is let go after seven days, not at the end of its validity", async () => {
      const { orderId } = await create(byBlik());
      await simulator.payu.advance(7 * day - 1_000);
      await market.renewToken();
      expect(await statusOf(orderId)).toBe("WAITING_FOR_CONFIRMATION");
      await simulator.payu.advance(2_000);
      expect(await statusOf(orderId)).toBe("CANCELED");
      expect(await types()).toEqual(["pend", "authorize", "expire"]);
    });
  });

  it("waits for a capture, also of a part, when a card is pre-authorized", async () => {
    const token = await simulator.payu.cardToken();
    const { orderId } = await create(byCard(token, { authorizationType: "PRE_AUTHORIZATION" }));
    expect(await statusOf(orderId)).toBe("WAITING_FOR_CONFIRMATION");
    const capture = (amount: number, currencyCode = "PLN") =>
      market.post(`/orders/${orderId}/captures`, { amount, currencyCode });
    expect((await capture(5001)).status).toBe(400);
    expect((await capture(0)).status).toBe(400);
    expect((await capture(900, "EUR")).status).toBe(400);
    expect((await capture(900)).status).toBe(200);
    expect(await market.order(orderId)).toMatchObject({
      totalAmount: "5000",
      payMethod: { amount: "900", type: "CARD_TOKEN" },
    });
    expect((await market.totals()).capturedMinor).toBe(900);
  });

  it("can be cancelled before it is paid, and not afterwards", async () => {
    const { orderId, extOrderId } = await create();
    expect(await cancel(orderId)).toMatchObject({
      status: 200,
      body: { orderId, extOrderId, status: { statusCode: "SUCCESS" } },
    });
    expect(await cancel(orderId)).toMatchObject(impossible);
    const paid = await create(byBlik());
    expect(await cancel(paid.orderId)).toMatchObject(impossible);
    expect((await cancel("unknown")).status).toBe(404);
  });

  it("can be moved by hand", async () => {
    const { moveOrder } = simulator.payu;
    const { orderId } = await create();
    await moveOrder(orderId, "PENDING");
    expect(await statusOf(orderId)).toBe("PENDING");
    await moveOrder(orderId, "WAITING_FOR_CONFIRMATION");
    await moveOrder(orderId, "COMPLETED");
    expect(await types()).toEqual(["pend", "authorize", "capture", "credit"]);
    await expect(moveOrder(orderId, "CANCELED")).rejects.toThrow("incorrect status");

    const declined = await create();
    await moveOrder(declined.orderId, "CANCELED", { resultCode: "AUT_ERROR_ANTIFRAUD_DECLINED" });
    expect((await types()).at(-1)).toBe("reject");
  });

  it("can be read as it was, for a while", async () => {
    const { orderId } = await create();
    await simulator.payu.moveOrder(orderId, "COMPLETED", { staleReads: 2 });
    const seen = [];
    for (let read = 0; read < 3; read += 1) seen.push(await statusOf(orderId));
    expect(seen).toEqual(["NEW", "NEW", "COMPLETED"]);

    await simulator.payu.control("POST", "/settings", { staleReads: 1 });
    const other = await create();
    await simulator.payu.moveOrder(other.orderId, "PENDING");
    expect([await statusOf(other.orderId), await statusOf(other.orderId)]).toEqual([
      "NEW",
      "PENDING",
    ]);
  });

  it("is summed up by the shop's own id", async () => {
    const { orderId, extOrderId } = await create(byBlik());
    await market.refund(orderId, { amount: 1000 });
    const path = `/summary?externalReference=${extOrderId}`;
    expect(await simulator.payu.control("GET", path)).toMatchObject({
      paymentIds: [orderId],
      charges: 1,
      captures: 0,
      refunds: 1,
      chargedTotalMinor: 5000,
      refundedTotalMinor: 1000,
    });
  });
});
