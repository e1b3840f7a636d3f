import { randomUUID } from "node:crypto";
import { gatewayOptions, withMysql, withSqlite } from "./gateway";
import { authorization, createMarketplace, openShop, prepare, type Shop } from "./market";
import { compare, rateRound, type Side } from "./measure";
import { type PlainStoreName } from "./plain-stores";
import { type ServerProcess, withServers } from "./processes";
import { figure, type Goal, type Report } from "./report";
import type { Scale } from "./scale";

/** The target is for sixteen; more show how groups grow. */
export const callers = Number(process.env.BENCH_CALLERS ?? 16);
const shopCount = 8;
/** The gateway runs more code than the reference, and still got faster after six thousand payments. */
const warmUps = 20;

const document = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { replayed payment { id status amount { amount currency } } userErrors { code message } }
}`;

/** What the gateway is measured beside, and the ratio that it should have there. */
interface Reference {
  readonly store: PlainStoreName;
  readonly goal: Goal;
}

const names: Readonly<Record<PlainStoreName, string>> = {
  nothing: "Express + official SDK that store nothing",
  row: "Express + official SDK + one INSERT",
  guarantees: "the same guarantees by hand, ten round trips",
  "guarantees-as-text": "the same guarantees by hand, two round trips",
};

/** createPayment with everything durable on SQLite, beside Express and the SDK that store nothing. */
export async function benchCreatePaymentSqlite(report: Report, scale: Scale): Promise<void> {
  report.title("createPayment on SQLite");
  await withSqlite((url) =>
    run(report, scale, "SQLite", url, [{ store: "nothing", goal: { atLeast: 0.9 } }]),
  );
}

/** The same on MySQL or MariaDB, beside references that store more and more on the same server. */
export async function benchCreatePaymentMysql(report: Report, scale: Scale): Promise<void> {
  await withMysql(async (url, kind) => {
    report.title(`createPayment on ${kind}`);
    await run(report, scale, kind, url, [
      { store: "row", goal: { atLeast: 1 } },
      { store: "guarantees", goal: { atLeast: 1.7 } },
      { store: "guarantees-as-text", goal: { atLeast: 1.5 } },
    ]);
  });
}

async function run(
  report: Report,
  scale: Scale,
  kind: string,
  url: string,
  references: readonly Reference[],
): Promise<void> {
  await withServers(async (start) => {
    const provider = await start({
      name: "provider",
      file: "bench/plain-provider.js",
      readyPath: "/",
      env: {},
    });
    const shops = await prepare(url, async (database) => {
      await createMarketplace(database);
      const opened: Shop[] = [];
      for (let i = 0; i < shopCount; i++) {
        opened.push(await openShop(database, 1_000_001 + i));
      }
      return opened;
    });
    const [shop] = shops;
    if (shop === undefined) throw new Error("there is no shop");
    const gateway = await start(gatewayOptions(url, provider.url));

    const count = scale.payments;
    const sideOf = (
      name: string,
      server: ServerProcess,
      sellers: readonly Shop[],
      pay: (server: ServerProcess, shop: Shop) => Promise<void>,
    ): Side => ({
      name,
      round: () =>
        rateRound(server, callers, count, (i) => pay(server, sellers[i % sellers.length] ?? shop)),
    });
    const gatewaySide = sideOf("gateway", gateway, [shop], payHere);
    for (const { store, goal } of references) {
      const express = await start({
        name: `express-${store}`,
        file: "bench/express-sdk.js",
        readyPath: "/readyz",
        env: {
          PROVIDER_URL: provider.url,
          ACCESS_TOKEN: shop.accessToken,
          STORE: store,
          MYSQL_URL: url,
        },
      });
      const before = await provider.usage();
      const found = await compare(gatewaySide, sideOf(names[store], express, [shop], payThere), {
        pairs: scale.paymentPairs,
        warmUps,
      });
      const after = await provider.usage();
      report.comparison(`createPayment, ${kind}: ${names[store]}`, found, "payments/s", goal);
      const payments = 2 * count * (scale.paymentPairs + warmUps);
      const cpuMs = (after.cpuMs - before.cpuMs) / payments;
      report.line("  provider", `${figure(cpuMs)} ms CPU for each payment`);
    }

    // All payments of a seller take turns at the counter of its event stream.
    const spread = sideOf(`gateway, ${shopCount} sellers`, gateway, shops, payHere);
    const alone = { ...gatewaySide, name: "gateway, 1 seller" };
    const pairs = Math.ceil(scale.paymentPairs / 2);
    report.comparison(
      `createPayment, ${kind}: ${shopCount} sellers to 1`,
      await compare(spread, alone, { pairs }),
      "payments/s",
    );
  });
}

export async function payHere(gateway: ServerProcess, shop: Shop): Promise<void> {
  const input = {
    idempotencyKey: randomUUID(),
    sellerId: shop.sellerId,
    amount: "80.00",
    currency: "ARS",
    cardToken: newCardToken(),
    methodId: "visa",
    installments: 1,
    payer: { email: newEmail() },
  };
  const answer = await gateway.raw.post<{
    data?: { createPayment: { payment: { status: string } | null; userErrors: unknown[] } };
  }>("/graphql", { query: document, variables: { input } }, authorization);
  const { payment, userErrors } = answer.data?.createPayment ?? {};
  if (payment?.status !== "APPROVED" || userErrors?.length !== 0) {
    throw new Error(JSON.stringify(answer));
  }
}

async function payThere(express: ServerProcess): Promise<void> {
  const body = { amount: 80, token: newCardToken(), email: newEmail(), key: randomUUID() };
  const answer = await express.raw.post<{ status: string }>("/payments", body);
  if (answer.status !== "approved") throw new Error(JSON.stringify(answer));
}

/** Of the shape of Mercado Pago's; each is good for one payment. */
function newCardToken(): string {
  return randomUUID().replaceAll("-", "");
}

let buyers = 0;

/** Each payment is another buyer's: near-identical ones are held back. */
function newEmail(): string {
  return `buyer-${++buyers}@testuser.com`;
}
