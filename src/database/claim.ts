import type { Clock } from "../domain/clock";
import type { Database, Row, Statement } from "./database";
import type { Table } from "./table";

/** The columns of a table whose rows wait for work. */
export interface Claimable {
  id: string;
  dueAt: Date | null;
  attempts: number;
  leaseToken: string | null;
}

export interface ClaimOptions {
  readonly limit: number;
  /** How long the claim keeps others off. Must exceed the longest work on one row. */
  readonly leaseMs: number;
  readonly leaseToken: string;
}

/**
 * Takes rows whose time has come, for this worker only, in one short transaction: their due time moves
 * behind the lease, so that another worker takes them up if this one dies, and their lease token changes, so
 * that the dead one's late answer no longer fits (`finishClaim`). Time is the database's own.
 */
export async function claimDue<E extends Claimable & object>(
  database: Database,
  table: Table<E>,
  clock: Clock,
  { limit, leaseMs, leaseToken }: ClaimOptions,
): Promise<E[]> {
  const now = database.nowSql;
  // A look without a lock first: most looks find nothing, and on SQLite a write would wait in the lane.
  const due = `SELECT id FROM ${table.name} WHERE due_at <= ${now} ORDER BY due_at LIMIT ${Math.trunc(limit)}`;
  const waiting = await database.read(due, [clock.offsetMs]);
  if (waiting.length === 0) return [];

  const rows = await database.write(async (unit): Promise<Row[]> => {
    const skipLocked = database.kind === "mysql" ? " FOR UPDATE SKIP LOCKED" : "";
    const free = await unit.read(due + skipLocked, [clock.offsetMs]);
    const ids = free.map((row) => row.id ?? null);
    if (ids.length === 0) return [];
    const marks = ids.map(() => "?").join(", ");
    unit.change({
      sql: `UPDATE ${table.name} SET lease_token = ?, attempts = attempts + 1, due_at = ${now} + ? WHERE id IN (${marks})`,
      values: [leaseToken, clock.offsetMs, leaseMs, ...ids],
    });
    return unit.read(`SELECT * FROM ${table.name} WHERE id IN (${marks})`, ids);
  });
  return rows.map((row) => table.fromRow(row));
}

/** Ends a claim: only while the lease is still ours. `dueAt` null: nothing more to do on this row. */
export function finishClaim<E extends Claimable & object>(
  table: Table<E>,
  row: E,
  changes: Partial<E> & { dueAt: Date | null },
): Statement {
  return table.update({ ...changes, leaseToken: null } as Partial<E>, claimed(row), 1);
}

/** Ends a claim and takes the row away: only while the lease is still ours. */
export function dropClaim<E extends Claimable & object>(table: Table<E>, row: E): Statement {
  const { sql, values } = table.where(claimed(row));
  return { sql: `DELETE FROM ${table.name} WHERE ${sql}`, values, expectRows: 1 };
}

function claimed<E extends Claimable & object>(row: E): Parameters<Table<E>["where"]>[0] {
  return { id: row.id, leaseToken: row.leaseToken } as Parameters<Table<E>["where"]>[0];
}
