import type { WebhookSubject } from "../../provider";
import { isSubscriptionId } from "./ids";

/**
 * What a notification of subscriptions names; null for other topics, undefined where it names nothing. None of them says
 * whose it is (measured).
 */
export function subscriptionSubject(
  topic: string,
  id: string | null,
): WebhookSubject | undefined | null {
  switch (topic) {
    case "subscription_preapproval_plan":
      return isSubscriptionId(id) ? { kind: "plan", providerPlanId: id } : undefined;
    case "subscription_preapproval":
      return isSubscriptionId(id)
        ? { kind: "subscription", providerSubscriptionId: id }
        : undefined;
    default:
      return null;
  }
}
