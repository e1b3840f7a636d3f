import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

describeEachDatabase("a row that cannot be read", (database) => {
  const { alerts, logger } = alertLogger();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  let ids: readonly [first: string, broken: string, last: string];
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, logger });
  });
  beforeEach(async () => {
    alerts.length = 0;
    seller = await gateway.connectSeller();
    ids = [await pay(), await pay(), await pay()];
  });
  afterAll(() => gateway.stop());

  const pay = async (holder = "APRO"): Promise<string> => {
    const input = await gateway.cardPayment(seller, {}, holder);
    return (await gateway.mutate("createPayment", input, "payment { id }")).payment.id;
  };
  const change = (sql: string, ...values: string[]) =>
    gateway.app.database.write((unit) => unit.change({ sql, values, expectRows: 1 }));

  const list = `query ($filter: PaymentFilter!, $first: Int, $after: String) {
    payments(filter: $filter, first: $first, after: $after) {
      edges { node { id status provider amount { formatted } payer { email } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const pageOf = async (first: number, after?: string): Promise<Json> => {
    const filter = { sellerId: seller.id };
    return (await gateway.data(list, { filter, first, after })).payments;
  };
  const idsOf = (page: Json): string[] => page.edges.map(({ node }: Json) => node.id);

  test.each([
    ["payer", "payer = '{\"email\":'"],
    ["payer", "payer = 'null'"],
    ["status", "status = 'SHIPPED'"],
    ["provider", "provider = 'NOBODY'"],
    ["currency", "currency = 'XXX'"],
  ])("for its %s (%s) leaves its neighbours where they are", async (property, broken) => {
    await change(`UPDATE payment SET ${broken} WHERE id = ?`, ids[1]);
    expect(idsOf(await pageOf(10))).toEqual([ids[2], ids[0]]);

    const first = await pageOf(1);
    expect([idsOf(first), first.pageInfo.hasNextPage]).toEqual([[ids[2]], true]);
    const second = await pageOf(1, first.pageInfo.endCursor);
    expect([idsOf(second), second.pageInfo.hasNextPage]).toEqual([[ids[0]], false]);

    // It is there, and nobody is told that it is not.
    const { data, errors } = await gateway.query(
      `query ($a: ID!, $b: ID!, $c: ID!) {
        a: payment(id: $a) { id } b: payment(id: $b) { id } c: node(id: $c) { id }
      }`,
      { a: ids[0], b: ids[1], c: ids[2] },
    );
    expect(data).toEqual({ a: { id: ids[0] }, b: null, c: { id: ids[2] } });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ["b"],
        extensions: expect.objectContaining({ code: "INTERNAL_SERVER_ERROR" }),
      }),
    ]);
    // Told of once, by what is wrong with it and not by what it holds.
    expect(alerts.filter(({ table }) => table === "payment")).toEqual([
      expect.objectContaining({ id: ids[1], property }),
    ]);
  });

  test("is passed over by jobs, which go on with the others", async () => {
    const pending = [await pay("CONT"), await pay("CONT")] as const;
    await change("UPDATE payment SET payer = 'broken', due_at = 0 WHERE id = ?", pending[0]);
    const shown = await gateway.data(
      "query ($id: ID!) { payment(id: $id) { providerPaymentId } }",
      {
        id: pending[1],
      },
    );
    await gateway.simulator.control("POST", `/payments/${shown.payment.providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
    await change("UPDATE payment SET due_at = 1 WHERE id = ?", pending[1]);
    gateway.app.wakeJobs();
    await eventually(async () => {
      const { payment } = await gateway.data("query ($id: ID!) { payment(id: $id) { status } }", {
        id: pending[1],
      });
      return payment.status === "APPROVED";
    });
    await toldOf(alerts, expect.objectContaining({ table: "payment", id: pending[0] }));
  });

  test("of the log leaves a gap in timelines and live updates, and no more", async () => {
    const [, id] = ids;
    const read = `query ($id: ID!, $first: Int!, $after: Cursor) { payment(id: $id) {
      events(first: $first, after: $after) { edges { node { id to cursor } } pageInfo { hasNextPage endCursor } }
    } }`;
    const eventsOf = async (first: number, after?: string): Promise<Json> =>
      (await gateway.data(read, { id, first, after })).payment.events;
    await gateway.mutate(
      "refundPayment",
      { idempotencyKey: `refund-${id}`, paymentId: id },
      "payment { id }",
    );
    const all = (await eventsOf(50)).edges.map(({ node }: Json) => node);
    expect(all.length).toBeGreaterThan(3);
    await change(
      "UPDATE event SET snapshot = '{' WHERE subject_id = ? AND subject_version = ?",
      id,
      "2",
    );
    const left = (await eventsOf(50)).edges.map(({ node }: Json) => node.id);
    expect(left).toEqual(
      all.map((event: Json) => event.id).filter((_: string, i: number) => i !== 1),
    );
    const page = await eventsOf(1, all[0].cursor);
    expect([page.edges[0].node.id, page.pageInfo.hasNextPage]).toEqual([all[2].id, true]);

    const seen: string[] = [];
    const client = gateway.client();
    client.subscribe<Json>(
      {
        query: `subscription ($id: ID!, $after: Cursor!) {
          paymentUpdated(sellerId: $id, after: $after) { event { id } payment { id } }
        }`,
        variables: { id: seller.id, after: all[0].cursor },
      },
      {
        next: ({ data }) => {
          if (data.paymentUpdated.payment.id === id) seen.push(data.paymentUpdated.event.id);
        },
        error: () => {},
        complete: () => {},
      },
    );
    // Those of its refund are not updates of the payment.
    const expected = left.slice(1).filter((event: string) => event.startsWith("evt_pay_"));
    expect(expected).toHaveLength(1);
    await eventually(() => seen.length >= expected.length);
    expect(seen).toEqual(expected);
  });
});
