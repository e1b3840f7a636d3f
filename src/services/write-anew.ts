import {
  type Database,
  StaleWriteError,
  UniqueViolationError,
  type UnitOfWork,
} from "../database/database";

/** Rounds of "somebody changed it meanwhile" before it counts as a fault. */
const rounds = 20;

/** Changes something in a unit of work: as it was read before, and as it is now where somebody else was faster. */
export async function writeAnew<T>(
  database: Database,
  seen: T,
  readAgain: () => Promise<T>,
  change: (unit: UnitOfWork, current: T) => Promise<void> | void,
): Promise<void> {
  let current = seen;
  for (let round = 1; ; round++) {
    try {
      await database.write((unit) => change(unit, current));
      return;
    } catch (fault) {
      const raced = fault instanceof StaleWriteError || fault instanceof UniqueViolationError;
      if (!raced || round === rounds) throw fault;
      current = await readAgain();
    }
  }
}
