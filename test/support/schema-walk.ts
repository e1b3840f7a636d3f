import {
  buildClientSchema,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from "graphql";
import type { TestGateway } from "./gateway";

type Field = GraphQLField<unknown, unknown>;

/** The schema as the running gateway tells it. */
export async function readSchema(gateway: TestGateway): Promise<GraphQLSchema> {
  return buildClientSchema(
    await gateway.data(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })),
  );
}

export function fieldsOf(schema: GraphQLSchema, typeName: string): Field[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`the schema has no object type ${typeName}`);
  return Object.values(type.getFields());
}

/** Types that `node` answers. */
export function nodeTypes(schema: GraphQLSchema): string[] {
  const node = schema.getType("Node");
  if (!isInterfaceType(node)) throw new Error("the schema has no Node");
  return schema.getPossibleTypes(node).map(({ name }) => name);
}

/** The least that shows whether something is there: ids where it has them, else its plain fields. */
export function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  if (isUnionType(named)) return "{ __typename }";
  if (!isObjectType(named) && !isInterfaceType(named)) throw new Error(`${named} has no fields`);
  const fields = named.getFields();
  if (fields.edges !== undefined) return `{ edges { node ${selectionOf(nodeOf(named))} } }`;
  if (fields.id !== undefined) return "{ id }";
  if (fields.userErrors !== undefined) return "{ userErrors { code message path } }";
  const plain = Object.values(fields).filter((field) => isLeafType(getNamedType(field.type)));
  if (plain.length > 0) return `{ ${plain.map(({ name }) => name).join(" ")} }`;
  const [first] = Object.values(fields);
  if (first === undefined) throw new Error(`${named} has no fields`);
  return `{ ${first.name} ${selectionOf(first.type)} }`;
}

/** What a connection holds. */
function nodeOf(connection: GraphQLObjectType | GraphQLInterfaceType): GraphQLOutputType {
  const edge = getNamedType(connection.getFields().edges?.type);
  const node = isObjectType(edge) ? edge.getFields().node : undefined;
  if (node === undefined) throw new Error(`${connection} has no nodes`);
  return node.type;
}

/** `($id: ID!, …)` and `(id: $id, …)` for those arguments of a field that are given. */
export function argumentsOf(field: Field, given: object): { declared: string; passed: string } {
  const args = field.args.filter(({ name }) => name in given);
  if (args.length === 0) return { declared: "", passed: "" };
  return {
    declared: `(${args.map(({ name, type }) => `$${name}: ${type}`).join(", ")})`,
    passed: `(${args.map(({ name }) => `${name}: $${name}`).join(", ")})`,
  };
}
