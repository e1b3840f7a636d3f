import type { Json } from "../support/http";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describe("sellers at the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;
  let seller: string;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.payu.control("POST", "/settings", { transferLimitMinor: null });
    market = await openMarketplace(simulator.payu);
    [seller] = market.sellers;
  });

  const notFound = { status: 404, body: { status: { code: "9999" } } };

  it("tell whether they are verified", async () => {
    const statusOf = async (id: string) =>
      (await market.get(`/customers/ext/${id}/status?currencyCode=PLN`)).body;
    const name = "Mugs & Pens";
    const unverified = await simulator.payu.seller(market.pos, { verified: false, name });
    expect(await statusOf(seller)).toMatchObject({ customVerificationStatus: "Verified" });
    expect(await statusOf(unverified)).toMatchObject({
      customVerificationStatus: "NotVerified",
      name,
    });
  });

  it("are found by ids of any letters, and nobody else is", async () => {
    const extCustomerId = "shop/7 ä?";
    await simulator.payu.seller(market.pos, { extCustomerId, grantMinor: 5 });
    const path = `/customers/ext/${encodeURIComponent(extCustomerId)}/balances?currencyCode=PLN`;
    expect((await market.get(path)).body).toEqual({
      balance: { availableAmount: "5", totalAmount: "5" },
      status: { statusCode: "SUCCESS" },
    });
    for (const call of ["status", "balances", "operations"]) {
      expect(await market.get(`/customers/ext/nobody/${call}?currencyCode=PLN`)).toMatchObject(
        notFound,
      );
    }
    expect((await market.get(`/customers/ext/${seller}/balances`)).status).toBe(400);
  });

  it("have one balance in each currency, whichever POS of the marketplace sold", async () => {
    const { marketplaceId } = market.pos;
    const euro = await openMarketplace(simulator.payu, { currency: "EUR", marketplaceId });
    const second = await openMarketplace(simulator.payu, { marketplaceId });
    await market.pay(market.splitBody([{ seller, amount: 100 }]));
    await second.pay(second.splitBody([{ seller, amount: 20 }]));
    await euro.pay(euro.splitBody([{ seller, amount: 3 }]));
    expect((await market.balance(seller)).total).toBe(120);
    expect((await euro.balance(seller)).total).toBe(3);
    const { operations } = await market.operations(seller, { sortBy: "currencyCode" });
    expect(operations.map(({ currencyCode }: Json) => currencyCode)).toEqual(["EUR", "PLN", "PLN"]);
    expect(await market.totals()).toMatchObject({ capturedMinor: 120 });
  });

  describe("see what moved their money", () => {
    const amounts = ({ operations }: Json) => operations.map(({ amount }: Json) => amount);

    beforeEach(async () => {
      for (const amount of [10, 30, 20]) {
        await market.pay(market.splitBody([{ seller, amount, fee: 1 }]));
        await simulator.payu.advance(60_000);
      }
    });

    it("with what a sale was", async () => {
      const [operation] = (await market.operations(seller, { limit: "1" })).operations;
      expect(operation).toEqual({
        type: "PAYMENT_RECEIVED",
        amount: "20",
        currencyCode: "PLN",
        description: "Order",
        status: "COMPLETED",
        creationDate: expect.any(String),
        eventDate: expect.any(String),
        details: {
          orderId: expect.any(String),
          extOrderId: expect.any(String),
          feeAmount: "1",
          counterparties: [{ extCustomerId: "buyer-1", email: "buyer@shop.example" }],
          funds: [],
        },
      });
    });

    it("in pages that are counted from 0", async () => {
      const first = await market.operations(seller, { limit: "2", sortBy: "+eventDate" });
      expect(amounts(first)).toEqual(["10", "30"]);
      expect(first.pageResponse).toEqual({ records: "3", size: "2", pageCount: "2" });
      const query = { limit: "2", offset: "1", sortBy: "+eventDate" };
      const second = await market.operations(seller, query);
      expect(amounts(second)).toEqual(["20"]);
      expect(second.pageResponse).toEqual({ records: "3", size: "1", pageCount: "2" });
    });

    it("by date, type and currency", async () => {
      const [newest] = (await market.operations(seller)).operations;
      const since = { eventDateFrom: newest.eventDate };
      expect(amounts(await market.operations(seller, since))).toEqual(["20"]);
      expect(amounts(await market.operations(seller, { type: "PAYOUT,RETURN" }))).toEqual([]);
      expect(amounts(await market.operations(seller, { currencyCode: "EUR" }))).toEqual([]);
      const older = { creationDateTo: new Date(Date.parse(newest.creationDate) - 1).toISOString() };
      expect(amounts(await market.operations(seller, older))).toEqual(["30", "10"]);
    });

    it.each([
      ["no dates", ""],
      ["one date", "eventDateFrom=2026-01-01T00:00:00Z"],
      ["a date without an offset", "eventDateFrom=2026-01-01T00:00:00&eventDateTo=2027-01-01"],
      [
        "a plus that is not encoded",
        "eventDateFrom=2026-01-01T00:00:00+01:00&eventDateTo=2027-01-01T00:00:00Z",
      ],
      [
        "an order that is none",
        "eventDateFrom=2026-01-01T00:00:00Z&eventDateTo=2027-01-01T00:00:00Z&sortBy=amount",
      ],
    ])("but not with %s", async (_case, query) => {
      expect((await market.get(`/customers/ext/${seller}/operations?${query}`)).status).toBe(400);
    });
  });

  describe("and transfers", () => {
    const transfer = (direction: "Debit" | "Credit", extra: Record<string, unknown> = {}) =>
      market.post(`/customers/ext/${seller}/fee${direction}Transfer`, {
        amount: 25,
        currencyCode: "PLN",
        description: "Month 7",
        extTransferId: "t-1",
        ...extra,
      });
    const refused = (codeLiteral: string) => ({
      status: 400,
      body: { status: { statusCode: "BUSINESS_ERROR", codeLiteral } },
    });

    beforeEach(() => market.pay(market.splitBody([{ seller, amount: 100, fee: 30 }])));

    it("move money to the marketplace and back", async () => {
      expect((await transfer("Debit")).body).toEqual({
        extCustomerId: seller,
        extTransferId: "t-1",
        status: { statusCode: "SUCCESS" },
      });
      expect((await market.balance(seller)).total).toBe(45);
      expect((await market.balance(market.pos.feeAccount)).total).toBe(55);
      expect((await transfer("Credit", { extTransferId: "t-2", amount: 55 })).status).toBe(200);
      expect((await market.balance(seller)).total).toBe(100);
      const types = (await market.operations(seller)).operations.map(({ type }: Json) => type);
      expect(types).toEqual(["FEE_TRANSFER_RECEIVED", "FEE_TRANSFER_SENT", "PAYMENT_RECEIVED"]);
      const { operations } = await market.operations(market.pos.feeAccount);
      expect(operations[0]).toMatchObject({
        type: "FEE_TRANSFER_SENT",
        details: { extTransferId: "t-2" },
      });
      const path = "/summary?externalReference=t-2";
      expect(
        await simulator.payu.control("GET", `${path}&account=${market.pos.posId}`),
      ).toMatchObject({ transfers: 1, transferredTotalMinor: 55 });
    });

    it("are unique by their id over the whole marketplace", async () => {
      await transfer("Debit");
      expect(await transfer("Credit")).toMatchObject(refused("MARKETPLACE_TRANSFER_EXISTS"));
      const other = await openMarketplace(simulator.payu);
      await other.pay(other.splitBody([{ seller: other.sellers[0], amount: 100 }]));
      market = other;
      [seller] = other.sellers;
      expect((await transfer("Debit")).status).toBe(200);
    });

    it("are refused without money, above the limit, and for strangers", async () => {
      expect(await transfer("Debit", { amount: 71 })).toMatchObject(
        refused("MARKETPLACE_NO_BALANCE"),
      );
      expect(await transfer("Credit", { amount: 31 })).toMatchObject(
        refused("MARKETPLACE_NO_BALANCE"),
      );
      await simulator.payu.control("POST", "/settings", { transferLimitMinor: 24 });
      expect(await transfer("Debit")).toMatchObject(
        refused("MARKETPLACE_FEE_TRANSFER_LIMITS_EXCEEDED"),
      );
      expect((await transfer("Debit", { currencyCode: "EUR" })).status).toBe(400);
      seller = "nobody";
      expect(await transfer("Debit", { amount: 1 })).toMatchObject(notFound);
    });
  });
});
