import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { type ErrorCode, errorFacts } from "../../domain/errors";
import type { Principal } from "../../domain/principal";
import { beginWork, type WorkFacts } from "../../logging/work";
import type { ServerSettings } from "../dependencies";
import { internalError } from "../graphql/errors";
import type { Metrics } from "../metrics";
import { clientAddress } from "./client-address";
import { credentialId } from "./credential";
import { hostPolicy } from "./hosts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set once a request's credential was found good. */
    principal: Principal | undefined;
    /** Who sent it, proxies taken into account. */
    address: string;
    /** What was found out on the way, for the request's log line. Set once its body was read. */
    work: WorkFacts | undefined;
  }
}

interface HttpOptions {
  readonly settings: ServerSettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly isDraining: () => boolean;
}

const limits = {
  /** The largest document with its variables; webhooks have a smaller one of their own. */
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  /** For a whole request to come in. Answers may take longer. */
  requestTimeoutMs: 30_000,
  /** Longer than the usual idle time of load balancers, so that they close first and never meet a closed socket. */
  keepAliveTimeoutMs: 65_000,
} as const;

/** Another process answers by then, or this one after its start. */
const retryAfterSeconds = 5;

/** A Fastify that answers JSON whatever happens, and logs one line of named facts for each request. */
export function createHttp({
  settings,
  logger,
  metrics,
  isDraining,
}: HttpOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, maxHeaderSize: limits.headerBytes },
    forceCloseConnections: "idle",
    // What comes in once the server closes is answered below, in the form of all our errors.
    return503OnClosing: false,
    genReqId: requestIdOf,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      answerFault(error, request, reply as FastifyReply);
    },
  });

  app.decorateRequest("principal", undefined);
  app.decorateRequest("address", "");
  app.decorateRequest("work", undefined);

  // Hooks with callbacks: promises in them are a noticeable part of a small request.
  const isForUs =
    settings.allowedHosts === undefined ? undefined : hostPolicy(settings.allowedHosts);
  let isClosing = false;
  app.addHook("preClose", (done) => {
    isClosing = true;
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    request.address = clientAddress(request.raw, settings.trustedProxies);
    reply.header("x-request-id", request.id);
    if (isClosing) {
      reply.header("retry-after", retryAfterSeconds);
      const message = "The gateway is stopping. Nothing was done; send the request again.";
      return void sendErrors(reply, 503, "INTERNAL_SERVER_ERROR", message);
    }
    // Whoever asks for the process's health reaches it by whatever address it has.
    const isProbe = request.url === "/healthz" || request.url === "/readyz";
    if (isProbe || (isForUs?.(request.headers.host ?? "") ?? true)) return done();
    sendErrors(reply, 421, "FORBIDDEN", "Requests do not come here by this name: ALLOWED_HOSTS.");
  });
  // Last before the handler: the body is read by listeners of the socket, which belong to no request.
  app.addHook("preHandler", (request, _reply, done) => {
    request.work = { requestId: request.id };
    beginWork(request.work, "CALLER", done);
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    setSecurityHeaders(reply, settings);
    // Here and not at the request's beginning: what was under way when the stop began must not keep its
    // connection either, or the stop would wait for the client to let go.
    if (isDraining()) reply.header("connection", "close");
    done(null, payload);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    const { method } = request;
    const status = reply.statusCode;
    const seconds = reply.elapsedTime / 1000;
    metrics.httpDuration.observe({ method, route, status: String(status) }, seconds);
    const level = route === "/healthz" || route === "/readyz" ? "debug" : "info";
    logger[level](
      {
        requestId: request.id,
        method,
        route,
        status,
        durationMs: Math.round(reply.elapsedTime),
        ...request.work,
        ...(request.principal !== undefined && {
          role: request.principal.role,
          principal: credentialId(request.principal),
        }),
      },
      "request",
    );
    done();
  });

  app.setErrorHandler(answerFault);
  app.setNotFoundHandler((_request, reply) =>
    sendErrors(reply, 404, "NOT_FOUND", "There is nothing at this address."),
  );
  return app;

  function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const status = statusOf(error);
    const known = clientFaults.get(status);
    if (known !== undefined) return sendErrors(reply, status, "BAD_REQUEST", known);
    logger.error({ requestId: request.id, err: error }, "request failed");
    return reply.code(500).send({ errors: [internalError(request.id)] });
  }
}

/** Our own words: those of parsers quote the body. */
const clientFaults: ReadonlyMap<number, string> = new Map([
  [400, "The request cannot be read."],
  [405, "The method is not allowed here."],
  [408, "The request did not arrive in time."],
  [413, "The request is too large."],
  [414, "The address is too long."],
  [415, "The content type is not supported; send application/json."],
  [431, "The headers are too large."],
]);

function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  const { statusCode, code } = error as Error & { statusCode?: number; code?: string };
  // A Host header that makes no URL.
  if (code === "ERR_INVALID_URL") return 400;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? clientFaults.has(statusCode)
      ? statusCode
      : 400
    : 500;
}

export function sendErrors(reply: FastifyReply, status: number, code: ErrorCode, message: string) {
  const { retryable } = errorFacts[code];
  const error: GraphQLFormattedError = { message, extensions: { code, retryable } };
  return reply.code(status).send({ errors: [error] });
}

/** A caller's own id, where it is plain, so that one id finds a request in both our logs. */
function requestIdOf(request: { readonly headers: IncomingMessage["headers"] }): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID();
}

function setSecurityHeaders(reply: FastifyReply, settings: ServerSettings): void {
  reply.header("x-content-type-options", "nosniff");
  reply.header("referrer-policy", "no-referrer");
  reply.header("x-frame-options", "DENY");
  if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  if (settings.publicUrl.startsWith("https:")) {
    reply.header("strict-transport-security", "max-age=31536000; includeSubDomains");
  }
  // Pages bring a policy of their own, which a second one could only narrow.
  const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
  if (!isPage)
    reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
}

/** Bytes that are no HTTP, or headers that are too large: there is no request to answer yet. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code?.includes("TIMEOUT") ? 408 : 400;
  const message = clientFaults.get(status) ?? "";
  const body = JSON.stringify({
    errors: [{ message, extensions: { code: "BAD_REQUEST", retryable: false } }],
  });
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
