import type { GraphQLResolveInfo, SelectionSetNode } from "graphql";

/**
 * The names of the fields that a document may select under this field, at `path` below it. What `@skip` and
 * `@include` leave out counts as selected: it is for reading less from the database, where more does no harm.
 */
export function selectedFields(info: GraphQLResolveInfo, ...path: string[]): ReadonlySet<string> {
  let sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  for (const step of path) {
    const below: SelectionSetNode[] = [];
    visit(sets, info, (name, selectionSet) => {
      if (name === step && selectionSet !== undefined) below.push(selectionSet);
    });
    sets = below;
  }
  const names = new Set<string>();
  visit(sets, info, (name) => names.add(name));
  return names;
}

function visit(
  sets: readonly SelectionSetNode[],
  info: GraphQLResolveInfo,
  found: (name: string, selectionSet: SelectionSetNode | undefined) => void,
): void {
  for (const selection of sets.flatMap(({ selections }) => selections)) {
    if (selection.kind === "Field") {
      found(selection.name.value, selection.selectionSet);
      continue;
    }
    const set =
      selection.kind === "InlineFragment"
        ? selection.selectionSet
        : info.fragments[selection.name.value]?.selectionSet;
    if (set !== undefined) visit([set], info, found);
  }
}
