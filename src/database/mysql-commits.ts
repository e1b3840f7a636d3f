import { setImmediate } from "node:timers/promises";
import type { Pool } from "mysql2";
import { connect, query, rollback } from "./mysql-connection";
import { jointTexts } from "./mysql-joint";
import { lockWait, servingLimits } from "./mysql-session";
import { textsOf } from "./mysql-text";
import type { Statement } from "./statement";

/** Units that share one commit at most; a longer queue waits for the next one. */
const groupSize = 64;
/** Somebody else may hold a row, or a table, that one of the units needs: then each waits for itself. */
const groupLockWait = lockWait(2);

/** For whoever waits for itself: a connection keeps what a group before has set. */
export const usualLockWait = lockWait(servingLimits.lockWaitSeconds);

/** Faults that a unit has by itself: a row that is there already, or an assertion that does not hold. */
const ownFaults: ReadonlySet<string> = new Set(["ER_DUP_ENTRY", "ER_DATA_OUT_OF_RANGE"]);

interface Waiting {
  readonly statements: readonly Statement[];
  resolve(): void;
  reject(fault: unknown): void;
}

/**
 * Commits units that need no reads. Those that wait at the same moment share one transaction, which travels
 * as one text: one round trip and one disk flush serve them all, and units of the same kind share their
 * statements. One group is on its way at a time: all payments of a seller take turns at one row, so that a second
 * group would mostly wait for the first, or deadlock with it. When a group fails, each of its units is committed
 * by itself.
 */
export class MysqlCommits {
  #queue: Waiting[] = [];
  #isDraining = false;

  constructor(private readonly pool: Pool) {}

  /** Throws the driver's fault when nothing was committed, or nothing is known of it. */
  commit(statements: readonly Statement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, resolve, reject });
      if (!this.#isDraining) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#queue.length > 0) {
      // Lets everyone who is ready in this turn of the event loop into the group.
      await setImmediate();
      const group = this.#queue.splice(0, groupSize);
      const fault = await this.#commitTogether(group);
      if (fault !== undefined) void this.#commitEach(group, fault);
    }
    this.#isDraining = false;
  }

  /** Answers the fault for which nothing was committed. */
  async #commitTogether(group: readonly Waiting[]): Promise<unknown> {
    try {
      await this.#run([groupLockWait, ...jointTexts(group.map(({ statements }) => statements))]);
    } catch (fault) {
      return fault;
    }
    for (const { resolve } of group) resolve();
    return undefined;
  }

  async #commitEach(group: readonly Waiting[], fault: unknown): Promise<void> {
    // One after the other they see what the ones before them did, as in the group. Where somebody else holds a
    // row, none should wait for the one that needs it.
    const isOfAUnit = ownFaults.has((fault as { code?: string }).code ?? "");
    for (const one of group) {
      const done = this.#commitAlone(one);
      if (isOfAUnit) await done;
    }
  }

  async #commitAlone({ statements, resolve, reject }: Waiting): Promise<void> {
    try {
      await this.#run([usualLockWait, ...statements.flatMap(textsOf)]);
    } catch (fault) {
      return reject(fault);
    }
    resolve();
  }

  async #run(texts: readonly string[]): Promise<void> {
    const connection = await connect(this.pool);
    try {
      await query(connection, ["START TRANSACTION", ...texts, "COMMIT"].join(";"));
    } catch (fault) {
      await rollback(connection);
      throw fault;
    } finally {
      connection.release();
    }
  }
}
