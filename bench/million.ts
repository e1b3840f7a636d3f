import { PaymentEntity } from "../src/entities/payment.entity";
import { pageCursor } from "../src/services/payment/payment-reader";
import { sellerIdOf } from "./fill";
import { type FilledDatabase, fill, filledSqlite } from "./filled-database";
import { gatewayOptions, withMysql } from "./gateway";
import { authorization, prepare } from "./market";
import { compare, type Side } from "./measure";
import { postJson, type ServerProcess, withServers } from "./processes";
import type { Report } from "./report";
import { type Scale, smallRows } from "./scale";

const warmUps = 3;
/** As many as the smaller database, too, has of each. */
const pageSize = 10;
const seller = sellerIdOf(0);

const payment = "id status amount { amount currency } createdAt seller { id name }";
const page = `edges { cursor node { ${payment} } } pageInfo { hasNextPage endCursor }`;

/** A question, with the variables of its so manieth asking. */
interface Question {
  readonly name: string;
  readonly query: string;
  variables(database: FilledDatabase, index: number): Record<string, unknown>;
  /** How many payments it has to answer. */
  readonly answers: number;
}

const questions: readonly Question[] = [
  {
    name: "payment(id)",
    query: `query ($id: ID!) { payment(id: $id) { ${payment} } }`,
    variables: (database, index) => ({ id: sampleOf(database, index).id }),
    answers: 1,
  },
  {
    name: "payment(externalReference)",
    query: `query ($reference: String!) { payment(externalReference: $reference) { ${payment} } }`,
    variables: (database, index) => ({ reference: sampleOf(database, index).externalReference }),
    answers: 1,
  },
  pageQuestion("first page", "", () => ({})),
  pageQuestion("deep page", "after: $after", (database) => {
    const { samples } = database;
    const middle = sampleOf(database, Math.floor(samples.length / 2));
    const place = Object.assign(new PaymentEntity(), { id: middle.id });
    return { after: pageCursor(place, "CREATED_AT_DESC") };
  }),
  pageQuestion("page by amount", "sort: AMOUNT_DESC", () => ({})),
  pageQuestion("page of a status", "filter: { status: [REFUNDED] }", () => ({})),
  pageQuestion("page of two statuses", "filter: { status: [REFUNDED, CANCELLED] }", () => ({})),
  pageQuestion("page of a seller", "filter: { sellerId: $seller }", () => ({ seller })),
  pageQuestion(
    "page of a seller and status",
    "filter: { sellerId: $seller, status: [REJECTED] }",
    () => ({ seller }),
  ),
  // Nothing found is where a wrong plan reads everything.
  pageQuestion(
    "empty page of two statuses",
    "filter: { status: [EXPIRED, IN_DISPUTE] }",
    () => ({}),
    0,
  ),
  pageQuestion("empty page of a reference", 'filter: { externalReference: "none" }', () => ({}), 0),
];

/** What is asked of a gateway with a million payments, beside one with a thousand. */
export async function benchMillion(report: Report, scale: Scale): Promise<void> {
  report.title(`${scale.rows} payments beside ${smallRows}, on SQLite`);
  await run(report, scale, "SQLite", await filledSqlite(scale.rows), await filledSqlite(smallRows));
  // Filling takes minutes there, and nothing is kept.
  if (process.env.BENCH_MILLION_MYSQL === undefined) return;
  await withMysql((big, kind) =>
    withMysql(async (small) => {
      report.title(`${scale.rows} payments beside ${smallRows}, on ${kind}`);
      const filled = async (url: string, rows: number): Promise<FilledDatabase> => ({
        url,
        samples: await prepare(url, (database) => fill(database, rows)),
      });
      await run(report, scale, kind, await filled(big, scale.rows), await filled(small, smallRows));
    }),
  );
}

async function run(
  report: Report,
  scale: Scale,
  kind: string,
  big: FilledDatabase,
  small: FilledDatabase,
): Promise<void> {
  await withServers(async (start) => {
    const startOn = async (name: string, database: FilledDatabase) => ({
      database,
      server: await start({ ...gatewayOptions(database.url, "http://127.0.0.1:9"), name }),
    });
    const bigSide = await startOn("million", big);
    const smallSide = await startOn("thousand", small);
    for (const question of questions) {
      const sideOf = ({ server, database }: typeof bigSide): Side => ({
        name: server.name,
        async round() {
          const before = await server.usage();
          const begun = performance.now();
          for (let i = 0; i < scale.lookUps; i++) await ask(server, question, database, i);
          const ms = performance.now() - begun;
          const after = await server.usage();
          return {
            value: ms / scale.lookUps,
            cpuMs: (after.cpuMs - before.cpuMs) / scale.lookUps,
          };
        },
      });
      const found = await compare(sideOf(bigSide), sideOf(smallSide), {
        pairs: scale.pairs,
        warmUps,
      });
      report.comparison(`${question.name}, ${kind}`, found, "ms", { atMost: 1.5 });
    }
  });
}

interface Answer {
  readonly data?: {
    readonly payment?: { readonly id: string } | null;
    readonly payments?: { readonly edges: readonly unknown[] };
  };
}

async function ask(
  server: ServerProcess,
  question: Question,
  database: FilledDatabase,
  index: number,
): Promise<void> {
  const variables = question.variables(database, index);
  const body = { query: question.query, variables };
  const answer = await postJson<Answer>(server.pool, "/graphql", body, authorization);
  const { payment: one, payments } = answer.data ?? {};
  const count = payments === undefined ? (one == null ? 0 : 1) : payments.edges.length;
  if (count !== question.answers)
    throw new Error(`${question.name}: ${JSON.stringify(answer).slice(0, 500)}`);
}

function pageQuestion(
  name: string,
  args: string,
  variables: Question["variables"],
  answers = pageSize,
): Question {
  const declared = [
    args.includes("$after") ? "$after: String" : "",
    args.includes("$seller") ? "$seller: ID" : "",
  ].filter((text) => text !== "");
  const head = declared.length === 0 ? "query" : `query (${declared.join(", ")})`;
  const given = `first: ${pageSize}${args === "" ? "" : `, ${args}`}`;
  return { name, query: `${head} { payments(${given}) { ${page} } }`, variables, answers };
}

/** Spread over the whole table, so that no round asks for the same few rows. */
function sampleOf({ samples }: FilledDatabase, index: number) {
  const sample = samples[(index * 617) % samples.length];
  if (sample === undefined) throw new Error("there is no sample");
  return sample;
}
