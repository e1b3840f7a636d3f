import type { SubscriptionStatus } from "./billing-subscription";

/** What can be done to a subscription. */
export const subscriptionActions = [
  "CHANGE_AMOUNT",
  "CHANGE_CARD",
  "SET_SECONDARY_METHOD",
  "PAUSE",
  "RESUME",
  "CANCEL",
] as const;
export type SubscriptionAction = (typeof subscriptionActions)[number];

/** In which statuses. A paused one takes no change but its end and its going on (measured: 400 for all others). */
const allowedIn: Readonly<Record<SubscriptionAction, readonly SubscriptionStatus[]>> = {
  CHANGE_AMOUNT: ["PENDING", "AUTHORIZED"],
  // A card completes a pending one.
  CHANGE_CARD: ["PENDING", "AUTHORIZED"],
  SET_SECONDARY_METHOD: ["AUTHORIZED"],
  PAUSE: ["AUTHORIZED"],
  RESUME: ["PAUSED"],
  CANCEL: ["PENDING", "AUTHORIZED", "PAUSED"],
};

/** Why it cannot be done now; undefined where it can. */
export function whyNotNow(
  action: SubscriptionAction,
  status: SubscriptionStatus,
): string | undefined {
  const allowed = allowedIn[action];
  if (allowed.includes(status)) return undefined;
  const hint = status === "PAUSED" ? "; resume it first" : "";
  return `a subscription that is ${status} does not take this${hint}: it would have to be ${allowed.join(" or ")}`;
}
