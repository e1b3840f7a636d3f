import {
  type DocumentNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  Kind,
  visit,
} from "graphql";
import {
  type ComplexityEstimator,
  fieldExtensionsEstimator,
  getComplexity,
} from "graphql-query-complexity";
import { maxSelections, tooComplex } from "./document-rules";

/** A page of 100 payments with nearly everything that a payment has. */
export const maxCost = 5000;
/**
 * Several times a payment with everything that it has. Events are executed without being counted, each for all
 * documents that a credential watches with, which may be hundreds.
 */
export const maxEventCost = 500;

const prices = {
  /** Writes in two transactions and calls a provider. */
  mutation: 10,
  /** The whole schema is some hundred kB of text. */
  introspection: 100,
} as const;

/** Objects in a list that does not say how many it has: refunds of a payment, accounts of a seller. */
const assumedListLength = 10;
/** The resolvers refuse larger pages, with a better message than ours. */
const longestPage = 100;

/** Arguments that tell how many objects a field gives. */
const sizeArguments = ["first", "last", "ids"];

/**
 * What an operation costs: roughly the number of objects that it resolves. Lists count by their page
 * size; plain values are free. A field's `complexity` extension overrides its price; it must be a number,
 * because costs are remembered for each document and page size.
 */
export class QueryCost {
  readonly #known = new WeakMap<DocumentNode, KnownCosts>();
  readonly #estimators: ComplexityEstimator[];

  constructor(private readonly schema: GraphQLSchema) {
    const mutation = schema.getMutationType();
    this.#estimators = [
      fieldExtensionsEstimator(),
      ({ type, field, args, childComplexity }) =>
        priceOf(type, field, args, childComplexity) + (type === mutation ? prices.mutation - 1 : 0),
    ];
  }

  /** @throws GraphQLError when it costs too much, or cannot be told because an argument is wrong. */
  of(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> = {},
  ): number {
    const costs = this.#costsOf(document);
    // An absent variable has its default; one that is null has none. Every object has a `constructor` that is
    // not its own: under that name an absent variable would be taken for null.
    const sizes = costs.sizeVariables.map((name) =>
      Object.hasOwn(variables, name) ? [sizeIn(variables[name])] : [],
    );
    const key = JSON.stringify([operationName, ...sizes]);
    const cost = costs.byKey.get(key) ?? this.#compute(document, operationName, variables);
    if (costs.byKey.size < 100 && key.length < 1000) costs.byKey.set(key, cost);
    if (cost > maxCost) throw tooComplex("The operation costs too much; ask for smaller pages.");
    return cost;
  }

  #compute(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    try {
      return getComplexity({
        schema: this.schema,
        query: document,
        variables: { ...variables },
        ...(typeof operationName === "string" && { operationName }),
        estimators: this.#estimators,
        maxQueryNodes: maxSelections,
      });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (error.locations !== undefined) throw wrongVariables(error);
      throw tooComplex("The document is too long.");
    }
  }

  #costsOf(document: DocumentNode): KnownCosts {
    let costs = this.#known.get(document);
    if (costs === undefined) {
      costs = { sizeVariables: sizeVariablesOf(document), byKey: new Map() };
      this.#known.set(document, costs);
    }
    return costs;
  }
}

/** In Apollo's words: an operation whose cost is known is refused in these when it is to run. */
function wrongVariables({ message, nodes, originalError, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions, code: "BAD_USER_INPUT" },
  });
}

interface KnownCosts {
  /** Variables that the cost depends on. */
  readonly sizeVariables: readonly string[];
  readonly byKey: Map<string, number>;
}

function priceOf(
  type: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
  childCost: number,
): number {
  if (field.name.startsWith("__")) return field.name === "__typename" ? 0 : prices.introspection;
  if (type.name.startsWith("__") || isLeafType(getNamedType(field.type))) return 0;
  // The connection's page size counts what is in it; an edge by itself is nothing that is looked up.
  if (type.name.endsWith("Connection")) return childCost + (field.name === "edges" ? 0 : 1);
  const length = lengthOf(field, args);
  return length === undefined ? 1 + childCost : 1 + length * Math.max(1, childCost);
}

/** How many objects a field gives; undefined where it gives one. */
function lengthOf(
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
): number | undefined {
  const sized = sizeArguments.filter((name) => field.args.some((arg) => arg.name === name));
  if (sized.length > 0) {
    const given = sized.map((name) => args[name]).find((value) => value != null);
    if (Array.isArray(given)) return given.length;
    if (typeof given !== "number") return assumedListLength * 2;
    return Math.min(Math.max(given, 0), longestPage);
  }
  if (!isListType(getNullableType(field.type))) return undefined;
  return assumedListLength;
}

/**
 * What a cost can depend on: a number, a flag, the length of a list. Never what is in the list, which can be
 * nested more deeply than can be written down.
 */
function sizeIn(value: unknown): unknown {
  if (Array.isArray(value)) return { length: value.length };
  return typeof value === "object" && value !== null ? {} : value;
}

function sizeVariablesOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  const collect = {
    Variable(node: { readonly name: { readonly value: string } }) {
      names.add(node.name.value);
    },
  };
  visit(document, {
    Argument(argument) {
      if (sizeArguments.includes(argument.name.value)) visit(argument.value, collect);
    },
    Directive(directive) {
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}
