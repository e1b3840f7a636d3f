import type { Clock } from "../domain/clock";
import type { Database } from "./database";
import type { Row, SqlValue, Statement } from "./statement";
import { marks, type Table } from "./table";

/** The columns of a table whose rows wait for work. */
export interface Claimable {
  id: string;
  dueAt: Date | null;
  attempts: number;
  leaseToken: string | null;
}

export interface ClaimOptions {
  readonly limit: number;
  /** How long the claim keeps others off. Work that takes longer may be done twice. */
  readonly leaseMs: number;
  readonly leaseToken: string;
  /** Counts claims that never came to their end as well: for rows that may be what ends processes. */
  readonly countsDeaths?: boolean;
  /** Which of the due rows to take; absent: all. */
  readonly choice?: Choice;
}

/** Whom the work on a row has to wait for. */
export interface Waiting {
  readonly provider: string;
  readonly account: string;
}

/** A row that is due. */
export interface Candidate extends Waiting {
  readonly id: string;
}

/** Which rows to take, by whom the work on them has to wait for. */
export interface Choice {
  /** SQL over the table's columns; neither may be null. */
  readonly sql: Waiting;
  /** Rows of these are passed over. */
  readonly without: {
    readonly providers: readonly string[];
    readonly accounts: readonly Waiting[];
  };
  /** Those that may be taken, of rows in the order of their due times. */
  among(candidates: readonly Candidate[]): readonly Candidate[];
}

export interface Claimed<E> {
  readonly rows: readonly (Waiting & { readonly row: E })[];
  /** Whether more rows may be due than were taken. */
  readonly more: boolean;
}

/**
 * The lease of a row whose last claim never came to its end, in leases: its process died, perhaps of this very row.
 * Such a row is taken up more seldom, and its schedule waits for it.
 */
export const leasesAfterDeath = 8;

/**
 * Takes rows whose time has come, for this worker only, in one short transaction: their due time moves
 * behind the lease, so that another worker takes them up if this one dies, and their lease token changes, so
 * that the dead one's late answer no longer fits (`finishClaim`). Time is the database's own. `attempts` counts the
 * claims that came to an end, and this one; with `countsDeaths` the others too.
 */
export async function claimDue<E extends Claimable & object>(
  database: Database,
  table: Table<E>,
  clock: Clock,
  options: ClaimOptions,
): Promise<Claimed<E>> {
  const { limit, choice } = options;
  const { sql, values } = passingOver(choice);
  const due = `SELECT id, ${choice?.sql.provider ?? "''"} AS provider, ${choice?.sql.account ?? "''"} AS account
    FROM ${table.name} WHERE due_at <= ${database.nowSql}${sql} ORDER BY due_at LIMIT ${Math.trunc(limit)}`;
  const given = [clock.offsetMs, ...values];
  // A look without a lock first: most looks find nothing, and on SQLite a write would wait in the lane.
  const waiting = await database.read(due, given);
  if (waiting.length === 0) return { rows: [], more: false };

  return database.write(async (unit) => {
    const skipLocked = database.kind === "mysql" ? " FOR UPDATE SKIP LOCKED" : "";
    const candidates = (await unit.read(due + skipLocked, given)).map(candidateOf);
    const chosen = choice === undefined ? candidates : choice.among(candidates);
    const more = candidates.length === limit || chosen.length < candidates.length;
    if (chosen.length === 0) return { rows: [], more };
    const ids = chosen.map(({ id }) => id);
    const take = takingUp(database, clock, options);
    unit.change({
      sql: `UPDATE ${table.name} SET ${take.sql} WHERE id IN (${marks(ids)})`,
      values: [...take.values, ...ids],
    });
    const rows = await unit.read(`SELECT * FROM ${table.name} WHERE id IN (${marks(ids)})`, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return {
      more,
      rows: chosen.flatMap(({ id, provider, account }) => {
        const found = byId.get(id);
        // One that cannot be read keeps its lease, and others go on; a person has to mend it.
        const row = found && table.orTell(() => table.fromRow(found));
        return row === undefined ? [] : [{ provider, account, row }];
      }),
    };
  });
}

/** The assignments that take a row up under a lease. */
export function takingUp(
  database: Database,
  clock: Clock,
  {
    leaseMs,
    leaseToken,
    countsDeaths = false,
  }: Pick<ClaimOptions, "leaseMs" | "leaseToken" | "countsDeaths">,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  return {
    // MySQL goes from left to right, and would take the new lease for the old one: the lease comes last.
    sql: `attempts = attempts + ${countsDeaths ? "1" : "(CASE WHEN lease_token IS NULL THEN 1 ELSE 0 END)"},
      due_at = ${database.nowSql} + (CASE WHEN lease_token IS NULL THEN ? ELSE ? END), lease_token = ?`,
    values: [clock.offsetMs, leaseMs, leasesAfterDeath * leaseMs, leaseToken],
  };
}

/**
 * Ends a claim, if its lease is still ours: otherwise another worker has the row, and nothing changes. `dueAt` null:
 * nothing more to do on this row.
 */
export function finishClaim<E extends Claimable & object>(
  table: Table<E>,
  row: E,
  changes: Partial<E> & { dueAt: Date | null },
): Statement {
  return table.update({ ...changes, leaseToken: null } as Partial<E>, heldBy(row));
}

/** Ends a claim, if its lease is still ours, and takes the row away. */
export function dropClaim<E extends Claimable & object>(table: Table<E>, row: E): Statement {
  const { sql, values } = table.where(heldBy(row));
  return { sql: `DELETE FROM ${table.name} WHERE ${sql}`, values };
}

/** Ends a claim whose work has set by itself when the row is due again. */
export function releaseClaim<E extends Claimable & object>(table: Table<E>, row: E): Statement {
  return table.update({ leaseToken: null } as Partial<E>, heldBy(row));
}

function heldBy<E extends Claimable & object>(row: E): Parameters<Table<E>["where"]>[0] {
  return { id: row.id, leaseToken: row.leaseToken } as Parameters<Table<E>["where"]>[0];
}

function candidateOf({ id, provider, account }: Row): Candidate {
  return { id: String(id), provider: String(provider), account: String(account) };
}

function passingOver(choice: Choice | undefined): { sql: string; values: SqlValue[] } {
  if (choice === undefined) return { sql: "", values: [] };
  const { sql, without } = choice;
  const { providers, accounts } = without;
  return {
    sql:
      (providers.length === 0 ? "" : ` AND ${sql.provider} NOT IN (${marks(providers)})`) +
      ` AND NOT (${sql.provider} = ? AND ${sql.account} = ?)`.repeat(accounts.length),
    values: [...providers, ...accounts.flatMap(({ provider, account }) => [provider, account])],
  };
}
