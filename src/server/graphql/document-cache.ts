import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { LRUCache } from "lru-cache";
import { documentRules, maxValidationErrors, parseOptions } from "./document-rules";

const maxDocuments = 500;
const maxCachedLength = 16 * 1024;

/**
 * Parses and validates documents with the limits that Apollo applies to HTTP, and remembers the good
 * ones: thousands of clients send the same few.
 */
export class DocumentCache {
  readonly #documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });

  constructor(private readonly schema: GraphQLSchema) {}

  read(text: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#documents.get(text);
    if (known !== undefined) return known;
    const document = this.#check(text);
    if ("kind" in document && text.length <= maxCachedLength) {
      this.#documents.set(text, document);
    }
    return document;
  }

  #check(text: string): DocumentNode | readonly GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(text, parseOptions);
    } catch (error) {
      return [withReason(error as GraphQLError, "GRAPHQL_PARSE_FAILED")];
    }
    const limits = { maxErrors: maxValidationErrors };
    let errors = validate(this.schema, document, specifiedRules, limits);
    // Rules on the shape run on documents that are otherwise good: they follow its fragments.
    if (errors.length === 0) errors = validate(this.schema, document, documentRules);
    if (errors.length === 0) return document;
    return errors.map((error) => withReason(error, "GRAPHQL_VALIDATION_FAILED"));
  }
}

/** Marks an error as the request's fault, in Apollo's words. */
function withReason(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    ...(error.nodes !== undefined ? { nodes: error.nodes } : placeIn(error)),
    originalError: error.originalError ?? null,
    extensions: { ...error.extensions, code },
  });
}

function placeIn({ source, positions }: GraphQLError) {
  return { source: source ?? null, positions: positions ?? null };
}
