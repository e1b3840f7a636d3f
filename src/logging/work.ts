import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "../domain/actor";
import type { EventType } from "../domain/events";
import type { NotAppliedWord } from "../domain/webhook-delivery";

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

/** A change that work has made, by its event. */
export interface MadeChange {
  readonly subjectId: string;
  readonly subjectVersion: number;
  readonly type: EventType;
  readonly fromStatus: string | null;
  readonly toStatus: string | null;
}

/** Something shown by a provider that changes nothing. */
export interface LeftChange {
  readonly subjectId: string;
  readonly verdict: NotAppliedWord;
  readonly reason: string;
}

/** What work has led to. A unit that runs twice makes the same change under the same key. */
export interface Gathered {
  readonly changes: Map<string, MadeChange>;
  readonly left: Map<string, LeftChange>;
}

/** Work under way. */
interface Work {
  readonly facts: WorkFacts;
  /** Undefined in a request that nobody has been authenticated for. */
  actor: Actor | undefined;
  /** The changes are this actor's, whoever has told of them. */
  readonly isActorFixed?: boolean;
  /** Where somebody asks what comes of the work. */
  readonly gathered?: Gathered;
  /** Nothing of it is written: see `database/dry-runs.ts`. */
  readonly isDryRun?: boolean;
}

const current = new AsyncLocalStorage<Work>();

/** Runs work whose log lines tell these facts, beside those of the work around it. */
export function inWork<T>(facts: WorkFacts, work: () => T): T {
  const around = current.getStore();
  return current.run(
    { ...around, facts: { ...around?.facts, ...facts }, actor: around?.actor },
    work,
  );
}

/**
 * Runs the outermost work. What is found out on the way is added to `facts` itself, for a line at the end. `actor`:
 * who makes the changes in it; "CALLER" where that is told once somebody has been authenticated, by `nameActor`.
 */
export function beginWork<T>(facts: WorkFacts, actor: Actor | "CALLER", work: () => T): T {
  return current.run({ facts, actor: actor === "CALLER" ? undefined : actor }, work);
}

/** Adds what has just been found out to the work under way. */
export function tellOfWork(facts: WorkFacts): void {
  const around = current.getStore();
  if (around !== undefined) Object.assign(around.facts, facts);
}

/** The facts of the work under way; empty outside of any. */
export function workFacts(): Readonly<WorkFacts> {
  return current.getStore()?.facts ?? {};
}

/** Says who makes the changes in the work under way. */
export function nameActor(actor: Actor): void {
  const around = current.getStore();
  if (around !== undefined) around.actor = actor;
}

/** Runs work in which somebody else makes the changes than in the work around it. */
export function actAs<T>(actor: Actor, work: () => T): T {
  const around = current.getStore();
  if (around?.isActorFixed === true) return work();
  return current.run({ ...around, facts: around?.facts ?? {}, actor }, work);
}

/** Runs work whose changes are all made by whoever acts now: `actAs` within it changes nothing. */
export function actAlone<T>(work: () => T): T {
  return current.run(
    { facts: {}, ...current.getStore(), actor: actorOfWork(), isActorFixed: true },
    work,
  );
}

/** Runs work, and answers what it has led to beside its own answer; or what it would lead to, and nothing is written. */
export async function gather<T>(
  { isDryRun }: { readonly isDryRun: boolean },
  work: () => Promise<T>,
): Promise<{ readonly answer: T; readonly gathered: Gathered }> {
  const around = current.getStore();
  const gathered: Gathered = { changes: new Map(), left: new Map() };
  const within = { facts: {}, actor: undefined, ...around, gathered, isDryRun };
  return { answer: await current.run(within, work), gathered };
}

/** What the work under way has led to so far; undefined where nobody asks. */
export function gatheredInWork(): Gathered | undefined {
  return current.getStore()?.gathered;
}

/** Whether the work under way is only tried: what it writes is undone, and nobody outside may be told of it. */
export function isDryRun(): boolean {
  return current.getStore()?.isDryRun === true;
}

/**
 * Who makes the changes in the work under way.
 * @throws Error where nobody was named: a change that nobody makes is not written.
 */
export function actorOfWork(): Actor {
  const actor = current.getStore()?.actor;
  if (actor === undefined) throw new Error("nobody is named who makes this change: see beginWork");
  return actor;
}

/** Runs functions later, and by others, as part of the work that is under way now. */
export function sameWork(): <T>(work: () => T) => T {
  const work = current.getStore();
  return work === undefined ? (run) => run() : (run) => current.run(work, run);
}
