import { StaleWriteError, UniqueViolationError } from "../database/database";

/** Rounds of "somebody changed it meanwhile, read again" before it counts as a fault. */
const rounds = 20;

/**
 * Writes what compares itself with what was read, again where somebody else was faster. `write` is told the round:
 * from the second one on, what was read before is out of date.
 */
export async function untilUncontested<T>(write: (round: number) => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await write(round);
    } catch (fault) {
      const raced = fault instanceof StaleWriteError || fault instanceof UniqueViolationError;
      if (!raced || round === rounds) throw fault;
    }
  }
}
