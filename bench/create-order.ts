import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../src/database/database";
import { systemClock } from "../src/domain/clock";
import type { SellerId } from "../src/domain/ids";
import { ProviderAccountEntity } from "../src/entities/provider-account.entity";
import { gatewayOptions, withMysql, withSqlite } from "./gateway";
import {
  authorization,
  createMarketplace,
  createSeller,
  ids,
  marketplaceId,
  prepare,
} from "./market";
import { compare, rateRound, type Side } from "./measure";
import { postJson, type ServerProcess, withServers } from "./processes";
import type { Report } from "./report";
import type { Scale } from "./scale";

const callers = 16;
const sellerCount = 20;
const warmUps = 10;
const secret = randomBytes(32).toString("hex");

const paymentDocument = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { payment { id status redirectUrl } userErrors { code message } }
}`;

const document = `mutation ($input: CreateMarketplaceOrderInput!) {
  createMarketplaceOrder(input: $input) { order { id status redirectUrl } userErrors { code message } }
}`;

/** createMarketplaceOrder with everything durable on SQLite, beside Express and one request that store nothing. */
export async function benchCreateOrderSqlite(report: Report, scale: Scale): Promise<void> {
  report.title("createMarketplaceOrder on SQLite, beside Express + one request that store nothing");
  await withSqlite((url) => run(report, scale, { label: "createMarketplaceOrder, SQLite", url }));
}

/** The same on MySQL or MariaDB, beside Express and one request with one INSERT. */
export async function benchCreateOrderMysql(report: Report, scale: Scale): Promise<void> {
  await withMysql(async (url, kind) => {
    report.title(`createMarketplaceOrder on ${kind}, beside Express + one request + one INSERT`);
    await run(report, scale, { label: `createMarketplaceOrder, ${kind}`, url, mysqlUrl: url });
  });
}

interface Subject {
  readonly label: string;
  readonly url: string;
  /** Where the reference writes its row; it writes none without. */
  readonly mysqlUrl?: string;
}

interface LinkedSeller {
  readonly id: SellerId;
  readonly submerchantId: string;
}

interface Pos {
  readonly posId: string;
  readonly shopId: string;
}

async function run(report: Report, scale: Scale, subject: Subject): Promise<void> {
  await withServers(async (start) => {
    const simulator = await start({
      name: "simulator",
      file: "simulator/main.js",
      readyPath: "/_control/clock",
      portVariable: "SIMULATOR_PAYU_PORT",
      env: { SIMULATOR_MERCADO_PAGO_PORT: "0" },
    });
    await postJson(simulator.pool, "/_control/notifications", { mode: "off" });
    const pos = await postJson<Pos>(simulator.pool, "/_control/pos", {
      currency: "PLN",
      clientSecret: secret,
      secondKey: secret,
    });
    const sellers = await prepare(subject.url, async (database) => {
      await createMarketplace(database);
      const linked: LinkedSeller[] = [];
      for (let i = 0; i < sellerCount; i++) linked.push(await link(database, simulator, pos, i));
      return linked;
    });
    const options = gatewayOptions(subject.url, simulator.url);
    const shop = {
      ...{ name: "bench", marketplaceId, posId: pos.posId, shopId: pos.shopId },
      ...{ clientSecret: secret, secondKeys: [secret], currency: "PLN" },
    };
    const gateway = await start({
      ...options,
      env: {
        ...options.env,
        PAYU_API_URL: simulator.url,
        PAYU_SHOPS: JSON.stringify([shop]),
        RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS: "off",
      },
    });
    const plain = await start({
      name: "plain",
      file: "bench/plain-payu.js",
      readyPath: "/readyz",
      env: {
        PROVIDER_URL: simulator.url,
        POS_ID: pos.posId,
        CLIENT_SECRET: secret,
        ...(subject.mysqlUrl === undefined ? {} : { MYSQL_URL: subject.mysqlUrl }),
      },
    });

    // An order takes about as long as three payments.
    const count = Math.ceil(scale.payments / 3);
    const sideOf = (
      name: string,
      server: ServerProcess,
      carts: number,
      order: typeof orderHere,
    ): Side => ({
      name,
      round: () => rateRound(server, callers, count, () => order(server, sellers.slice(0, carts))),
    });
    const pairs = Math.ceil(scale.paymentPairs / 2);
    const gatewaySide = sideOf("gateway, 3 carts", gateway, 3, orderHere);
    const plainSide = sideOf("express + request, 3 carts", plain, 3, orderThere);
    report.comparison(
      subject.label,
      await compare(gatewaySide, plainSide, { pairs, warmUps }),
      "orders/s",
    );
    // What a payment costs is compared in CPU: the rate is that of the simulator, too, which has an order of one cart then.
    const cpuOf = ({ name, round }: Side): Side => ({
      name,
      round: async () => ({ value: (await round()).cpuMs ?? Number.NaN }),
    });
    const paymentSide = sideOf("gateway, a payment at PayU", gateway, 1, payHere);
    report.comparison(
      `${subject.label}: CPU of 3 carts to that of a payment`,
      await compare(cpuOf(gatewaySide), cpuOf(paymentSide), { pairs, warmUps }),
      "ms CPU",
      { atMost: 2.2 },
    );
    const large = sideOf(`gateway, ${sellerCount} carts`, gateway, sellerCount, orderHere);
    report.comparison(
      `${subject.label}: ${sellerCount} carts to 3`,
      await compare(large, gatewaySide, { pairs: Math.ceil(pairs / 2), warmUps: 1 }),
      "orders/s",
    );
  });
}

async function link(
  database: Database,
  simulator: ServerProcess,
  { posId }: Pos,
  number: number,
): Promise<LinkedSeller> {
  const submerchantId = `bench-${number}-${randomUUID().slice(0, 8)}`;
  const seller = { pos: posId, extCustomerId: submerchantId };
  await postJson(simulator.pool, "/_control/sellers", seller);
  const id = await createSeller(database, submerchantId);
  const now = systemClock.now();
  await database.write((unit) =>
    unit.change(
      database.table(ProviderAccountEntity).insert({
        id: ids.next("ProviderAccount"),
        marketplaceId,
        sellerId: id,
        provider: "PAYU",
        shop: "bench",
        providerAccountId: submerchantId,
        status: "CONNECTED",
        statusReason: null,
        publicKey: null,
        scopes: [],
        liveMode: false,
        country: null,
        currency: "PLN",
        credentialsExpireAt: null,
        credentialsRefreshedAt: null,
        credentialsSealed: null,
        version: 1,
        createdAt: now,
        updatedAt: now,
      }),
    ),
  );
  return { id, submerchantId };
}

async function orderHere(gateway: ServerProcess, sellers: readonly LinkedSeller[]): Promise<void> {
  const input = {
    idempotencyKey: randomUUID(),
    currency: "PLN",
    total: `${sellers.length * 50}.00`,
    description: "Order",
    ipAddress: "127.0.0.1",
    buyer: { reference: "buyer-1", email: "buyer@example.com" },
    carts: sellers.map(({ id }) => ({
      sellerId: id,
      amount: "50.00",
      fee: "2.50",
      products: [{ name: "Mug", unitPrice: "25.00", quantity: 2 }],
    })),
  };
  const answer = await postJson<{
    data?: {
      createMarketplaceOrder: {
        order: { status: string; redirectUrl: string | null } | null;
        userErrors: unknown[];
      };
    };
  }>(gateway.pool, "/graphql", { query: document, variables: { input } }, authorization);
  const { order, userErrors } = answer.data?.createMarketplaceOrder ?? {};
  if (order?.status !== "PENDING" || order.redirectUrl === null || userErrors?.length !== 0) {
    throw new Error(JSON.stringify(answer));
  }
}

/** A payment to one seller, at the same provider and through the same shop. */
async function payHere(gateway: ServerProcess, [seller]: readonly LinkedSeller[]): Promise<void> {
  const input = {
    idempotencyKey: randomUUID(),
    sellerId: seller?.id,
    amount: "50.00",
    currency: "PLN",
    applicationFee: "2.50",
    description: "Mug",
    payer: { email: `buyer-${randomUUID()}@example.com` },
    additionalInfo: { ipAddress: "127.0.0.1" },
  };
  const answer = await postJson<{
    data?: {
      createPayment: {
        payment: { status: string; redirectUrl: string | null } | null;
        userErrors: unknown[];
      };
    };
  }>(gateway.pool, "/graphql", { query: paymentDocument, variables: { input } }, authorization);
  const { payment, userErrors } = answer.data?.createPayment ?? {};
  if (payment?.status !== "PENDING" || payment.redirectUrl === null || userErrors?.length !== 0) {
    throw new Error(JSON.stringify(answer));
  }
}

async function orderThere(plain: ServerProcess, sellers: readonly LinkedSeller[]): Promise<void> {
  const body = {
    reference: randomUUID(),
    total: sellers.length * 5_000,
    email: "buyer@example.com",
    carts: sellers.map(({ submerchantId }) => ({
      extCustomerId: submerchantId,
      amount: 5_000,
      fee: "250",
      products: [{ name: "Mug", unitPrice: "2500", quantity: "2" }],
    })),
  };
  const answer = await postJson<{ redirectUrl?: string }>(plain.pool, "/orders", body);
  if (answer.redirectUrl === undefined) throw new Error(JSON.stringify(answer));
}
