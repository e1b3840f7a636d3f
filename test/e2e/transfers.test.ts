import { randomUUID } from "node:crypto";
import { demoCredentials } from "../../src/demo";
import { foundMarketplace } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";
import { statementsDuring } from "../support/statements";
import { connectSubmerchant, type Submerchant } from "../support/submerchants";

const fields =
  "id status direction providerReference amount { amount currency } description failure { code providerCode } seller { id } events(first: 20) { edges { node { type to } } }";
const shown = `replayed transfer { ${fields} }`;

describeEachDatabase("a transfer between balances", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: Submerchant;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    seller = await connectSubmerchant(gateway);
  });

  const input = (extra: Json = {}): Json => ({
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    direction: "SELLER_TO_MARKETPLACE",
    amount: "25.00",
    currency: "PLN",
    description: "Advertising in May",
    ...extra,
  });
  const create = (given: Json): Promise<Json> => gateway.mutate("transferFunds", given, shown);
  const read = async (id: string, credential?: string): Promise<Json> => {
    const document = `query ($id: ID!) { transfer(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id }, credential)).transfer;
  };
  const available = async (): Promise<string> => {
    const document =
      'query ($id: ID!) { seller(id: $id) { balance(currency: "PLN") { available { amount } } } }';
    return (await gateway.data(document, { id: seller.id })).seller.balance.available.amount;
  };
  const comesTo = (id: string, status: string): Promise<void> =>
    eventually(async () => {
      clock.advance(20_000);
      await gateway.simulator.payu.advance(20_000);
      gateway.app.wakeJobs();
      return (await read(id)).status === status;
    });
  const failNext = (effect: unknown, path = "feeDebitTransfer$") =>
    gateway.simulator.payu.control("POST", "/faults", {
      match: { path: `^/api/v2_1/customers/ext/${seller.extCustomerId}/${path}` },
      effect,
    });

  test("takes as many statements in a page of five as in a page of two, with its events", async () => {
    for (let i = 0; i < 5; i++) await create(input({ amount: "1.00" }));
    const document =
      "query ($id: ID!, $first: Int!) { seller(id: $id) { transfers(first: $first) { edges { node { events(first: 5) { edges { node { type } } } } } } } }";
    for (const first of [2, 5]) {
      const read = () => gateway.data(document, { id: seller.id, first });
      await read();
      const statements = await statementsDuring(gateway, read);
      expect(statements.sort()).toEqual(["read event", "read seller", "read transfer"]);
    }
  });

  test.each([[{}], [{ status: {} }]])(
    "answered with %j was not carried out before it is to be seen",
    async (body) => {
      await failNext({ kind: "status", code: 200, body });
      const { transfer, userErrors } = await create(input());
      expect(userErrors).toEqual([]);
      expect(transfer.status).toBe("UNKNOWN");
      expect(await available()).toBe("100.00");
      await comesTo(transfer.id, "COMPLETED");
      expect(await available()).toBe("75.00");
    },
  );

  test("takes from the seller, and gives back", async () => {
    expect(await available()).toBe("100.00");
    const { transfer, replayed, userErrors } = await create(input());
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(transfer).toMatchObject({
      status: "COMPLETED",
      direction: "SELLER_TO_MARKETPLACE",
      amount: { amount: "25.00", currency: "PLN" },
      description: "Advertising in May",
      failure: null,
      seller: { id: seller.id },
    });
    expect(transfer.events.edges.map(({ node }: Json) => `${node.type} ${node.to}`)).toEqual([
      "TRANSFER_CREATED PROCESSING",
      "TRANSFER_STATUS_CHANGED COMPLETED",
    ]);
    expect(await available()).toBe("75.00");
    const back = await create(input({ direction: "MARKETPLACE_TO_SELLER", amount: "5" }));
    expect(back.transfer.status).toBe("COMPLETED");
    expect(await available()).toBe("80.00");
    const node = "query ($id: ID!) { node(id: $id) { ... on Transfer { status } } }";
    expect((await gateway.data(node, { id: transfer.id })).node).toEqual({ status: "COMPLETED" });
    const list = "query ($id: ID!) { seller(id: $id) { transfers { edges { node { id } } } } }";
    const { transfers } = (await gateway.data(list, { id: seller.id }, seller.key)).seller;
    expect(transfers.edges.map((edge: Json) => edge.node.id)).toEqual([
      back.transfer.id,
      transfer.id,
    ]);
  });

  test("asked for again under its key is the same one", async () => {
    const given = input();
    const { transfer } = await create(given);
    expect(await create(given)).toMatchObject({ replayed: true, transfer: { id: transfer.id } });
    expect(await create({ ...given, direction: "MARKETPLACE_TO_SELLER" })).toMatchObject({
      transfer: null,
      userErrors: [{ code: "IDEMPOTENCY_KEY_REUSED" }],
    });
    expect(await seller.effects()).toEqual(["transfer"]);
  });

  test.each<[string, Json, Json, string, string]>([
    [
      "above the balance",
      {},
      { amount: "100.01" },
      "INSUFFICIENT_BALANCE",
      "MARKETPLACE_NO_BALANCE",
    ],
    [
      "above the provider's limit",
      { transferLimitMinor: 1_000 },
      {},
      "TRANSFER_LIMIT_EXCEEDED",
      "MARKETPLACE_FEE_TRANSFER_LIMITS_EXCEEDED",
    ],
  ])("%s is FAILED, and moves nothing", async (_, settings, extra, code, providerCode) => {
    await gateway.simulator.payu.control("POST", "/settings", settings);
    const { transfer, userErrors } = await create(input(extra));
    await gateway.simulator.payu.control("POST", "/settings", { transferLimitMinor: null });
    expect(userErrors).toMatchObject([{ code, providerCode, path: ["input", "amount"] }]);
    expect(transfer).toMatchObject({ status: "FAILED", failure: { code, providerCode } });
    expect(await seller.effects()).toEqual([]);
  });

  test.each(["effect-then-drop", "effect-then-500"])(
    "is found in the history when its answer is lost (%s), and never made twice",
    async (effect) => {
      await failNext(effect);
      // All of the balance: a second one would be refused for lack of money.
      const { transfer } = await create(input({ amount: "100.00" }));
      expect(transfer.status).toBe("UNKNOWN");
      await comesTo(transfer.id, "COMPLETED");
      expect(await seller.effects()).toEqual(["transfer"]);
    },
  );

  test("is sent again under its key when it never arrived", async () => {
    await failNext({ kind: "status", code: 503 });
    const { transfer } = await create(input());
    expect(transfer.status).toBe("UNKNOWN");
    await comesTo(transfer.id, "COMPLETED");
    expect(await seller.effects()).toEqual(["transfer"]);
  });

  test("waits while the history cannot be read", async () => {
    await failNext("effect-then-drop");
    const { transfer } = await create(input());
    await failNext({ kind: "status", code: 500 }, "operations");
    await comesTo(transfer.id, "COMPLETED");
    expect(await seller.effects()).toEqual(["transfer"]);
  });

  test.each<[string, Json, string, string]>([
    ["of nothing", { amount: "0" }, "INVALID_AMOUNT", "amount"],
    ["with too many decimals", { amount: "0.001" }, "TOO_MANY_DECIMALS", "amount"],
    ["in a currency without an account", { currency: "EUR" }, "NO_CAPABLE_ACCOUNT", "currency"],
    ["without a description", { description: "" }, "INVALID_INPUT", "description"],
    [
      "with a card number in its text",
      { description: "4509 9535 6623 3704" },
      "CARD_DATA_NOT_ACCEPTED",
      "description",
    ],
  ])("%s is refused before anything is written", async (_, extra, code, field) => {
    await leavingNothing(gateway, async () => {
      const { transfer, userErrors } = await create(input(extra));
      expect(transfer).toBeNull();
      expect(userErrors).toMatchObject([{ code, path: ["input", field] }]);
    });
  });

  test("is the marketplace's alone to make, and the seller's and the marketplace's to see", async () => {
    const { transfer } = await create(input());
    const document =
      "mutation ($input: TransferFundsInput!) { transferFunds(input: $input) { transfer { id } } }";
    for (const credential of [seller.key, demoCredentials.partner]) {
      const answer = await gateway.query(document, { input: input() }, credential);
      expect(answer.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    }
    expect(await read(transfer.id, seller.key)).toMatchObject({ id: transfer.id });
    const other = await connectSubmerchant(gateway);
    expect(await read(transfer.id, other.key)).toBeNull();
    const stranger = await foundMarketplace(gateway);
    expect(await read(transfer.id, stranger)).toBeNull();
    const foreign = await gateway.query(document, { input: input() }, stranger);
    expect(foreign.data.transferFunds.transfer).toBeNull();
    expect(await seller.effects()).toEqual(["transfer"]);
  });
});
