import type { Database, UnitOfWork } from "../../database/database";
import { retryOptimistically } from "./optimistic-retry";

/**
 * Changes something in a unit of work: as it was read before, and as it is now where somebody else was faster.
 * `clashed`: see `retryOptimistically`.
 */
export function writeOptimistically<T>(
  database: Database,
  seen: T,
  readAgain: () => Promise<T>,
  change: (unit: UnitOfWork, current: T, clashed: boolean) => Promise<void> | void,
): Promise<void> {
  return retryOptimistically(async (round, clashed) => {
    const current = round === 1 ? seen : await readAgain();
    await database.write((unit) => change(unit, current, clashed));
  });
}
