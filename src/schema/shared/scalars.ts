import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import { GraphQLDateTimeISO } from "graphql-scalars";

/** Long enough for any amount; a longer text is a mistake or an attack. */
const decimalLength = 40;
const decimalShape = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
/** As many digits as a float carries from text and back without a change. */
const floatDigits = 15;
/** Deeper objects are a mistake, and cost a stack frame a level in whatever reads them. */
const jsonDepth = 8;
const urlLength = 2_048;

/** Exact decimals. Text inside and outside; no arithmetic is done on a float. */
export const DecimalScalar = scalar<string>(
  "Decimal",
  'An exact decimal number in major units, such as "100.50". Answers are always strings. Strings and numbers are accepted; a number with more than 15 digits has to be a string, since JSON would round it.',
  "a number in plain digits, or a string with one",
  (value) => {
    if (typeof value === "string") return readDecimal(value);
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    const digits = String(value).replace(/e.*$/, "").replace(/\D/g, "").replace(/^0+/, "");
    return digits.length > floatDigits ? undefined : readDecimal(String(value));
  },
  // A literal's digits are those that the caller wrote: no float has seen them.
  (node) =>
    node.kind === Kind.INT || node.kind === Kind.FLOAT ? readDecimal(node.value) : undefined,
);

export const CurrencyCodeScalar = scalar<string>(
  "CurrencyCode",
  'A currency by ISO 4217, such as "ARS" or "BRL". `providers` lists which provider settles in which.',
  "three capital letters",
  textOf(/^[A-Z]{3}$/),
);

export const CursorScalar = scalar<string>(
  "Cursor",
  "An opaque place in the event log. Keep the last one that you have seen, and give it as `after` to miss nothing. It does not expire.",
  "a cursor from an earlier answer",
  textOf(/^[\w-]{1,200}$/),
);

/** Any text is let in: a buyer's typing mistake is answered by the mutation, with its path, like others. */
export const EmailAddressScalar = scalar<string>(
  "EmailAddress",
  "An e-mail address. A malformed one in an input is answered in `userErrors`.",
  "a text",
  textOf(/^.*$/s),
);

export const UrlScalar = scalar<string>(
  "URL",
  "An absolute http or https URL.",
  "an absolute http or https URL of at most 2048 characters",
  (value) => {
    // `URL` would put another character in the place of half of one.
    if (typeof value !== "string" || value.length > urlLength || !value.isWellFormed()) {
      return undefined;
    }
    if (!URL.canParse(value)) return undefined;
    const { protocol, href } = new URL(value);
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  },
);

export const JsonObjectScalar = scalar<Record<string, unknown>>(
  "JSONObject",
  "A JSON object with fields of your own choosing, at most 8 levels deep.",
  "an object, at most 8 levels deep",
  (value) => (isObject(value) && depthOf(value) <= jsonDepth ? value : undefined),
  (node, variables) => {
    // Measured before it is read: reading goes as deep as the literal does.
    if (node.kind !== Kind.OBJECT || literalDepthOf(node) > jsonDepth) return undefined;
    const value: unknown = valueFromASTUntyped(node, variables);
    return isObject(value) && depthOf(value) <= jsonDepth ? value : undefined;
  },
);

/** RFC 3339 in UTC with milliseconds; other offsets are accepted and converted. */
export const DateTimeScalar = scalar<Date>(
  "DateTime",
  'A moment by RFC 3339, such as "2026-01-31T12:00:00.000Z". Answers are in UTC with milliseconds; other offsets are accepted.',
  "a moment such as 2026-01-31T12:00:00.000Z",
  (value) => {
    try {
      return typeof value === "string" ? GraphQLDateTimeISO.parseValue(value) : undefined;
    } catch {
      return undefined;
    }
  },
);

/**
 * A scalar that is read by a function which answers undefined for what it does not take. What was given is
 * never repeated in the error: it may be a card token or a payer's data.
 */
function scalar<T>(
  name: string,
  description: string,
  expected: string,
  read: (value: unknown) => T | undefined,
  readLiteral: (node: ValueNode, variables?: Variables) => T | undefined = () => undefined,
): GraphQLScalarType<T, unknown> {
  const message = `${name} must be ${expected}`;
  return new GraphQLScalarType<T, unknown>({
    name,
    description,
    serialize: (value) => (value instanceof Date ? value.toISOString() : value),
    parseValue: (value) => {
      const result = read(value);
      if (result === undefined) throw new GraphQLError(message);
      return result;
    },
    parseLiteral: (node, variables) => {
      const result =
        node.kind === Kind.STRING ? read(node.value) : readLiteral(node, variables ?? undefined);
      if (result === undefined) throw new GraphQLError(message, { nodes: node });
      return result;
    },
  });
}

type Variables = Readonly<Record<string, unknown>>;

function textOf(shape: RegExp) {
  return (value: unknown) => (typeof value === "string" && shape.test(value) ? value : undefined);
}

function readDecimal(text: string): string | undefined {
  return text.length <= decimalLength && decimalShape.test(text) ? text : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Levels of nesting, counted no further than one beyond the limit. */
function depthOf(value: unknown, level = 1): number {
  if (typeof value !== "object" || value === null) return level - 1;
  if (level > jsonDepth) return level;
  return Math.max(level, ...Object.values(value).map((field) => depthOf(field, level + 1)));
}

function literalDepthOf(node: ValueNode, level = 1): number {
  if (level > jsonDepth) return level;
  const children =
    node.kind === Kind.OBJECT
      ? node.fields.map((field) => field.value)
      : node.kind === Kind.LIST
        ? node.values
        : undefined;
  if (children === undefined) return level - 1;
  return Math.max(level, ...children.map((child) => literalDepthOf(child, level + 1)));
}
