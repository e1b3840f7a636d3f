import { PayoutType, PayoutUpdateType } from "../../schema/payout/payout.type";
import { liveUpdatesOf } from "../event/live-update";

export const PayoutUpdateResolver = liveUpdatesOf({
  kind: "Payout",
  update: PayoutUpdateType,
  name: "payoutUpdated",
  description:
    "Changes of one payout, or of all of a seller's. One payout begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this payout.",
  sellerId: "Watch all payouts of this seller. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) => services.watchPayouts.watch(principal, request),
  subject: {
    name: "payout",
    type: () => PayoutType,
    description: "The payout as this change left it.",
  },
});
