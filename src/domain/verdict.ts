import type { MoveJudge } from "./moves";

/** What an observation of something does to it. */
export type Verdict<S extends string> =
  /** Write it down. `anomaly`: it contradicts a final state and must be looked at by a person. */
  | { readonly kind: "apply"; readonly status: S; readonly anomaly: boolean }
  /** True, and nothing new: only the clockwork (next check) moves. */
  | { readonly kind: "same" }
  | Unapplied;

/** An observation that changes nothing, and why. */
export type Unapplied =
  /** Older than what we hold, or a move that the table forbids: kept in history. */
  | { readonly kind: "ignore"; readonly reason: string }
  /** Not ours, or not the sum that we asked for: kept for a person. */
  | { readonly kind: "quarantine"; readonly reason: string };

/** What a status that was just read from the provider does to another one. */
export function verdictOfMove<S extends string, T extends S>(
  judge: MoveJudge<S>,
  from: S,
  to: T,
  fromLookup = true,
): Exclude<Verdict<T>, { kind: "same" | "quarantine" }> {
  const verdict = judge(from, to, fromLookup);
  return verdict === "FORBIDDEN"
    ? { kind: "ignore", reason: `${from} may not become ${to}` }
    : { kind: "apply", status: to, anomaly: verdict === "ANOMALY" };
}

/** A state in a word of the provider's that we do not know says nothing. */
export function unknownStatus(providerStatus: string): Unapplied {
  return { kind: "ignore", reason: `unknown provider status ${providerStatus}` };
}
