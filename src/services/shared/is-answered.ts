import type { Outcome } from "../../providers/provider";

/** Whether the provider answered at all. An account that is not let in was answered: asking again would change nothing. */
export function isAnswered(outcome: Outcome<unknown>): boolean {
  switch (outcome.kind) {
    case "accepted":
      return true;
    case "refused":
      return outcome.refusal.code !== "PROVIDER_UNAVAILABLE";
    case "unknown":
      return false;
  }
}
