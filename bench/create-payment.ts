import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { demoCredentials, demoSellers } from "../src/demo";
import { compare, httpRound, report, type Side, withCallers } from "./measure";
import {
  createMysqlDatabase,
  postJson,
  type Server,
  startGateway,
  startServer,
  startSimulator,
  withFolder,
} from "./processes";

const callers = 16;
const [seller] = demoSellers;

const document = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { replayed payment { id status amount { amount currency } } userErrors { code message } }
}`;

/** A Node process runs a path at full speed after some thousands of calls; before that, compilers compete. */
const warmUpRounds = 6;

interface Settings {
  readonly pairs: number;
  readonly requests: number;
}

/** createPayment with everything durable on SQLite, beside Express and the SDK that store nothing. */
export async function benchCreatePaymentSqlite(settings: Settings): Promise<void> {
  await withFolder(async (folder) => {
    const url = `sqlite:${join(folder, "gateway.sqlite")}`;
    await run(
      "createPayment, durable on SQLite, beside Express + SDK that store nothing",
      settings,
      {
        databaseUrl: url,
        referenceEnv: {},
        target: 1.5,
        wanted: 2.5,
      },
    );
  });
}

/** The same on MySQL or MariaDB, beside Express and the SDK with one INSERT. */
export async function benchCreatePaymentMysql(settings: Settings): Promise<void> {
  const database = await createMysqlDatabase();
  if (database === undefined) return;
  try {
    await run("createPayment, durable on MariaDB, beside Express + SDK + one INSERT", settings, {
      databaseUrl: database.url,
      referenceEnv: { MYSQL_URL: database.url },
      target: 1.5,
      wanted: 3,
    });
  } finally {
    await database.drop();
  }
}

async function run(
  title: string,
  { pairs, requests }: Settings,
  options: {
    readonly databaseUrl: string;
    readonly referenceEnv: Record<string, string>;
    readonly target: number;
    readonly wanted: number;
  },
): Promise<void> {
  const simulator = await startSimulator();
  const gateway = await startGateway(options.databaseUrl, simulator.url);
  const reference = await startServer(
    "bench/express-sdk.js",
    { PROVIDER_URL: simulator.url, ACCESS_TOKEN: seller.accessToken, ...options.referenceEnv },
    "/readyz",
  );
  try {
    const ours: Side = {
      name: "gateway",
      async round() {
        const tokens = await mint(simulator, requests);
        return httpRound(gateway.pid, callers, requests, (i) => payHere(gateway, tokens[i] ?? ""));
      },
    };
    const theirs: Side = {
      name: "express",
      async round() {
        const tokens = await mint(simulator, requests);
        return httpRound(reference.pid, callers, requests, (i) =>
          payThere(reference, tokens[i] ?? ""),
        );
      },
    };
    report(title, await compare(ours, theirs, pairs, warmUpRounds), { ...options, unit: "payments/s" });
  } finally {
    await Promise.all([gateway.stop(), reference.stop()]);
    await simulator.stop();
  }
}

export async function payHere(gateway: Server, cardToken: string): Promise<void> {
  const input = {
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    amount: "80.00",
    currency: seller.currency,
    cardToken,
    methodId: "visa",
    installments: 1,
    payer: { email: `${randomUUID()}@testuser.com` },
  };
  const answer = (await postJson(
    gateway.pool,
    "/graphql",
    { query: document, variables: { input } },
    { authorization: `Bearer ${demoCredentials.marketplace}` },
  )) as { data?: { createPayment: { payment: { status: string } | null } } };
  if (answer.data?.createPayment.payment?.status !== "APPROVED") {
    throw new Error(JSON.stringify(answer));
  }
}

async function payThere(reference: Server, token: string): Promise<void> {
  const answer = (await postJson(reference.pool, "/payments", {
    amount: 80,
    token,
    email: `${randomUUID()}@testuser.com`,
    key: randomUUID(),
  })) as { status: string };
  if (answer.status !== "approved") throw new Error(JSON.stringify(answer));
}

/** Card tokens, made beforehand: a page's work, not the server's. */
export async function mint(simulator: Server, count: number): Promise<string[]> {
  const tokens: string[] = [];
  await withCallers(callers, count, async () => {
    const { id } = (await postJson(simulator.pool, "/_control/card-tokens", {
      userId: Number(seller.providerAccountId),
      holder: "APRO",
    })) as { id: string };
    tokens.push(id);
  });
  return tokens;
}
