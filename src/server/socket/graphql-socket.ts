import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from "graphql";
import { type Context, makeServer, type Server, type SubscribePayload } from "graphql-ws";
import { Refusal, refuse } from "../../domain/errors";
import type { ServerContext, ServerDependencies } from "../dependencies";
import { DocumentCache } from "../graphql/document-cache";
import { tooComplex } from "../graphql/document-rules";
import { rateLimited, requestRefusal, type Viewer } from "../graphql/errors";
import type { GraphqlParts } from "../graphql/graphql-http";
import { mayIntrospect } from "../graphql/introspection";
import { maxEventCost } from "../graphql/query-cost";
import { ResultPresenter } from "../graphql/result-presenter";
import { credentialOfInit, isAnonymousInit } from "../http/credential";
import { takePoints } from "../http/rate-limits";
import { closeCodes, type LiveSocket } from "./live-socket";
import { type EventStream, SharedExecution } from "./shared-execution";
import type { SocketRegistry } from "./socket-registry";

type SocketContext = Context<Record<string, unknown>, LiveSocket>;

interface LiveArgs extends ExecutionArgs {
  readonly contextValue: ServerContext;
  readonly viewer: Viewer;
}

/** Which subscription of which socket it is, and its events. */
interface Begun {
  readonly id: string;
  readonly live: LiveSocket;
  readonly stream: EventStream;
}

/** A document that cannot be run, or a subscription that was refused. */
class Unfit extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super("nothing was begun");
  }
}

const defaults = { maxSubscriptionsPerSocket: 20, initWaitMs: 3_000 } as const;

/**
 * GraphQL over one socket. graphql-ws speaks the protocol; who may do what is decided here, by the rules
 * that hold for HTTP: nothing of what protects Apollo reaches it by itself.
 */
export function createGraphqlSocket<TContext extends ServerContext>(
  deps: ServerDependencies<TContext>,
  { present, cost, rateLimits }: GraphqlParts,
  registry: SocketRegistry,
): Server<LiveSocket> {
  const { settings, schema, metrics, logger } = deps;
  const limits = { ...defaults, ...settings.webSocket };
  const documents = new DocumentCache(schema);
  const presenter = new ResultPresenter(present, metrics, "websocket");
  const shared = new SharedExecution({
    onEvent: (kind) => metrics.eventExecutions.inc({ kind }),
    onSubscribers: (change) => metrics.subscriptions.inc(change),
  });

  return makeServer<Record<string, unknown>, LiveSocket>({
    schema,
    connectionInitWaitTimeout: limits.initWaitMs,
    onConnect: async ({ extra: live, connectionParams }) => connect(live, connectionParams),
    onSubscribe: async (context, id, payload) => {
      const { beginning } = context.extra;
      // graphql-ws tells subscriptions apart by their ids alone. One that was ended before it had begun would take
      // the place of this one; both would run, and one of them for ever, since nobody could end it any more.
      if (beginning.has(id)) {
        context.extra.close(closeCodes.idInUse, "Subscription id in use");
        return [asGraphqlError(refuse("BAD_REQUEST", "The id is in use."))];
      }
      beginning.add(id);
      try {
        const args = await admit(context, payload);
        // Begun here and not in `subscribe`: what is refused there would come as an event (`next`), and clients take
        // an event for a subscription that runs. The protocol has `error` for it, which ends the subscription.
        const stream = await begin(args);
        return { ...args, id, live: context.extra, stream };
      } catch (error) {
        beginning.delete(id);
        return error instanceof Unfit ? error.errors : [asGraphqlError(error)];
      }
    },
    subscribe: (args) => {
      const { id, live, stream } = args as LiveArgs & Begun;
      live.beginning.delete(id);
      // Its results are presented already.
      return stream as AsyncGenerator<ExecutionResult, void, void>;
    },
    // Never reached: only subscriptions are admitted.
    execute: () => ({ errors: [new GraphQLError("Only subscriptions run here.")] }),
    // Results come out of `subscribe` presented.
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: ({ extra: live }, _id, _payload, errors) =>
      errors.map((error) => presenter.error(error, viewerOf(live))),
  });

  async function connect(live: LiveSocket, init: Readonly<Record<string, unknown>> | undefined) {
    const credential = credentialOfInit(init);
    // Explorers open one before a key was typed in. `admit` refuses all that it asks for.
    if (credential === undefined) {
      live.isAnonymous = settings.sandbox && isAnonymousInit(init);
      return live.isAnonymous;
    }
    try {
      live.principal = await deps.authenticate(credential);
    } catch (error) {
      if (error instanceof Refusal) return false;
      logger.error({ requestId: live.id, err: error }, "socket not authenticated");
      live.close(closeCodes.tryAgainLater, "Try again later");
      return false;
    }
    live.credential = credential;
    if (registry.claim(live)) return true;
    live.close(closeCodes.tooManySockets, "Too many sockets");
    return false;
  }

  async function admit(
    { extra: live, subscriptions }: SocketContext,
    payload: SubscribePayload,
  ): Promise<LiveArgs> {
    const { principal } = live;
    if (principal === undefined) {
      throw refuse(
        "UNAUTHENTICATED",
        "This socket has no credential. Open one whose connection_init has an authorization.",
      );
    }
    if (Object.keys(subscriptions).length > limits.maxSubscriptionsPerSocket) {
      throw refuse("RATE_LIMITED", "This socket has too many subscriptions.");
    }
    const document = documents.read(payload.query);
    if (!("kind" in document)) throw new Unfit(document);

    const operation = getOperationAST(document, payload.operationName);
    if (operation == null) throw refuse("BAD_REQUEST", "The document has no such operation.");
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      throw refuse(
        "BAD_REQUEST",
        "Only subscriptions run over WebSocket; send others by HTTP POST.",
      );
    }
    const variableValues = payload.variables ?? {};
    const points = Math.max(1, cost.of(document, payload.operationName, variableValues));
    if (points > maxEventCost) throw tooComplex("An event costs too much; ask for less with each.");
    const { address } = live;
    const seconds = await takePoints(rateLimits, points, { principal, address });
    if (seconds !== undefined) {
      metrics.rateLimited.inc({ layer: "principal" });
      throw rateLimited(seconds);
    }
    metrics.operations.inc({ type: "subscription", transport: "websocket" });
    const contextValue = deps.makeContext({
      principal,
      requestId: live.id,
      ip: live.address,
      transport: "websocket",
    });
    const { operationName } = payload;
    return {
      schema,
      document,
      operationName,
      variableValues,
      contextValue,
      viewer: viewerOf(live),
    };
  }

  async function begin(args: LiveArgs): Promise<EventStream> {
    const begun = await shared.subscribe(args, (result) => presenter.result(result, args.viewer));
    if (Symbol.asyncIterator in begun) return begun;
    throw new Unfit(begun);
  }

  function viewerOf(live: LiveSocket): Viewer {
    return {
      requestId: live.id,
      mayIntrospect: mayIntrospect(live.principal, settings.environment),
    };
  }
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof Refusal) return requestRefusal(error, 400);
  return new GraphQLError("Internal error", {
    originalError: error instanceof Error ? error : new Error(String(error)),
  });
}
