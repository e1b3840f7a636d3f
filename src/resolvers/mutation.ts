import { type ErrorCode, errorFacts, Refusal, type UserErrorFact } from "../domain/errors";
import { tellOfWork } from "../logging/work";
import type { MutationPayloadType, UserErrorType } from "../schema/shared/shared.type";
import { checkInput } from "./input";

/** Refusals that are not about the input: they are errors of the request, as the transport shows them. */
const requestErrors: readonly ErrorCode[] = ["FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED"];

/**
 * Runs a mutation: checks the input's shape and texts, then does the work, and turns refusals into `userErrors`. All
 * that is wrong with them is answered at once. Faults pass through and are masked at the edge.
 * @param refused the payload's own fields for a refusal.
 */
export async function answer<P extends MutationPayloadType>(
  input: object,
  refused: Omit<P, "userErrors">,
  work: () => Promise<Omit<P, "userErrors"> & Partial<MutationPayloadType>>,
): Promise<P> {
  try {
    checkInput(input, ["input"]);
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
  if (userErrors[0] !== undefined) tellOfWork({ errorCode: userErrors[0].code });
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
    expected: error.expected ?? null,
    given: error.given ?? null,
  }));
}
