import type { Outcome } from "../providers/provider";

/**
 * What a repeated request proves, where an earlier one may have had its effect. "Not reached" and "bad credentials"
 * tell about this attempt only. `isDoubted`: nor is any other "no" believed yet.
 */
export function provenByRepetition<Value>(
  outcome: Outcome<Value>,
  isDoubted = false,
): Outcome<Value> {
  if (outcome.kind !== "refused") return outcome;
  const { code, credentialsRefused, message } = outcome.refusal;
  const provesNothing = code === "PROVIDER_UNAVAILABLE" || credentialsRefused === true;
  return provesNothing || isDoubted ? { kind: "unknown", reason: message } : outcome;
}
