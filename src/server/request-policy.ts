import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContextDidResolveOperation,
} from "@apollo/server";
import type { FastifyRequest } from "fastify";
import { type GraphQLFormattedError, OperationTypeNode } from "graphql";
import { refuse } from "../domain/errors";
import { addressKey } from "./client-address";
import { credentialId } from "./credential";
import type { ServerSettings } from "./dependencies";
import {
  type ErrorPresenter,
  rateLimited,
  requestError,
  requestRefusal,
  unauthenticated,
  type Viewer,
} from "./errors";
import { isOnlyIntrospection, mayIntrospect, usesIntrospection } from "./introspection";
import type { Metrics } from "./metrics";
import type { QueryCost } from "./query-cost";
import type { RateLimits } from "./rate-limits";

/** Where the policy finds an operation's request. Apollo copies a context, its symbols included. */
export const requestKey = Symbol("request");
export interface RequestOnContext extends BaseContext {
  readonly [requestKey]: FastifyRequest;
}

interface PolicyParts {
  readonly settings: ServerSettings;
  readonly metrics: Metrics;
  readonly present: ErrorPresenter;
  readonly cost: QueryCost;
  readonly rateLimits: RateLimits;
  /** Errors in the form that clients see; Apollo's `formatError` alone does not know whose they are. */
  readonly presented: WeakMap<object, GraphQLFormattedError>;
}

/** Who may run what over HTTP, and what it costs. Runs after validation, before anything is executed. */
export function requestPolicy(parts: PolicyParts): ApolloServerPlugin<RequestOnContext> {
  const { settings, metrics, present, presented } = parts;
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(context) {
          await admit(context, parts);
          const type = context.operation?.operation;
          if (type !== undefined) metrics.operations.inc({ type, transport: "http" });
        },
        async didEncounterErrors({ errors, contextValue }) {
          const viewer = viewerOf(contextValue[requestKey], settings);
          for (const error of errors) {
            const shown = present(error, viewer);
            presented.set(error, shown);
            metrics.errors.inc({ code: String(shown.extensions?.code), transport: "http" });
          }
        },
      };
    },
  };
}

async function admit(
  context: GraphQLRequestContextDidResolveOperation<RequestOnContext>,
  { settings, metrics, cost, rateLimits }: PolicyParts,
): Promise<void> {
  const { document, operation, operationName } = context;
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
  const payer = principal === undefined ? addressKey(address) : credentialId(principal);
  const seconds = await rateLimits.principals.take(payer, points);
  if (seconds === undefined) return;
  metrics.rateLimited.inc({ layer: "principal" });
  throw rateLimited(seconds);

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
