import type { Database } from "../database/database";
import { lookedUpTables } from "../services/followed/subjects";
import type { Job } from "./job-loop";

interface Gauge {
  set(value: number): void;
}

/** The gauges that show whether workers keep up. */
interface BacklogGauges {
  readonly inboxSize: Gauge;
  readonly dueOperations: Gauge;
  unknownOutcomes(things: string): Gauge;
  readonly openAlerts: Gauge;
  readonly verifiedShare: {
    reset(): void;
    set(labels: { provider: string; shop: string }, value: number): void;
  };
}

/** Of the notifications of a source, those that were verified of late. */
interface VerifiedShare {
  readonly provider: string;
  readonly shop: string;
  /** Undefined where none came. */
  readonly share: number | undefined;
}

/** Counts what waits, for `/metrics`. Each count walks an index of open rows only. */
export function measureBacklog(
  database: Database,
  gauges: BacklogGauges,
  verifiedShares: () => readonly VerifiedShare[],
): Job {
  const count = async (sql: string): Promise<number> =>
    Number((await database.read(`SELECT COUNT(*) AS total FROM ${sql}`))[0]?.total ?? 0);
  return {
    name: "measure-backlog",
    async runOnce() {
      gauges.inboxSize.set(await count("inbox_delivery WHERE due_at IS NOT NULL"));
      gauges.dueOperations.set(await count("operation WHERE due_at IS NOT NULL"));
      for (const table of lookedUpTables) {
        const unknown = await count(`${table} WHERE due_at IS NOT NULL AND status = 'UNKNOWN'`);
        gauges.unknownOutcomes(`${table}s`).set(unknown);
      }
      gauges.openAlerts.set(await count("alert WHERE open_key IS NOT NULL"));
      gauges.verifiedShare.reset();
      for (const { provider, shop, share } of verifiedShares()) {
        if (share !== undefined) gauges.verifiedShare.set({ provider, shop }, share);
      }
      return false;
    },
  };
}
