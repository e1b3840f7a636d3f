import type { ExecutionResult } from "graphql";

/**
 * The result of a mutation, without payloads that say nothing. Where a fault took the payload's object, `order: null`
 * and `userErrors: []` would read as neither done nor refused. Payloads are never null in the schema, so that the whole
 * answer is null instead, as where the mutation itself was at fault; its errors say what and where.
 */
export function withoutEmptyPayloads(result: ExecutionResult): ExecutionResult {
  const { data, errors = [] } = result;
  if (data === null || data === undefined || errors.length === 0) return result;
  const isEmptied = ([key, payload]: [string, unknown]) =>
    saysNothing(payload) && errors.some(({ path = [] }) => path[0] === key && path.length > 1);
  return Object.entries(data).some(isEmptied) ? { ...result, data: null } : result;
}

/** Flags, the type's name and an empty list tell nobody what became of it. */
function saysNothing(payload: unknown): boolean {
  if (typeof payload !== "object" || payload === null) return false;
  return Object.values(payload).every(
    (value) =>
      value === null ||
      typeof value === "boolean" ||
      (Array.isArray(value) && value.length === 0) ||
      (typeof value === "string" && /^[A-Z]\w*Payload$/.test(value)),
  );
}
