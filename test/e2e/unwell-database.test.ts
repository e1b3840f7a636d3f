import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { createConnection } from "mysql2/promise";

import { CuttableNetwork } from "../support/cuttable-network";
import { type DatabaseKind, databaseKinds, type TestDatabase } from "../support/databases";
import { freePort } from "../support/free-port";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { dataAt } from "../support/http";
import { describeWithOwnMariadb, OwnMariadb } from "../support/own-mariadb";
import { GatewayProcess } from "../support/process";
import { bootSimulator, eventually, type Json } from "../support/simulator";

// Limits pass here for real: what must give up within them is a server, or a network, that does not answer.
jest.setTimeout(180_000);

const [sqlite] = databaseKinds();
const readyz = async (url: string) => (await fetch(`${url}/readyz`)).status;
const becomesReady = (url: string, status: number) =>
  eventually(async () => (await readyz(url)) === status);

/** Remembers where its database is. */
function placed(kind: DatabaseKind): DatabaseKind & { readonly place: () => TestDatabase } {
  let made: TestDatabase | undefined;
  return {
    name: kind.name,
    create: async () => {
      made = await kind.create();
      return made;
    },
    place: () => {
      if (made === undefined) throw new Error("not made yet");
      return made;
    },
  };
}

describe("a SQLite file", () => {
  test("that another program has locked makes the gateway unready, and ready when it lets go", async () => {
    if (sqlite === undefined) throw new Error("no SQLite");
    const kind = placed(sqlite);
    const gateway = await TestGateway.start({ database: kind });
    expect(await readyz(gateway.url)).toBe(200);
    const other = new BetterSqlite3(kind.place().url.slice("sqlite:".length));
    other.exec("BEGIN IMMEDIATE");
    await becomesReady(gateway.url, 503);
    // Reads go on.
    expect((await gateway.data("{ viewer { role } }")).viewer.role).toBe("MARKETPLACE");
    other.exec("ROLLBACK");
    other.close();
    await becomesReady(gateway.url, 200);
    await gateway.stop();
  });

  test("that cannot grow any more makes the gateway unready, and ready when it can", async () => {
    const simulator = await bootSimulator();
    const place = await sqlite?.create();
    if (place === undefined) throw new Error("no SQLite");
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const running = await GatewayProcess.start({
      NODE_ENV: "test",
      DEMO: "true",
      PORT: port,
      DATABASE_URL: place.url,
      MERCADO_PAGO_API_URL: simulator.url,
      PAYU_API_URL: simulator.payu.url,
      LOG_LEVEL: "warn",
    });
    // As on a full disk: the log of writes may become no larger than it is.
    const limit = (bytes: number | "unlimited") =>
      expect(spawnSync("prlimit", [`--pid=${running.pid}`, `--fsize=${bytes}:`]).status).toBe(0);
    limit(statSync(`${place.url.slice("sqlite:".length)}-wal`).size);
    await becomesReady(url, 503);
    expect(await dataAt(url, "{ viewer { role } }", {})).toEqual({
      viewer: { role: "MARKETPLACE" },
    });
    limit("unlimited");
    await becomesReady(url, 200);
    expect(running.log).toContain("the database cannot be written");
    expect(await running.kill("SIGTERM")).toBe(0);
    await simulator.close();
    await place.drop();
  });
});

describeWithOwnMariadb("a MariaDB", () => {
  let server: OwnMariadb;
  let network: CuttableNetwork;
  let schema: string;
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    server = await OwnMariadb.start([]);
    const kind = server.kind;
    gateway = await TestGateway.start({
      // The lease follows from the time limit: what could not be written down is taken up after five seconds.
      env: { DATABASE_POOL_SIZE: "8", MERCADO_PAGO_TIMEOUT_MS: "3000" },
      database: {
        name: "MySQL",
        create: async () => {
          const place = await kind.create();
          network = await CuttableNetwork.to(place.url);
          const through = new URL(place.url);
          schema = through.pathname.slice(1);
          through.port = new URL(network.url).port;
          return { url: through.href, drop: () => place.drop() };
        },
      },
    });
    seller = await gateway.connectSeller();
  });
  afterEach(() => network.mend());
  afterAll(async () => {
    await gateway?.stop();
    await network?.close();
    await server?.stop();
  });

  const payment = "query ($id: ID!) { payment(id: $id) { status } }";
  const create = `mutation ($input: CreatePaymentInput!) {
    createPayment(input: $input) { payment { id status } userErrors { code } }
  }`;
  const expectMasked = ({ errors }: { errors: Json[] | undefined }) =>
    expect(errors?.[0]).toMatchObject({
      message: expect.not.stringMatching(/lock|timeout|answer/i),
      extensions: { code: "INTERNAL_SERVER_ERROR", retryable: true },
    });
  /** The same request again comes to the one charge that there is. */
  const expectOneCharge = async (input: Record<string, unknown>) => {
    let id = "";
    const isApproved = async () => {
      const { data } = await gateway.query(create, { input });
      id = data?.createPayment?.payment?.id;
      return data?.createPayment?.payment?.status === "APPROVED";
    };
    // A job may have asked on a connection that lost the question, and gives up on it first.
    await eventually(isApproved, 90);
    const { entries } = await gateway.simulator.control("GET", `/ledger?externalReference=${id}`);
    expect(entries.map(({ type }: Json) => type)).toEqual(["charge"]);
  };

  test("that only reads makes the gateway unready, and ready when it takes writes", async () => {
    expect(await readyz(gateway.url)).toBe(200);
    await server.run("SET GLOBAL read_only = 1");
    await becomesReady(gateway.url, 503);
    expect((await gateway.data("{ viewer { role } }")).viewer.role).toBe("MARKETPLACE");
    await server.run("SET GLOBAL read_only = 0");
    await becomesReady(gateway.url, 200);
  });

  test("whose table is locked leaves nobody waiting for it, and loses nothing", async () => {
    const paid = await gateway.data(create, { input: await gateway.cardPayment(seller) });
    const { id } = paid.createPayment.payment;
    const held = await gateway.cardPayment(seller);
    const locker = await createConnection(server.rootUrl);
    await locker.query(`LOCK TABLES ${schema}.payment WRITE`);
    const asked = Array.from({ length: 40 }, () => gateway.query(payment, { id }));
    const creating = gateway.query(create, { input: held });
    // Readiness does not wait in the line that they stand in.
    expect(await readyz(gateway.url)).toBe(200);
    // The lock stays until all of them have been answered.
    for (const answer of await Promise.all([...asked, creating])) expectMasked(answer);
    expect(await readyz(gateway.url)).toBe(200);
    await locker.end();
    await eventually(async () => {
      const { data } = await gateway.query(payment, { id });
      return data?.payment?.status === "APPROVED";
    });
    await expectOneCharge(held);
  });

  test("that says nothing any more leaves nobody waiting for it, and loses nothing", async () => {
    const held = await gateway.cardPayment(seller);
    // It stays silent until the caller has been answered, with the outcome of every commit on its way unknown.
    network.fallSilent();
    const creating = gateway.query(create, { input: held });
    await becomesReady(gateway.url, 503);
    expectMasked(await creating);
    network.mend();
    await becomesReady(gateway.url, 200);
    await expectOneCharge(held);
  });

  test("that says nothing any more once a payment is at its provider loses nothing either", async () => {
    const held = await gateway.cardPayment(seller);
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments" },
      effect: { kind: "latency", ms: 1_500 },
      times: 1,
    });
    const processing = async () => {
      const sql = `SELECT id FROM ${schema}.payment WHERE status = 'PROCESSING'`;
      return ((await server.run(sql)) as Json[]).length > 0;
    };
    const creating = gateway.query(create, { input: held });
    await eventually(processing);
    network.fallSilent();
    await creating;
    network.mend();
    await expectOneCharge(held);
  });
});

/** A small file system of a test's own, where the machine lets us have one; said aloud where not. */
const disk = mkdtempSync(join(tmpdir(), "small-disk-"));
const hasDisk = spawnSync("mount", ["-t", "tmpfs", "-o", "size=200m", "tmpfs", disk]).status === 0;
afterAll(() => {
  if (hasDisk) spawnSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true, force: true });
});
const onSmallDisk = hasDisk
  ? describeWithOwnMariadb
  : (title: string, _suite: () => void) =>
      describe.skip(title, () => {
        test("needs to be allowed to mount a file system", () => {});
      });

onSmallDisk("a MariaDB whose disk is full", () => {
  test("makes the gateway unready, and ready when there is space", async () => {
    const server = await OwnMariadb.start([], disk);
    const gateway = await TestGateway.start({ database: server.kind });
    const seller = await gateway.connectSeller();
    const pay = async () => {
      const document = `mutation ($input: CreatePaymentInput!) {
        createPayment(input: $input) { payment { status } userErrors { code } }
      }`;
      return gateway.query(document, { input: await gateway.cardPayment(seller) });
    };
    const filling = join(disk, "filling");
    spawnSync("dd", ["if=/dev/zero", `of=${filling}`, "bs=64k"]);
    // The tables have some space left; soon they have not.
    await eventually(async () => (await pay()).errors !== undefined);
    await becomesReady(gateway.url, 503);
    expect(await readyz(gateway.url)).toBe(503);
    rmSync(filling);
    await becomesReady(gateway.url, 200);
    await eventually(async () => {
      const { data } = await pay();
      return data?.createPayment?.payment?.status === "APPROVED";
    });
    await gateway.stop();
    await server.stop();
  });
});
