import { isNativeError } from "node:util/types";
import { type DestinationStream, type Logger, pino } from "pino";

/**
 * Second net under the rule that only named facts are logged: wherever one of these words names a
 * property, two levels deep, its value is blanked.
 */
const secretWords = [
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "accessToken",
  "access_token",
  "refreshToken",
  "refresh_token",
  "cardToken",
  "credential",
  "rawBody",
  "body",
];

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretWords.flatMap((word) => [word, `*.${word}`, `*.*.${word}`]),
      censor: "[redacted]",
    },
    serializers: { err: describeError, error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What may be told of an error. Libraries hang requests, options and queries with values on theirs. */
function describeError(error: unknown): Record<string, unknown> {
  if (!isNativeError(error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    stack: error.stack,
    ...(isNativeError(error.cause) && { cause: describeError(error.cause) }),
  };
}
