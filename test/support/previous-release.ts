import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transferOf } from "./access-payout";
import type { DatabaseKind } from "./databases";
import { type ConnectedSeller, type GatewayOptions, MovableClock, TestGateway } from "./gateway";
import { makeOrder, orderComesTo, payMethod, paymentAtPayu, threeCarts } from "./orders";
import { eventually, type Json } from "./simulator";
import { dumpDatabase, loadDatabase } from "./sql-dump";
import { connectSubmerchant } from "./submerchants";

/** What the release before this one has left, beside its rows. */
export interface Left {
  readonly seller: Pick<ConnectedSeller, "id" | "key" | "shop">;
  /** A payment that was refunded in part, with its whole timeline as it was shown. */
  readonly refunded: { readonly id: string; readonly timeline: Json };
  /** A payment whose answer was lost. It was charged. */
  readonly unknown: { readonly id: string };
  readonly order: { readonly id: string; readonly timeline: Json };
  readonly payoutId: string;
  readonly transferId: string;
  /** The key and the input of a request that was answered, with its payment. */
  readonly repeated: { readonly input: Json; readonly id: string };
}

export const timelineOf = (kind: "payment" | "marketplaceOrder") =>
  `query ($id: ID!, $after: Cursor) { ${kind}(id: $id) { events(first: 50, after: $after) {
    edges { cursor node { id sequence type from to source subjectId occurredAt recordedAt } }
  } } }`;

const folderOf = ({ name }: DatabaseKind) =>
  join(__dirname, "../fixtures/previous-release", name.toLowerCase());

/** Starts today's gateway on a copy of what the previous release has left. */
export async function startOnPreviousRelease(
  database: DatabaseKind,
  options: GatewayOptions = {},
): Promise<{ gateway: TestGateway; left: Left }> {
  const folder = folderOf(database);
  const scratch = mkdtempSync(join(tmpdir(), "previous-release-"));
  const simulatorData = join(scratch, "simulator.json");
  copyFileSync(join(folder, "simulator.json"), simulatorData);
  const gateway = await TestGateway.start({
    ...options,
    database,
    simulatorData,
    fill: (place) => loadDatabase(place, readFileSync(join(folder, "database.sql"), "utf8")),
  });
  const stop = gateway.stop.bind(gateway);
  gateway.stop = async () => {
    await stop();
    rmSync(scratch, { recursive: true });
  };
  return { gateway, left: JSON.parse(readFileSync(join(folder, "left.json"), "utf8")) };
}

/** Makes the fixture anew, by the code and the migrations that are here. CONTRIBUTING says when. */
export async function renewPreviousRelease(database: DatabaseKind): Promise<void> {
  const folder = folderOf(database);
  mkdirSync(folder, { recursive: true });
  const simulatorData = join(folder, "simulator.json");
  rmSync(simulatorData, { force: true });
  const clock = new MovableClock();
  const gateway = await TestGateway.start({
    database,
    clock,
    simulatorData,
    notifications: { mode: "on", delayMs: 5 },
  });
  const left = await leaveRows(gateway, clock);
  await gateway.app.stop();
  await gateway.simulator.close();
  writeFileSync(join(folder, "database.sql"), await dumpDatabase(gateway.place));
  writeFileSync(join(folder, "left.json"), `${JSON.stringify(left, null, 2)}\n`);
  await gateway.place.drop();
}

/** Some rows of each table, among them work that is not done. */
async function leaveRows(gateway: TestGateway, clock: MovableClock): Promise<Left> {
  const { simulator } = gateway;
  const { id, key, shop, cardToken } = await gateway.connectSeller();
  const seller: ConnectedSeller = { id, key, shop, cardToken };
  const create = async (input: Json): Promise<Json> =>
    (await gateway.mutate("createPayment", input, "payment { id status providerPaymentId }"))
      .payment;

  const input = await gateway.cardPayment(seller);
  const refunded = await create(input);
  await gateway.mutate(
    "refundPayment",
    { idempotencyKey: randomUUID(), paymentId: refunded.id, amount: "10.00" },
    "refund { status }",
    key,
  );
  await gateway.mutate("createWatchToken", { paymentId: refunded.id }, "credential");

  // A notification that is worked off, and an observation that nobody believes.
  const pending = await create(await gateway.cardPayment(seller, {}, "CONT"));
  const move = (status: string) =>
    simulator.control("POST", `/payments/${pending.providerPaymentId}`, { status });
  const rows = (table: string) => gateway.app.database.read(`SELECT * FROM ${table}`);
  await move("approved");
  await eventually(async () => (await rows("inbox_delivery")).some((row) => row.result !== null));
  await shop.pay({
    external_reference: pending.id,
    transaction_amount: 1,
    notification_url: `${gateway.url}/webhooks/mercadopago`,
  });
  await eventually(async () => (await rows("observation")).length > 0);

  const order = await makeOrder(gateway, { ...threeCarts(), payMethod });
  await orderComesTo(gateway, clock, order.id, "COMPLETED");
  await create(paymentAtPayu());
  const submerchant = await connectSubmerchant(gateway);
  const move10 = { ...transferOf(submerchant), amount: "10.00" };
  const { transfer } = await gateway.mutate("transferFunds", move10, "transfer { id }");
  const { payout } = await gateway.mutate(
    "createPayout",
    { idempotencyKey: randomUUID(), sellerId: submerchant.id, amount: "5.00", currency: "PLN" },
    "payout { id }",
  );
  const testUser = { idempotencyKey: randomUUID(), country: "AR", description: "A buyer" };
  await gateway.mutate("createTestUser", testUser, "testUser { id }");
  const connection = { sellerId: id, provider: "MERCADO_PAGO" };
  await gateway.mutate("startSellerConnection", connection, "authorizationUrl");
  await gateway.app.database.write((unit) =>
    unit.change({
      sql: "INSERT INTO credential_renewal (id, due_at, attempts, lease_token) SELECT id, ?, 0, NULL FROM provider_account WHERE seller_id = ?",
      values: [Date.now() + 90 * 24 * 60 * 60_000, id],
    }),
  );
  await eventually(async () => (await rows("follow_up")).length > 0);

  const timeline = async (kind: "payment" | "marketplaceOrder", of: string) =>
    (await gateway.data(timelineOf(kind), { id: of }))[kind].events.edges;
  await simulator.control("POST", "/faults", {
    match: { method: "POST", path: "^/v1/payments$" },
    effect: "effect-then-drop",
    times: 1,
  });
  const unknown = await create(await gateway.cardPayment(seller));
  return {
    seller: { id, key, shop },
    refunded: { id: refunded.id, timeline: await timeline("payment", refunded.id) },
    unknown: { id: unknown.id },
    order: { id: order.id, timeline: await timeline("marketplaceOrder", order.id) },
    payoutId: payout.id,
    transferId: transfer.id,
    repeated: { input, id: refunded.id },
  };
}
