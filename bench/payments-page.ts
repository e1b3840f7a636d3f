import { strict as assert } from "node:assert";
import type { Pool } from "undici";
import { fillPayments, fillSellers } from "./fill";
import { gatewayOptions, withMysql, withSqlite } from "./gateway";
import { authorization, createMarketplace, prepare } from "./market";
import { compare, rateRound, type Side } from "./measure";
import { postJson, type ServerProcess, withServers } from "./processes";
import type { Report } from "./report";
import type { Scale } from "./scale";

const callers = 16;
const warmUps = 5;
const filled = { payments: 5_000, sellers: 200 };

const query = `{
  payments(first: 50) {
    edges { cursor node { id status amount { amount currency } refundedAmount { amount currency } createdAt seller { id name } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** A page of payments with their sellers, beside one join written by hand, behind the same server code. */
export async function benchPaymentsPage(report: Report, scale: Scale): Promise<void> {
  report.title(
    "A page of 50 payments with sellers, beside one join by hand behind the same server",
  );
  await withSqlite((url) =>
    // A SQLite file is one process's own.
    withSqlite((sameUrl) => run(report, scale, "page, SQLite", [url, sameUrl])),
  );
  await withMysql((url, kind) => run(report, scale, `page, ${kind}`, [url, url]));
}

async function run(
  report: Report,
  scale: Scale,
  label: string,
  [url, joinUrl]: readonly [string, string],
): Promise<void> {
  for (const each of new Set([url, joinUrl])) {
    await prepare(each, async (database) => {
      await createMarketplace(database);
      await fillSellers(database, filled.sellers);
      await fillPayments(database, filled);
    });
  }
  await withServers(async (start) => {
    const gateway = await start(gatewayOptions(url, "http://127.0.0.1:9"));
    const join = await start({
      ...gatewayOptions(joinUrl, "http://127.0.0.1:9"),
      name: "single join",
      file: "bench/single-join.js",
    });
    const expected = await pageOf(join.pool);
    assert.deepEqual(await pageOf(gateway.pool), expected, "both answer the same page");

    const sideOf = (server: ServerProcess): Side => ({
      name: server.name,
      round: () =>
        rateRound(server, callers, scale.pages, async () => {
          const page = await pageOf(server.pool);
          assert.equal(page.payments.edges.length, 50);
          assert.equal(page.payments.pageInfo.endCursor, expected.payments.pageInfo.endCursor);
        }),
    });
    const found = await compare(sideOf(gateway), sideOf(join), { pairs: scale.pairs, warmUps });
    report.comparison(label, found, "pages/s", { atLeast: 0.9 });
  });
}

interface Page {
  readonly payments: {
    readonly edges: readonly unknown[];
    readonly pageInfo: { readonly endCursor: string };
  };
}

async function pageOf(pool: Pool): Promise<Page> {
  const answer = await postJson<{ data?: Page }>(pool, "/graphql", { query }, authorization);
  if (answer.data === undefined) throw new Error(JSON.stringify(answer));
  return answer.data;
}
