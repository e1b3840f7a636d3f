import { setTimeout } from "node:timers/promises";
import type { AlertBook } from "../alerts/alert-book";
import { finishClaim } from "../database/claim";
import { type Database, StaleWriteError, UniqueViolationError } from "../database/database";
import type { Table } from "../database/table";
import type { AlertCode, AlertDraft } from "../domain/alerts";
import type { Clock } from "../domain/clock";
import { Refusal, refuse, type UserErrorFact } from "../domain/errors";
import type { IdFactory, MarketplaceId, OperationId } from "../domain/ids";
import { OperationEntity } from "../entities/operation.entity";
import { inWork, tellOfWork, type WorkFacts } from "../logging/work";
import type { Outcome } from "../providers/provider";
import type { KeyRing } from "../security/key-ring";
import { sealedPlace } from "../security/sealed-columns";
import { type CommandForms, noCommand, readCommand, writeCommand } from "./command-form";
import type { Failpoints } from "./failpoints";
import type { Intent, OperationKind, Settlement } from "./operation-kind";
import { provenByRepetition } from "./repetition";
import { requestHash } from "./request-hash";
import { nextCheckAt } from "./schedule";

/** How long a repeated request waits for the first one, before it is told to come back. */
const replayWaitMs = 2_500;
const replayPollMs = 50;
/** Rounds of "somebody changed it meanwhile, read again" before it counts as a fault. */
const settleRounds = 40;
/** Clashes with other rows before what was answered is not believed any more. */
const settleClashes = 3;

/** Who asks for an effect, and under which key. */
export interface Claimant {
  readonly marketplaceId: MarketplaceId;
  /** The owner of the key. */
  readonly caller: string;
  readonly idempotencyKey: string;
}

/** What became of a request. Its subject may be unfinished, and says so. */
export interface Performed<State> {
  readonly subjectId: string;
  readonly replayed: boolean;
  /** The state as settled, where this request settled it; else read the subject. */
  readonly state: State | undefined;
  /** Why the provider refused it; null when it was accepted or is still being found out. */
  readonly refusal: readonly UserErrorFact[] | null;
}

/** Starts operations of one kind. */
export interface Runner<Args, State> {
  /**
   * Runs an operation, or answers from an earlier run under the same key.
   * @throws Refusal by the rules of `plan`, or IDEMPOTENCY_KEY_REUSED, or IDEMPOTENCY_IN_PROGRESS.
   */
  perform(claimant: Claimant, args: Args): Promise<Performed<State>>;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly keyRing: KeyRing;
  readonly failpoints: Failpoints;
  readonly random: () => number;
  /** Told of what a person must look at. */
  readonly alerts: AlertBook;
  /**
   * While a request works on its operation, workers keep off. Must be longer than a provider call may take,
   * so that they only take up what was left behind.
   */
  readonly leaseMs: number;
}

/**
 * Carries out effects exactly once: claims the caller's key together with the intent, calls the provider
 * outside of any transaction under a key of our own, and writes the outcome. What is left unfinished (a
 * crash, a lost answer) is taken up by `resume`, which looks before it sends again.
 */
export class OperationEngine {
  readonly #operations: Table<OperationEntity>;
  /** By the name of the kind: carries an operation of that kind on. */
  readonly #kinds = new Map<string, (operation: OperationEntity) => Promise<void>>();

  constructor(private readonly deps: Dependencies) {
    this.#operations = deps.database.table(OperationEntity);
  }

  /** The one way to start operations of a kind: whatever is started here is also taken up here. */
  register<Args, State, Value, Command>(
    kind: OperationKind<Args, State, Value, Command>,
  ): Runner<Args, State> {
    if (this.#kinds.has(kind.name)) throw new Error(`two kinds of operation are ${kind.name}`);
    this.#kinds.set(kind.name, (operation) => this.#carryOn(kind, operation));
    return { perform: (claimant, args) => this.#perform(kind, claimant, args) };
  }

  async #perform<Args, State, Value, Command>(
    kind: OperationKind<Args, State, Value, Command>,
    claimant: Claimant,
    args: Args,
  ): Promise<Performed<State>> {
    const hash = requestHash(kind.name, args);
    const operationId = this.deps.ids.next("Operation");
    let intent: Intent<State, Command>;
    try {
      intent = await kind.plan(args, operationId);
    } catch (fault) {
      // A repeated request is answered even where the rules would now refuse it: what the first one wrote can
      // be what they refuse (its own payment is the near-identical one).
      const earlier = await this.#find(kind.name, claimant);
      if (earlier !== undefined) return this.#replay(earlier, hash);
      throw fault;
    }

    const operation = this.#draft(kind, operationId, claimant, hash, intent);
    this.deps.failpoints(kind.name, "before-claim");
    try {
      await this.deps.database.write((unit) => {
        unit.change(this.#operations.insert(operation));
        intent.write(unit);
      });
    } catch (fault) {
      const other = await this.#explainLostClaim(fault, kind, claimant, args, operation);
      if (other !== undefined) return this.#replay(other, hash);
    }
    this.deps.failpoints(kind.name, "after-claim");
    tellOfWork(factsOf(operation));

    const outcome = await kind.send(intent.state, operation.providerKey);
    this.deps.failpoints(kind.name, "after-send");
    const settled = await this.#settle(kind, operation, intent.state, outcome, (current) =>
      kind.load(current, intent.command),
    );
    this.deps.failpoints(kind.name, "after-settle");
    return { subjectId: operation.subjectId, replayed: false, ...settled };
  }

  /** Takes up an operation that was left unfinished. The caller holds its lease. */
  async resume(operation: OperationEntity): Promise<void> {
    const carryOn = this.#kinds.get(operation.name);
    await inWork(factsOf(operation), () =>
      carryOn === undefined
        ? this.#leave(operation, "no kind of operation has its name")
        : carryOn(operation),
    );
  }

  async #carryOn<Args, State, Value, Command>(
    kind: OperationKind<Args, State, Value, Command>,
    operation: OperationEntity,
  ): Promise<void> {
    const read = await this.#readCommand(kind, operation);
    if ("fault" in read) return this.#leave(operation, read.fault);
    const { command } = read;
    const load = (current: OperationEntity) => kind.load(current, command);
    const state = await load(operation);
    const maySend = command !== null || kind.commandForms === noCommand;
    const outcome = await this.#findOut(kind, operation, state, maySend);
    await this.#settle(kind, operation, state, outcome, load);
  }

  /**
   * Leaves alone an operation that this process does not understand: nothing is sent, and its subject stays as it is. The
   * schedule takes the operation up again, by then perhaps in a process of another release.
   */
  async #leave(operation: OperationEntity, reason: string): Promise<void> {
    const facts = { operation: operation.name, reason };
    await this.deps.database.write((unit) => {
      this.deps.alerts.raise(unit, alertOf(operation, "OPERATION_NOT_UNDERSTOOD", facts));
      unit.change(
        finishClaim(this.#operations, operation, { dueAt: this.#nextCheckOf(operation) }),
      );
    });
  }

  async #findOut<Args, State, Value, Command>(
    kind: OperationKind<Args, State, Value, Command>,
    operation: OperationEntity,
    state: State,
    maySend: boolean,
  ): Promise<Outcome<Value>> {
    if (kind.lookUp !== undefined) {
      const seen = await kind.lookUp(state);
      if (seen.kind === "accepted" && seen.value !== null) {
        return { kind: "accepted", value: seen.value };
      }
      // A look that failed proves nothing; sending again under the same key is safe, but not yet needed.
      if (seen.kind !== "accepted") return { kind: "unknown", reason: "the look-up had no answer" };
    }
    if (kind.sendsOnce === true) return { kind: "unknown", reason: "it is sent once only" };
    if (!maySend) return { kind: "unknown", reason: "what was asked for cannot be opened" };
    const outcome = await kind.send(state, operation.providerKey);
    const ageMs = this.deps.clock.now().getTime() - operation.createdAt.getTime();
    return provenByRepetition(outcome, ageMs < (kind.doubtMs ?? 0));
  }

  #draft<Args, State, Value, Command>(
    { name, commandForms }: OperationKind<Args, State, Value, Command>,
    id: OperationId,
    claimant: Claimant,
    hash: string,
    intent: Intent<State, Command>,
  ): OperationEntity {
    const now = this.deps.clock.now();
    return {
      id,
      marketplaceId: claimant.marketplaceId,
      sellerId: intent.sellerId,
      caller: claimant.caller,
      name,
      clientKey: claimant.idempotencyKey,
      requestHash: hash,
      state: "OPEN",
      subjectId: intent.subjectId,
      // One operation has one key at the provider; the id serves, being unique and stored before the call.
      providerKey: id,
      commandSealed: this.deps.keyRing.seal(
        writeCommand(commandForms, intent.command),
        sealedPlace("operation", "command_sealed", id),
      ),
      refusal: null,
      dueAt: new Date(now.getTime() + this.deps.leaseMs),
      attempts: 0,
      leaseToken: this.deps.ids.next("Lease"),
      createdAt: now,
      finishedAt: null,
    };
  }

  /** Claim and intent could not be written. Answers the other operation where the key is taken. */
  async #explainLostClaim<Args, State, Value, Command>(
    fault: unknown,
    kind: OperationKind<Args, State, Value, Command>,
    claimant: Claimant,
    args: Args,
    operation: OperationEntity,
  ): Promise<OperationEntity | undefined> {
    if (!(fault instanceof UniqueViolationError || fault instanceof StaleWriteError)) throw fault;
    const holder = await this.#find(kind.name, claimant);
    // Our own row: the commit had happened although its answer was lost.
    if (holder !== undefined) return holder.id === operation.id ? undefined : holder;
    if (kind.explainConflict !== undefined) throw new Refusal(await kind.explainConflict(args));
    throw fault;
  }

  async #settle<Args, State, Value, Command>(
    kind: OperationKind<Args, State, Value, Command>,
    operation: OperationEntity,
    firstState: State,
    answered: Outcome<Value>,
    load: (current: OperationEntity) => Promise<State>,
  ): Promise<Pick<Performed<State>, "state" | "refusal">> {
    let state = firstState;
    let outcome = answered;
    let clashes = 0;
    for (let round = 1; ; round++) {
      let hasRun = false;
      try {
        return await this.deps.database.write((unit) => {
          // A unit that could not be committed is run again. What its first run has made of the state does not
          // stand: the second one would find nothing left to write, and end the operation without it.
          if (hasRun) throw new StaleWriteError("it runs again, on a state that is not stored");
          hasRun = true;
          const end = (settlement: Settlement) => {
            unit.change(this.#end(operation, settlement));
            return { state, refusal: settlement.finished ? settlement.refusal : null };
          };
          const settlement = kind.settle(unit, state, outcome, clashes > 0);
          return settlement instanceof Promise ? settlement.then(end) : end(settlement);
        });
      } catch (fault) {
        if (!(fault instanceof StaleWriteError || fault instanceof UniqueViolationError))
          throw fault;
        const current = await this.#byId(operation.id);
        if (current.state === "FINISHED") return { state: undefined, refusal: current.refusal };
        // A worker took it over while we waited for the provider: it will come to the same end.
        if (current.leaseToken !== operation.leaseToken) return { state: undefined, refusal: null };
        if (round === settleRounds) throw fault;
        if (fault instanceof UniqueViolationError && ++clashes === settleClashes) {
          const reason = "what was answered is already another's";
          const facts = { operation: kind.name };
          await this.deps.alerts.raiseNow(alertOf(operation, "OPERATION_CLASHES", facts));
          outcome = { kind: "unknown", reason };
        }
        await setTimeout(this.deps.random() * 2 * round);
        state = await load(current);
      }
    }
  }

  /** Ends the lease, and the operation with it when its outcome is definite. */
  #end(operation: OperationEntity, settlement: Settlement) {
    const changes: Partial<OperationEntity> = settlement.finished
      ? {
          state: "FINISHED",
          refusal: settlement.refusal === null ? null : [...settlement.refusal],
          commandSealed: null,
          dueAt: null,
          finishedAt: this.deps.clock.now(),
        }
      : {
          state: "UNKNOWN",
          dueAt: this.#nextCheckOf(operation),
          leaseToken: null,
        };
    return this.#operations.update(
      changes,
      { id: operation.id, leaseToken: operation.leaseToken },
      1,
    );
  }

  #nextCheckOf({ attempts }: OperationEntity): Date {
    return nextCheckAt(this.deps.clock.now(), attempts, this.deps.random);
  }

  async #replay(operation: OperationEntity, hash: string): Promise<Performed<never>> {
    tellOfWork(factsOf(operation));
    if (operation.requestHash !== hash) {
      throw refuse(
        "IDEMPOTENCY_KEY_REUSED",
        "this idempotency key belongs to a request with other arguments; use a new key for a new intent",
        ["input", "idempotencyKey"],
      );
    }
    const deadline = performance.now() + replayWaitMs;
    let current = operation;
    while (current.state === "OPEN" && performance.now() < deadline) {
      await setTimeout(replayPollMs);
      current = await this.#byId(operation.id);
    }
    if (current.state === "OPEN") {
      throw refuse(
        "IDEMPOTENCY_IN_PROGRESS",
        "the first request with this idempotency key has not ended, or broke off and is being found out; repeat it with the same key",
        ["input", "idempotencyKey"],
      );
    }
    const { subjectId, refusal } = current;
    return { subjectId, replayed: true, state: undefined, refusal };
  }

  async #find(name: string, claimant: Claimant): Promise<OperationEntity | undefined> {
    const [found] = await this.#operations.findBy(this.deps.database, {
      caller: claimant.caller,
      name,
      clientKey: claimant.idempotencyKey,
    });
    return found;
  }

  async #byId(id: OperationId): Promise<OperationEntity> {
    return this.#operations.byId(this.deps.database, id);
  }

  /** Null where the command cannot be opened: it was sealed with a key that is lost, or never was ours. */
  async #readCommand<Command>(
    { commandForms }: { readonly commandForms: CommandForms<Command> },
    operation: OperationEntity,
  ): Promise<{ readonly command: Command | null } | { readonly fault: string }> {
    const { id, commandSealed } = operation;
    if (commandSealed === null) return { fault: "it has no command" };
    let text: string;
    try {
      text = this.deps.keyRing.open(commandSealed, sealedPlace("operation", "command_sealed", id));
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      const facts = { operationId: id, reason };
      await this.deps.alerts.raiseNow(alertOf(operation, "OPERATION_SEALED", facts));
      return { command: null };
    }
    return readCommand(commandForms, text);
  }
}

function alertOf(
  { id, marketplaceId, sellerId }: OperationEntity,
  code: AlertCode,
  facts: AlertDraft["facts"],
): AlertDraft {
  return { code, subject: { kind: "Operation", id }, marketplaceId, sellerId, facts };
}

/** What the log tells of an operation. */
function factsOf({ id, subjectId, sellerId }: OperationEntity): WorkFacts {
  return { operationId: id, subjectId, ...(sellerId === null ? {} : { sellerId }) };
}
