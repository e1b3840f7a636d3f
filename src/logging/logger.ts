import { isNativeError } from "node:util/types";
import { type DestinationStream, type Logger, pino } from "pino";
import { workFacts } from "./work";

/** Properties whose values no log may show, whatever they hang on. Compared without case and underscores. */
const secretWords = new Set([
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "accesstoken",
  "refreshtoken",
  "cardtoken",
  "credential",
  "rawbody",
  "body",
]);

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => withoutSecrets(fields),
    },
    // A line's own facts win over those of the work around it.
    mixin: () => workFacts(),
    mixinMergeStrategy: (own: object, ofWork: object) => ({ ...ofWork, ...own }),
    serializers: { err: describeError, error: describeError },
  };
  return pino(options, destination ?? standardOutput());
}

/**
 * Lines are handed over some at a time, a tenth of a second late at most: one write for each was a fortieth of
 * a payment, and waits for whoever reads them. In pieces of 4 kB it still was, on Node.js 24. They are all there when the
 * process ends by itself.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: 12_288, periodicFlush: 100 });
}

/**
 * Second net under the rule that only named facts are logged. pino's own redaction, with wildcards for
 * three levels, cost a fifth of the time of a small request.
 */
function withoutSecrets(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    shown[name] = secretWords.has(name.replaceAll("_", "").toLowerCase())
      ? "[redacted]"
      : depth < 4 && isPlainObject(value)
        ? withoutSecrets(value, depth + 1)
        : value;
  }
  return shown;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What may be told of an error. Libraries hang requests, options and queries with values on theirs. */
function describeError(error: unknown): Record<string, unknown> {
  if (!isError(error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    stack: error.stack,
    ...(isError(error.cause) && { cause: describeError(error.cause) }),
  };
}

/** better-sqlite3 makes its errors in a way that Node does not take for native ones. */
function isError(value: unknown): value is Error {
  return isNativeError(value) || value instanceof Error;
}
