import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  Kind,
  visit,
} from "graphql";
import type { ServerContext } from "../dependencies";

/** What an answer is to a subscriber; its errors are already in the form that clients see. */
export type EventStream = AsyncGenerator<FormattedExecutionResult, void, void>;

/** Turns an answer with raw errors into one for clients. */
export type PresentResult = (result: ExecutionResult) => FormattedExecutionResult;

interface SharedExecutionOptions {
  /** Told for each event and subscriber. */
  readonly onEvent?: (kind: "executed" | "shared") => void;
  readonly onSubscribers?: (change: 1 | -1) => void;
  readonly now?: () => number;
}

/** Subscribers whose answers to an event are equal. */
interface Group {
  readonly key: string;
  subscribers: number;
}

interface EventAnswers {
  readonly since: number;
  readonly byGroup: Map<Group, Promise<FormattedExecutionResult>>;
}

/**
 * How long an answer is given to further subscribers. Longer than a fan-out takes; short, because an
 * event can come again much later, from a resumed stream, when what it shows has changed.
 */
const reuseMs = 2_000;

/**
 * Subscriptions whose events are executed once for all subscribers with the same document, variables and
 * view, instead of once for each. An event is recognised by the identity of its object: the event feed
 * hands the same one to all subscribers of a stream. An object that only one subscriber has, such as a
 * first snapshot, is thereby executed for that one.
 *
 * The field's own resolver must not read the argument `after`: subscribers that joined at different
 * places share their answers.
 */
export class SharedExecution {
  readonly #groups = new Map<string, Group>();
  readonly #answers = new WeakMap<object, EventAnswers>();
  readonly #recent: EventAnswers[] = [];
  readonly #now: () => number;

  constructor(private readonly options: SharedExecutionOptions = {}) {
    // Not the time of day: were that set back, answers would be kept, and given out, until it is as late again.
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Like graphql's `subscribe`, but answers the errors alone where the subscription was refused. `present` must depend
   * on nothing that differs within a `shareKey`.
   */
  async subscribe(
    args: ExecutionArgs & { readonly contextValue: ServerContext },
    present: PresentResult,
  ): Promise<EventStream | readonly GraphQLError[]> {
    const source = await createSourceEventStream(args);
    if (!isAsyncIterable(source)) return source.errors ?? [];

    const group = this.#join(groupKeyOf(args));
    return mapStream(
      source,
      (event) => this.#answer(event, group, args, present),
      () => this.#leave(group),
    );
  }

  #answer(
    event: unknown,
    group: Group,
    args: ExecutionArgs & { readonly contextValue: ServerContext },
    present: PresentResult,
  ): Promise<FormattedExecutionResult> {
    const answers =
      typeof event === "object" && event !== null ? this.#answersTo(event) : undefined;
    const known = answers?.byGroup.get(group);
    this.options.onEvent?.(known === undefined ? "executed" : "shared");
    if (known !== undefined) return known;

    const result = run(event, args, present);
    answers?.byGroup.set(group, result);
    return result;
  }

  #answersTo(event: object): EventAnswers {
    const now = this.#now();
    const known = this.#answers.get(event);
    if (known !== undefined && now - known.since < reuseMs) return known;

    // The feed keeps its latest events for those who resume; their answers need not stay with them.
    for (let oldest = this.#recent[0]; oldest !== undefined; oldest = this.#recent[0]) {
      if (now - oldest.since < reuseMs) break;
      oldest.byGroup.clear();
      this.#recent.shift();
    }
    const answers = { since: now, byGroup: new Map() };
    this.#answers.set(event, answers);
    this.#recent.push(answers);
    return answers;
  }

  #join(key: string): Group {
    const group = this.#groups.get(key) ?? { key, subscribers: 0 };
    group.subscribers++;
    this.options.onSubscribers?.(1);
    this.#groups.set(key, group);
    return group;
  }

  #leave(group: Group): void {
    group.subscribers--;
    this.options.onSubscribers?.(-1);
    if (group.subscribers === 0) this.#groups.delete(group.key);
  }
}

/** Never rejects: one bad event ends nobody's subscription. */
async function run(
  event: unknown,
  args: ExecutionArgs & { readonly contextValue: ServerContext },
  present: PresentResult,
): Promise<FormattedExecutionResult> {
  try {
    const contextValue = args.contextValue.forEvent();
    return present(await execute({ ...args, rootValue: event, contextValue }));
  } catch (error) {
    return present({ errors: [error as GraphQLError] });
  }
}

function groupKeyOf(args: ExecutionArgs & { readonly contextValue: ServerContext }): string {
  const { document, operationName, variableValues, contextValue } = args;
  const choosing = choosingVariablesOf(document);
  const variables = Object.entries(variableValues ?? {})
    .filter(([name]) => choosing.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    contextValue.shareKey,
    operationName ?? null,
    variables,
    document.loc?.source.body ?? document,
  ]);
}

const choosingVariables = new WeakMap<DocumentNode, ReadonlySet<string>>();

/**
 * Variables that choose what is answered. Not those that only say where a subscriber wants to resume: given to
 * `after` of a subscription's own field, and not used further down. Nor those that the document does not declare:
 * nobody has looked at their values, which can be nested more deeply than can be written down.
 */
function choosingVariablesOf(document: DocumentNode): ReadonlySet<string> {
  const known = choosingVariables.get(document);
  if (known !== undefined) return known;

  const declared = new Set<string>();
  const resuming = new Set<string>();
  const uses = new Map<string, number>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable } of definition.variableDefinitions ?? []) {
      declared.add(variable.name.value);
    }
    for (const field of definition.selectionSet.selections) {
      if (field.kind !== Kind.FIELD) continue;
      for (const { name, value } of field.arguments ?? []) {
        if (name.value === "after" && value.kind === Kind.VARIABLE) resuming.add(value.name.value);
      }
    }
  }
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      uses.set(name.value, (uses.get(name.value) ?? 0) + 1);
    },
  });
  const choosing = [...declared].filter((name) => !resuming.has(name) || uses.get(name) !== 1);
  const found = new Set(choosing);
  choosingVariables.set(document, found);
  return found;
}

/**
 * An async generator function would make `return` wait for the next event, which may never come: a
 * client that unsubscribes must free the source at once.
 */
function mapStream(
  source: AsyncIterable<unknown>,
  map: (event: unknown) => Promise<FormattedExecutionResult>,
  onEnd: () => void,
): EventStream {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
    return { value: undefined, done: true } as const;
  };
  return {
    async next() {
      if (ended) return end();
      try {
        const event = await iterator.next();
        if (event.done === true || ended) return end();
        return { value: await map(event.value), done: false };
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      await iterator.return?.();
      return { value: undefined, done: true };
    },
    async throw(error: unknown) {
      end();
      await iterator.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
