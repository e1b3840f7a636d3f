import {
  type DefinitionNode,
  type GraphQLError,
  Kind,
  type ObjectFieldNode,
  parse,
  type ValueNode,
  visit,
} from "graphql";
import { parseOptions } from "./document-rules";

/**
 * Where in a field's arguments the value stands that graphql could not read, as refusals name it:
 * `["input", "carts", "1", "amount"]`, be it a literal or in a variable. Undefined where the error is about no value,
 * or about a variable that no argument uses.
 * @param message the error's, or its two ends.
 */
export function coercionPlace(error: GraphQLError, message: string): readonly string[] | undefined {
  const node = error.nodes?.[0];
  if (node?.loc === undefined) return undefined;
  const { start, source } = node.loc;
  const missing = missingField.exec(message)?.[1];
  const rest = missing === undefined ? [] : [missing];

  if (literalKinds.has(node.kind)) {
    const place = placeOf(parse(source, parseOptions).definitions, (value) => {
      return value.loc?.start === start && value.kind === node.kind;
    });
    return place && [...place, ...rest];
  }
  const name = variableFault.exec(message)?.[1];
  if (node.kind !== Kind.VARIABLE_DEFINITION || name === undefined) return undefined;
  // Other operations of the document may have a variable of the same name.
  const { definitions } = parse(source, parseOptions);
  const used = definitions.filter(
    ({ kind, loc }) =>
      kind === Kind.FRAGMENT_DEFINITION ||
      (loc !== undefined && loc.start <= start && start < loc.end),
  );
  const place = placeOf(used, (value) => value.kind === Kind.VARIABLE && value.name.value === name);
  const unknown = unknownField.exec(message)?.[1];
  return place && [...place, ...stepsIn(message), ...(unknown === undefined ? rest : [unknown])];
}

const variableFault = /^Variable "\$(\w+)" (?:got invalid value |of (?:required|non-null) type )/;
/** What is missing has no place of its own: graphql names that of the object around it. */
const missingField = /(?:^|; )Field "(?:\w+\.)?(\w+)" of required type "[^"]+" was not provided\.$/;
/** So it does for an unknown field in a variable; a literal's has a node. */
const unknownField = /; Field "([A-Za-z_]\w*)" is not defined by type "\w+"\.[^;]*$/;

const literalKinds: ReadonlySet<string> = new Set([
  ...[Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL, Kind.ENUM, Kind.LIST],
  ...[Kind.OBJECT, Kind.OBJECT_FIELD],
]);

type Place = ValueNode | ObjectFieldNode;

/** The way through arguments and the fields of input objects to the first value that is meant. */
function placeOf(
  definitions: readonly DefinitionNode[],
  isMeant: (place: Place) => boolean,
): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  for (const definition of definitions) {
    visit(definition, {
      Argument({ name, value }) {
        found ??= placeIn(value, [name.value], isMeant);
        return false;
      },
    });
  }
  return found;
}

function placeIn(
  value: ValueNode,
  path: readonly string[],
  isMeant: (place: Place) => boolean,
): readonly string[] | undefined {
  if (isMeant(value)) return path;
  if (value.kind === Kind.LIST) {
    for (const [index, item] of value.values.entries()) {
      const place = placeIn(item, [...path, String(index)], isMeant);
      if (place !== undefined) return place;
    }
  }
  if (value.kind === Kind.OBJECT) {
    for (const field of value.fields) {
      const inside = [...path, field.name.value];
      const place = isMeant(field) ? inside : placeIn(field.value, inside, isMeant);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

/** The way inside of a variable: of `at "in.carts[1].amount"` without the variable's own name. */
function stepsIn(message: string): readonly string[] {
  return variablePlace(message)?.match(/\w+/g)?.slice(1) ?? [];
}

/** Where in a variable a fault is, as graphql writes it. */
export function variablePlace(message: string): string | undefined {
  const places = [...message.matchAll(/ at "(\w+(?:\.\w+|\[\d+\])*)"; /g)];
  return places.at(-1)?.[1];
}
