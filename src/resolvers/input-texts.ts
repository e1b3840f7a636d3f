import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from "graphql";
import { containsCardNumber } from "../domain/card-number";
import { Refusal, type UserErrorFact } from "../domain/errors";

/** Whether a text is searched for card numbers; whole characters are asked of every text. */
type Search = "YES" | "NO" | "NAMES_TOO" | "IF_DIGITS_ONLY" | "IF_LONG_DOCUMENT";

/** Texts of these scalars have a form of their own, which no card number fits, or are numbers to reckon with. */
const byScalar: Readonly<Record<string, Search>> = {
  CurrencyCode: "NO",
  Cursor: "NO",
  DateTime: "NO",
  Decimal: "NO",
  EmailAddress: "YES",
  // Ids of ours; any other text is refused as none.
  ID: "NO",
  // The names of its fields are the caller's text too.
  JSONObject: "NAMES_TOO",
  String: "YES",
  URL: "YES",
};

const textless: ReadonlySet<string> = new Set(["Boolean", "Int"]);

/** The fields that are searched in another way than others of their scalar, and why. */
const byField: Readonly<Record<string, Search>> = {
  // Tokens have letters. Digits alone are what somebody put in a token's place.
  "CartInput.cardToken": "IF_DIGITS_ONLY",
  "ChangeSubscriptionCardInput.cardToken": "IF_DIGITS_ONLY",
  "CreateBillingSubscriptionInput.cardToken": "IF_DIGITS_ONLY",
  "SetSecondaryPaymentMethodInput.cardToken": "IF_DIGITS_ONLY",
  "CreatePaymentInput.cardToken": "IF_DIGITS_ONLY",
  "OrderPayMethodInput.cardToken": "IF_DIGITS_ONLY",
  "PayWithCardInput.token": "IF_DIGITS_ONLY",
  "PayWithWalletTokenInput.token": "IF_DIGITS_ONLY",
  // Made by machines that never see a card number, and opaque: digits in them mean nothing.
  "CompleteSellerConnectionInput.code": "NO",
  "CompleteSellerConnectionInput.state": "NO",
  "CreateMarketplaceOrderInput.deviceId": "NO",
  "ChangeSubscriptionCardInput.deviceId": "NO",
  "CreateBillingSubscriptionInput.deviceId": "NO",
  "CreatePaymentInput.deviceId": "NO",
  "MarketplaceOrderFilter.providerOrderId": "NO",
  "PaymentFilter.providerPaymentId": "NO",
  // IPv6 addresses may be groups of four digits.
  "AdditionalInfoInput.ipAddress": "NO",
  "CreateMarketplaceOrderInput.ipAddress": "NO",
  // A company's tax number has 14 digits, and one in some hundreds passes for a Diners Club card.
  "IdentificationInput.number": "IF_LONG_DOCUMENT",
};

/**
 * The most characters that all texts of an input have together. No request is longer, but a document may use one
 * variable in many places.
 */
const wholeLength = 256 * 1024;

interface TextField {
  readonly name: string;
  readonly search: Search;
  /** The input type that it is of, or lists of it are. */
  readonly nested: string | undefined;
}

/** The fields of each input type that may have texts, by the type's name, which is its class's name. */
const inputTypes = new Map<string, readonly TextField[]>();

/** Reads what inputs there are. @throws TypeError where it is not said how a field's text is searched. */
export function learnInputs(schema: GraphQLSchema): void {
  const unknown = new Set(Object.keys(byField));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type)) continue;
    const fields = Object.values(type.getFields());
    for (const { name } of fields) unknown.delete(`${type.name}.${name}`);
    inputTypes.set(
      type.name,
      fields.flatMap((field) => textFieldOf(type.name, field)),
    );
  }
  if (unknown.size > 0) throw new TypeError(`there is no input ${[...unknown].join(", ")}`);
}

/**
 * Puts the rule for whole characters in front of what has arguments of its own, beside inputs: queries and
 * subscriptions. Nothing of those is stored; a text that no column can have is a mistake all the same.
 */
export function guardArguments(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const names = field.args
        .flatMap((argument) => textFieldOf(field.name, argument))
        .flatMap(({ name, nested }) => (nested === undefined ? [name] : []));
      if (names.length === 0) continue;
      field.resolve = guarded(names, field.resolve ?? defaultFieldResolver);
      if (field.subscribe !== undefined) field.subscribe = guarded(names, field.subscribe);
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, unknown>;

function guarded(names: readonly string[], resolve: Resolve): Resolve {
  return (source, args, context, info) => {
    for (const name of names) {
      if (!isWhole(args[name])) throw new Refusal(brokenAt([name]));
    }
    return resolve(source, args, context, info);
  };
}

function isWhole(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isWhole);
  return typeof value !== "string" || value.isWellFormed();
}

function textFieldOf(
  typeName: string,
  { name, type }: GraphQLInputField | GraphQLArgument,
): TextField[] {
  const named = getNamedType(type);
  if (isEnumType(named) || textless.has(named.name)) return [];
  if (isInputObjectType(named)) return [{ name, search: "NO", nested: named.name }];
  const search = byField[`${typeName}.${name}`] ?? byScalar[named.name];
  if (search === undefined) {
    throw new TypeError(`input-texts.ts does not say how texts of ${named.name} are searched`);
  }
  return [{ name, search, nested: undefined }];
}

/** What is wrong with the texts of an input, whatever their fields' own rules are. */
export interface TextFaults {
  /** Texts with half of a character, which no column keeps, and texts that are too much together. */
  readonly broken: readonly UserErrorFact[];
  readonly cardNumbers: readonly UserErrorFact[];
}

/** Names the place of an error. */
export function placeOf({ path }: Pick<UserErrorFact, "path">): string {
  return JSON.stringify(path);
}

/** Looks at every text of an input, at any depth. What is refused already is not searched for card numbers. */
export function textFaultsOf(
  input: object,
  path: readonly string[],
  refused: ReadonlySet<string>,
): TextFaults {
  const reading = new TextReading(refused);
  reading.readInput(input, input.constructor.name, path);
  if (reading.length > wholeLength) {
    reading.broken.push({
      code: "INVALID_INPUT",
      message: `the texts may have at most ${wholeLength} characters together`,
      path,
    });
  }
  return reading;
}

class TextReading implements TextFaults {
  readonly broken: UserErrorFact[] = [];
  readonly cardNumbers: UserErrorFact[] = [];
  length = 0;

  constructor(private readonly refused: ReadonlySet<string>) {}

  readInput(input: object, typeName: string, path: readonly string[]): void {
    const fields = inputTypes.get(typeName);
    if (fields === undefined) throw new TypeError(`the schema has no input ${typeName}`);
    for (const field of fields) {
      const value: unknown = (input as Readonly<Record<string, unknown>>)[field.name];
      if (value === undefined || value === null) continue;
      const isRefused =
        this.refused.size > 0 && this.refused.has(placeOf({ path: [...path, field.name] }));
      this.#read(value, isRefused ? { ...field, search: "NO" } : field, path, field.name);
    }
  }

  #read(value: unknown, field: TextField, path: readonly string[], name: string): void {
    if (typeof value === "string") {
      this.#readText(value, field.search, path, name);
    } else if (Array.isArray(value)) {
      const inside = [...path, name];
      for (const [index, item] of value.entries()) this.#read(item, field, inside, String(index));
    } else if (field.nested !== undefined && isObject(value)) {
      this.readInput(value, field.nested, [...path, name]);
    } else if (field.search === "NAMES_TOO") {
      this.#readJson(value, [...path, name]);
    }
  }

  #readJson(value: unknown, path: readonly string[]): void {
    if (!isObject(value)) {
      if (typeof value === "string" || typeof value === "number") {
        this.#readText(String(value), "YES", path.slice(0, -1), path.at(-1) ?? "");
      }
      return;
    }
    for (const [name, field] of Object.entries(value)) {
      this.length += name.length;
      // A path that had such a name in it would repeat what is wrong with the name.
      if (!name.isWellFormed()) this.broken.push(brokenAt(path));
      else if (containsCardNumber(name)) this.cardNumbers.push(cardNumberAt(path));
      else this.#readJson(field, [...path, name]);
    }
  }

  #readText(text: string, search: Search, path: readonly string[], name: string): void {
    this.length += text.length;
    if (!text.isWellFormed()) this.broken.push(brokenAt([...path, name]));
    else if (isSearched(text, search) && containsCardNumber(text)) {
      this.cardNumbers.push(cardNumberAt([...path, name]));
    }
  }
}

function isSearched(text: string, search: Search): boolean {
  switch (search) {
    case "YES":
    case "NAMES_TOO":
      return true;
    case "NO":
      return false;
    case "IF_DIGITS_ONLY":
      return !/\p{L}/u.test(text);
    case "IF_LONG_DOCUMENT":
      return text.replace(/\D/g, "").length > 14;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function brokenAt(path: readonly string[]): UserErrorFact {
  return {
    code: "INVALID_INPUT",
    message: `${path.at(-1)} has half of a character (an unpaired surrogate); send whole characters`,
    path,
  };
}

function cardNumberAt(path: readonly string[]): UserErrorFact {
  return {
    code: "CARD_DATA_NOT_ACCEPTED",
    message: "this text contains what looks like a card number; it was not stored or sent",
    path,
  };
}
