import type { Database } from "../database/database";
import type { Job } from "./job-loop";

/** The gauges that show whether workers keep up. */
interface BacklogGauges {
  readonly inboxSize: { set(value: number): void };
  readonly dueOperations: { set(value: number): void };
  readonly unknownPayments: { set(value: number): void };
  readonly unknownPayouts: { set(value: number): void };
  readonly openAlerts: { set(value: number): void };
}

/** Counts what waits, for `/metrics`. Each count walks an index of open rows only. */
export function measureBacklog(database: Database, gauges: BacklogGauges): Job {
  const count = async (sql: string): Promise<number> =>
    Number((await database.read(`SELECT COUNT(*) AS total FROM ${sql}`))[0]?.total ?? 0);
  return {
    name: "measure-backlog",
    async runOnce() {
      gauges.inboxSize.set(await count("inbox_delivery WHERE due_at IS NOT NULL"));
      gauges.dueOperations.set(await count("operation WHERE due_at IS NOT NULL"));
      gauges.unknownPayments.set(
        await count("payment WHERE due_at IS NOT NULL AND status = 'UNKNOWN'"),
      );
      gauges.unknownPayouts.set(
        await count("payout WHERE due_at IS NOT NULL AND status = 'UNKNOWN'"),
      );
      gauges.openAlerts.set(await count("alert WHERE open_key IS NOT NULL"));
      return false;
    },
  };
}
