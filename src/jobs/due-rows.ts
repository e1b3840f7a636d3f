import type { Logger } from "pino";
import {
  type Claimable,
  type Claimed,
  claimDue,
  releaseClaim,
  type Waiting,
} from "../database/claim";
import type { Database } from "../database/database";
import type { Clock } from "../domain/clock";
import type { IdFactory } from "../domain/ids";
import { inWork } from "../logging/work";
import type { Job } from "./job-loop";
import { Places } from "./places";

export interface JobDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly logger: Logger;
  /** How long a claim keeps others off. */
  readonly leaseMs: number;
}

/** A table's due rows, and what is to be done about them. */
export interface DueRows<E> {
  readonly name: string;
  readonly entity: new () => E;
  /** SQL over the table's columns: whom work on a row may have to wait for. */
  readonly waitsFor: Waiting;
  /** See `ClaimOptions`. */
  readonly countsDeaths?: boolean;
  /** Which of the rows are worked on together; absent: each by itself. */
  readonly together?: (rows: readonly E[]) => readonly (readonly E[])[];
  readonly work: (rows: readonly [E, ...E[]]) => Promise<void>;
}

/** Rows that a process works on at once for one provider. */
const placesOfProvider = 20;
/** Rows that are claimed at once. */
const claimLimit = 20;

/**
 * A job that takes up due rows as places become free, and works on them side by side: one that waits for a provider
 * keeps nobody waiting but those of its own account. A row whose work fails is logged and left to its lease, so that
 * one bad row stops nobody else's.
 */
export class DueRowsJob<E extends Claimable & object> implements Job {
  readonly #places = new Places(placesOfProvider);
  /** By the row's id. */
  readonly #underWay = new Map<
    string,
    { readonly waiting: Waiting; readonly work: Promise<void> }
  >();
  #mayBeMore = false;

  constructor(
    private readonly deps: JobDependencies,
    private readonly rows: DueRows<E>,
  ) {}

  get name(): string {
    return this.rows.name;
  }

  /** Begins to work on what is due, as far as there are places. `wake`: called when it should look again. */
  async runOnce(wake: () => void): Promise<boolean> {
    const { rows, more } = await this.#claim();
    this.#mayBeMore = more;
    const waitingOf = new Map<string, Waiting>(rows.map((claimed) => [claimed.row.id, claimed]));
    for (const group of this.#groupsOf(rows.map(({ row }) => row))) {
      const work = this.#workOn(group).then(() => {
        for (const { id } of group) this.#end(id);
        if (this.#mayBeMore) wake();
      });
      for (const { id } of group) this.#begin(id, waitingOf.get(id), work);
    }
    return rows.length > 0;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ work }) => work));
  }

  #begin(id: string, waiting: Waiting | undefined, work: Promise<void>): void {
    if (waiting === undefined) return;
    this.#places.take(waiting);
    this.#underWay.set(id, { waiting, work });
  }

  #end(id: string): void {
    const ended = this.#underWay.get(id);
    if (ended !== undefined) this.#places.leave(ended.waiting);
    this.#underWay.delete(id);
  }

  #claim(): Promise<Claimed<E>> {
    const { database, clock, ids, leaseMs } = this.deps;
    return claimDue(database, database.table(this.rows.entity), clock, {
      limit: claimLimit,
      leaseMs,
      leaseToken: ids.next("Lease"),
      countsDeaths: this.rows.countsDeaths ?? false,
      choice: {
        sql: this.rows.waitsFor,
        without: this.#places.full,
        among: (candidates) => {
          const places = this.#places.copy();
          // One that takes longer than its lease is left to others.
          return candidates.filter(
            (candidate) => !this.#underWay.has(candidate.id) && places.take(candidate),
          );
        },
      },
    });
  }

  #groupsOf(rows: readonly E[]): readonly (readonly E[])[] {
    return this.rows.together?.(rows) ?? rows.map((row) => [row]);
  }

  async #workOn([first, ...others]: readonly E[]): Promise<void> {
    if (first === undefined) return;
    const { database, logger } = this.deps;
    const { entity, work } = this.rows;
    try {
      await inWork({ subjectId: first.id }, () => work([first, ...others]));
      const table = database.table(entity);
      await database.write((unit) => {
        for (const row of [first, ...others]) unit.change(releaseClaim(table, row));
      });
    } catch (fault) {
      logger.error(
        { err: fault, id: first.id },
        "work on a due row failed; it will be tried again",
      );
    }
  }
}
