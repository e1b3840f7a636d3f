import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const [warszawa, krakow, gdansk] = demoSubmerchants;

const fields =
  "id status providerOrderId providerStatus redirectUrl total { amount currency } carts { seller { id } amount { amount } fee { amount } sellerNet { amount } refundedAmount { amount } refundableAmount { amount } products { name quantity unitPrice { amount } } shippingMethods { name price { amount } } } allocation { total { amount } marketplaceFee { amount } shares { seller { id } net { amount } refunded { amount } } } payments { id status amount { amount } order { id } rejection { code category } } refunds { id status amount { amount } } availableActions { action available } events(first: 20) { edges { node { from to source } } }";
const shown = `replayed order { ${fields} }`;

/** One buyer pays once, PayU splits between several sellers. */
describeEachDatabase("a marketplace order", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock, notifications: { mode: "on" } });
  });
  afterAll(() => gateway.stop());

  /** The worked example of PayU's documents. */
  const order = (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    currency: "PLN",
    total: "50.00",
    description: "Three shops, one buyer",
    ipAddress: "127.0.0.1",
    buyer: {
      reference: `buyer-${randomUUID().slice(0, 8)}`,
      email: "ada.nowak@example.com",
      firstName: "Ada",
      lastName: "Nowak",
      language: "pl",
    },
    carts: [
      {
        sellerId: warszawa.id,
        amount: "2.00",
        fee: "0.20",
        products: [{ name: "Pencil", unitPrice: "1.00", quantity: 2 }],
      },
      {
        sellerId: krakow.id,
        amount: "13.00",
        products: [
          { name: "Mug", unitPrice: "2.00", quantity: 2 },
          { name: "Spoon", unitPrice: "3.00", quantity: 3 },
        ],
      },
      {
        sellerId: gdansk.id,
        amount: "35.00",
        fee: "3.50",
        products: [{ name: "Print", unitPrice: "20.00", quantity: 1 }],
        shippingMethods: [{ country: "PL", name: "Courier", price: "15.00" }],
      },
    ],
    ...extra,
  });
  const payMethod = { blikCode: "777123" };
  const create = (input: Json, credential?: string): Promise<Json> =>
    gateway.mutate("createMarketplaceOrder", input, shown, credential);
  const act = (name: string, orderId: string, extra: Record<string, unknown> = {}) =>
    gateway.mutate(name, { idempotencyKey: randomUUID(), orderId, ...extra }, shown);
  const read = async (id: string, credential?: string): Promise<Json> => {
    const document = `query ($id: ID!) { marketplaceOrder(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id }, credential)).marketplaceOrder;
  };
  const statusOf = async (id: string): Promise<string> => {
    const document = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
    return (await gateway.data(document, { id })).marketplaceOrder.status;
  };
  const comesTo = (id: string, status: string) =>
    eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await statusOf(id)) === status;
    });
  const paid = async (extra: Record<string, unknown> = {}): Promise<Json> => {
    const { order: made, userErrors } = await create(order({ payMethod, ...extra }));
    expect(userErrors).toEqual([]);
    await comesTo(made.id, "COMPLETED");
    return read(made.id);
  };
  const { payu } = { payu: () => gateway.simulator.payu };
  const effects = async (orderId: string): Promise<string[]> => {
    const { entries } = await payu().control("GET", `/ledger?externalReference=${orderId}`);
    return entries.map(({ type }: Json) => type);
  };

  test("sends the buyer to PayU's page, and is split as the documents' example says", async () => {
    const input = order();
    const { order: made, userErrors, replayed } = await create(input);
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(made).toMatchObject({ status: "PENDING", total: { amount: "50.00", currency: "PLN" } });
    expect(made.redirectUrl).toContain(payu().url);
    expect(made.allocation.marketplaceFee.amount).toBe("3.70");
    expect(made.allocation.shares.map(({ net }: Json) => net.amount)).toEqual([
      "1.80",
      "13.00",
      "31.50",
    ]);
    await payu().moveOrder(made.providerOrderId, "COMPLETED");
    await comesTo(made.id, "COMPLETED");
    const done = await read(made.id);
    expect(done.payments.map(({ status }: Json) => status)).toEqual(Array(3).fill("APPROVED"));
    expect(done.payments.every(({ order: of }: Json) => of.id === made.id)).toBe(true);
    expect(await create(input)).toMatchObject({ replayed: true, order: { id: made.id } });
  });

  test("is refused with all that is wrong at once, and sends nothing", async () => {
    const input = order({ total: "51.00" });
    input.carts[0] = { ...input.carts[0], amount: "2.01", fee: "2.02" } as never;
    input.carts[2] = { ...input.carts[2], sellerId: warszawa.id } as never;
    const { order: none, userErrors } = await gateway.mutate(
      "createMarketplaceOrder",
      input,
      "order { id } errors: userErrors { expected given }",
    );
    expect(none).toBeNull();
    expect(userErrors.map(({ code, path }: Json) => `${code} ${path.join(".")}`)).toEqual([
      "SPLIT_SUM_MISMATCH input.carts.0.amount",
      "FEE_EXCEEDS_AMOUNT input.carts.0.fee",
      "SPLIT_SELLER_REPEATED input.carts.2.sellerId",
      "SPLIT_SUM_MISMATCH input.total",
    ]);
  });
});
