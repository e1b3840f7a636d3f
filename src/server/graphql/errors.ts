import { HeaderMap } from "@apollo/server";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import {
  type ErrorCode,
  errorFacts,
  Refusal,
  refuse,
  type UserErrorFact,
} from "../../domain/errors";
import { coercionPlace, variablePlace } from "./coercion-place";

/** What an answer's errors depend on beside the error itself. */
export interface Viewer {
  readonly requestId: string;
  /** Who may not introspect is not told the schema by "Did you mean" either. */
  readonly mayIntrospect: boolean;
}

export type ErrorPresenter = (error: unknown, viewer: Viewer) => GraphQLFormattedError;

interface PresenterOptions {
  readonly logger: Logger;
  readonly refusalOf?: ((error: unknown) => Refusal | undefined) | undefined;
}

/**
 * The one place that decides what a client learns of an error, over HTTP and WebSocket alike. Refusals
 * are told; what graphql says of a malformed request is told; all else is a fault of ours, of which the
 * client learns an id and the log everything.
 */
export function createErrorPresenter({ logger, refusalOf }: PresenterOptions): ErrorPresenter {
  return (error, viewer) => {
    const refusal = refusalIn(error, refusalOf);
    if (refusal !== undefined) return { ...placeOf(error), ...presentRefusal(refusal) };
    if (error instanceof GraphQLError && isFaultOfRequest(error)) {
      return { ...placeOf(error), ...presentBadRequest(error, viewer) };
    }
    logger.error({ requestId: viewer.requestId, err: innermost(error) }, "unexpected error");
    return { ...placeOf(error), ...internalError(viewer.requestId) };
  };
}

/** What clients see of a fault of ours. */
export function internalError(requestId: string): GraphQLFormattedError {
  return {
    message: "Internal error",
    extensions: { code: "INTERNAL_SERVER_ERROR", retryable: true, requestId },
  };
}

/** A refusal of a whole request, with the HTTP status that says so. */
export function requestRefusal(
  refusal: Refusal,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError {
  return new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { http: { status, headers: new HeaderMap(Object.entries(headers)) } },
  });
}

/** HTTP statuses of refusals that end a request before it was executed. */
const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
};

/** Makes an error of whatever ended a request before it was executed. */
export function requestError(thrown: unknown): GraphQLError {
  if (thrown instanceof Refusal) {
    const headers =
      thrown.code === "UNAUTHENTICATED" ? { "www-authenticate": "Bearer" } : undefined;
    return requestRefusal(thrown, statuses[thrown.code] ?? 400, headers);
  }
  if (!(thrown instanceof GraphQLError)) {
    return new GraphQLError("Internal error", {
      originalError: thrown instanceof Error ? thrown : new Error(String(thrown)),
      extensions: { http: { status: 500, headers: new HeaderMap() } },
    });
  }
  if (thrown.extensions.http !== undefined) return thrown;
  return new GraphQLError(thrown.message, {
    nodes: thrown.nodes ?? null,
    originalError: thrown.originalError ?? null,
    extensions: { ...thrown.extensions, http: { status: 400, headers: new HeaderMap() } },
  });
}

export function unauthenticated(message = "Send a credential: Authorization: Bearer …") {
  return requestRefusal(refuse("UNAUTHENTICATED", message), 401, { "www-authenticate": "Bearer" });
}

export function rateLimited(retryAfter: number): GraphQLError {
  const message = `Too many requests; wait for ${retryAfter} seconds.`;
  const refusal = new Refusal({ code: "RATE_LIMITED", message, path: [], retryAfter });
  return requestRefusal(refusal, 429, { "retry-after": String(retryAfter) });
}

function presentRefusal(refusal: Refusal) {
  const [first, ...others] = refusal.errors.map(presentFact);
  return {
    message: refusal.message,
    extensions: {
      ...first?.extensions,
      ...(others.length > 0 && {
        errors: [first, ...others].map((each) => ({ message: each?.message, ...each?.extensions })),
      }),
    },
  };
}

function presentFact(fact: UserErrorFact) {
  return {
    message: fact.message,
    extensions: {
      code: fact.code,
      retryable: fact.retryable ?? errorFacts[fact.code].retryable,
      ...(fact.retryAfter !== undefined && { retryAfter: fact.retryAfter }),
      ...(fact.path.length > 0 && { path: fact.path }),
      ...(fact.provider !== undefined && { provider: fact.provider }),
      ...(fact.providerCode !== undefined && { providerCode: fact.providerCode }),
    },
  };
}

function presentBadRequest(error: GraphQLError, viewer: Viewer) {
  const isTooMuch =
    /^Syntax Error: Document contains more that \d+ tokens/.test(error.message) ||
    error.extensions.validationErrorCode === "MAX_RECURSIVE_SELECTIONS_EXCEEDED";
  const reason = error.extensions.code;
  const path = isTooMuch ? undefined : coercionPlace(error, endsOf(error.message));
  return {
    message: isTooMuch ? "The document is too long." : safeMessage(error.message, viewer),
    extensions: {
      code: isTooMuch ? "QUERY_TOO_COMPLEX" : "BAD_REQUEST",
      retryable: false,
      ...(path !== undefined && { path }),
      ...(typeof reason === "string" && reason !== "BAD_REQUEST" && { reason }),
    },
  };
}

/**
 * graphql quotes values, which may hold a card token or a payer's data, in what is wrong with them. Only
 * what is known to be words of the schema is kept.
 */
function safeMessage(whole: string, viewer: Viewer): string {
  const message = endsOf(whole);
  const variable = /^Variable "\$\w+" got invalid value /.exec(message)?.[0];
  const told =
    variable === undefined
      ? withoutLiteral(message)
      : `${variable.trim()}${placeIn(message)}${reasonIn(message)}`;
  const text = viewer.mayIntrospect ? told : told.replace(/ ?Did you mean .+\?$/s, "");
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** How much is read of each end of a message. */
const readLength = 1_000;

/**
 * What is told stands at a message's ends. Between them is the value, as long as a request may be: the patterns
 * below would search it anew from each place where they could begin, which is seconds for a value made for it.
 */
function endsOf(message: string): string {
  if (message.length <= 2 * readLength) return message;
  return `${message.slice(0, readLength)}…${message.slice(-readLength)}`;
}

/**
 * Values that stand in the document itself are quoted too: in syntax errors, where a type is not met, and where
 * a variable in a literal makes it wrong.
 */
function withoutLiteral(message: string): string {
  const hint = / Did you mean [^?]+\?$/.exec(message)?.[0] ?? "";
  return message
    .replace(/^([\w" ]+ cannot represent [\w -]*value): .*$/s, `$1.${hint}`)
    .replace(/^(Expected value of type "[^"]+"), found .*$/s, `$1.${hint}`)
    .replace(/^(Argument "\w+" has invalid value) .*$/s, "$1.")
    .replace(/^(Syntax Error: .*?\b(?:Int|Float|String|BlockString)) ".*$/s, "$1.");
}

/** The last one is what our own scalars say. */
const reasons =
  /; (Field "\w+" of required type "[^"]+" was not provided\.|Field "[A-Za-z_]\w*" is not defined by type "\w+"\..*|Expected non-nullable type "[^"]+" not to be null\.|[A-Z]\w+ must be [^"]+)$/s;

function reasonIn(message: string): string {
  const known = reasons.exec(message)?.[1];
  const kind =
    /; (?:(?:Enum )?"?(\w+)"? cannot represent|Expected type "(\w+)"|Value .* in "(\w+)" enum)/s.exec(
      message,
    );
  const type = kind?.slice(1).find((name) => name !== undefined);
  return `; ${known?.replace(/(?<![.?])$/, ".") ?? (type === undefined ? "it is not valid." : `it is no ${type}.`)}`;
}

function placeIn(message: string): string {
  const place = variablePlace(message);
  return place === undefined ? "" : ` at "${place}"`;
}

/** Codes of Apollo and of our WebSocket for errors raised before anything ran. */
const requestCodes: ReadonlySet<unknown> = new Set([
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

/**
 * Without a path, no field was being resolved: graphql found fault with document or variables, and says
 * where. With one, only graphql's complaints about arguments carry nodes of their own; a GraphQLError
 * that a resolver or a scalar's serializer threw has none, and may say anything.
 */
function isFaultOfRequest(error: GraphQLError): boolean {
  if (error.path === undefined) {
    return (error.locations ?? []).length > 0 || requestCodes.has(error.extensions.code);
  }
  const origin = innermost(error);
  return origin !== error && origin instanceof GraphQLError && (origin.nodes ?? []).length > 0;
}

function refusalIn(error: unknown, refusalOf: PresenterOptions["refusalOf"]): Refusal | undefined {
  for (let current = error; current !== undefined; current = causeOf(current)) {
    if (current instanceof Refusal) return current;
    const translated = refusalOf?.(current);
    if (translated !== undefined) return translated;
  }
  return undefined;
}

function innermost(error: unknown): unknown {
  let current = error;
  for (let cause = causeOf(current); cause !== undefined; cause = causeOf(current)) current = cause;
  return current;
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? error.originalError : undefined;
}

/** Where in document and answer an error belongs. */
function placeOf(error: unknown): Pick<GraphQLFormattedError, "locations" | "path"> {
  if (!(error instanceof GraphQLError)) return {};
  return {
    ...(error.locations !== undefined && { locations: error.locations }),
    ...(error.path !== undefined && { path: error.path }),
  };
}
