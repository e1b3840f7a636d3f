import { validateSync } from "class-validator";
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from "graphql";
import * as access from "../../src/schema/access/access.input";
import * as cart from "../../src/schema/order/cart.input";
import * as order from "../../src/schema/order/order.input";
import * as additionalInfo from "../../src/schema/payment/additional-info.input";
import * as payWith from "../../src/schema/payment/pay-with.input";
import * as payer from "../../src/schema/payment/payer.input";
import * as payment from "../../src/schema/payment/payment.input";
import * as payout from "../../src/schema/payout/payout.input";
import * as pointOrder from "../../src/schema/point/point-order.input";
import * as seller from "../../src/schema/seller/seller.input";
import * as plan from "../../src/schema/subscription/plan.input";
import * as subscription from "../../src/schema/subscription/subscription.input";
import * as testUser from "../../src/schema/test-user/test-user.input";
import { placeholderOf } from "./input-walk";
import type { Json } from "./simulator";

const classes: Readonly<Record<string, unknown>> = {
  ...additionalInfo,
  ...cart,
  ...access,
  ...seller,
  ...testUser,
  ...order,
  ...payer,
  ...payWith,
  ...payment,
  ...payout,
  ...plan,
  ...subscription,
  ...pointOrder,
};

/** What texts are filled with, the one with the most bytes first. Some fields take only some of them. */
const units = ["\u{1F4DA}", "é", "x", "1"];
/** For fields of a form of their own. */
const samples = [
  `${"x".repeat(64)}@${"x".repeat(63)}.${"x".repeat(63)}.${"x".repeat(57)}.com`,
  "2001:0db8:0000:0000:0000:0000:255.255.255.255",
  "PL",
];
const longest = 4_096;

/**
 * The largest input that the rules of its classes let in: each text as long as may be, of the widest characters that
 * it takes, and each list as long as may be. What a field has to name (ids, amounts, tokens) is given.
 */
export function largestInput(type: GraphQLInputObjectType, given: Json): Json {
  const input: Json = {};
  for (const field of Object.values(type.getFields())) {
    const value =
      field.name in given ? largestWithin(field, given[field.name]) : largestOf(type, field);
    if (value !== undefined && value !== null) input[field.name] = value;
  }
  return input;
}

/** What is given of an input within the input is filled up. */
function largestWithin({ type }: GraphQLInputField, given: Json): Json {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || given === null) return given;
  return Array.isArray(given)
    ? given.map((one) => largestInput(named, one))
    : largestInput(named, given);
}

function largestOf(type: GraphQLInputObjectType, field: GraphQLInputField): Json {
  const named = getNamedType(field.type);
  if (isInputObjectType(named)) {
    const one = largestInput(named, {});
    if (!isListType(getNullableType(field.type))) return one;
    const most = mostThat(128, (count) => keepsRule(type, field, Array(count).fill(null)));
    return Array(most).fill(one);
  }
  if (isEnumType(named)) return undefined;
  switch (named.name) {
    case "String":
    case "EmailAddress":
      return longestText(type, field);
    case "JSONObject": {
      const of = (count: number) => ({ [units[0] ?? ""]: (units[0] ?? "").repeat(count) });
      return of(mostThat(longest, (count) => keepsRule(type, field, of(count))));
    }
    case "URL": {
      const of = (count: number) => `https://shop.example/${"x".repeat(count)}`;
      return of(mostThat(1_000, (count) => keepsRule(type, field, of(count))));
    }
    case "Decimal":
    case "DateTime":
    case "Int":
      return placeholderOf(named);
    // Left out where nothing was given.
    case "Boolean":
    case "ID":
    case "CurrencyCode":
      return undefined;
    default:
      throw new Error(`say what the largest ${named.name} is`);
  }
}

function longestText(type: GraphQLInputObjectType, field: GraphQLInputField): string {
  const texts = units.flatMap((unit) => {
    const most = mostThat(longest, (count) => keepsRule(type, field, unit.repeat(count)));
    if (most === longest) throw new Error(`${type.name}.${field.name} has no limit`);
    return most === 0 ? [] : [unit.repeat(most)];
  });
  const others = samples.filter((sample) => keepsRule(type, field, sample));
  const [text] = [...texts, ...others].sort((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a));
  if (text === undefined) throw new Error(`say what ${type.name}.${field.name} looks like`);
  return text;
}

/** The most for which it holds, where it holds from some number up to that; 0 where for none. */
function mostThat(limit: number, holds: (count: number) => boolean): number {
  let most = 0;
  for (let count = 1; count <= limit; count = count < 32 ? count + 1 : Math.ceil(count * 1.5)) {
    if (holds(count)) most = count;
    else if (most > 0) break;
  }
  if (most === 0) return 0;
  if (holds(limit)) return limit;
  for (let above = limit; above - most > 1; ) {
    const middle = Math.floor((most + above) / 2);
    if (holds(middle)) most = middle;
    else above = middle;
  }
  return most;
}

/** Whether a value keeps its field's own rules, whatever is wrong with its items. */
function keepsRule(
  type: GraphQLInputObjectType,
  field: GraphQLInputField,
  value: unknown,
): boolean {
  const input = classes[type.name];
  if (typeof input !== "function") throw new Error(`${type.name} is in no file that is read here`);
  const made: Json = Reflect.construct(input, []);
  made[field.name] = value;
  return validateSync(made, { forbidUnknownValues: false }).every(
    ({ property, constraints = {} }) =>
      property !== field.name ||
      Object.keys(constraints).every((rule) => rule === "nestedValidation"),
  );
}
