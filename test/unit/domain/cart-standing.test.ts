import { type OrderFacts, whyNotOrder } from "../../../src/domain/order-actions";
import {
  cartStanding,
  isCartTaken,
  isOrderLetGo,
  letGo,
  orderStatusByPayment,
  orderStatuses,
} from "../../../src/domain/order-status";
import { type ActionFacts, paymentActions, whyNot } from "../../../src/domain/payment-actions";
import { isCaptured, paymentStatuses } from "../../../src/domain/payment-status";

describe("how a cart stands", () => {
  test.each(paymentStatuses)("by a payment that is %s agrees with the other tables", (status) => {
    const standing = cartStanding[status];
    expect(isCartTaken[standing]).toBe(isCaptured[status]);
    if (isCaptured[status]) {
      expect(["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"]).toContain(
        orderStatusByPayment[status],
      );
    }
  });
});

/** Everything that is not about the statuses allows the action. */
const payment: ActionFacts = {
  status: "AUTHORIZED",
  hasOpenAction: false,
  orderStatus: null,
  accountUsable: true,
  knownAtProvider: true,
  refundableMinor: 1n,
  refundableUntil: null,
  now: new Date(),
};

describe("money behind an order that came to nothing", () => {
  const ended = orderStatuses.filter(isOrderLetGo);
  test.each(ended.flatMap((order) => paymentStatuses.map((status) => [order, status] as const)))(
    "%s, in a cart that is %s, has a way out",
    (orderStatus, status) => {
      const cart = { ...payment, status, orderStatus };
      const order: OrderFacts = {
        status: orderStatus,
        hasOpenAction: false,
        knownAtProvider: false,
        hasHold: letGo[cartStanding[status]] === "CANCEL",
        refundableMinor: letGo[cartStanding[status]] === "REFUND" ? 1n : 0n,
      };
      const possible = paymentActions.filter((action) => whyNotOrder(action, order) === undefined);
      expect(possible).toEqual(paymentActions.filter((action) => !whyNot(action, cart)));
      const way = letGo[cartStanding[status]];
      expect(possible).toEqual(way === "CANCEL" || way === "REFUND" ? [way] : []);
    },
  );
});

test.each(orderStatuses.filter((status) => !isOrderLetGo(status)))(
  "a cart of an order that is %s is neither captured nor cancelled by itself",
  (orderStatus) => {
    for (const action of ["CAPTURE", "CANCEL"] as const) {
      expect(whyNot(action, { ...payment, orderStatus })?.code).toBe("ACTION_NOT_AVAILABLE");
    }
  },
);
