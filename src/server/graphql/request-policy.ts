import {
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestListener,
  HeaderMap,
} from "@apollo/server";
import type { FastifyRequest } from "fastify";
import { execute, type GraphQLFormattedError, OperationTypeNode } from "graphql";
import { refuse } from "../../domain/errors";
import { tellOfWork } from "../../logging/work";
import type { ServerSettings } from "../dependencies";
import { type RateLimits, takePoints } from "../http/rate-limits";
import type { Metrics } from "../metrics";
import { withoutEmptyPayloads } from "./empty-payloads";
import {
  type ErrorPresenter,
  rateLimited,
  requestError,
  requestRefusal,
  unauthenticated,
  type Viewer,
} from "./errors";
import { isOnlyIntrospection, mayIntrospect, usesIntrospection } from "./introspection";
import type { QueryCost } from "./query-cost";
import { ResultPresenter } from "./result-presenter";

/** Where the policy finds an operation's request. Apollo copies a context, its symbols included. */
export const requestKey = Symbol("request");
export interface RequestOnContext extends BaseContext {
  readonly [requestKey]: FastifyRequest;
}

const noHeaders = new HeaderMap();

interface PolicyParts {
  readonly settings: ServerSettings;
  readonly metrics: Metrics;
  readonly present: ErrorPresenter;
  readonly cost: QueryCost;
  readonly rateLimits: RateLimits;
  /** Errors in the form that clients see; Apollo's `formatError` alone does not know whose they are. */
  readonly presented: WeakMap<object, GraphQLFormattedError>;
}

/**
 * Who may run what over HTTP, and what it costs: decided after validation, before anything is executed. Then
 * runs it, and tells what came of it.
 */
export function requestPolicy(parts: PolicyParts): ApolloServerPlugin<RequestOnContext> {
  const { settings, metrics, present, presented } = parts;
  const presenter = new ResultPresenter(present, metrics, "http");
  const listener: GraphQLRequestListener<RequestOnContext> = {
    didResolveOperation: (context) => admit(context, parts),
    /**
     * Executes the operation as Apollo would, without what Apollo prepares for incremental delivery and for
     * hooks on fields; there are none. Null is an operation of which nothing ran, because its name or variables
     * are wrong: Apollo then finds the same, and gives it a status and a code.
     */
    async responseForOperation(context) {
      const { schema, document, request, contextValue, operation } = context;
      const executed = await execute({
        schema,
        document,
        contextValue,
        variableValues: request.variables,
        operationName: request.operationName,
      });
      if (executed.data === undefined) return null;
      const isMutation = operation.operation === OperationTypeNode.MUTATION;
      const result = isMutation ? withoutEmptyPayloads(executed) : executed;
      const viewer = viewerOf(contextValue[requestKey], settings);
      const singleResult = presenter.result(result, viewer);
      return { http: { headers: noHeaders }, body: { kind: "single", singleResult } };
    },
    async didEncounterErrors({ errors, contextValue }) {
      const viewer = viewerOf(contextValue[requestKey], settings);
      for (const error of errors) presented.set(error, presenter.error(error, viewer));
    },
  };
  return { requestDidStart: async () => listener };
}

async function admit(
  context: GraphQLRequestContextDidResolveOperation<RequestOnContext>,
  { settings, metrics, cost, rateLimits }: PolicyParts,
): Promise<void> {
  const { document, operation, operationName } = context;
  if (operationName != null) tellOfWork({ operationName: operationName.slice(0, 64) });
  // No such operation: the execution says so.
  if (operation === undefined) return;
  const { principal, address } = context.contextValue[requestKey];

  if (principal === undefined && !isOnlyIntrospection(document, operation)) throw unauthenticated();
  if (usesIntrospection(document) && !mayIntrospect(principal, settings.environment)) {
    throw requestRefusal(refuse("FORBIDDEN", "This credential may not read the schema."), 403);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const message = "Subscriptions run over WebSocket: graphql-transport-ws at the same address.";
    throw requestRefusal(refuse("BAD_REQUEST", message), 400);
  }

  const points = costOf();
  const seconds = await takePoints(rateLimits, points, { principal, address });
  if (seconds !== undefined) {
    metrics.rateLimited.inc({ layer: "principal" });
    throw rateLimited(seconds);
  }
  metrics.operations.inc({ type: operation.operation, transport: "http" });

  function costOf(): number {
    try {
      return Math.max(1, cost.of(document, operationName, context.request.variables));
    } catch (error) {
      throw requestError(error);
    }
  }
}

export function viewerOf(request: FastifyRequest, settings: ServerSettings): Viewer {
  return {
    requestId: request.id,
    mayIntrospect: mayIntrospect(request.principal, settings.environment),
  };
}
