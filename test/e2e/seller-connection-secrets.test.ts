import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { entities } from "../../src/entities";
import { createLogger } from "../../src/logging/logger";
import { accountFields, answerConsent, beginningOf, startConnection } from "../support/consent";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const minute = 60_000;
/** Whose the simulator's application is. */
const applicationOwnerId = 5_550_000;
const clientSecret = "the-secret-of-the-application";

/** What speaks for a seller must be nowhere but in the cipher text: not in logs, answers, pages, events, tables. */
describeEachDatabase("a connected seller's secrets", (database) => {
  let gateway: TestGateway;
  const clock = new MovableClock();
  const secrets = new Set<string>([clientSecret]);
  const log: string[] = [];
  const answers: string[] = [];
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      logger: createLogger("trace", { write: (line) => void log.push(line) }),
      notifications: { mode: "on", delayMs: 1 },
      // In plain, the challenge is the verifier itself: so the test knows it.
      env: {
        MERCADO_PAGO_PKCE: "plain",
        MERCADO_PAGO_CLIENT_ID: "1010101010101010",
        MERCADO_PAGO_CLIENT_SECRET: clientSecret,
      },
    });
    await control("/applications/1010101010101010", { clientSecret, requiresPkce: true });
    await control("/notifications", { url: `${gateway.url}/webhooks/mercadopago` });
  });
  afterAll(() => gateway.stop());

  const control = (path: string, body?: unknown) => gateway.simulator.control("POST", path, body);
  const ask = async (name: string, input: Json, selection: string): Promise<Json> => {
    const answer = await gateway.mutate(name, input, selection);
    answers.push(JSON.stringify(answer));
    return answer;
  };
  const learn = async (userId: number) => {
    const grants = await gateway.simulator.control("GET", `/accounts/${userId}/grants`);
    for (const secret of Object.values(grants).flat()) secrets.add(String(secret));
  };
  const connect = async (sellerId: string, userId: number, byApp: boolean) => {
    const url = await startConnection(gateway, { sellerId });
    const asked = new URL(url).searchParams;
    for (const name of ["state", "code_challenge"]) secrets.add(asked.get(name) ?? "");
    const back = await answerConsent(url, { userId });
    await learn(userId);
    if (byApp) {
      const input = Object.fromEntries(back.searchParams);
      await ask("completeSellerConnection", input, `account { ${accountFields} }`);
      await ask("completeSellerConnection", input, "account { id }");
    } else {
      answers.push(await (await fetch(back)).text(), await (await fetch(back)).text());
    }
    await learn(userId);
  };
  const dump = async (): Promise<string> => {
    const tables = entities.map(async (entity) => {
      const { name } = gateway.app.database.table(entity as new () => object);
      return JSON.stringify(await gateway.app.database.read(`SELECT * FROM ${name}`));
    });
    const file = gateway.place.url.replace(/^sqlite:/, "");
    const files = [file, `${file}-wal`].filter((path) => existsSync(path));
    const bytes = files.map((path) => readFileSync(path).toString("latin1"));
    return [...(await Promise.all(tables)), ...bytes].join("\n");
  };
  const found = (text: string) => [...secrets].filter((secret) => text.includes(secret));

  test("are nowhere, whatever happens to the connection", async () => {
    const input = { reference: "the-shop", name: "Shop" };
    const sellerId = (await ask("createSeller", input, "seller { id }")).seller.id;
    const { userId, publicKey } = await gateway.simulator.seller();
    await connect(sellerId, userId, false);
    await connect(sellerId, userId, true);
    const [account] = (
      await gateway.data(`query ($id: ID!) { seller(id: $id) { accounts { ${accountFields} } } }`, {
        id: sellerId,
      })
    ).seller.accounts;
    answers.push(JSON.stringify(account));

    const pay = async () => {
      const { id: cardToken } = await control("/card-tokens", { userId });
      secrets.add(cardToken);
      return ask(
        "createPayment",
        {
          idempotencyKey: randomUUID(),
          sellerId,
          amount: "10.00",
          currency: "ARS",
          cardToken,
          methodId: "visa",
          installments: 1,
          payer: { email: `${randomUUID()}@testuser.com` },
        },
        "payment { id status }",
      );
    };
    clock.advance(2 * minute);
    await control(`/accounts/${userId}/expire-tokens`);
    expect((await pay()).payment.status).toBe("APPROVED");
    await learn(userId);
    for (const effect of ["garbage", "effect-then-500", "truncate"]) {
      await control("/faults", { match: { path: "^/oauth/token$" }, effect });
      await ask("refreshSellerCredentials", { accountId: account.id }, "account { status }");
      await learn(userId);
    }
    await connect(sellerId, userId, false);
    await control(`/accounts/${userId}/revoke`);
    await eventually(async () => {
      const document = "query ($id: ID!) { node(id: $id) { ... on ProviderAccount { status } } }";
      return (await gateway.data(document, { id: account.id })).node.status === "RECONNECT_NEEDED";
    });
    await pay();
    await connect(sellerId, userId, true);

    // Of the application's own name, too. What is shown once is in that one answer.
    const testUser = { idempotencyKey: randomUUID(), country: "AR" };
    const fields = "testUser { id nickname } password";
    const { password, ...made } = await gateway.mutate("createTestUser", testUser, fields);
    answers.push(JSON.stringify(made));
    await learn(applicationOwnerId);
    secrets.add(password);
    await ask("createTestUser", testUser, fields);

    await ask("disconnectSeller", { accountId: account.id }, `account { ${accountFields} }`);
    const query = `subscription ($sellerId: ID, $after: Cursor) {
      sellerConnectionUpdated(sellerId: $sellerId, after: $after) {
        cursor status statusReason account { ${accountFields} } event { type from to }
      }
    }`;
    const variables = { sellerId, after: beginningOf(sellerId) };
    for await (const update of gateway.client().iterate<Json>({ query, variables })) {
      answers.push(JSON.stringify(update));
      if (update.data.sellerConnectionUpdated.status === "DISCONNECTED") break;
    }

    // Enough of all kinds was given out, and what is no secret is found by the same search.
    expect(secrets.size).toBeGreaterThan(15);
    const tables = await dump();
    expect([tables, answers.join("\n")].map((text) => text.includes(publicKey))).toEqual([
      true,
      true,
    ]);
    expect(log.join("\n")).toContain("refreshCredentials");
    expect(log.join("\n")).toContain("authorizeApplication");
    expect(found(log.join("\n"))).toEqual([]);
    expect(found(answers.join("\n"))).toEqual([]);
    expect(found(tables)).toEqual([]);
  });
});
