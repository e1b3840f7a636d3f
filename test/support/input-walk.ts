import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { Json } from "./simulator";

/** Where a value stands in an input. */
export interface Place {
  /** Names of fields, and 0 in lists. */
  readonly path: readonly string[];
  /** "BuyerInput.email" */
  readonly coordinate: string;
  readonly scalar: string;
}

/** Every scalar of an input, at any depth. */
export function placesIn(type: GraphQLInputObjectType, path: readonly string[] = []): Place[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    const inside = [...path, field.name, ...(isList(field.type) ? ["0"] : [])];
    if (isInputObjectType(named)) return placesIn(named, inside);
    if (isEnumType(named)) return [];
    return [{ path: inside, coordinate: `${type.name}.${field.name}`, scalar: named.name }];
  });
}

/** An input with the value at the path, and of all else what must be there: of the right type, and good for nothing. */
export function inputWith(
  type: GraphQLInputObjectType,
  [name = "", ...rest]: readonly string[],
  value: unknown,
): Json {
  const input = placeholderOf(type);
  const field = type.getFields()[name];
  if (field === undefined) throw new Error(`${type.name} has no ${name}`);
  const inside = isList(field.type) ? rest.slice(1) : rest;
  const named = getNamedType(field.type);
  const given = isInputObjectType(named) ? inputWith(named, inside, value) : value;
  return { ...input, [name]: isList(field.type) ? [given] : given };
}

/** Of the right type, and good for nothing. */
export function placeholderOf(type: GraphQLInputType): Json {
  const bare = getNullableType(type);
  if (isListType(bare)) return [placeholderOf(bare.ofType)];
  if (isInputObjectType(bare)) {
    const required = Object.values(bare.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return Object.fromEntries(required.map((field) => [field.name, placeholderOf(field.type)]));
  }
  if (isEnumType(bare)) return bare.getValues().at(-1)?.name;
  const placeholder = placeholders[String(bare)];
  if (placeholder === undefined) throw new Error(`say what a ${bare} looks like`);
  return placeholder;
}

const placeholders: Readonly<Record<string, unknown>> = {
  Boolean: true,
  CurrencyCode: "XXX",
  DateTime: "2026-01-31T12:00:00Z",
  Decimal: "1",
  EmailAddress: "?",
  ID: "?",
  Int: 1,
  String: "?",
  URL: "https://shop.example/",
};

function isList(type: GraphQLInputType): boolean {
  return isListType(getNullableType(type));
}
