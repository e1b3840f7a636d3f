/** Where a provider's notification is. Each name is part of the public API: it can be added to, never renamed. */
export const webhookStatuses = ["WAITING", "DONE", "PARKED", "REFUSED"] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** What its signature says of a notification. */
export const webhookVerdicts = ["signed", "unsigned", "forged"] as const;
export type WebhookVerdict = (typeof webhookVerdicts)[number];

/** How a signature was found to be good. */
export interface SignedBy {
  /** The variant of what is signed that matched, in a provider's own words; at most 64 characters. */
  readonly form: string;
  /** The place of the secret in the settings, from 1. */
  readonly secret: number;
}

/** What replaying a notification led to, or would lead to. */
export type ReplayOutcome = "CHANGED" | "SAME" | "NOT_APPLIED" | "IGNORED" | "NO_ANSWER";

/** A verdict as the API names it. */
export type WebhookWord = Uppercase<WebhookVerdict>;

/** How something was judged that a provider shows and that changes nothing. */
export type NotAppliedWord = "IGNORED" | "QUARANTINED";
