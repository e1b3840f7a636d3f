import { StaleWriteError, UniqueViolationError } from "../../database/database";

/** Rounds of "somebody changed it meanwhile, read again" before it counts as a fault. */
const rounds = 20;

/**
 * Writes what compares itself with what was read, again where somebody else was faster. `write` is told the round:
 * from the second one on, what was read before is out of date. `clashed`: an earlier round met another row with what
 * has to be unique.
 */
export async function retryOptimistically<T>(
  write: (round: number, clashed: boolean) => Promise<T>,
): Promise<T> {
  let clashed = false;
  for (let round = 1; ; round++) {
    try {
      return await write(round, clashed);
    } catch (fault) {
      const raced = fault instanceof StaleWriteError || fault instanceof UniqueViolationError;
      if (!raced || round === rounds) throw fault;
      clashed ||= fault instanceof UniqueViolationError;
    }
  }
}
