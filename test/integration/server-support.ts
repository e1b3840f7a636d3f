import { once } from "node:events";
import { PassThrough } from "node:stream";
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import { type Client, type ClientOptions, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { systemClock } from "../../src/domain/clock";
import { Refusal, refuse } from "../../src/domain/errors";
import type { Principal } from "../../src/domain/principal";
import { createLogger } from "../../src/logging/logger";
import type { ContextRequest, ServerDependencies } from "../../src/server/dependencies";
import { createMetrics } from "../../src/server/metrics";
import { createServer, type GatewayServer } from "../../src/server/server";

/** What the tests' resolvers get. */
export interface TestContext extends ContextRequest {
  readonly shareKey: string;
  readonly made: number;
  forEvent(): TestContext;
}

/** Hands each event to all its subscribers, as one object. */
export class Topic<T> {
  readonly #queues = new Set<{ items: T[]; wake: () => void }>();

  get subscribers(): number {
    return this.#queues.size;
  }

  publish(event: T): void {
    for (const queue of this.#queues) {
      queue.items.push(event);
      queue.wake();
    }
  }

  subscribe(): AsyncGenerator<T> {
    const queue = { items: [] as T[], wake: () => {} };
    let ended = false;
    this.#queues.add(queue);
    const end = async () => {
      ended = true;
      this.#queues.delete(queue);
      queue.wake();
      return { value: undefined, done: true } as const;
    };
    const stream = {
      next: async (): Promise<IteratorResult<T>> => {
        for (;;) {
          const item = queue.items.shift();
          if (item !== undefined) return { value: item, done: false };
          if (ended) return { value: undefined, done: true };
          await new Promise<void>((resolve) => {
            queue.wake = resolve;
          });
        }
      },
      return: end,
      throw: end,
      [Symbol.asyncIterator]: () => stream,
      [Symbol.asyncDispose]: async () => void (await end()),
    };
    return stream as AsyncGenerator<T>;
  }
}

export interface Tick {
  readonly number: number;
  readonly fails?: boolean;
}

const marketplaceId = "mkt_01JD0000000000000000000000" as Principal["marketplaceId"];

export const marketplace = {
  role: "MARKETPLACE",
  marketplaceId,
  keyId: "key_01JD0000000000000000000001",
} as Principal;

export const watcher = (expiresAt = new Date("2099-01-01")) =>
  ({
    role: "WATCHER",
    marketplaceId,
    sellerId: "sel_01JD0000000000000000000000",
    paymentId: "pay_01JD0000000000000000000000",
    tokenId: "wat_01JD0000000000000000000000",
    expiresAt,
  }) as Principal;

const definition = `
  type Query {
    hello: String!
    whoami: String!
    fault: String
    refused: String
    required: String!
    items(first: Int, last: Int, after: String): ItemConnection!
    plain: [Item!]!
    byIds(ids: [ID!]!): [Item]!
  }
  type Item { id: ID! name: String tags: [String!]! owner: Item items(first: Int): ItemConnection! plain: [Item!]! }
  type ItemConnection { edges: [ItemEdge!]! pageInfo: PageInfo! }
  type ItemEdge { node: Item! }
  type PageInfo { hasNextPage: Boolean! }
  input PayInput { cardToken: String! amount: Int! }
  type Mutation { pay(input: PayInput!): String! }
  type Tick { number: Int! viewer: String! label(prefix: String): String! made: Int! }
  type Subscription {
    ticked(id: ID, after: String): Tick!
    broken: Tick!
    refusing: Tick!
    dying: Tick!
  }
`;

/** Everything of a running server that tests look at. */
export interface TestServer {
  readonly server: GatewayServer;
  readonly url: string;
  readonly ticks: Topic<Tick>;
  /** Calls of the Mutation's resolver. */
  readonly paid: string[];
  /** Executions of `Tick.number`: one for each execution of an event. */
  readonly executions: { count: number };
  readonly credentials: Map<string, Principal>;
  readonly log: () => string;
  /** Posts to /graphql. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  query(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>;
  client(options?: Partial<ClientOptions>): Client;
  stop(): Promise<void>;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export const auth = { authorization: "Bearer good" };

type Settings = ServerDependencies<TestContext>["settings"];
type Overrides = Partial<Omit<ServerDependencies<TestContext>, "settings">> & {
  readonly settings?: Partial<Omit<Settings, "rateLimits" | "webSocket">> & {
    readonly rateLimits?: Partial<Settings["rateLimits"]>;
    readonly webSocket?: Partial<Settings["webSocket"]>;
  };
};

export async function startServer(overrides: Overrides = {}): Promise<TestServer> {
  const ticks = new Topic<Tick>();
  const paid: string[] = [];
  const executions = { count: 0 };
  const credentials = new Map<string, Principal>([
    ["good", marketplace],
    ["watch", watcher()],
  ]);
  const lines: string[] = [];
  const sink = new PassThrough();
  sink.on("data", (line) => lines.push(String(line)));
  let made = 0;

  const server = await createServer<TestContext>({
    schema: schemaOf(ticks, paid, executions),
    logger: createLogger("debug", sink),
    metrics: createMetrics(),
    clock: systemClock,
    authenticate: async (credential) => {
      const principal = credentials.get(credential);
      if (principal === undefined) throw refuse("UNAUTHENTICATED", "Unknown credential.");
      return principal;
    },
    makeContext: (request) => {
      const context: TestContext = {
        ...request,
        shareKey: request.principal.role,
        made: made++,
        forEvent: () => ({ ...context, made: made++ }),
      };
      return context;
    },
    isReady: async () => true,
    receiveWebhook: async () => "stored",
    ...overrides,
    settings: {
      host: "127.0.0.1",
      port: 0,
      publicUrl: "http://127.0.0.1:4000",
      environment: "test",
      allowedOrigins: ["http://127.0.0.1:*", "https://shop.example"],
      trustedProxies: 0,
      sandbox: true,
      ...overrides.settings,
      rateLimits: {
        requestsPerMinutePerAddress: 100_000,
        pointsPerMinutePerPrincipal: 1_000_000,
        pointsPerMinutePerPage: 1_000_000,
        webhooksPerMinutePerAddress: 100_000,
        ...overrides.settings?.rateLimits,
      },
      webSocket: {
        maxSocketsPerPrincipal: 1000,
        maxSocketsPerAddress: 1000,
        maxSockets: 1000,
        closeSpreadMs: 50,
        sweepMs: 10,
        ...overrides.settings?.webSocket,
      },
    },
  });
  const url = await server.listen();

  const post: TestServer["post"] = (body, headers = auth) =>
    fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const clients: Client[] = [];
  return {
    server,
    url,
    ticks,
    paid,
    executions,
    credentials,
    log: () => lines.join(""),
    post,
    async query(query, variables) {
      const response = await post({ query, variables });
      return { status: response.status, ...((await response.json()) as object) };
    },
    client(options) {
      const client = createClient({
        url: `${url.replace("http", "ws")}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: auth,
        retryAttempts: 0,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) await client.dispose();
      await server.close();
    },
  };
}

function schemaOf(
  ticks: Topic<Tick>,
  paid: string[],
  executions: { count: number },
): GraphQLSchema {
  const schema = buildSchema(definition);
  const item = { id: "1", name: "one", tags: [], items: { edges: [] }, plain: [] };
  const resolvers: Record<string, Record<string, GraphQLFieldResolver<unknown, TestContext>>> = {
    Query: {
      hello: () => "world",
      whoami: (_source, _args, context) => context.principal.role,
      fault: () => {
        throw new Error("secret of the database");
      },
      refused: () => {
        throw new Refusal(
          { code: "NOT_FOUND", message: "No such payment.", path: ["id"] },
          {
            code: "PROVIDER_REFUSED",
            message: "No.",
            path: [],
            provider: "MERCADO_PAGO",
            providerCode: "2034",
            retryable: true,
          },
        );
      },
      required: () => null,
      items: () => ({ edges: [{ node: item }], pageInfo: { hasNextPage: false } }),
      plain: () => [item],
      byIds: () => [],
    },
    Mutation: {
      pay: (_source, { input }: { input?: { cardToken: string } }) => {
        paid.push(input?.cardToken ?? "");
        return "paid";
      },
    },
    Tick: {
      number: (tick) => {
        executions.count++;
        const { number, fails } = tick as Tick;
        if (fails === true) throw new Error("secret of the event");
        return number;
      },
      viewer: (_tick, _args, context) => context.principal.role,
      label: (tick, { prefix }) => `${prefix}${(tick as Tick).number}`,
      made: (_tick, _args, context) => context.made,
    },
  };
  const subscriptions: Record<string, GraphQLFieldResolver<unknown, TestContext>> = {
    ticked: () => ticks.subscribe(),
    broken: () => {
      throw new Error("secret of the feed");
    },
    refusing: () => {
      throw refuse("CURSOR_INVALID", "Not one of ours.");
    },
    dying: async function* () {
      yield { number: 1 };
      throw new Error("secret of the stream");
    },
  };
  for (const [typeName, fields] of Object.entries(resolvers)) {
    for (const [name, resolve] of Object.entries(fields))
      fieldOf(schema, typeName, name).resolve = resolve;
  }
  for (const [name, subscribe] of Object.entries(subscriptions)) {
    const field = fieldOf(schema, "Subscription", name);
    field.subscribe = subscribe;
    field.resolve = (source) => source;
  }
  return schema;
}

function fieldOf(schema: GraphQLSchema, typeName: string, name: string) {
  const type = schema.getType(typeName);
  const field = type !== undefined && "getFields" in type ? type.getFields()[name] : undefined;
  if (field === undefined || !("resolve" in field)) throw new Error(`no field ${typeName}.${name}`);
  return field;
}

/** Looks again, as often as the event loop turns, until something holds. Fails by the test's time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A socket without a client library: shows exactly what the server sends. */
export class RawSocket {
  readonly messages: Record<string, unknown>[] = [];
  closing: { readonly code: number; readonly reason: string } | undefined;
  readonly socket: WebSocket;

  constructor(url: string, options: { origin?: string; protocol?: string } = {}) {
    const { protocol = "graphql-transport-ws", ...rest } = options;
    this.socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, protocol, rest);
    this.socket.on("message", (text) => this.messages.push(JSON.parse(String(text))));
    this.socket.on("close", (code, reason) => {
      this.closing = { code, reason: String(reason) };
    });
    this.socket.on("error", () => {});
  }

  static async ready(url: string, credential = "good"): Promise<RawSocket> {
    const raw = new RawSocket(url);
    await raw.opened();
    raw.send({ type: "connection_init", payload: { authorization: `Bearer ${credential}` } });
    await until(() => raw.messages.length > 0 || raw.closing !== undefined);
    return raw;
  }

  async opened(): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, "open");
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.send({ type: "subscribe", id, payload: { query, ...more } });
  }

  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    await until(() => this.closing !== undefined);
    return this.closing ?? { code: 0, reason: "" };
  }

  /** The payload of the only message of its type. */
  async next(type: string, id = "1"): Promise<unknown> {
    const find = () => this.messages.find((message) => message.type === type && message.id === id);
    await until(() => find() !== undefined);
    return find()?.payload;
  }
}
