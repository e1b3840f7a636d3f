import { randomUUID } from "node:crypto";
import { createLogger } from "../../src/logging/logger";
import { RawSocket, until } from "../integration/server-support";
import { pay } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { mutationBody } from "../support/refused-by";
import { eventually, type Json } from "../support/simulator";

/** What databases and their drivers say of such faults, and what stacks are made of. None may reach a client. */
const words =
  /sqlite|mysql|mariadb|no such|doesn't exist|not open|pool|_gone|select |insert |\.[jt]s:/i;

/**
 * How both databases say that a table is not there. Jest gives each file of tests an `Error` of its own, and
 * better-sqlite3 keeps that of the first file in the process: to all others, graphql tells only the code.
 */
const missing = (table: string) =>
  new RegExp(`no such table: ${table}$|\\.${table}' doesn't exist$|"SQLITE_ERROR" }$`);
const ended = /not open|Pool is closed/;

describeEachDatabase("a fault of the database", (database) => {
  const log: string[] = [];
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  let id: string;
  let cursor: string;
  beforeEach(async () => {
    log.length = 0;
    gateway = await TestGateway.start({
      database,
      logger: createLogger("info", { write: (line) => log.push(line) }),
    });
    seller = await gateway.connectSeller();
    const payment = await pay(gateway, seller);
    id = payment.id;
    cursor = payment.events.edges[0].node.cursor;
  });
  afterEach(() => gateway.stop());

  const rename = (from: string, to: string) =>
    gateway.app.database.write((unit) =>
      unit.change({ sql: `ALTER TABLE ${from} RENAME TO ${to}`, values: [] }),
    );
  /** Takes a table away meanwhile. */
  const without = async (table: string, act: () => Promise<void>) => {
    await rename(table, `${table}_gone`);
    try {
      await act();
    } finally {
      await rename(`${table}_gone`, table);
    }
  };
  /** Ends the database under the gateway for good. */
  const closeDatabase = async () => {
    const { database: open } = gateway.app;
    await open.close();
    // The gateway closes it as well when it stops, and TypeORM takes that for a mistake.
    open.close = async () => {};
  };
  const faults = (requestId: string): Json[] =>
    log
      .map((line) => JSON.parse(line))
      .filter((entry) => entry.level === "error" && entry.requestId === requestId)
      .map(({ err }) => err);

  /** The error says nothing but an id, and the log says under that id what it was. */
  const expectMasked = (
    error: Json,
    requestId: string,
    cause: RegExp,
    path?: readonly string[],
  ) => {
    const { locations: _locations, ...told } = error;
    expect(told).toEqual({
      message: "Internal error",
      ...(path === undefined ? {} : { path }),
      extensions: { code: "INTERNAL_SERVER_ERROR", retryable: true, requestId },
    });
    const err = { message: expect.stringMatching(cause), stack: expect.any(String) };
    expect(faults(requestId)).toContainEqual(expect.objectContaining(err));
  };
  const ask = async (body: { query: string; variables?: Json }, credential?: string) => {
    const response = await gateway.post(body, credential);
    const requestId = response.headers.get("x-request-id") ?? "";
    const text = await response.text();
    expect(text.replaceAll(requestId, "")).not.toMatch(words);
    return { status: response.status, requestId, ...(JSON.parse(text) as Json) };
  };
  const watching = async () => {
    const socket = await RawSocket.ready(gateway.url, seller.key);
    const watch = (name: string, query: string) =>
      socket.subscribe(name, query, { variables: { id, sellerId: seller.id, cursor } });
    const answerTo = async (name: string): Promise<Json> => {
      const find = () => socket.messages.find((message) => message.id === name) as Json;
      await until(() => find() !== undefined);
      const { payload } = find();
      expect(JSON.stringify(payload)).not.toMatch(words);
      return payload;
    };
    return { socket, watch, answerTo };
  };

  test.each([
    [
      "a query",
      "payment",
      () => ({ query: "query ($id: ID!) { payment(id: $id) { id } }", variables: { id } }),
    ],
    ["a list", "payment", () => ({ query: "{ payments { edges { node { id } } } }" })],
    [
      "a mutation",
      "seller",
      () => mutationBody("createSeller", { reference: randomUUID(), name: "Shop" }),
    ],
  ])("shows of %s nothing but its request's id", async (_what, table, body) => {
    await without(table, async () => {
      const { status, data, errors, requestId } = await ask(body());
      expect(status).toBe(200);
      expect(errors).toHaveLength(1);
      const [field = ""] = errors[0].path;
      expectMasked(errors[0], requestId, missing(table), [field]);
      expect(data === null || data[field] === null).toBe(true);
    });
    expect((await ask(body())).errors).toBeUndefined();
  });

  test("shows of a payment nothing either, and sends it nowhere", async () => {
    const input = await gateway.cardPayment(seller);
    const before = (await seller.shop.ledger()).length;
    await without("operation", async () => {
      const { errors, requestId } = await ask(mutationBody("createPayment", input));
      expectMasked(errors[0], requestId, missing("operation"), ["createPayment"]);
    });
    expect((await seller.shop.ledger()).length).toBe(before);
    const again = await ask(mutationBody("createPayment", input));
    expect(again.data.createPayment.userErrors).toEqual([]);
  });

  test("shows of one field nothing, and leaves the others as they are", async () => {
    const query = "query ($id: ID!) { payment(id: $id) { id status refunds { id } } }";
    await without("refund", async () => {
      const { data, errors, requestId } = await ask({ query, variables: { id } });
      expect(data).toEqual({ payment: null });
      expectMasked(errors[0], requestId, missing("refund"), ["payment", "refunds"]);
      const both = await ask({
        query:
          "query ($id: ID!) { a: payment(id: $id) { refunds { id } } b: payment(id: $id) { status } }",
        variables: { id },
      });
      expect(both.data).toEqual({ a: null, b: { status: "APPROVED" } });
    });
  });

  test("takes a caller's own id for the request, when it is plain", async () => {
    await without("payment", async () => {
      const body = { query: "{ payments { edges { node { id } } } }" };
      const response = await gateway.post(body, undefined, { "x-request-id": "order-4711-try-2" });
      const { errors } = (await response.json()) as Json;
      expectMasked(errors[0], "order-4711-try-2", missing("payment"), ["payments"]);
    });
  });

  test("shows of subscriptions nothing, and ends neither the socket nor others on it", async () => {
    const { socket, watch, answerTo } = await watching();
    watch(
      "seller",
      "subscription ($sellerId: ID!) { paymentUpdated(sellerId: $sellerId) { status payment { refunds { id } } } }",
    );
    watch(
      "status",
      "subscription ($sellerId: ID!, $cursor: Cursor!) { paymentUpdated(sellerId: $sellerId, after: $cursor) { status } }",
    );
    await answerTo("status");
    await without("payment", async () => {
      watch("one", "subscription ($id: ID!) { paymentUpdated(id: $id) { status } }");
      // It was refused before it began: the payload is the errors alone.
      const [error] = await answerTo("one");
      const { requestId } = error.extensions;
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expectMasked(error, requestId, missing("payment"), ["paymentUpdated"]);
    });
    await without("refund", async () => {
      await pay(gateway, seller);
      const { data, errors } = await answerTo("seller");
      expect(data).toBeNull();
      const { requestId } = errors[0].extensions;
      expectMasked(errors[0], requestId, missing("refund"), [
        "paymentUpdated",
        "payment",
        "refunds",
      ]);
    });
    expect(socket.closing).toBeUndefined();
    await eventually(
      () => socket.messages.filter((message) => message.id === "status").length >= 3,
    );
  });

  test("that is down answers 500, 503 and 1013, with the id in the log", async () => {
    const { socket, watch, answerTo } = await watching();
    const body = { query: "{ viewer { role } }" };
    // A key that was just used is trusted for some seconds.
    const fresh = (await gateway.connectSeller()).key;
    await closeDatabase();

    const { status, errors, data, requestId } = await ask(body, fresh);
    expect([status, data]).toEqual([500, undefined]);
    expectMasked(errors[0], requestId, ended);

    watch("one", "subscription ($id: ID!) { paymentUpdated(id: $id) { status } }");
    const [live] = await answerTo("one");
    expectMasked(live, live.extensions.requestId, /./, ["paymentUpdated"]);
    expect(socket.closing).toBeUndefined();

    const late = new RawSocket(gateway.url);
    await late.opened();
    late.send({ type: "connection_init", payload: { authorization: `Bearer ${fresh}` } });
    expect(await late.closed()).toEqual({ code: 1013, reason: "Try again later" });
    expect(late.messages).toEqual([]);

    const get = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;
    expect([await get("/healthz"), await get("/readyz")]).toEqual([200, 503]);
  });
});
