import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import {
  GraphQLError,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { refuse } from "../../domain/errors";

/** GraphQL's own introspection query has about 350 tokens; the largest of our own documents about 500. */
export const parseOptions: ParseOptions = { maxTokens: 1000 };

/** After so many errors a document is not worth more of our time. */
export const maxValidationErrors = 5;

/** Selections after fragments were written out: fragments that spread fragments grow exponentially. */
export const maxSelections = 2000;

/**
 * Limits on a document's shape, the same for HTTP and WebSocket. The rules report what they find: by
 * themselves they throw, which would end as a fault of ours.
 *
 * Depth 10 is what `sellers → payments → events` takes, each a connection (edges, node). Introspection
 * is exempt from it, and limited by graphql's own rule.
 */
export const documentRules: readonly ValidationRule[] = [
  maxDepthRule({
    n: 10,
    flattenFragments: true,
    ...reporting("The document is nested too deeply."),
  }) as ValidationRule,
  maxAliasesRule({
    n: 15,
    // Without this, any number of aliases of __typename passes.
    allowList: [],
    ...reporting("The document has too many aliases."),
  }) as ValidationRule,
  maxDirectivesRule({
    n: 10,
    ...reporting("The document has too many directives."),
  }) as ValidationRule,
];

function reporting(message: string) {
  return {
    exposeLimits: false,
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(tooComplex(message))],
  };
}

export function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { originalError: refuse("QUERY_TOO_COMPLEX", message) });
}
