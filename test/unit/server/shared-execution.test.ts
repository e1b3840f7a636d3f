import {
  buildSchema,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
} from "graphql";
import { type EventStream, SharedExecution } from "../../../src/server/socket/shared-execution";
import { Topic } from "../../integration/server-support";

interface Event {
  readonly number: number;
  readonly fails?: boolean;
}

interface TestContext {
  readonly shareKey: string;
  readonly isFresh: boolean;
  forEvent(): TestContext;
}

const viewer = (shareKey: string): TestContext => ({
  shareKey,
  isFresh: false,
  forEvent: () => ({ ...viewer(shareKey), isFresh: true }),
});

const presented: ExecutionResult[] = [];
const present = (result: ExecutionResult): FormattedExecutionResult => {
  presented.push(result);
  const { errors, ...rest } = result;
  return errors === undefined ? rest : { ...rest, errors: [{ message: "masked" }] };
};

let topic: Topic<Event>;
let executions: { number: number; shareKey: string; isFresh: boolean }[];
let schema: GraphQLSchema;
let now: number;
let kinds: string[];
let subscribers: number;
let shared: SharedExecution;

beforeEach(() => {
  topic = new Topic();
  executions = [];
  kinds = [];
  subscribers = 0;
  now = 0;
  presented.length = 0;
  shared = new SharedExecution({
    now: () => now,
    onEvent: (kind) => kinds.push(kind),
    onSubscribers: (change) => {
      subscribers += change;
    },
  });
  schema = buildSchema(`
    type Query { a: Int }
    type Tick { number: Int! label(text: String): String viewer: String }
    type Subscription { tick(id: ID, after: String): Tick! snapshot: Tick! text: Tick! refused: Tick! }
  `);
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  for (const field of Object.values(fields)) field.resolve = (event) => event;
  Object.assign(fields.tick ?? {}, { subscribe: () => topic.subscribe() });
  Object.assign(fields.snapshot ?? {}, {
    subscribe: async function* () {
      yield { number: 0 };
    },
  });
  Object.assign(fields.refused ?? {}, {
    subscribe: () => {
      throw new Error("secret");
    },
  });
  const tick = schema.getType("Tick");
  if (tick === undefined || !("getFields" in tick)) throw new Error("no Tick");
  const number = tick.getFields().number;
  if (number === undefined || !("resolve" in number)) throw new Error("no Tick.number");
  number.resolve = (event: Event, _args, context: TestContext) => {
    executions.push({ number: event.number, shareKey: context.shareKey, isFresh: context.isFresh });
    if (event.fails === true) throw new Error("secret");
    return event.number;
  };
});

async function subscribe(
  query: string,
  { variables = {}, as = "a" }: { variables?: Record<string, unknown>; as?: string } = {},
): Promise<EventStream> {
  const stream = await shared.subscribe(
    { schema, document: parse(query), variableValues: variables, contextValue: viewer(as) },
    present,
  );
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
  return stream;
}

const document =
  "subscription A($id: ID, $after: String) { tick(id: $id, after: $after) { number } }";

async function nextOf(streams: readonly EventStream[], event: Event) {
  const results = Promise.all(streams.map((stream) => stream.next()));
  topic.publish(event);
  return (await results).map(({ value }) => value);
}

it("executes once for a hundred subscribers, with a fresh context", async () => {
  const streams = await Promise.all(
    Array.from({ length: 100 }, (_, i) => subscribe(document, { variables: { after: `c${i}` } })),
  );
  const results = await nextOf(streams, { number: 1 });
  expect(results).toEqual(new Array(100).fill({ data: { tick: { number: 1 } } }));
  expect(executions).toEqual([{ number: 1, shareKey: "a", isFresh: true }]);
  expect(presented).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "shared")).toHaveLength(99);

  await nextOf(streams, { number: 2 });
  expect(executions).toHaveLength(2);
});

it.each([
  ["viewers", document, { as: "b" }],
  ["variables", document, { variables: { id: "1" } }],
  ["documents", document.replace("number", "number label"), {}],
])("never mixes %s", async (_what, query, options) => {
  const streams = [await subscribe(document), await subscribe(query, options)];
  await nextOf(streams, { number: 1 });
  expect(executions).toHaveLength(2);
});

it("tells apart a variable `after` that also chooses what is answered", async () => {
  const query =
    "subscription A($after: String) { tick(after: $after) { number label(text: $after) } }";
  const streams = [
    await subscribe(query, { variables: { after: "x" } }),
    await subscribe(query, { variables: { after: "y" } }),
  ];
  await nextOf(streams, { number: 1 });
  expect(executions).toHaveLength(2);
});

it("shares in whatever order the variables come", async () => {
  const query = "subscription A($id: ID, $t: String) { tick(id: $id) { number label(text: $t) } }";
  const streams = [
    await subscribe(query, { variables: { id: "1", t: "x" } }),
    await subscribe(query, { variables: { t: "x", id: "1" } }),
  ];
  await nextOf(streams, { number: 1 });
  expect(executions).toHaveLength(1);
});

it("does not look at variables that the document does not declare", async () => {
  const deep = JSON.parse(`${"[".repeat(30_000)}${"]".repeat(30_000)}`);
  const streams = [await subscribe(document), await subscribe(document, { variables: { deep } })];
  await nextOf(streams, { number: 1 });
  expect(executions).toHaveLength(1);
});

it("executes snapshots for each subscriber", async () => {
  const query = "subscription { snapshot { number } }";
  const streams = [await subscribe(query), await subscribe(query)];
  await Promise.all(streams.map((stream) => stream.next()));
  expect(executions).toHaveLength(2);
});

it("masks a failing execution once, and goes on", async () => {
  const streams = [await subscribe(document), await subscribe(document)];
  const failed = await nextOf(streams, { number: 1, fails: true });
  expect(failed).toEqual(new Array(2).fill({ data: null, errors: [{ message: "masked" }] }));
  expect(presented).toHaveLength(1);
  expect(await nextOf(streams, { number: 2 })).toEqual(
    new Array(2).fill({ data: { tick: { number: 2 } } }),
  );
});

it("survives a context that cannot be made anew", async () => {
  const contextValue = {
    shareKey: "a",
    forEvent: () => {
      throw new Error("secret");
    },
  };
  const stream = (await shared.subscribe(
    { schema, document: parse(document), contextValue },
    present,
  )) as EventStream;
  expect(await nextOf([stream], { number: 1 })).toEqual([{ errors: [{ message: "masked" }] }]);
});

it("executes again for who meets an event much later", async () => {
  const event = { number: 1 };
  const early = await subscribe(document);
  await nextOf([early], event);
  now = 10_000;
  await nextOf([await subscribe(document)], event);
  expect(executions).toHaveLength(2);
});

it("executes again also when the time of day was set back meanwhile", async () => {
  const timeOfDay = jest.spyOn(Date, "now");
  const elapsed = jest.spyOn(performance, "now");
  elapsed.mockReturnValue(1_000);
  shared = new SharedExecution();
  const event = { number: 1 };
  await nextOf([await subscribe(document)], event);
  timeOfDay.mockReturnValue(Date.now() - 3_600_000);
  elapsed.mockReturnValue(11_000);
  await nextOf([await subscribe(document)], event);
  expect(executions).toHaveLength(2);
  jest.restoreAllMocks();
});

it("answers the refusal of a subscription as what it is, and not as an event", async () => {
  const result = await shared.subscribe(
    {
      schema,
      document: parse("subscription { refused { number } }"),
      contextValue: viewer("a"),
    },
    present,
  );
  expect(result).toEqual([expect.any(GraphQLError)]);
  expect(presented).toEqual([]);
  expect(subscribers).toBe(0);
});

it("frees the source at once when a subscriber leaves while it waits", async () => {
  const streams = [await subscribe(document), await subscribe(document)];
  expect([topic.subscribers, subscribers]).toEqual([2, 2]);
  const waiting = streams[0]?.next();
  await streams[0]?.return(undefined);
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect([topic.subscribers, subscribers]).toEqual([1, 1]);
  await streams[0]?.return(undefined);
  expect(subscribers).toBe(1);
  await streams[1]?.return(undefined);
  expect([topic.subscribers, subscribers]).toEqual([0, 0]);
});
