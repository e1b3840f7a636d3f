import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describe("refunds at the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;
  let orderId: string;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    const settings = { refundMs: null, refundOutcome: "FINALIZED", returnFeesOnRefund: false };
    await simulator.payu.control("POST", "/settings", settings);
    market = await openMarketplace(simulator.payu);
  });

  const refused = (status: number, code: string, codeLiteral: string) => ({
    status,
    body: { status: { code, codeLiteral } },
  });
  const read = async (refundId: string) =>
    (await market.get(`/orders/${orderId}/refunds/${refundId}`)).body;

  describe("of a shop's own order", () => {
    beforeEach(async () => {
      orderId = (await market.pay(market.orderBody())).orderId;
    });

    it("are queued and then final", async () => {
      const { status, body } = await market.refund(orderId, { extRefundId: "r-1", amount: "1000" });
      expect(status).toBe(200);
      expect(body).toEqual({
        orderId,
        extOrderId: expect.any(String),
        refund: {
          refundId: expect.stringMatching(/^\d+$/),
          extRefundId: "r-1",
          amount: "1000",
          currencyCode: "PLN",
          description: "Return",
          creationDateTime: expect.any(String),
          status: "PENDING",
          statusDateTime: expect.any(String),
        },
        status: { statusCode: "SUCCESS", statusDesc: "Refund queued for processing" },
      });
      const { refundId } = body.refund;
      await simulator.payu.moveRefund(refundId, "FINALIZED");
      expect(await read(refundId)).toMatchObject({ refundId, status: "FINALIZED" });
      const list = (await market.get(`/orders/${orderId}/refunds`)).body;
      expect(list).toEqual({ refunds: [await read(refundId)] });
      expect(await market.order(orderId)).toMatchObject({ status: "COMPLETED" });
      await expect(simulator.payu.moveRefund(refundId, "CANCELED")).rejects.toThrow("final");
    });

    it("are final by themselves, or fail and give the money back", async () => {
      await simulator.payu.control("POST", "/settings", { refundMs: 60_000 });
      const first = (await market.refund(orderId, { extRefundId: "r-1", amount: 1000 })).body;
      expect(await market.balance(market.pos.feeAccount)).toEqual({ total: 4000, available: 4000 });
      await simulator.payu.advance(60_000);
      expect(await read(first.refund.refundId)).toMatchObject({ status: "FINALIZED" });

      await simulator.payu.control("POST", "/settings", { refundOutcome: "CANCELED" });
      const second = (await market.refund(orderId, { extRefundId: "r-2", amount: 1000 })).body;
      await simulator.payu.advance(60_000);
      expect(await read(second.refund.refundId)).toMatchObject({
        status: "CANCELED",
        statusError: { code: "PROVIDER_TECHNICAL_ERROR" },
      });
      expect(await market.balance(market.pos.feeAccount)).toEqual({ total: 4000, available: 4000 });
      const types = (await market.ledger()).map(({ type }) => type);
      expect(types.slice(-3)).toEqual(["refund", "refund", "refund-failed"]);
    });

    it("without an amount return all that is left", async () => {
      await market.refund(orderId, { extRefundId: "r-1", amount: 1000 });
      const { body } = await market.refund(orderId, { extRefundId: "r-2" });
      expect(body.refund.amount).toBe("4000");
      expect(await market.refund(orderId, { extRefundId: "r-3" })).toMatchObject(
        refused(400, "9108", "PAID"),
      );
    });

    it("are the same when they are asked for again, and another's data are refused", async () => {
      const first = await market.refund(orderId, { extRefundId: "r-1", amount: "1000" });
      const again = await market.refund(orderId, { extRefundId: "r-1", amount: 1000 });
      expect(again.body).toEqual(first.body);
      const other = { extRefundId: "r-1", amount: 1001 };
      expect(await market.refund(orderId, other)).toMatchObject(
        refused(400, "9112", "REFUND_IDEMPOTENCY_MISMATCH"),
      );
      expect((await market.ledger()).filter(({ type }) => type === "refund")).toHaveLength(1);
    });

    it("without an id of their own are the same by their data, and need a second between them", async () => {
      const first = await market.refund(orderId, { amount: 1000 });
      expect((await market.refund(orderId, { amount: 1000 })).body).toEqual(first.body);
      const other = { amount: 1001 };
      expect(await market.refund(orderId, other)).toMatchObject(
        refused(400, "9106", "REFUND_TO_OFTEN"),
      );
      await simulator.payu.advance(1_000);
      expect((await market.refund(orderId, other)).status).toBe(200);
    });

    it.each([
      ["too much", { amount: 5001 }, 400, "9103", "AMOUNT_TO_BIG"],
      ["nothing", { amount: 0 }, 400, "9104", "AMOUNT_TO_SMALL"],
      ["a seller", { extCustomerId: "s" }, 400, "9118", "NO_SHOPPING_CARTS_IN_ORDER"],
    ])("are refused for %s", async (_case, extra, status, code, literal) => {
      const answer = await market.refund(orderId, extra);
      expect(answer).toMatchObject(refused(status, code, literal));
    });

    it("are refused without what they need", async () => {
      expect(await market.post(`/orders/${orderId}/refunds`, {})).toMatchObject(
        refused(400, "8300", "MISSING_REFUND_SECTION"),
      );
      const undescribed = await market.refund(orderId, { description: undefined });
      expect(undescribed.body.status.statusCode).toBe("ERROR_VALUE_MISSING");
      const euro = await market.refund(orderId, { currencyCode: "EUR" });
      expect(euro.body.status.statusCode).toBe("ERROR_VALUE_INVALID");
    });

    it("are refused before the order is paid, and for one that is unknown", async () => {
      const unpaid = (await market.post("/orders", market.orderBody())).body.orderId;
      expect(await market.refund(unpaid)).toMatchObject(refused(400, "9101", "TRANS_NOT_ENDED"));
      const plain = await market.refund("unknown");
      expect(plain).toMatchObject({ status: 404, body: { status: { severity: "INFO" } } });
      expect(await market.refund("unknown", { extCustomerId: "s" })).toMatchObject(
        refused(404, "9119", "MARKETPLACE_TRANSACTION_NOT_FOUND"),
      );
      expect((await market.get(`/orders/${orderId}/refunds/1`)).status).toBe(404);
    });

    it("wait for money that is blocked after the sale", async () => {
      await simulator.payu.control("POST", "/settings", { blockMs: 60_000 });
      const { orderId: blocked } = await market.pay(market.orderBody({ totalAmount: 9000 }));
      await simulator.payu.control("POST", "/settings", { blockMs: 0 });
      expect(await market.refund(blocked)).toMatchObject(
        refused(400, "9113", "TRANS_BILLING_ENTRIES_NOT_COMPLETED"),
      );
      await simulator.payu.advance(60_000);
      expect((await market.refund(blocked)).status).toBe(200);
    });

    it("are refused when the money is gone", async () => {
      expect((await market.payout(market.pos.feeAccount, 4500)).status).toBe(201);
      expect(await market.refund(orderId)).toMatchObject(refused(400, "9102", "NO_BALANCE"));
      expect((await market.refund(orderId, { extRefundId: "r-1", amount: 500 })).status).toBe(200);
    });
  });

  describe("of an order with carts", () => {
    beforeEach(async () => {
      const [first, second] = market.sellers;
      const lines = [
        { seller: first, amount: 3500, fee: 350 },
        { seller: second, amount: 1500 },
      ];
      orderId = (await market.pay(market.splitBody(lines))).orderId;
      await simulator.payu.control("POST", `/sellers/${first}`, {
        pos: market.pos.posId,
        grantMinor: 1000,
      });
    });

    it("take money from the one seller that they name, up to its cart", async () => {
      const [first] = market.sellers;
      const part = { extCustomerId: first, extRefundId: "r-1", amount: 1000 };
      expect((await market.refund(orderId, part)).status).toBe(200);
      expect((await market.balance(first)).total).toBe(3150);
      const tooMuch = { extCustomerId: first, extRefundId: "r-2", amount: 2501 };
      expect(await market.refund(orderId, tooMuch)).toMatchObject(
        refused(400, "9109", "AMOUNT_EXCEEDED"),
      );
      const rest = { extCustomerId: first, extRefundId: "r-3" };
      expect((await market.refund(orderId, rest)).body.refund.amount).toBe("2500");
      const more = { extCustomerId: first, extRefundId: "r-4" };
      expect(await market.refund(orderId, more)).toMatchObject(refused(400, "9108", "PAID"));
    });

    it("take what is left of every seller when they are whole", async () => {
      const [first, second] = market.sellers;
      await market.refund(orderId, { extCustomerId: first, extRefundId: "r-1", amount: 500 });
      const { body } = await market.refund(orderId, { extRefundId: "r-2" });
      expect(body.refund.amount).toBe("4500");
      expect((await market.balance(first)).total).toBe(650);
      expect((await market.balance(second)).total).toBe(0);
      expect((await market.balance(market.pos.feeAccount)).total).toBe(350);
    });

    it("leave the fee with the marketplace, or return its share, down to the last unit", async () => {
      await simulator.payu.control("POST", "/settings", { returnFeesOnRefund: true });
      const [first] = market.sellers;
      for (const [index, amount] of [333, 334, 2833].entries()) {
        const part = { extCustomerId: first, extRefundId: `r-${index}`, amount };
        expect((await market.refund(orderId, part)).status).toBe(200);
      }
      expect((await market.balance(first)).total).toBe(1000);
      expect((await market.balance(market.pos.feeAccount)).total).toBe(0);
    });

    it("are refused when it is not clear whose money goes back", async () => {
      expect(await market.refund(orderId, { extRefundId: "r-1", amount: 100 })).toMatchObject(
        refused(400, "9110", "AMBIGUOUS_REFUND_SOURCE"),
      );
      const single = market.splitBody([{ seller: market.sellers[1], amount: 700 }]);
      const { orderId: clear } = await market.pay(single);
      const answer = await market.refund(clear, { extRefundId: "r-1", amount: 100 });
      expect(answer.status).toBe(200);
    });

    it("are refused without their id, for strangers and for those who sold nothing", async () => {
      expect(await market.refund(orderId)).toMatchObject(
        refused(400, "9116", "EXT_REFUND_ID_MISSING"),
      );
      const stranger = { extRefundId: "r-1", extCustomerId: "nobody" };
      expect(await market.refund(orderId, stranger)).toMatchObject(
        refused(404, "9999", "CUSTOMER_NOT_FOUND"),
      );
      const idle = await simulator.payu.seller(market.pos);
      const other = { extRefundId: "r-1", extCustomerId: idle, amount: 1 };
      expect(await market.refund(orderId, other)).toMatchObject(
        refused(400, "9109", "AMOUNT_EXCEEDED"),
      );
    });

    it("are refused when the seller has too little", async () => {
      const [, second] = market.sellers;
      expect((await market.payout(second, 1000)).status).toBe(201);
      const refund = { extRefundId: "r-1", extCustomerId: second };
      expect(await market.refund(orderId, refund)).toMatchObject(
        refused(400, "9102", "NO_BALANCE"),
      );
      // The same request may be made once there is money again.
      await simulator.payu.control("POST", `/sellers/${second}`, {
        pos: market.pos.posId,
        grantMinor: 1000,
      });
      expect((await market.refund(orderId, refund)).status).toBe(200);
    });

    it("stand among the seller's operations", async () => {
      const [, second] = market.sellers;
      await market.refund(orderId, { extRefundId: "r-1", extCustomerId: second, amount: 100 });
      const { operations } = await market.operations(second, { type: "REFUND_SENT" });
      expect(operations).toMatchObject([
        {
          type: "REFUND_SENT",
          amount: "100",
          status: "PENDING",
          details: { orderId, extRefundId: "r-1", counterparties: [{ extCustomerId: "buyer-1" }] },
        },
      ]);
    });
  });
});
