import { createHash } from "node:crypto";
import { entities } from "../../src/entities";
import type { TestGateway } from "./gateway";
import type { TestSimulator } from "./simulator";

/** What a request leaves behind, here and at the provider. */
export interface Footprint {
  /** Each table's number of rows, and a hash of what is in them. */
  readonly tables: Record<string, string>;
  /** How often money moved, or was promised, at all providers. */
  readonly ledger: number;
  /** Requests to change something that reached a provider, whatever became of them. */
  readonly commands: number;
}

/** Columns that workers write by themselves, whatever clients do. */
const workerColumns = new Set(["due_at", "attempts", "lease_token", "position"]);

/** Tables that follow from others: workers number events a moment after their commit. */
const workerTables = new Set(["marketplace_event", "marketplace_stream"]);

/** What is looked at by schedule. */
const lookedAt = ["billing_subscription", "marketplace_order", "payment", "payout", "point_order"];

/** Has all that is looked at by schedule wait for an hour more. */
export async function lookAtNothing({ app: { database } }: TestGateway): Promise<void> {
  await database.write((unit) => {
    for (const name of lookedAt) {
      unit.change({ sql: `UPDATE ${name} SET due_at = due_at + 3600000`, values: [] });
    }
  });
}

/** Runs what must be refused, and checks that it left nothing: no row, no money moved, no request. */
export async function leavingNothing<T>(gateway: TestGateway, act: () => Promise<T>): Promise<T> {
  const before = await footprint(gateway);
  const result = await act();
  expect(await footprint(gateway)).toEqual(before);
  return result;
}

export async function footprint({ app, simulator }: TestGateway): Promise<Footprint> {
  const tables: Record<string, string> = {};
  for (const entity of entities) {
    const { name } = app.database.table(entity as new () => object);
    if (workerTables.has(name)) continue;
    const rows = await app.database.read(`SELECT * FROM ${name} ORDER BY 1, 2`);
    const hash = createHash("sha256");
    for (const row of rows) {
      hash.update(JSON.stringify(Object.entries(row).filter(([key]) => !workerColumns.has(key))));
    }
    tables[name] = `${rows.length} rows ${hash.digest("hex").slice(0, 16)}`;
  }
  let ledger = 0;
  let commands = 0;
  for (const provider of [simulator, simulator.payu]) {
    ledger += (await provider.control("GET", "/ledger")).entries.length;
    commands += await commandsTo(provider);
  }
  return { tables, ledger, commands };
}

type Provider = Pick<TestSimulator, "control">;

const many = 1_000_000_000;
const countersOf = new WeakMap<Provider, Promise<number[]>>();

/**
 * Faults that strike after a thousand million requests count those before. Look-ups are not counted: workers
 * make them whenever they are due.
 */
async function commandsTo(provider: Provider): Promise<number> {
  const makeCounter = async (method: string): Promise<number> => {
    const fault = { match: { method }, skip: many, effect: "drop-before" };
    return (await provider.control("POST", "/faults", fault)).id;
  };
  const counters =
    countersOf.get(provider) ?? Promise.all(["POST", "PUT", "DELETE"].map(makeCounter));
  countersOf.set(provider, counters);
  const ids = await counters;
  const { faults } = await provider.control("GET", "/faults");
  const counting = faults.filter(({ id }: { id: number }) => ids.includes(id));
  if (counting.length !== ids.length) throw new Error("the faults that count are gone");
  return counting.reduce((sum: number, { skip }: { skip: number }) => sum + many - skip, 0);
}
