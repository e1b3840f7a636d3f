import fc from "fast-check";
import type { Json } from "../support/http";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

/** What may happen at a marketplace. Numbers choose among what there is; many choices are refused. */
type Step =
  | { kind: "sell"; amounts: [number, number]; feePercent: number }
  | { kind: "sell alone" | "decline"; amount: number }
  | { kind: "refund"; order: number; amount: number | undefined; seller: number | undefined }
  | { kind: "settle refund"; refund: number; status: "FINALIZED" | "CANCELED" }
  | { kind: "pay out"; account: number; amount: number }
  | { kind: "move payout"; payout: number; code: number }
  | { kind: "transfer"; seller: number; amount: number; direction: "Debit" | "Credit" }
  | { kind: "grant"; seller: number; amount: number }
  | { kind: "charge back"; seller: number; amount: number }
  | { kind: "correct"; seller: number; change: number }
  | { kind: "return fees"; on: boolean };

const amount = fc.integer({ min: 1, max: 5000 });
const choice = fc.nat({ max: 9 });
const kind = <Kind extends Step["kind"]>(...kinds: Kind[]) => fc.constantFrom(...kinds);

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: kind("sell"),
    amounts: fc.tuple(amount, amount),
    feePercent: fc.nat({ max: 100 }),
  }),
  fc.record({ kind: kind("sell alone", "decline"), amount }),
  fc.record({
    kind: kind("refund"),
    order: choice,
    amount: fc.option(amount, { nil: undefined }),
    seller: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
  }),
  fc.record({
    kind: kind("settle refund"),
    refund: choice,
    status: fc.constantFrom("FINALIZED" as const, "CANCELED" as const),
  }),
  fc.record({ kind: kind("pay out"), account: fc.nat({ max: 2 }), amount }),
  fc.record({
    kind: kind("move payout"),
    payout: choice,
    code: fc.integer({ min: 1, max: 7 }),
  }),
  fc.record({
    kind: kind("transfer"),
    seller: fc.nat({ max: 1 }),
    amount,
    direction: fc.constantFrom("Debit" as const, "Credit" as const),
  }),
  fc.record({ kind: kind("grant"), seller: fc.nat({ max: 1 }), amount }),
  fc.record({ kind: kind("charge back"), seller: fc.nat({ max: 1 }), amount }),
  fc.record({
    kind: kind("correct"),
    seller: fc.nat({ max: 1 }),
    change: fc.integer({ min: -500, max: 500 }),
  }),
  fc.record({ kind: kind("return fees"), on: fc.boolean() }),
);

describe("money at the simulated PayU", () => {
  let simulator: TestSimulator;

  beforeAll(async () => {
    simulator = await bootSimulator();
    await simulator.payu.control("POST", "/settings", { refundMs: null, payoutStepMs: null });
  });
  afterAll(() => simulator.close());

  it("is neither made nor lost, whatever happens", async () => {
    const property = fc.asyncProperty(
      fc.array(steps, { minLength: 5, maxLength: 30 }),
      async (happenings) => {
        const walk = await Walk.begin(simulator);
        for (const step of happenings) {
          await walk.take(step);
          await walk.check();
        }
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

class Walk {
  readonly #orders: string[] = [];
  readonly #refunds: string[] = [];
  readonly #payouts: string[] = [];
  #count = 0;

  private constructor(
    private readonly simulator: TestSimulator,
    private readonly market: Marketplace,
  ) {}

  static async begin(simulator: TestSimulator): Promise<Walk> {
    return new Walk(simulator, await openMarketplace(simulator.payu));
  }

  async take(step: Step): Promise<void> {
    const { market, simulator } = this;
    const { sellers, pos } = market;
    this.#count += 1;
    switch (step.kind) {
      case "sell": {
        const lines = step.amounts.map((sold, index) => ({
          seller: sellers[index] ?? "",
          amount: sold,
          fee: Math.floor((sold * step.feePercent) / 100),
        }));
        this.#orders.push((await market.pay(market.splitBody(lines))).orderId);
        return;
      }
      case "sell alone":
        this.#orders.push((await market.pay(this.#ownOrder(step.amount))).orderId);
        return;
      case "decline": {
        const payMethod = { type: "PBL", value: "blik", authorizationCode: "500500" };
        const body = { ...this.#ownOrder(step.amount), payMethods: { payMethod } };
        this.#orders.push((await market.pay(body)).orderId);
        return;
      }
      case "refund": {
        const order = pick(this.#orders, step.order);
        const extCustomerId = step.seller === undefined ? undefined : sellers[step.seller];
        const refund = { extRefundId: `r-${this.#count}`, amount: step.amount, extCustomerId };
        const { body } = await market.refund(order, refund);
        if (body.refund) this.#refunds.push(body.refund.refundId);
        return;
      }
      case "settle refund": {
        const refund = this.#refunds.splice(step.refund, 1)[0];
        if (refund !== undefined) await simulator.payu.moveRefund(refund, step.status);
        return;
      }
      case "pay out": {
        const account = [...sellers, pos.feeAccount][step.account] ?? "";
        const { body } = await market.payout(account, step.amount);
        if (body.payout) this.#payouts.push(body.payout.payoutId);
        return;
      }
      case "move payout": {
        const payout = pick(this.#payouts, step.payout);
        // Final ones refuse to move, which must not change anything either.
        await simulator.payu.movePayout(payout, step.code).catch(() => {});
        return;
      }
      case "transfer":
        await market.post(`/customers/ext/${sellers[step.seller]}/fee${step.direction}Transfer`, {
          amount: step.amount,
          currencyCode: "PLN",
          description: "Fee",
          extTransferId: `t-${this.#count}`,
        });
        return;
      case "grant":
        return this.#changeSeller(step.seller, { grantMinor: step.amount });
      case "charge back":
        return this.#changeSeller(step.seller, { chargebackMinor: step.amount });
      case "correct":
        return this.#changeSeller(step.seller, { correctionMinor: step.change });
      case "return fees":
        await simulator.payu.control("POST", "/settings", { returnFeesOnRefund: step.on });
    }
  }

  async check(): Promise<void> {
    const totals = await this.market.totals();
    const held: Json[] = [...totals.sellers, ...totals.shops];
    for (const { totalMinor, availableMinor } of held) {
      // Only a bank or PayU itself takes more than there is.
      expect(availableMinor).toBe(Math.max(totalMinor, 0));
    }
    const kept = held.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
    const { capturedMinor, refundedMinor, paidOutMinor, grantedMinor, chargedBackMinor } = totals;
    expect(kept + paidOutMinor).toBe(
      capturedMinor - refundedMinor + grantedMinor - chargedBackMinor,
    );
    await this.#checkLedger(totals);
  }

  /** The ledger tells the same, entry by entry. */
  async #checkLedger(totals: Json): Promise<void> {
    const entries = await this.market.ledger();
    const sum = (...types: string[]) =>
      entries
        .filter(({ type }) => types.includes(type))
        .reduce((all, { amountMinor }) => all + amountMinor, 0);
    expect(totals).toMatchObject({
      capturedMinor: sum("charge", "capture"),
      refundedMinor: sum("refund") - sum("refund-failed"),
      paidOutMinor: sum("payout") - sum("payout-returned"),
      grantedMinor: sum("grant"),
      chargedBackMinor: sum("chargeback"),
    });
    expect(sum("credit")).toBe(sum("charge", "capture"));
  }

  async #changeSeller(index: number, change: Record<string, number>): Promise<void> {
    const { pos, sellers } = this.market;
    const body = { pos: pos.posId, ...change };
    await this.simulator.payu.control("POST", `/sellers/${sellers[index]}`, body);
  }

  #ownOrder(totalAmount: number): Record<string, Json> {
    return this.market.orderBody({ totalAmount });
  }
}

function pick(ids: readonly string[], index: number): string {
  return ids[index % Math.max(ids.length, 1)] ?? "none";
}
