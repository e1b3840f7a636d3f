import { createHash, randomUUID } from "node:crypto";
import { demoCredentials } from "../../src/demo";
import { entities } from "../../src/entities";
import { createLogger } from "../../src/logging/logger";
import { pay } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const subscription = "subscription ($id: ID) { paymentUpdated(id: $id) { payment { id status } } }";

describeEachDatabase("credentials", (database) => {
  const clock = new MovableClock();
  const log: string[] = [];
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  let otherSeller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      logger: createLogger("trace", { write: (line) => log.push(line) }),
      webSocket: { sweepMs: 10, recheckMs: 20 },
    });
    seller = await gateway.connectSeller();
    otherSeller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    clock.offsetMs = 0;
  });

  const makeToken = (paymentId: string) =>
    gateway.mutate("createWatchToken", { paymentId }, "credential expiresAt", seller.key);
  const makeKey = (input: Record<string, unknown>, credential?: string) =>
    gateway.mutate(
      "createApiKey",
      input,
      "credential apiKey { id role holder revokedAt }",
      credential,
    );
  const revoke = (id: string, credential?: string) =>
    gateway.mutate("revokeApiKey", { id }, "apiKey { id revokedAt }", credential);
  const statusOf = async (credential: string) =>
    (await gateway.query("{ viewer { role } }", {}, credential)).status;

  /** A running subscription: what it shows next, and how its socket ends. */
  const watch = (credential: string, variables: Record<string, unknown> = {}) => {
    const client = gateway.client(credential);
    const updates = client.iterate<Json>({ query: subscription, variables });
    return {
      next: async () => (await updates.next()).value.data.paymentUpdated.payment,
      closed: new Promise<{ code: number; reason: string }>((done) =>
        client.on("closed", (event) => done(event as { code: number; reason: string })),
      ),
      end: () => client.dispose(),
    };
  };

  describe("a watch token", () => {
    test("shows its one payment over HTTP and live, and need not name it", async () => {
      const payment = await pay(gateway, seller, { capture: false });
      const { credential } = await makeToken(payment.id);
      const seen = await gateway.data(
        "query ($id: ID!) { payment(id: $id) { id status amount { amount currency } refundedAmount { amount } } viewer { role mayMoveMoney } }",
        { id: payment.id },
        credential,
      );
      expect(seen).toEqual({
        payment: {
          id: payment.id,
          status: "AUTHORIZED",
          amount: { amount: "100.50", currency: "ARS" },
          refundedAmount: { amount: "0.00" },
        },
        viewer: { role: "WATCHER", mayMoveMoney: false },
      });
      const watched = watch(credential);
      expect(await watched.next()).toEqual({ id: payment.id, status: "AUTHORIZED" });
      const input = { idempotencyKey: randomUUID(), paymentId: payment.id };
      await gateway.mutate("capturePayment", input, "payment { id }");
      expect(await watched.next()).toEqual({ id: payment.id, status: "APPROVED" });
      await watched.end();
    });

    test("hears nothing of the seller's other payments", async () => {
      const payment = await pay(gateway, seller, { capture: false });
      const { credential } = await makeToken(payment.id);
      const watched = watch(credential);
      expect((await watched.next()).status).toBe("AUTHORIZED");
      const next = watched.next();
      await pay(gateway, seller);
      await pay(gateway, seller);
      const input = { idempotencyKey: randomUUID(), paymentId: payment.id };
      await gateway.mutate("cancelPayment", input, "payment { id }");
      expect(await next).toEqual({ id: payment.id, status: "CANCELLED" });
      await watched.end();
    });

    test("ends 30 minutes after it was made, and its open sockets with it", async () => {
      const payment = await pay(gateway, seller);
      const { credential, expiresAt } = await makeToken(payment.id);
      const end = Date.parse(expiresAt);
      const leftMs = end - Date.now();
      expect(Math.abs(leftMs - 30 * 60_000)).toBeLessThan(5_000);
      const { viewer } = await gateway.data("{ viewer { expiresAt } }", {}, credential);
      expect(viewer).toEqual({ expiresAt });
      const watched = watch(credential);
      await watched.next();

      clock.offsetMs = end - Date.now() - 2_000;
      expect(await statusOf(credential)).toBe(200);
      clock.advance(2_000);
      expect(await watched.closed).toMatchObject({ code: 4403, reason: "Credential expired" });
      expect(await statusOf(credential)).toBe(401);
      expect((await watch(credential).closed).code).toBe(4403);
    });

    test("is stored as a hash of its secret", async () => {
      const payment = await pay(gateway, seller);
      const { credential } = await makeToken(payment.id);
      const [, , id, secret] = credential.split("_");
      const rows = await gateway.app.database.read("SELECT * FROM watch_token WHERE id = ?", [
        `wat_${id}`,
      ]);
      expect(rows[0]).toMatchObject({ payment_id: payment.id, secret_hash: sha256(secret) });
      expect(JSON.stringify(rows)).not.toContain(secret);
    });
  });

  describe("an API key", () => {
    test("is shown once, works at once, and is stored as a hash of its secret", async () => {
      const shop = await gateway.connectSeller();
      const made = await makeKey({ role: "SELLER", sellerId: shop.id });
      expect(made).toEqual({
        credential: expect.stringMatching(/^gw_key_[0-9A-Z]{26}_[A-Za-z0-9]{43}_[0-9a-f]{8}$/),
        apiKey: {
          id: expect.stringMatching(/^key_[0-9A-Z]{26}$/),
          role: "SELLER",
          holder: shop.id,
          revokedAt: null,
        },
        userErrors: [],
      });
      const { viewer } = await gateway.data(
        "{ viewer { role mayMoveMoney seesPayers expiresAt seller { id } } }",
        {},
        made.credential,
      );
      expect(viewer).toEqual({
        role: "SELLER",
        mayMoveMoney: true,
        seesPayers: true,
        expiresAt: null,
        seller: { id: shop.id },
      });
      const secret = made.credential.split("_")[3];
      const rows = await gateway.app.database.read("SELECT * FROM api_key WHERE id = ?", [
        made.apiKey.id,
      ]);
      expect(rows[0]).toMatchObject({ holder: shop.id, secret_hash: sha256(secret) });
      expect(JSON.stringify(rows)).not.toContain(secret);
    });

    test("has one other beside it; a third has to wait for a revocation", async () => {
      const shop = await gateway.connectSeller();
      const input = { role: "SELLER", sellerId: shop.id };
      const second = await makeKey(input);
      const third = await leavingNothing(gateway, () => makeKey(input));
      expect(third).toMatchObject({
        apiKey: null,
        credential: null,
        userErrors: [{ code: "TOO_MANY_KEYS", path: ["input"], retryable: false }],
      });
      await revoke(second.apiKey.id);
      expect((await makeKey(input)).userErrors).toEqual([]);
    });

    test("is one of two, also when six are asked for at once", async () => {
      for (let round = 0; round < 5; round++) {
        const input = { role: "PARTNER", name: `rush ${randomUUID()}`, sellerIds: [seller.id] };
        const made = await Promise.all(Array.from({ length: 6 }, () => makeKey(input)));
        expect(made.filter(({ apiKey }) => apiKey !== null)).toHaveLength(2);
        const rows = await gateway.app.database.read("SELECT id FROM api_key WHERE holder = ?", [
          input.name,
        ]);
        expect(rows).toHaveLength(2);
      }
    });

    test("that is revoked ends at once, with what it watches, and stays revoked", async () => {
      const payment = await pay(gateway, seller);
      const { credential, apiKey } = await makeKey({ role: "SELLER", sellerId: seller.id });
      const watched = watch(credential, { id: payment.id });
      expect((await watched.next()).id).toBe(payment.id);
      const first = await revoke(apiKey.id);
      expect(first.apiKey.revokedAt).toEqual(expect.any(String));
      expect(await statusOf(credential)).toBe(401);
      expect(await watched.closed).toMatchObject({ code: 4403, reason: "Credential refused" });
      clock.advance(60_000);
      expect((await revoke(apiKey.id)).apiKey).toEqual(first.apiKey);
      expect(await statusOf(seller.key)).toBe(200);
    });

    test("of a seller is made and revoked by the seller itself, and by nobody else's", async () => {
      const shop = await gateway.connectSeller();
      const { apiKey, credential } = await makeKey({ role: "SELLER", sellerId: shop.id }, shop.key);
      await leavingNothing(gateway, async () => {
        for (const [id, key] of [
          [apiKey.id, otherSeller.key],
          [demoKeyId, shop.key],
        ] as const) {
          expect(await revoke(id, key)).toMatchObject({
            apiKey: null,
            userErrors: [{ code: "NOT_FOUND", path: ["input", "id"] }],
          });
        }
      });
      await revoke(apiKey.id, shop.key);
      expect(await statusOf(credential)).toBe(401);
    });

    test.each([
      ["the marketplace", () => ({ role: "MARKETPLACE" })],
      ["a partner", () => ({ role: "PARTNER", name: "friend", sellerIds: [seller.id] })],
    ])("for %s is not a seller's to make, not even with its own reach", async (_whom, input) => {
      const document =
        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { credential } }";
      const answer = await leavingNothing(gateway, () =>
        gateway.query(document, { input: input() }, seller.key),
      );
      expect(answer.errors).toEqual([
        expect.objectContaining({
          path: ["createApiKey"],
          extensions: expect.objectContaining({ code: "FORBIDDEN" }),
        }),
      ]);
    });

    test.each([
      ["SELLER", (id: string) => ({ sellerId: id }), "sellerId"],
      ["PARTNER", (id: string) => ({ name: "friend", sellerIds: [seller.id, id] }), "sellerIds"],
    ])("for a %s of nobody's says which argument is wrong", async (role, holder, field) => {
      const input = { role, ...holder("sel_7ZZZZZZZZZZZZZZZZZZZZZZZZZ") };
      expect(await leavingNothing(gateway, () => makeKey(input))).toMatchObject({
        apiKey: null,
        userErrors: [{ code: "NOT_FOUND", path: ["input", field] }],
      });
    });

    test("that takes another's place repeats its payments and makes none twice", async () => {
      const shop = await gateway.connectSeller();
      const input = await gateway.cardPayment(shop);
      const first = await gateway.mutate("createPayment", input, "payment { id }", shop.key);
      const { credential } = await makeKey({ role: "SELLER", sellerId: shop.id }, shop.key);
      const again = await gateway.mutate(
        "createPayment",
        input,
        "replayed payment { id }",
        credential,
      );
      expect(again).toMatchObject({ replayed: true, payment: { id: first.payment.id } });
      expect(await shop.shop.ledger()).toHaveLength(1);
    });
  });

  describe("secrets", () => {
    /** All tables, as text. */
    const dump = async () => {
      const texts: string[] = [];
      for (const entity of entities) {
        const { name } = gateway.app.database.table(entity as new () => object);
        texts.push(JSON.stringify(await gateway.app.database.read(`SELECT * FROM ${name}`)));
      }
      return texts.join("\n");
    };
    const lose = (effect: string) =>
      gateway.simulator.control("POST", "/faults", {
        match: { method: "POST", path: "/v1/payments", account: seller.shop.seller.userId },
        effect,
      });
    const operationOf = async (paymentId: string) =>
      (
        await gateway.app.database.read(
          "SELECT state, command_sealed FROM operation WHERE subject_id = ?",
          [paymentId],
        )
      )[0];

    test("are in no answer, no log and no table, whatever becomes of the payment", async () => {
      const { accessToken, refreshToken } = seller.shop.seller;
      const key = (await makeKey({ role: "SELLER", sellerId: seller.id })).credential;
      const planted = new Set<string>([accessToken, refreshToken, key, key.split("_")[3]]);
      const answers: string[] = [];
      const email = "canary-of-the-log@testuser.com";
      const create = async (extra: Record<string, unknown> = {}, holder = "APRO") => {
        const input = await gateway.cardPayment(seller, { payer: { email }, ...extra }, holder);
        planted.add(String(input.cardToken));
        const query = `mutation ($input: CreatePaymentInput!) {
          createPayment(input: $input) { payment { ${everything} } userErrors { code message path providerCode } }
        }`;
        const response = await gateway.post({ query, variables: { input } }, key);
        const text = await response.text();
        answers.push(text);
        return { input, payload: JSON.parse(text).data?.createPayment };
      };

      const approved = await create();
      expect(approved.payload.payment.status).toBe("APPROVED");
      const { credential } = await makeToken(approved.payload.payment.id);
      planted.add(credential).add(credential.split("_")[3]);
      answers.push(await (await gateway.post({ query: "{ viewer { role } }" }, credential)).text());
      await create({}, "FUND");
      // Refused here, by the provider, and by graphql itself.
      await create({ amount: "-1" });
      await create({ amount: { cardToken: approved.input.cardToken } });
      await create({ cardToken: approved.input.cardToken, description: "the token again" });
      await create({ cardToken: "canary-that-is-no-token", description: "no token" });

      await lose("effect-then-drop");
      const unknown = await create({ description: "lost" });
      expect(unknown.payload.payment.status).toBe("UNKNOWN");
      expect(await operationOf(unknown.payload.payment.id)).toEqual({
        state: "UNKNOWN",
        command_sealed: expect.stringMatching(/^v1\.demo\.[\w-]+\.[\w-]+\.[\w-]+$/),
      });
      const whileOpen = await dump();

      clock.advance(20_000);
      await eventually(async () => {
        gateway.app.wakeJobs();
        return (await operationOf(unknown.payload.payment.id))?.state === "FINISHED";
      });
      expect(await operationOf(unknown.payload.payment.id)).toEqual({
        state: "FINISHED",
        command_sealed: null,
      });
      // A fault, whose error knows the statement and its values.
      await breaking("event", async () => {
        const { payload } = await create({ description: "fault" });
        expect(payload).toBeUndefined();
      });

      const places = {
        answers: answers.join("\n"),
        log: log.join(""),
        whileOpen,
        after: await dump(),
      };
      expect(places.answers).toContain("INTERNAL_SERVER_ERROR");
      expect(places.log).toContain("unexpected error");
      for (const [place, text] of Object.entries(places)) {
        const found = [...planted].filter((secret) => text.includes(secret));
        expect([place, found]).toEqual([place, []]);
      }
      expect(places.log).not.toContain(email);
    });
  });

  /** Takes a table away for a while. */
  const breaking = async (table: string, act: () => Promise<void>) => {
    const { database: db } = gateway.app;
    const rename = (from: string, to: string) =>
      db.write((unit) => unit.change({ sql: `ALTER TABLE ${from} RENAME TO ${to}`, values: [] }));
    await rename(table, `${table}_away`);
    try {
      await act();
    } finally {
      await rename(`${table}_away`, table);
    }
  };
});

const demoKeyId = `key_${demoCredentials.marketplace.split("_")[2]}`;

const everything = `id status rejection { code } amount { amount } applicationFee { amount } method { methodId cardLastFour }
  payer { email } description metadata providerPaymentId providerStatus providerStatusDetail
  events { edges { node { id type from to source subjectId } } } availableActions { action reason { message } }
  seller { id name accounts { id status statusReason publicKey scopes } }`;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
