import fc from "fast-check";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import {
  connectSubmerchant,
  payoutOf,
  refundAtPayu,
  type Submerchant,
} from "../support/submerchants";

const dayMs = 24 * 3_600_000;

/** What may happen to two sellers' money, through the gateway and past it. Numbers choose among what there is. */
type Step =
  | { kind: "sell" | "charge back"; seller: number; amount: number; feePercent: number }
  | { kind: "sell together"; amounts: [number, number]; feePercent: number }
  | { kind: "refund"; sale: number; seller: number; amount: number }
  | { kind: "settle refund"; refund: number; status: "FINALIZED" | "CANCELED" }
  | { kind: "pay out" | "correct"; seller: number; amount: number }
  | { kind: "move payout"; payout: number; code: number }
  | { kind: "transfer"; seller: number; amount: number; isDebit: boolean }
  | { kind: "return fees"; on: boolean };

const kind = <Kind extends Step["kind"]>(...kinds: Kind[]) => fc.constantFrom(...kinds);
const amount = fc.integer({ min: 1, max: 5_000 });
const seller = fc.nat({ max: 1 });
const choice = fc.nat({ max: 9 });
const feePercent = fc.nat({ max: 100 });

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: kind("sell", "charge back"), seller, amount, feePercent }),
  fc.record({ kind: kind("sell together"), amounts: fc.tuple(amount, amount), feePercent }),
  fc.record({ kind: kind("refund"), sale: choice, seller, amount }),
  fc.record({
    kind: kind("settle refund"),
    refund: choice,
    status: fc.constantFrom("FINALIZED" as const, "CANCELED" as const),
  }),
  fc.record({ kind: kind("pay out", "correct"), seller, amount }),
  fc.record({ kind: kind("move payout"), payout: choice, code: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: kind("transfer"), seller, amount, isDebit: fc.boolean() }),
  fc.record({ kind: kind("return fees"), on: fc.boolean() }),
);

const historyOf = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $after: String) {
  seller(id: $id) {
    balance(currency: "PLN") { total { minorUnits } }
    operations(from: $from, to: $to, currency: "PLN", first: 100, after: $after) {
      edges { node { kind type amount { amount } fee { amount } net { amount minorUnits } providerOrderId payment { id order { id } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

describeEachDatabase("what moves a seller's balance", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    const settings = { refundMs: null, payoutStepMs: null };
    await gateway.simulator.payu.control("POST", "/settings", settings);
  });
  afterAll(() => gateway.stop());
  beforeEach(() =>
    gateway.simulator.payu.control("POST", "/settings", { returnFeesOnRefund: false }),
  );

  const readOf = async ({ id }: Submerchant, credential?: string) => {
    clock.advance(7_000);
    const range = {
      id,
      from: new Date(Date.now() - dayMs).toISOString(),
      to: new Date(Date.now() + dayMs).toISOString(),
    };
    const operations: Json[] = [];
    let after: string | undefined;
    while (true) {
      const read = await gateway.data(historyOf, { ...range, after }, credential);
      const { edges, pageInfo } = read.seller.operations;
      operations.push(...edges.map(({ node }: Json) => node));
      if (!pageInfo.hasNextPage)
        return { total: BigInt(read.seller.balance.total.minorUnits), operations };
      after = pageInfo.endCursor;
    }
  };
  const bySeller = ({ id }: Submerchant, minor: number, fee: number) => ({
    sellerId: id,
    amount: (minor / 100).toFixed(2),
    fee: (fee / 100).toFixed(2),
    products: [{ name: "Mug", unitPrice: (minor / 100).toFixed(2), quantity: 1 }],
  });
  const sellTogether = (sellers: Submerchant[], amounts: number[], percent: number) =>
    makeOrder(
      gateway,
      threeCarts({
        total: (amounts.reduce((sum, each) => sum + each, 0) / 100).toFixed(2),
        carts: sellers.map((each, at) => {
          const minor = amounts[at] ?? 0;
          return bySeller(each, minor, Math.floor((minor * percent) / 100));
        }),
        payMethod: { blikCode: "777123" },
      }),
      "id providerOrderId",
    );
  const sell = async ({ id }: Submerchant, minor: number, percent: number): Promise<Json> => {
    const made = await gateway.mutate(
      "createPayment",
      paymentAtPayu({
        sellerId: id,
        amount: (minor / 100).toFixed(2),
        applicationFee: (Math.floor((minor * percent) / 100) / 100).toFixed(2),
        cardToken: await gateway.simulator.payu.cardToken(),
      }),
      "payment { id providerPaymentId }",
    );
    expect(made.userErrors).toEqual([]);
    return made.payment;
  };

  /** The state of one walk: what can be moved further. */
  class Walk {
    readonly #sales: string[] = [];
    readonly #refunds: string[] = [];
    readonly #payouts: string[] = [];

    constructor(readonly sellers: readonly [Submerchant, Submerchant]) {}

    async take(step: Step): Promise<void> {
      const { payu } = gateway.simulator;
      const [first, second] = this.sellers;
      const one = "seller" in step && step.seller === 1 ? second : first;
      switch (step.kind) {
        case "sell":
          this.#sales.push((await sell(one, step.amount, step.feePercent)).providerPaymentId);
          return;
        case "sell together": {
          const order = await sellTogether([first, second], step.amounts, step.feePercent);
          this.#sales.push(order.providerOrderId);
          return;
        }
        case "refund": {
          const sale = this.#sales[step.sale % Math.max(this.#sales.length, 1)] ?? "none";
          const { body } = await refundAtPayu(gateway, sale, one.extCustomerId, step.amount);
          if (body.refund) this.#refunds.push(body.refund.refundId);
          return;
        }
        case "settle refund": {
          const [refund] = this.#refunds.splice(step.refund, 1);
          if (refund !== undefined) await payu.moveRefund(refund, step.status);
          return;
        }
        case "pay out": {
          const input = payoutOf(one, { amount: (step.amount / 100).toFixed(2) });
          const { payout } = await gateway.mutate(
            "createPayout",
            input,
            "payout { providerPayoutId }",
          );
          if (payout?.providerPayoutId) this.#payouts.push(payout.providerPayoutId);
          return;
        }
        case "move payout": {
          const payout = this.#payouts[step.payout % Math.max(this.#payouts.length, 1)] ?? "none";
          // Final ones refuse to move, which must not change anything either.
          await payu.movePayout(payout, step.code).catch(() => {});
          return;
        }
        case "transfer": {
          const direction = step.isDebit ? "SELLER_TO_MARKETPLACE" : "MARKETPLACE_TO_SELLER";
          const input = { ...payoutOf(one, { amount: (step.amount / 100).toFixed(2) }), direction };
          await gateway.mutate(
            "transferFunds",
            { ...input, description: "Fee" },
            "transfer { id }",
          );
          return;
        }
        case "charge back":
          await one.change({ chargebackMinor: step.amount });
          return;
        case "correct":
          await one.change({ correctionMinor: 2_500 - step.amount });
          return;
        case "return fees":
          await payu.control("POST", "/settings", { returnFeesOnRefund: step.on });
      }
    }

    /** The operations add up to the balance, which is that of the simulator's books. */
    async check(): Promise<void> {
      const { sellers: books } = await gateway.simulator.payu.control(
        "GET",
        "/balances?pos=900100",
      );
      for (const each of this.sellers) {
        const { total, operations } = await readOf(each);
        const sum = operations.reduce((all, { net }) => all + BigInt(net.minorUnits), 0n);
        const { extCustomerId } = each;
        const booked = books.find((book: Json) => book.extCustomerId === extCustomerId);
        expect({ extCustomerId, sum, total }).toEqual({
          extCustomerId,
          sum: BigInt(booked.totalMinor),
          total: sum,
        });
      }
    }
  }

  test("adds up to the balance, whatever happens", async () => {
    const property = fc.asyncProperty(
      fc.array(steps, { minLength: 5, maxLength: 20 }),
      async (happenings) => {
        const connect = () => connectSubmerchant(gateway, { grantMinor: 5_000 });
        const walk = new Walk([await connect(), await connect()]);
        for (const step of happenings) await walk.take(step);
        await walk.check();
      },
    );
    await fc.assert(property, { numRuns: 12 });
  }, 120_000);

  test("shows the fee of a sale, and leads from it and its refund to the payment", async () => {
    const one = await connectSubmerchant(gateway, { grantMinor: 0 });
    const { id, providerPaymentId } = await sell(one, 5_000, 10);
    await gateway.simulator.payu.control("POST", "/settings", { returnFeesOnRefund: true });
    await refundAtPayu(gateway, providerPaymentId, one.extCustomerId, 2_000);
    const sale = { providerOrderId: providerPaymentId, payment: { id, order: null } };
    const { operations, total } = await readOf(one, one.key);
    expect(total).toBe(2_700n);
    expect(operations).toHaveLength(3);
    expect(operations).toEqual(
      expect.arrayContaining([
        {
          ...sale,
          kind: "PAYMENT",
          type: "PAYMENT_RECEIVED",
          amount: { amount: "50.00" },
          fee: { amount: "5.00" },
          net: { amount: "45.00", minorUnits: "4500" },
        },
        expect.objectContaining({
          ...sale,
          kind: "REFUND",
          net: { amount: "-20.00", minorUnits: "-2000" },
        }),
        expect.objectContaining({
          ...sale,
          kind: "FEE_RETURNED",
          net: { amount: "2.00", minorUnits: "200" },
        }),
      ]),
    );
  });

  test("leads each seller of an order to its own cart, and a charge-back nowhere", async () => {
    const sellers = [await connectSubmerchant(gateway), await connectSubmerchant(gateway)];
    const order = await sellTogether(sellers, [1_500, 2_500], 20);
    const seen: string[] = [];
    for (const [at, each] of sellers.entries()) {
      await each.change({ chargebackMinor: 100 });
      const { operations } = await readOf(each, each.key);
      const cart = operations.find(({ kind }) => kind === "PAYMENT");
      expect(cart).toMatchObject({
        providerOrderId: order.providerOrderId,
        fee: { amount: ["3.00", "5.00"][at] },
        payment: { order: { id: order.id } },
      });
      seen.push(cart.payment.id);
      expect(operations.find(({ kind }) => kind === "CHARGEBACK")).toMatchObject({
        net: { amount: "-1.00" },
        providerOrderId: null,
        payment: null,
      });
    }
    expect(new Set(seen).size).toBe(2);
  });

  describe("is found from PayU's panel", () => {
    const byProviderId =
      "query ($filter: PaymentFilter) { payments(filter: $filter) { edges { node { id } } } }";
    const orders =
      "query ($filter: MarketplaceOrderFilter) { marketplaceOrders(filter: $filter) { edges { node { id } } } }";
    const idsIn = ({ edges }: Json) => edges.map(({ node }: Json) => node.id);

    test("by the id of a payment: by its seller, and nobody else", async () => {
      const [one, other] = [await connectSubmerchant(gateway), await connectSubmerchant(gateway)];
      const { id, providerPaymentId } = await sell(one, 900, 0);
      const find = async (filter: Json, credential?: string) =>
        idsIn((await gateway.data(byProviderId, { filter }, credential)).payments);
      expect(await find({ providerPaymentId })).toEqual([id]);
      expect(await find({ providerPaymentId, provider: "PAYU" }, one.key)).toEqual([id]);
      expect(await find({ providerPaymentId, provider: "MERCADO_PAGO" })).toEqual([]);
      expect(await find({ providerPaymentId }, other.key)).toEqual([]);
      for (const wrong of [providerPaymentId.toLowerCase(), `${providerPaymentId} `, "", "%"]) {
        expect(await find({ providerPaymentId: wrong })).toEqual([]);
      }
    });

    test("by the id of an order: the order, and of its carts those that one may see", async () => {
      const sellers = [await connectSubmerchant(gateway), await connectSubmerchant(gateway)];
      const stranger = await connectSubmerchant(gateway);
      const { id, providerOrderId } = await sellTogether(sellers, [700, 800], 0);
      const find = async (credential?: string) => ({
        carts: idsIn(
          (
            await gateway.data(
              byProviderId,
              { filter: { providerPaymentId: providerOrderId } },
              credential,
            )
          ).payments,
        ).length,
        orders: idsIn(
          (await gateway.data(orders, { filter: { providerOrderId } }, credential))
            .marketplaceOrders,
        ),
      });
      await eventually(async () => (await find()).carts === 2);
      expect(await find()).toEqual({ carts: 2, orders: [id] });
      expect(await find(sellers[1]?.key)).toEqual({ carts: 1, orders: [id] });
      expect(await find(stranger.key)).toEqual({ carts: 0, orders: [] });
    });
  });
});
