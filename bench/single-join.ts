import "reflect-metadata";
import { buildSchema } from "graphql";
import { readConfig } from "../src/config";
import { dataSourceOptions } from "../src/data-source";
import type { Database } from "../src/database/database";
import { openDatabase } from "../src/database/open";
import { systemClock } from "../src/domain/clock";
import { type Currency, formatAmount } from "../src/domain/money";
import { createLogger } from "../src/logging/logger";
import type { ServerContext } from "../src/server/dependencies";
import { createMetrics } from "../src/server/metrics";
import { createServer } from "../src/server/server";
import { AccessService } from "../src/services/access/access.service";
import { ids } from "./market";

/**
 * The fastest page of payments that one would write by hand: one join that reads just the columns that are
 * shown, behind the gateway's own server code, in a plain schema. It knows no scopes, filters or sorts.
 */
const schema = buildSchema(`
  type Query { payments(first: Int!): PaymentConnection! }
  type PaymentConnection { edges: [PaymentEdge!]! pageInfo: PageInfo! }
  type PaymentEdge { cursor: String! node: Payment! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Payment {
    id: ID! status: String! amount: Money! refundedAmount: Money! createdAt: String! seller: Seller!
  }
  type Money { amount: String! currency: String! }
  type Seller { id: ID! name: String! }
`);

async function payments(database: Database, marketplaceId: string, first: number) {
  const rows = await database.read(
    `SELECT p.id, p.status, p.amount_minor, p.refunded_minor, p.currency, p.created_at, s.id AS seller_id, s.name
     FROM payment p LEFT JOIN seller s ON s.id = p.seller_id
     WHERE p.marketplace_id = ? ORDER BY p.id DESC LIMIT ${first + 1}`,
    [marketplaceId],
  );
  const edges = rows.slice(0, first).map((row) => {
    const currency = row.currency as Currency;
    const money = (minor: string | number | null | undefined) => ({
      amount: formatAmount({ minor: BigInt(minor ?? 0), currency }),
      currency,
    });
    return {
      cursor: Buffer.from(JSON.stringify(["CREATED_AT_DESC", row.id, null])).toString("base64url"),
      node: {
        id: row.id,
        status: row.status,
        amount: money(row.amount_minor),
        refundedAmount: money(row.refunded_minor),
        createdAt: new Date(Number(row.created_at)).toISOString(),
        seller: { id: row.seller_id, name: row.name },
      },
    };
  });
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const database = await openDatabase(
    dataSourceOptions(config.database.url, config.database.poolSize),
  );
  const access = new AccessService(database, systemClock, ids);
  const query = schema.getQueryType()?.getFields().payments;
  if (query === undefined) throw new Error("the schema has no payments");
  query.resolve = (_source, { first }, context: ServerContext & { marketplaceId: string }) =>
    payments(database, context.marketplaceId, first);

  const server = await createServer({
    settings: config.server,
    schema,
    logger: createLogger(config.logLevel),
    metrics: createMetrics(),
    clock: systemClock,
    authenticate: (credential) => access.authenticate(credential),
    makeContext({ principal }) {
      const context = {
        marketplaceId: principal.marketplaceId,
        shareKey: "",
        // Nothing is subscribed to here.
        forEvent: () => context,
      };
      return context;
    },
    isReady: async () => true,
    receiveWebhook: async () => "unknown-provider",
  });
  await server.listen();
  process.once("SIGTERM", () => {
    void server
      .close()
      .then(() => database.close())
      // Nothing that may still be open is worth waiting for.
      .finally(() => process.exit());
  });
}

void main();
