import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { sameWork } from "../logging/work";
import { StaleWriteError, UniqueViolationError, type UnitOfWork } from "./database";
import { sqlitePragmas } from "./sqlite-pragmas";
import type { Row, SqlValue, Statement } from "./statement";

/** Units that share one commit at most; a longer queue waits for the next one. */
const groupSize = 64;
/** Groups that the thread has at once at most. */
const groupsOnTheWay = 2;
/** How long one unit may hold the lane. */
const unitLimitMs = 10_000;

/** What the writing thread is asked to do next, within one transaction. */
interface Step {
  /** Statements of the group's units, in order. `undo` takes back what the unit has written. */
  readonly parts: readonly Part[];
  readonly read?: Read;
  readonly commit: boolean;
}

interface Part {
  readonly unit: number;
  readonly statements: readonly Statement[];
  readonly undo?: boolean;
}

interface Read {
  readonly unit: number;
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/**
 * A step as it travels: JSON text, in which a statement names its SQL by a number. Cloning the objects
 * themselves takes twice the time, both sides together.
 */
export interface WireStep {
  /** SQL that the thread does not know yet; it gets the next numbers. */
  readonly texts: readonly string[];
  readonly parts: readonly {
    readonly unit: number;
    readonly statements: readonly WireStatement[];
    readonly undo?: boolean | undefined;
  }[];
  readonly read?: { readonly unit: number; readonly statement: WireStatement } | undefined;
  readonly commit: boolean;
}

/** Number of its text, values, and what it must come to: so many rows, or -1 for a query that finds nothing. */
export type WireStatement = readonly [
  text: number,
  values: readonly (string | number | null)[],
  expected?: number,
];

export interface StepAnswer {
  /** Units that were undone. */
  readonly faults: readonly UnitFault[];
  rows?: Row[];
  /** The transaction was rolled back, with everything in it. */
  readonly groupFault?: UnitFault;
}

export interface UnitFault {
  readonly unit: number;
  readonly kind: "stale" | "unique" | "other";
  readonly message: string;
}

interface Job {
  /** A promise only where the unit reads: most have ended when they return, and need not be waited for. */
  readonly run: (unit: UnitOfWork) => Promise<void> | undefined;
  readonly settle: (fault?: unknown) => void;
  readonly callbacks: (() => void)[];
  /** The lane drains in the work of whoever came first; each unit belongs to the work that it was asked for in. */
  readonly inItsWork: ReturnType<typeof sameWork>;
}

/**
 * The one way to write to the SQLite file: a first-in-first-out lane in front of a thread that holds the
 * writing connection. The units that wait at the same moment share one `BEGIN IMMEDIATE … COMMIT`: one disk
 * flush serves them all, and a fault undoes only its own unit. A unit's changes travel when it ends, or with
 * its next read.
 */
export class SqliteLane {
  readonly #writer: Writer;
  #queue: Job[] = [];
  #draining: Promise<void> | undefined;
  /** Groups that the thread has not answered yet. */
  readonly #onTheWay = new Set<Promise<void>>();
  #unitBegan = 0;
  #abortUnit: ((fault: Error) => void) | undefined;
  readonly #watchdog = setInterval(() => this.#endStuckUnit(), 1_000).unref();

  private constructor(writer: Writer) {
    this.#writer = writer;
  }

  static async open(file: string): Promise<SqliteLane> {
    return new SqliteLane(await Writer.start(file));
  }

  write<T>(work: (unit: UnitOfWork) => Promise<T> | T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T | Promise<T>;
      const inItsWork = sameWork();
      this.#queue.push({
        callbacks: [],
        inItsWork,
        run: (unit) => {
          result = inItsWork(() => work(unit));
          return result instanceof Promise ? result.then(() => {}) : undefined;
        },
        settle: (fault) => (fault === undefined ? resolve(result) : reject(fault)),
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what is queued. */
  async settle(): Promise<void> {
    await this.#draining;
    await Promise.all(this.#onTheWay);
  }

  /** Ends after what is queued. */
  async close(): Promise<void> {
    await this.settle();
    clearInterval(this.#watchdog);
    await this.#writer.close();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Lets everyone who is ready in this turn of the event loop into the group.
      await setImmediate();
      // So that neither thread waits for the other.
      while (this.#onTheWay.size >= groupsOnTheWay) await Promise.race(this.#onTheWay);
      const { settled } = await this.#hand(this.#queue.splice(0, groupSize));
      this.#onTheWay.add(settled);
      void settled.then(() => this.#onTheWay.delete(settled));
    }
    this.#draining = undefined;
    this.#abortUnit = undefined;
  }

  /** Runs the units and hands them over. They are settled when the thread has answered. */
  async #hand(jobs: readonly Job[]): Promise<{ settled: Promise<void> }> {
    const group = new Group(this.#writer);
    const faults = new Map<Job, unknown>();
    for (const [index, job] of jobs.entries()) {
      const unit = new SqliteUnit(group, index, job.callbacks);
      try {
        const running = job.run(unit);
        if (running !== undefined) await this.#endsInTime(running);
        unit.finish();
      } catch (fault) {
        unit.undo();
        faults.set(job, fault ?? new Error("the unit of work failed"));
      }
    }
    const settled = group.commit().then(() => {
      for (const [index, job] of jobs.entries()) {
        const fault = faults.get(job) ?? group.faultOf(index);
        if (fault === undefined) for (const callback of job.callbacks) job.inItsWork(callback);
        job.settle(fault);
      }
    });
    return { settled };
  }

  /** Nothing but the database is awaited in a unit, so one that takes long waits for what waits for it. */
  #endsInTime(running: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#unitBegan = Date.now();
      this.#abortUnit = reject;
      running.then(resolve, reject);
    });
  }

  #endStuckUnit(): void {
    if (Date.now() - this.#unitBegan < unitLimitMs) return;
    this.#abortUnit?.(
      new Error("a unit of work waited for something else than the database; pass the unit along"),
    );
  }
}

/** The units of one transaction, on their way to the writing thread. */
class Group {
  #parts: Part[] = [];
  #isBegun = false;
  #groupFault: Error | undefined;
  readonly #faults = new Map<number, Error>();

  constructor(private readonly writer: Writer) {}

  add(part: Part): void {
    this.#parts.push(part);
  }

  async read(unit: number, sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    const { rows } = await this.#send({ read: { unit, sql, values }, commit: false });
    const fault = this.faultOf(unit);
    if (fault !== undefined) throw fault;
    return rows ?? [];
  }

  async commit(): Promise<void> {
    if (this.#isBegun || this.#parts.length > 0) await this.#send({ commit: true });
  }

  /** Why the unit's changes are not there. */
  faultOf(unit: number): Error | undefined {
    return this.#groupFault ?? this.#faults.get(unit);
  }

  async #send(step: Omit<Step, "parts">): Promise<StepAnswer> {
    if (this.#groupFault !== undefined) return { faults: [] };
    const parts = this.#parts;
    this.#parts = [];
    this.#isBegun = true;
    try {
      const answer = await this.writer.step({ parts, ...step });
      for (const fault of answer.faults) this.#faults.set(fault.unit, toError(fault));
      if (answer.groupFault !== undefined) this.#groupFault = toError(answer.groupFault);
      return answer;
    } catch (fault) {
      this.#groupFault = fault instanceof Error ? fault : new Error(String(fault));
      return { faults: [] };
    }
  }
}

class SqliteUnit implements UnitOfWork {
  #open = true;
  #changes: Statement[] = [];
  #isSent = false;

  constructor(
    private readonly group: Group,
    private readonly index: number,
    private readonly callbacks: (() => void)[],
  ) {}

  change(statement: Statement): void {
    this.#assertOpen();
    this.#changes.push(statement);
  }

  read(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    this.#assertOpen();
    this.#hand();
    return this.group.read(this.index, sql, values);
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** Hands over what is left. */
  finish(): void {
    this.#open = false;
    this.#hand();
  }

  undo(): void {
    this.#open = false;
    if (this.#isSent) this.group.add({ unit: this.index, statements: [], undo: true });
  }

  #hand(): void {
    if (this.#changes.length === 0) return;
    this.group.add({ unit: this.index, statements: this.#changes });
    this.#changes = [];
    this.#isSent = true;
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error("this unit of work has ended; an await is missing");
  }
}

/** The writing thread. Answers come in the order of the steps. */
class Writer {
  /** Numbers of all that was sent so far. Texts with values of their own would fill it; ours are few. */
  readonly #texts = new Map<string, number>();
  readonly #waiting: { resolve(answer: StepAnswer): void; reject(fault: Error): void }[] = [];
  readonly #ended: Promise<void>;
  #fault: Error | undefined;

  private constructor(private readonly worker: Worker) {
    worker.on("message", (answer: StepAnswer) => this.#waiting.shift()?.resolve(answer));
    worker.on("error", (fault) => this.#fail(fault));
    this.#ended = new Promise((ended) => {
      worker.on("exit", () => {
        this.#fail(new Error("the thread that writes to the SQLite file has ended"));
        ended();
      });
    });
  }

  static async start(file: string): Promise<Writer> {
    const worker = new Worker(join(__dirname, "sqlite-writer.js"), {
      workerData: { file, pragmas: sqlitePragmas },
    });
    await new Promise((ready, failed) => {
      worker.once("message", ready);
      worker.once("error", failed);
    });
    return new Writer(worker);
  }

  step(step: Step): Promise<StepAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== undefined) return reject(this.#fault);
      const text = JSON.stringify(this.#encode(step));
      this.#waiting.push({ resolve, reject });
      this.worker.postMessage(text);
    });
  }

  async close(): Promise<void> {
    if (this.#fault === undefined) this.worker.postMessage("close");
    await this.#ended;
  }

  #encode({ parts, read, commit }: Step): WireStep {
    const texts: string[] = [];
    return {
      parts: parts.map(({ unit, statements, undo }) => ({
        unit,
        statements: statements.map((statement) => this.#encodeStatement(statement, texts)),
        undo,
      })),
      read: read && { unit: read.unit, statement: this.#encodeStatement(read, texts) },
      commit,
      texts,
    };
  }

  #encodeStatement(statement: Statement, texts: string[]): WireStatement {
    const { sql, values, expectRows, expectNone } = statement;
    let text = this.#texts.get(sql);
    if (text === undefined) {
      text = this.#texts.size;
      this.#texts.set(sql, text);
      texts.push(sql);
    }
    // JSON knows no bigint; ours are all small enough (see `maxMinor`).
    const plain = values.map((value) => (typeof value === "bigint" ? Number(value) : value));
    const count = expectNone ? -1 : expectRows;
    return count === undefined ? [text, plain] : [text, plain, count];
  }

  #fail(fault: Error): void {
    this.#fault ??= fault;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
  }
}

function toError({ kind, message }: UnitFault): Error {
  switch (kind) {
    case "stale":
      return new StaleWriteError(message);
    case "unique":
      return new UniqueViolationError(message);
    case "other":
      return new Error(message);
  }
}
