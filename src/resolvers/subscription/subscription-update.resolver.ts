import {
  BillingSubscriptionType,
  BillingSubscriptionUpdateType,
} from "../../schema/subscription/subscription.type";
import { liveUpdatesOf } from "../event/live-update";

export const SubscriptionUpdateResolver = liveUpdatesOf({
  kind: "BillingSubscription",
  update: BillingSubscriptionUpdateType,
  name: "billingSubscriptionUpdated",
  description:
    "Changes of one subscription, or of all of a seller's. One subscription begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this subscription.",
  sellerId: "Watch all subscriptions of this seller. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) =>
    services.watchSubscriptions.watch(principal, request),
  subject: {
    name: "subscription",
    type: () => BillingSubscriptionType,
    description: "The subscription as this change left it.",
  },
});
