import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { demoSellers } from "../../src/demo";
import { databaseKinds, describeEachDatabase, type TestDatabase } from "../support/databases";
import { freePort } from "../support/free-port";
import { dataAt } from "../support/http";
import { GatewayProcess } from "../support/process";
import {
  bootSimulator,
  countTokenRequests,
  eventually,
  type Json,
  type TestSimulator,
} from "../support/simulator";

// Processes start, die and wait for leases here.
jest.setTimeout(240_000);

const [seller] = demoSellers;

/** A gateway as a process of its own, as a client sees it. */
class Peer {
  private constructor(
    private readonly url: string,
    readonly process: GatewayProcess,
  ) {}

  static async start(settings: Record<string, string>): Promise<Peer> {
    const PORT = String(await freePort());
    const running = await GatewayProcess.start({ ...settings, PORT });
    return new Peer(`http://127.0.0.1:${PORT}`, running);
  }

  ask(document: string, variables: Json): Promise<Json> {
    return dataAt(this.url, document, variables);
  }

  async account(): Promise<Json> {
    const document = `query ($id: ID!) { node(id: $id) { ... on ProviderAccount {
      status statusReason acceptsPayments credentialsExpireAt credentialsRefreshedAt } } }`;
    return (await this.ask(document, { id: seller.accountId })).node;
  }

  async refresh(): Promise<Json> {
    const document = `mutation ($input: RefreshSellerCredentialsInput!) {
      refreshSellerCredentials(input: $input) { account { credentialsRefreshedAt } userErrors { code message } } }`;
    const input = { accountId: seller.accountId };
    return (await this.ask(document, { input })).refreshSellerCredentials;
  }

  async pay(simulator: TestSimulator): Promise<string> {
    const userId = Number(seller.providerAccountId);
    const { id: cardToken } = await simulator.control("POST", "/card-tokens", { userId });
    const document =
      "mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { payment { status } } }";
    const input = {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "80.00",
      currency: "ARS",
      cardToken,
      methodId: "visa",
      installments: 1,
      payer: { email: `${randomUUID()}@testuser.com` },
    };
    return (await this.ask(document, { input })).createPayment.payment.status;
  }

  async stop(): Promise<void> {
    expect(await this.process.kill("SIGTERM")).toBe(0);
  }
}

function settingsOf(simulator: TestSimulator, place: TestDatabase): Record<string, string> {
  return {
    NODE_ENV: "test",
    DEMO: "true",
    DATABASE_URL: place.url,
    MERCADO_PAGO_API_URL: simulator.url,
    // The lease follows from it: what a dead process left is taken up after two seconds.
    MERCADO_PAGO_TIMEOUT_MS: "1200",
    LOG_LEVEL: "warn",
  };
}

describeEachDatabase("a gateway that is killed while it renews", (kind) => {
  let simulator: TestSimulator;
  let place: TestDatabase;
  beforeEach(async () => {
    simulator = await bootSimulator();
    place = await kind.create();
  });
  afterEach(async () => {
    await simulator.close();
    await place.drop();
  });

  const dieAt = async (step: string): Promise<Peer> => {
    const settings = settingsOf(simulator, place);
    const first = await Peer.start({ ...settings, FAILPOINT: `refreshCredentials:${step}` });
    await expect(first.refresh()).rejects.toThrow();
    expect(await first.process.ended).toBe("SIGKILL");
    return Peer.start(settings);
  };

  test("before anything was sent, is followed by one that renews", async () => {
    const second = await dieAt("after-claim");
    await eventually(async () => (await second.account()).credentialsExpireAt !== null);
    expect(await second.account()).toMatchObject({ status: "CONNECTED", acceptsPayments: true });
    expect((await second.refresh()).userErrors).toEqual([]);
    await second.stop();
  });

  test("before it saved what it was given, leaves a seller who is flagged, and paid on", async () => {
    const second = await dieAt("after-send");
    await eventually(async () => (await second.account()).status === "RECONNECT_NEEDED");
    expect(await second.account()).toMatchObject({
      statusReason: expect.stringContaining("Payments go on"),
      acceptsPayments: true,
    });
    expect(await second.pay(simulator)).toBe("APPROVED");
    // Once the access token has ended as well, the seller is paid no more, and it is said why.
    const { providerAccountId: userId } = seller;
    await simulator.control("POST", `/accounts/${userId}/expire-tokens`);
    expect(await second.pay(simulator)).toBe("FAILED");
    expect(await second.account()).toMatchObject({
      status: "RECONNECT_NEEDED",
      acceptsPayments: false,
    });
    await second.stop();
  });

  test("after it saved, is followed by one that has the new credentials", async () => {
    const second = await dieAt("after-settle");
    const { credentialsExpireAt, status } = await second.account();
    expect([credentialsExpireAt, status]).toEqual([expect.any(String), "CONNECTED"]);
    expect(await second.pay(simulator)).toBe("APPROVED");
    await second.stop();
  });
});

const mysql = databaseKinds().find(({ name }) => name === "MySQL");
const suite = mysql === undefined ? describe.skip : describe;

suite("two gateways on one MySQL and a token that is to be renewed (set TEST_MYSQL_URL)", () => {
  let simulator: TestSimulator;
  let place: TestDatabase;
  let peers: [Peer, Peer];
  beforeAll(async () => {
    if (mysql === undefined) throw new Error("no MySQL");
    simulator = await bootSimulator();
    place = await mysql.create();
    const settings = settingsOf(simulator, place);
    peers = await Promise.all([Peer.start(settings), Peer.start(settings)]);
  });
  afterAll(async () => {
    await Promise.all(peers.map((peer) => peer.stop()));
    await simulator.close();
    await place.drop();
  });

  /** Both can still pay, and both can still renew: nobody holds a dead token. */
  const bothStand = async () => {
    for (const peer of peers) {
      expect(await peer.pay(simulator)).toBe("APPROVED");
      expect((await peer.refresh()).userErrors).toEqual([]);
    }
  };

  test("ask once, when both are told to renew at the same moment", async () => {
    const requests = await countTokenRequests(simulator);
    await simulator.control("POST", "/faults", {
      match: { path: "^/oauth/token$" },
      effect: { kind: "effect-then-latency", ms: 600 },
    });
    const [one, other] = await Promise.all(peers.map((peer) => peer.refresh()));
    expect([one.userErrors, other.userErrors]).toEqual([[], []]);
    expect(one).toEqual(other);
    expect(await requests()).toBe(1);
    await bothStand();
  });

  test("ask once, when the time has come for both", async () => {
    const before = (await peers[0].account()).credentialsRefreshedAt;
    const requests = await countTokenRequests(simulator);
    const database = await createConnection(place.url);
    await database.query("UPDATE credential_renewal SET due_at = 1 WHERE id = ?", [
      seller.accountId,
    ]);
    await eventually(async () => (await peers[1].account()).credentialsRefreshedAt !== before);
    const [rows] = await database.query("SELECT lease_token, attempts FROM credential_renewal");
    expect(rows).toEqual([{ lease_token: null, attempts: 0 }]);
    await database.end();
    expect(await requests()).toBe(1);
    await bothStand();
  });
});
