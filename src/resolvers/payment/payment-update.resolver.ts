import { PaymentType, PaymentUpdateType } from "../../schema/payment/payment.type";
import { liveUpdatesOf } from "../event/live-update";

export const PaymentUpdateResolver = liveUpdatesOf({
  kind: "Payment",
  update: PaymentUpdateType,
  name: "paymentUpdated",
  description:
    "Changes of one payment, or of all of a seller's. One payment begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this payment. A watch token may leave it out.",
  sellerId: "Watch all payments of this seller. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) => services.watch.watch(principal, request),
  subject: {
    name: "payment",
    type: () => PaymentType,
    description: "The payment as this change left it.",
  },
});
