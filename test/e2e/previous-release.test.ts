import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, type TestGateway } from "../support/gateway";
import {
  type Left,
  renewPreviousRelease,
  startOnPreviousRelease,
  timelineOf,
} from "../support/previous-release";
import { eventually, type Json } from "../support/simulator";
import { watch } from "../support/watch";

/** Today's gateway on a database that the release before this one has made, filled, and left work in. */
describeEachDatabase("on the previous release's database", (database) => {
  if (process.env.RENEW_PREVIOUS_RELEASE !== undefined) {
    test("which is made anew", () => renewPreviousRelease(database));
    return;
  }
  const clock = new MovableClock();
  let gateway: TestGateway;
  let left: Left;
  beforeAll(async () => {
    ({ gateway, left } = await startOnPreviousRelease(database, { clock }));
  });
  afterAll(() => gateway.stop());

  const seller = () => ({
    ...left.seller,
    cardToken: (holder = "APRO") => gateway.simulator.cardToken(left.seller.shop.seller, holder),
  });
  const create = (input: Json): Promise<Json> =>
    gateway.mutate("createPayment", input, "replayed payment { id status }");
  const read = async (id: string): Promise<Json> => {
    const document = "query ($id: ID!) { payment(id: $id) { status providerPaymentId } }";
    return (await gateway.data(document, { id })).payment;
  };
  const eventsOf = async (
    kind: "payment" | "marketplaceOrder",
    id: string,
    after?: string,
  ): Promise<Json[]> => (await gateway.data(timelineOf(kind), { id, after }))[kind].events.edges;
  const count = async (sql: string): Promise<number> => {
    const [row] = await gateway.app.database.read(`SELECT COUNT(*) AS total FROM ${sql}`);
    return Number(row?.total);
  };

  test("payments are made, and refunded", async () => {
    const { payment } = await create(await gateway.cardPayment(seller()));
    expect(payment.status).toBe("APPROVED");
    for (const paymentId of [payment.id, left.refunded.id]) {
      const input = { idempotencyKey: randomUUID(), paymentId, amount: "1.00" };
      const { refund } = await gateway.mutate("refundPayment", input, "refund { status }");
      expect(refund.status).toBe("COMPLETED");
    }
  });

  test("a repeated request is answered with the payment that it made then", async () => {
    const { replayed, payment } = await create(left.repeated.input);
    expect([replayed, payment.id]).toEqual([true, left.repeated.id]);
  });

  test("an outcome that was unknown is found out, and nothing is charged twice", async () => {
    const { id } = left.unknown;
    const statusOf = async () => (await read(id)).status;
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await statusOf()) === "APPROVED";
    });
    const { providerPaymentId } = await read(id);
    const { userId } = left.seller.shop.seller;
    const { entries } = await gateway.simulator.control("GET", `/ledger?account=${userId}`);
    const effects = entries.filter(
      ({ paymentId }: Json) => String(paymentId) === providerPaymentId,
    );
    expect(effects).toMatchObject([{ type: "charge" }]);
  });

  test.each(["payment", "marketplaceOrder"] as const)(
    "the events of a %s read as they did, and its cursors lead on",
    async (kind) => {
      const { id, timeline } = kind === "payment" ? left.refunded : left.order;
      const now = await eventsOf(kind, id);
      expect(now.slice(0, timeline.length)).toEqual(timeline);
      const [first, ...others] = timeline;
      const rest = await eventsOf(kind, id, first.cursor);
      expect(rest.slice(0, others.length)).toEqual(others);
    },
  );

  test("a subscription goes on behind a cursor of then", async () => {
    const { id, timeline } = left.refunded;
    const [first, second] = timeline;
    const watched = watch(
      gateway,
      "subscription ($id: ID, $after: Cursor) { paymentUpdated(id: $id, after: $after) { cursor event { id } } }",
      { id, after: first.cursor },
    );
    expect(await watched.next()).toEqual({ cursor: second.cursor, event: { id: second.node.id } });
    watched.end();
  });

  test("events and observations name their marketplace, and events who is known to have made them", async () => {
    expect(await count("event")).toBeGreaterThan(0);
    expect(await count("event WHERE marketplace_id IS NULL")).toBe(0);
    expect(await count("observation")).toBeGreaterThan(0);
    expect(await count("observation WHERE marketplace_id IS NULL")).toBe(0);
    expect(
      await count(
        "event WHERE actor IS NULL AND source <> 'API' AND type <> 'PAYMENT_CREATED' AND type NOT LIKE 'ACCOUNT%'",
      ),
    ).toBe(0);
  });
});
