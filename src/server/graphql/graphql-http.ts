import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { GraphQLFormattedError } from "graphql";
import { addressKey } from "../../domain/ip-address";
import type { ServerContext, ServerDependencies } from "../dependencies";
import { bearerCredential } from "../http/credential";
import { originPolicy } from "../http/origins";
import type { RateLimits } from "../http/rate-limits";
import { startPage } from "../pages/pages";
import { apolloHandler } from "./apollo-handler";
import { documentRules, maxSelections, maxValidationErrors, parseOptions } from "./document-rules";
import { type ErrorPresenter, rateLimited, requestError, unauthenticated } from "./errors";
import type { QueryCost } from "./query-cost";
import { type RequestOnContext, requestKey, requestPolicy, viewerOf } from "./request-policy";

/** What HTTP and WebSocket share. */
export interface GraphqlParts {
  readonly present: ErrorPresenter;
  readonly cost: QueryCost;
  readonly rateLimits: RateLimits;
}

/** Adds GraphQL over HTTP at /graphql. `stop` is to be called after the last request. */
export async function addGraphql<TContext extends ServerContext>(
  app: FastifyInstance,
  deps: ServerDependencies<TContext>,
  parts: GraphqlParts,
): Promise<{ stop(): Promise<void> }> {
  const { settings, metrics } = deps;
  const presented = new WeakMap<object, GraphQLFormattedError>();
  const apollo = createApollo(deps, parts, presented);
  await apollo.start();
  const isAllowed = originPolicy(settings.allowedOrigins);

  await app.register(async (scope) => {
    await scope.register(cors, {
      origin: (origin, done) => done(null, origin !== undefined && isAllowed(origin)),
      methods: ["GET", "POST"],
      allowedHeaders: [
        "authorization",
        "content-type",
        "x-request-id",
        "apollo-require-preflight",
        "x-apollo-operation-name",
      ],
      exposedHeaders: ["x-request-id", "retry-after"],
      maxAge: 600,
      strictPreflight: false,
    });
    // After CORS, so that a page can read that it has to wait.
    scope.addHook("onRequest", (request, reply, done) => {
      parts.rateLimits.addresses.take(addressKey(request.address)).then((seconds) => {
        if (seconds === undefined) return done();
        metrics.rateLimited.inc({ layer: "address" });
        const error = parts.present(rateLimited(seconds), viewerOf(request, settings));
        reply
          .code(429)
          .header("retry-after", seconds)
          .send({ errors: [error] });
      }, done);
    });
    scope.removeContentTypeParser("text/plain");
    scope.route({
      method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      exposeHeadRoute: false,
      url: "/graphql",
      handler: apolloHandler(apollo, contextOf),
    });
  });
  return { stop: () => apollo.stop() };

  async function contextOf(request: FastifyRequest): Promise<RequestOnContext> {
    try {
      const credential = bearerCredential(request.headers.authorization);
      if (credential === undefined) {
        if (settings.environment !== "development") throw unauthenticated();
        // Only introspection gets past the policy without a principal, and it reads no context.
        return { [requestKey]: request };
      }
      request.principal = await deps.authenticate(credential);
      const context = deps.makeContext({
        principal: request.principal,
        requestId: request.id,
        ip: request.address,
        transport: "http",
      });
      return Object.assign(context, { [requestKey]: request });
    } catch (thrown) {
      const error = requestError(thrown);
      presented.set(error, parts.present(error, viewerOf(request, settings)));
      throw error;
    }
  }
}

function createApollo<TContext extends ServerContext>(
  deps: ServerDependencies<TContext>,
  parts: GraphqlParts,
  presented: WeakMap<object, GraphQLFormattedError>,
): ApolloServer<RequestOnContext> {
  return new ApolloServer<RequestOnContext>({
    schema: deps.schema,
    // Whatever Apollo would do by the name of the environment is set below.
    nodeEnv: "production",
    logger: deps.logger,
    // Decided for each request, by the policy.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions,
    validationOptions: { maxErrors: maxValidationErrors },
    validationRules: [...documentRules],
    maxRecursiveSelections: maxSelections,
    // Decided for each viewer, by the error presenter, so that it holds on WebSockets too.
    hideSchemaDetailsFromClientErrors: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // What is not presented yet was refused before there was an operation: no JSON object, CSRF.
    formatError: (_formatted, error) =>
      presented.get(error as object) ??
      parts.present(error, { requestId: "unknown", mayIntrospect: false }),
    plugins: [
      requestPolicy({ ...parts, settings: deps.settings, metrics: deps.metrics, presented }),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      deps.settings.sandbox ? startPage(deps) : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}
