import type { Logger } from "pino";
import { type Claimable, claimDue } from "../database/claim";
import type { Database } from "../database/database";
import type { Clock } from "../domain/clock";
import type { IdFactory } from "../domain/ids";
import { inWork } from "../logging/work";

export interface JobDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly logger: Logger;
  /** How long a claim keeps others off. */
  readonly leaseMs: number;
}

/** Rows that one process takes up in one round. Each may wait for a provider, so they run side by side. */
const batchSize = 20;

/**
 * A round of a job: claims due rows and works on each. A row whose work fails is logged and left to its
 * lease, so that one bad row stops nobody else's.
 */
export async function workOnDue<E extends Claimable & object>(
  deps: JobDependencies,
  entity: new () => E,
  work: (row: E) => Promise<void>,
): Promise<number> {
  const rows = await claimBatch(deps, entity);
  await Promise.all(
    rows.map(async (row) => {
      try {
        await inWork({ subjectId: row.id }, () => work(row));
      } catch (fault) {
        deps.logger.error(
          { err: fault, id: row.id },
          "work on a due row failed; it will be tried again",
        );
      }
    }),
  );
  return rows.length;
}

/** Claims due rows, for jobs that work on several together. */
export function claimBatch<E extends Claimable & object>(
  deps: JobDependencies,
  entity: new () => E,
): Promise<E[]> {
  return claimDue(deps.database, deps.database.table(entity), deps.clock, {
    limit: batchSize,
    leaseMs: deps.leaseMs,
    leaseToken: deps.ids.next("Lease"),
  });
}
