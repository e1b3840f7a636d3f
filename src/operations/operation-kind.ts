import type { UnitOfWork } from "../database/database";
import type { UserErrorFact } from "../domain/errors";
import type { OperationId, SellerId } from "../domain/ids";
import type { OperationEntity } from "../entities/operation.entity";
import type { Outcome } from "../providers/provider";
import type { CommandForms } from "./command-form";

/** What an operation is going to do, decided and not yet written. */
export interface Intent<State, Command = Record<string, never>> {
  /** Null for what is the marketplace's own, or concerns several sellers at once. */
  readonly sellerId: SellerId | null;
  /** The payment, refund, order or test user that it makes or changes. */
  readonly subjectId: string;
  readonly state: State;
  /** What has to be known to send it again after a crash; sealed until the operation ends. */
  readonly command: Command;
  /** Writes the subject and its first event, in the unit that claims the key. */
  write(unit: UnitOfWork): void;
}

/** How an outcome left the operation. */
export type Settlement =
  | { readonly finished: true; readonly refusal: readonly UserErrorFact[] | null }
  | { readonly finished: false };

/**
 * One sort of effect at a provider, in the steps that the engine runs. Each step may run again after a
 * crash, on another process; only `send` talks to the provider with effect, always under the stored key.
 */
export interface OperationKind<Args, State, Value, Command = Record<string, never>> {
  /** The mutation's name; part of the claim. */
  readonly name: string;
  /**
   * Reads what is needed, checks the rules, decides. Changes nothing.
   * @throws Refusal when a rule forbids it.
   */
  plan(args: Args, operationId: OperationId): Promise<Intent<State, Command>>;
  /** How what `plan` gives as the command is stored, and read again. */
  readonly commandForms: CommandForms<Command>;
  /** The claim was lost to a rule that only the database could check (a reservation): says which. */
  explainConflict?(args: Args): Promise<UserErrorFact>;
  /**
   * The state as it is now, for an operation taken up again. `command` null: it cannot be opened any more, and the state
   * has to do for `lookUp` and `settle`. Nothing is sent then, unless there is `noCommand` to be known.
   */
  load(operation: OperationEntity, command: Command | null): Promise<State>;
  /** Asks the provider whether the effect is there already; null: it is not to be seen. */
  lookUp?(state: State): Promise<Outcome<Value | null>>;
  /**
   * How long after the claim a provider's "no" to a repeated sending is not yet believed: what searches by
   * reference may show late. Absent: believed at once.
   */
  readonly doubtMs?: number;
  /**
   * The provider knows no keys for this: what is taken up again is not sent again. Where it is not to be seen by
   * `lookUp`, or there is none, it is settled as unknown, also where the process died before it was sent.
   */
  readonly sendsOnce?: true;
  send(state: State, providerKey: string): Promise<Outcome<Value>>;
  /**
   * Writes what follows from the outcome. Compares versions: on `StaleWriteError` it runs again on a newly
   * loaded state. `clashed`: an earlier run met another row with what has to be unique, such as the provider's id.
   */
  settle(
    unit: UnitOfWork,
    state: State,
    outcome: Outcome<Value>,
    clashed: boolean,
  ): Settlement | Promise<Settlement>;
}
