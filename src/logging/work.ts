import { AsyncLocalStorage } from "node:async_hooks";

/** What every log line tells of the work that it was written in. */
export interface WorkFacts {
  /** The request or socket that asked for it. */
  requestId?: string;
  /** The job that took it up. */
  job?: string;
  /** The operation's id, which is the idempotency key at the provider. */
  operationId?: string;
  /** The payment, refund, order, payout, transfer, account or delivery that it is about. */
  subjectId?: string;
  sellerId?: string;
  /** The name that the client gave its GraphQL operation, cut at 64 characters. */
  operationName?: string;
  /** The code of the last error or userError. */
  errorCode?: string;
}

const current = new AsyncLocalStorage<WorkFacts>();

/** Runs work whose log lines tell these facts, beside those of the work around it. */
export function inWork<T>(facts: WorkFacts, work: () => T): T {
  return current.run({ ...current.getStore(), ...facts }, work);
}

/** Runs the outermost work. What is found out on the way is added to `facts` itself, for a line at the end. */
export function beginWork<T>(facts: WorkFacts, work: () => T): T {
  return current.run(facts, work);
}

/** Adds what has just been found out to the work under way. */
export function tellOfWork(facts: WorkFacts): void {
  const around = current.getStore();
  if (around !== undefined) Object.assign(around, facts);
}

/** The facts of the work under way; empty outside of any. */
export function workFacts(): Readonly<WorkFacts> {
  return current.getStore() ?? {};
}
