import { type ValidationError, validateSync } from "class-validator";
import { type ErrorCode, errorFacts, Refusal, refuse, type UserErrorFact } from "../domain/errors";
import { type Id, type IdKind, isId } from "../domain/ids";
import type { MutationPayloadType, UserErrorType } from "../schema/shared.type";

/** Refusals that are not about the input: they are errors of the request, as the transport shows them. */
const requestErrors: readonly ErrorCode[] = ["FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED"];

/**
 * Runs a mutation: checks the input's shape, then does the work, and turns refusals into `userErrors`. All that
 * is wrong with the shape is answered at once. Faults pass through and are masked at the edge.
 * @param refused the payload's own fields for a refusal.
 */
export async function answer<P extends MutationPayloadType>(
  input: object,
  refused: Omit<P, "userErrors">,
  work: () => Promise<Omit<P, "userErrors"> & Partial<MutationPayloadType>>,
): Promise<P> {
  try {
    checkShape(input);
    const payload = await work();
    return withErrors<P>(payload, payload.userErrors ?? []);
  } catch (fault) {
    if (!(fault instanceof Refusal) || requestErrors.includes(fault.code)) throw fault;
    return withErrors<P>(refused, toUserErrors(fault.errors));
  }
}

function withErrors<P extends MutationPayloadType>(
  fields: Omit<P, "userErrors">,
  userErrors: readonly UserErrorType[],
): P {
  // The compiler cannot see that "all but this field, and this field" is the whole.
  return { ...fields, userErrors } as unknown as P;
}

export function toUserErrors(errors: readonly UserErrorFact[] | null): UserErrorType[] {
  return (errors ?? []).map((error) => ({
    code: error.code,
    message: error.message,
    path: error.path,
    retryable: error.retryable ?? errorFacts[error.code].retryable,
    provider: error.provider ?? null,
    providerCode: error.providerCode ?? null,
  }));
}

/** Narrows an id of the input. @throws Refusal WRONG_ID_KIND */
export function readId<K extends IdKind>(kind: K, id: string, path: readonly string[]): Id<K> {
  if (isId(kind, id)) return id;
  throw refuse("WRONG_ID_KIND", `this is no id of a ${kind}`, path);
}

/** @throws Refusal INVALID_INPUT with every violation and its path. Values are never repeated. */
function checkShape(input: object): void {
  const violations = validateSync(input, {
    whitelist: false,
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  const [first, ...rest] = violations.flatMap((violation) => toFacts(violation, ["input"]));
  if (first !== undefined) throw new Refusal(first, ...rest);
}

function toFacts(violation: ValidationError, parent: readonly string[]): UserErrorFact[] {
  const path = [...parent, violation.property];
  const own = Object.values(violation.constraints ?? {}).map((text): UserErrorFact => {
    const rule = text.replace(new RegExp(`^${violation.property} `), "");
    return { code: "INVALID_INPUT", message: `${violation.property} ${rule}`, path };
  });
  return [...own, ...(violation.children ?? []).flatMap((child) => toFacts(child, path))];
}
