import { leasesAfterDeath } from "../../database/claim";
import type { Database } from "../../database/database";
import type { Clock } from "../../domain/clock";
import { lookedUpTables } from "../followed/subjects";

/** Tables whose rows wait for a look at a provider. */
const tables = ["operation", "inbox_delivery", ...lookedUpTables];

/** No schedule looks less often than daily, with some spread. What is due later has a date of its own, as a release. */
const longestScheduleMs = 36 * 3_600_000;

/**
 * After an outage: has everything that waits for a provider looked at now, and its schedule begin anew. What a process
 * works on at this moment is left to it. Answers how many rows that is.
 */
export async function lookNow(database: Database, clock: Clock, leaseMs: number): Promise<number> {
  const now = database.nowSql;
  let count = 0;
  for (const table of tables) {
    // Nobody holds a lease that lasts longer; what is due later waits for its schedule.
    const where = `due_at > ${now} AND due_at < ${now} + ? AND (lease_token IS NULL OR due_at > ${now} + ?)`;
    const values = [
      clock.offsetMs,
      clock.offsetMs,
      longestScheduleMs,
      clock.offsetMs,
      leasesAfterDeath * leaseMs,
    ];
    const [row] = await database.read(
      `SELECT COUNT(*) AS total FROM ${table} WHERE ${where}`,
      values,
    );
    await database.write((unit) =>
      unit.change({
        sql: `UPDATE ${table} SET due_at = ${now}, attempts = 0, lease_token = NULL WHERE ${where}`,
        values: [clock.offsetMs, ...values],
      }),
    );
    count += Number(row?.total ?? 0);
  }
  return count;
}
