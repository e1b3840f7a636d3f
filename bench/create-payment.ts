import { randomUUID } from "node:crypto";
import { gatewayOptions, startSimulator, withMysql, withSqlite } from "./gateway";
import { authorization, createMarketplace, openShop, prepare, type Shop } from "./market";
import { compare, rateRound, type Side, withCallers } from "./measure";
import { postJson, type ServerProcess, withServers } from "./processes";
import { figure, type Goal, type Report } from "./report";
import type { Scale } from "./scale";

const callers = 16;
const shopCount = 8;
const warmUps = 5;

const document = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { replayed payment { id status amount { amount currency } } userErrors { code message } }
}`;

/** createPayment with everything durable on SQLite, beside Express and the SDK that store nothing. */
export async function benchCreatePaymentSqlite(report: Report, scale: Scale): Promise<void> {
  report.title("createPayment on SQLite, beside Express + official SDK that store nothing");
  const goal = { atLeast: 1.5, hoped: 2.5 };
  await withSqlite((url) => run(report, scale, { label: "createPayment, SQLite", url, goal }));
}

/** The same on MySQL or MariaDB, beside Express and the SDK with one INSERT. */
export async function benchCreatePaymentMysql(report: Report, scale: Scale): Promise<void> {
  await withMysql(async (url, kind) => {
    report.title(`createPayment on ${kind}, beside Express + official SDK + one INSERT`);
    const goal = { atLeast: 1.5, hoped: 3 };
    await run(report, scale, { label: `createPayment, ${kind}`, url, mysqlUrl: url, goal });
  });
}

interface Subject {
  readonly label: string;
  readonly url: string;
  /** Where the reference writes its row; it writes none without. */
  readonly mysqlUrl?: string;
  readonly goal: Goal;
}

async function run(report: Report, scale: Scale, subject: Subject): Promise<void> {
  await withServers(async (start) => {
    const simulator = await startSimulator(start);
    const shops = await prepare(subject.url, async (database) => {
      await createMarketplace(database);
      const opened: Shop[] = [];
      for (let i = 0; i < shopCount; i++) {
        opened.push(await openShop(database, simulator, `shop-${i}`));
      }
      return opened;
    });
    const [shop] = shops;
    if (shop === undefined) throw new Error("there is no shop");
    const gateway = await start(gatewayOptions(subject.url, simulator.url));
    const express = await start({
      name: "express",
      file: "bench/express-sdk.js",
      readyPath: "/readyz",
      env: {
        PROVIDER_URL: simulator.url,
        ACCESS_TOKEN: shop.accessToken,
        ...(subject.mysqlUrl === undefined ? {} : { MYSQL_URL: subject.mysqlUrl }),
      },
    });

    const count = scale.payments;
    const sideOf = (
      name: string,
      server: ServerProcess,
      sellers: readonly Shop[],
      pay: (server: ServerProcess, shop: Shop, token: string) => Promise<void>,
    ): Side => ({
      name,
      async round() {
        const tokens = await mint(simulator, sellers, count);
        return rateRound(server, callers, count, (i) =>
          pay(server, shopAt(sellers, i), tokens[i] ?? ""),
        );
      },
    });
    const gatewaySide = sideOf("gateway", gateway, [shop], payHere);
    const simulatorBefore = await simulator.usage();
    const found = await compare(gatewaySide, sideOf("express + sdk", express, [shop], payThere), {
      pairs: scale.pairs,
      warmUps,
    });
    const simulatorAfter = await simulator.usage();
    report.comparison(subject.label, found, "payments/s", subject.goal);
    // One token and one payment for each of both sides, warm-up included.
    const simulated = 2 * count * (scale.pairs + warmUps);
    const cpuMs = (simulatorAfter.cpuMs - simulatorBefore.cpuMs) / simulated;
    report.line("  simulator", `${figure(cpuMs)} ms CPU for each payment and its token`);

    // All payments of a seller take turns at the counter of its event stream.
    const spread = sideOf(`gateway, ${shopCount} sellers`, gateway, shops, payHere);
    const alone = { ...gatewaySide, name: "gateway, 1 seller" };
    const pairs = Math.ceil(scale.pairs / 2);
    report.comparison(
      `${subject.label}: ${shopCount} sellers to 1`,
      await compare(spread, alone, { pairs }),
      "payments/s",
    );
  });
}

async function payHere(gateway: ServerProcess, shop: Shop, cardToken: string): Promise<void> {
  const input = {
    idempotencyKey: randomUUID(),
    sellerId: shop.sellerId,
    amount: "80.00",
    currency: shop.currency,
    cardToken,
    methodId: "visa",
    installments: 1,
    payer: { email: newEmail() },
  };
  const answer = await postJson<{
    data?: { createPayment: { payment: { status: string } | null; userErrors: unknown[] } };
  }>(gateway.pool, "/graphql", { query: document, variables: { input } }, authorization);
  const { payment, userErrors } = answer.data?.createPayment ?? {};
  if (payment?.status !== "APPROVED" || userErrors?.length !== 0) {
    throw new Error(JSON.stringify(answer));
  }
}

async function payThere(express: ServerProcess, _shop: Shop, token: string): Promise<void> {
  const body = { amount: 80, token, email: newEmail(), key: randomUUID() };
  const answer = await postJson<{ status: string }>(express.pool, "/payments", body);
  if (answer.status !== "approved") throw new Error(JSON.stringify(answer));
}

/** Card tokens, made beforehand: a page's work, not the server's. */
async function mint(
  simulator: ServerProcess,
  shops: readonly Shop[],
  count: number,
): Promise<string[]> {
  const tokens: string[] = [];
  await withCallers(callers, count, async (index) => {
    const body = { userId: shopAt(shops, index).userId, holder: "APRO" };
    const { id } = await postJson<{ id: string }>(simulator.pool, "/_control/card-tokens", body);
    tokens[index] = id;
  });
  return tokens;
}

function shopAt(shops: readonly Shop[], index: number): Shop {
  const shop = shops[index % shops.length];
  if (shop === undefined) throw new Error("there is no shop");
  return shop;
}

let buyers = 0;

/** Each payment is another buyer's: near-identical ones are held back. */
function newEmail(): string {
  return `buyer-${++buyers}@testuser.com`;
}
