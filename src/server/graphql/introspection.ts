import {
  BREAK,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { isOfPages, type Principal } from "../../domain/principal";
import type { ServerSettings } from "../dependencies";

/**
 * Partners explore the schema with their own keys; in development everybody does. A watch token or a
 * publishable key sits in a payer's browser and explores nothing.
 */
export function mayIntrospect(
  principal: Principal | undefined,
  environment: ServerSettings["environment"],
): boolean {
  if (environment === "development") return true;
  return principal !== undefined && !isOfPages(principal);
}

const answers = new WeakMap<DocumentNode, boolean>();

/** Whether a document asks for the schema anywhere. Documents are cached, so the answer is too. */
export function usesIntrospection(document: DocumentNode): boolean {
  const known = answers.get(document);
  if (known !== undefined) return known;
  let found = false;
  visit(document, {
    Field(field) {
      if (field.name.value !== "__schema" && field.name.value !== "__type") return undefined;
      found = true;
      return BREAK;
    },
  });
  answers.set(document, found);
  return found;
}

/** Whether an operation asks for the schema and for nothing else. */
export function isOnlyIntrospection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  return operation.operation === OperationTypeNode.QUERY && isOnlyMeta(operation.selectionSet);

  function isOnlyMeta(selectionSet: SelectionSetNode): boolean {
    return selectionSet.selections.every((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return selection.name.value.startsWith("__");
        case Kind.INLINE_FRAGMENT:
          return isOnlyMeta(selection.selectionSet);
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value;
          return document.definitions.some(
            (definition) =>
              definition.kind === Kind.FRAGMENT_DEFINITION &&
              definition.name.value === name &&
              isOnlyMeta(definition.selectionSet),
          );
        }
        default:
          return false;
      }
    });
  }
}
