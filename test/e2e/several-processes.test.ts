import { randomUUID } from "node:crypto";
import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { demoCredentials, demoSellers } from "../../src/demo";
import { databaseKinds, type TestDatabase } from "../support/databases";
import { freePort } from "../support/free-port";
import { dataAt } from "../support/http";
import { GatewayProcess } from "../support/process";
import { bootSimulator, eventually, type Json, type TestSimulator } from "../support/simulator";

// Processes start, die and wait for leases here.
jest.setTimeout(240_000);

const [seller] = demoSellers;
const mysql = databaseKinds().find(({ name }) => name === "MySQL");
const redisUrl = process.env.TEST_REDIS_URL;
if (redisUrl === undefined && process.env.CI !== undefined)
  throw new Error("CI must set TEST_REDIS_URL");

/** Both read the log this often when nothing wakes them; what comes through Redis comes much sooner. */
const pollMs = 1_000;

interface Update {
  readonly paymentId: string;
  readonly status: string;
  readonly at: number;
}

/** An event of the marketplace's stream. */
interface Followed {
  readonly cursor: string;
  readonly id: string;
  readonly subjectId: string;
  readonly to: string;
  readonly at: number;
}

/** One of the processes, as a client sees it. */
class Peer {
  readonly updates: Update[] = [];
  #client: Client | undefined;

  private constructor(
    readonly url: string,
    readonly process: GatewayProcess,
  ) {}

  static async start(settings: Record<string, string>): Promise<Peer> {
    const port = String(await freePort());
    const running = await GatewayProcess.start({ ...settings, PORT: port });
    return new Peer(`http://127.0.0.1:${port}`, running);
  }

  ask(document: string, variables: Record<string, unknown>): Promise<Json> {
    return dataAt(this.url, document, variables);
  }

  async pay(input: Record<string, unknown>): Promise<Json> {
    const document = `mutation ($input: CreatePaymentInput!) {
      createPayment(input: $input) { replayed payment { id status } userErrors { code message } }
    }`;
    return (await this.ask(document, { input })).createPayment;
  }

  async paymentOf(externalReference: string): Promise<Json> {
    const document = "query ($ref: String!) { payment(externalReference: $ref) { id status } }";
    return (await this.ask(document, { ref: externalReference })).payment;
  }

  /** Watches all of the seller's payments, from after that place in the log on. */
  watch(after: string): void {
    this.#client = this.#connect();
    const query = `subscription ($sellerId: ID!, $after: Cursor!) {
      paymentUpdated(sellerId: $sellerId, after: $after) { status payment { id } }
    }`;
    this.#client.subscribe<Json>(
      { query, variables: { sellerId: seller.id, after } },
      {
        next: ({ data }) => {
          const { status, payment } = data.paymentUpdated;
          this.updates.push({ paymentId: payment.id, status, at: performance.now() });
        },
        error: () => {},
        complete: () => {},
      },
    );
  }

  /** Follows all that happens at the marketplace, from after that place in its stream on. */
  follow(after: string): Followed[] {
    const followed: Followed[] = [];
    this.#client ??= this.#connect();
    const query = `subscription ($after: Cursor!) {
      marketplaceEvents(after: $after) { cursor event { id subjectId to } }
    }`;
    this.#client.subscribe<Json>(
      { query, variables: { after } },
      {
        next: ({ data }) => {
          const { cursor, event } = data.marketplaceEvents;
          followed.push({ cursor, ...event, at: performance.now() });
        },
        error: () => {},
        complete: () => {},
      },
    );
    return followed;
  }

  /** The place behind all that has happened so far. */
  async marketplaceCursor(): Promise<string> {
    return (await this.ask("{ viewer { marketplace { cursor } } }", {})).viewer.marketplace.cursor;
  }

  /** When this update came. */
  async sees(paymentId: string, status: string): Promise<number> {
    const find = () =>
      this.updates.find((update) => update.paymentId === paymentId && update.status === status);
    await eventually(() => find() !== undefined);
    return find()?.at ?? Number.NaN;
  }

  #connect(): Client {
    return createClient({
      url: `${this.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${demoCredentials.marketplace}` },
    });
  }

  async stop(): Promise<void> {
    await this.#client?.dispose();
    expect(await this.process.kill("SIGTERM")).toBe(0);
  }
}

const suite = mysql === undefined || redisUrl === undefined ? describe.skip : describe;

suite("two processes on one MySQL (set TEST_MYSQL_URL and TEST_REDIS_URL to run it)", () => {
  let simulator: TestSimulator;
  let place: TestDatabase;
  let settings: Record<string, string>;
  beforeEach(async () => {
    if (mysql === undefined || redisUrl === undefined) throw new Error("unreachable");
    simulator = await bootSimulator();
    place = await mysql.create();
    settings = {
      NODE_ENV: "test",
      DEMO: "true",
      DATABASE_URL: place.url,
      DATABASE_POOL_SIZE: "8",
      REDIS_URL: redisUrl,
      MERCADO_PAGO_API_URL: simulator.url,
      // The lease follows from it: what a dead process left is taken up after two seconds.
      MERCADO_PAGO_TIMEOUT_MS: "1200",
      WS_CLOSE_SPREAD_MS: "0",
      LOG_LEVEL: "warn",
    };
  });
  afterEach(async () => {
    await simulator.close();
    await place.drop();
  });

  // Both at once, on a database without a table: they have to take turns with the migrations.
  const startBoth = (extra: Record<string, string> = {}) =>
    Promise.all([Peer.start({ ...settings, ...extra }), Peer.start({ ...settings, ...extra })]);

  const newPayment = async (extra: Record<string, unknown> = {}) => {
    const { id } = await simulator.control("POST", "/card-tokens", {
      userId: Number(seller.providerAccountId),
      holder: "APRO",
    });
    return {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "80.00",
      currency: "ARS",
      cardToken: id,
      methodId: "visa",
      installments: 1,
      payer: { email: `${randomUUID()}@testuser.com` },
      ...extra,
    };
  };
  const effects = async (paymentId: string): Promise<string[]> => {
    const { entries } = await simulator.control("GET", `/ledger?externalReference=${paymentId}`);
    return entries.map(({ type }: Json) => type);
  };
  /** Has the one watch from a first payment's beginning, so that its watching is sure to have begun. */
  const watchFrom = async (watching: Peer, paying: Peer): Promise<void> => {
    const { payment } = await paying.pay(await newPayment());
    const document =
      "query ($id: ID!) { payment(id: $id) { events(first: 1) { edges { node { cursor } } } } }";
    const data = await watching.ask(document, { id: payment.id });
    watching.watch(data.payment.events.edges[0].node.cursor);
    await watching.sees(payment.id, "APPROVED");
  };
  /** For some payments on the one: how long after its answer the other one tells its watcher. */
  const delays = async (paying: Peer, watching: Peer, count: number): Promise<number[]> => {
    const found: number[] = [];
    for (let round = 0; round < count; round++) {
      const { payment } = await paying.pay(await newPayment());
      const answered = performance.now();
      found.push((await watching.sees(payment.id, "APPROVED")) - answered);
    }
    return found.sort((one, other) => one - other);
  };

  test("start together on an empty database, and show each other's payments at once", async () => {
    const [a, b] = await startBoth();
    await watchFrom(b, a);
    const sorted = await delays(a, b, 9);
    // By polling alone, five of nine so early would be luck of one in many hundreds.
    expect(sorted[4]).toBeLessThan(0.15 * pollMs);
    // What each one saw has one order, and nothing twice.
    expect(new Set(b.updates.map(({ paymentId, status }) => paymentId + status)).size).toBe(
      b.updates.length,
    );
    await Promise.all([a.stop(), b.stop()]);
  });

  test("charge once, when both get the same request at the same time", async () => {
    const [a, b] = await startBoth();
    for (let round = 0; round < 5; round++) {
      const input = await newPayment();
      const answers = await Promise.all([a.pay(input), b.pay(input)]);
      const [one, other] = answers.map(({ payment }) => payment);
      expect(one).toEqual({ id: other.id, status: "APPROVED" });
      expect(answers.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
      expect(await effects(one.id)).toEqual(["charge"]);
    }
    await Promise.all([a.stop(), b.stop()]);
  });

  test.each([
    ["was not carried out", "hang"],
    ["was carried out", "effect-then-hang"],
  ])("the other one finishes what a killed one had sent and %s", async (_title, effect) => {
    const [a, b] = await startBoth();
    await simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$" },
      effect,
    });
    const externalReference = `order-${randomUUID()}`;
    const cut = expect(a.pay(await newPayment({ externalReference }))).rejects.toThrow();
    // The fault is used up when the call has reached the simulator.
    await eventually(async () => {
      const { faults } = await simulator.control("GET", "/faults");
      return faults.every(({ times }: Json) => times === 0);
    });
    expect(await a.process.kill("SIGKILL")).toBe("SIGKILL");
    await cut;
    expect(await b.paymentOf(externalReference)).toMatchObject({ status: "PROCESSING" });

    const deadline = Date.now() + 90_000;
    while ((await b.paymentOf(externalReference)).status !== "APPROVED") {
      if (Date.now() > deadline) throw new Error(`nobody took it up:\n${b.process.log}`);
      await new Promise((wait) => setTimeout(wait, 50));
    }
    const { id } = await b.paymentOf(externalReference);
    expect(await effects(id)).toEqual(["charge"]);
    await b.stop();
  });

  test("give the marketplace's events one order, whichever of both wrote them, at once and to the last", async () => {
    const [a, b] = await startBoth();
    const after = await a.marketplaceCursor();
    const seen = [a.follow(after), b.follow(after)] as const;
    const count = 16;
    const paid = await Promise.all(
      Array.from({ length: count }, async (_, at) => (at % 2 ? a : b).pay(await newPayment())),
    );
    await eventually(() => seen.every((events) => events.length >= 2 * count));
    const idsOf = (events: readonly Followed[]) => events.map(({ id }) => id);
    expect(idsOf(seen[0])).toEqual(idsOf(seen[1]));
    expect(new Set(idsOf(seen[0])).size).toBe(2 * count);
    for (const { payment } of paid) {
      const own = seen[0].filter(({ subjectId }) => subjectId === payment.id);
      expect(own.map(({ to }) => to)).toEqual(["PROCESSING", "APPROVED"]);
    }
    // A follower at the other process gets the rest, from any place.
    const middle = seen[0][count - 1];
    const rest = b.follow(middle?.cursor ?? "");
    await eventually(() => rest.length >= count);
    expect(idsOf(rest)).toEqual(idsOf(seen[0]).slice(count));

    const delaysOfStream: number[] = [];
    for (let round = 0; round < 9; round++) {
      const { payment } = await a.pay(await newPayment());
      const answered = performance.now();
      const find = () =>
        seen[1].find(({ subjectId, to }) => subjectId === payment.id && to === "APPROVED");
      await eventually(() => find() !== undefined);
      delaysOfStream.push((find()?.at ?? Number.NaN) - answered);
    }
    delaysOfStream.sort((one, other) => one - other);
    // Polling alone would make it half a second.
    expect(delaysOfStream[4]).toBeLessThan(0.2 * pollMs);
    await Promise.all([a.stop(), b.stop()]);
  });

  test("lose no event of the marketplace's stream where one is killed before it has numbered them", async () => {
    const [a, b] = await startBoth();
    const after = await b.marketplaceCursor();
    // Nobody watches: the numbers would be given within a second, which the process does not live to see.
    const { payment } = await a.pay(await newPayment());
    expect(await a.process.kill("SIGKILL")).toBe("SIGKILL");
    const seen = b.follow(after);
    const deadline = Date.now() + 30_000;
    while (seen.length < 2) {
      if (Date.now() > deadline) throw new Error(`nobody numbered them:\n${b.process.log}`);
      await new Promise((wait) => setTimeout(wait, 50));
    }
    expect(seen.map(({ subjectId, to }) => [subjectId, to])).toEqual([
      [payment.id, "PROCESSING"],
      [payment.id, "APPROVED"],
    ]);
    await b.stop();
  });

  test("work without Redis, and show each other's payments by polling", async () => {
    const [a, b] = await startBoth({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    await watchFrom(b, a);
    const sorted = await delays(a, b, 3);
    expect(sorted[2]).toBeLessThan(3 * pollMs);
    const { payment } = await b.pay(await newPayment());
    await b.sees(payment.id, "APPROVED");
    await Promise.all([a.stop(), b.stop()]);
  });
});
