import { PointDeviceType, PointDeviceUpdateType } from "../../schema/point/point-device.type";
import { PointOrderType, PointOrderUpdateType } from "../../schema/point/point-order.type";
import { liveUpdatesOf } from "../event/live-update";

export const PointDeviceUpdateResolver = liveUpdatesOf({
  kind: "PointDevice",
  update: PointDeviceUpdateType,
  name: "pointDeviceUpdated",
  description:
    "Changes of one card reader, or of all of a seller's. One reader begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this card reader.",
  sellerId: "Watch all card readers of this seller. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) => services.watchPointDevices.watch(principal, request),
  subject: {
    name: "pointDevice",
    type: () => PointDeviceType,
    description: "The card reader as this change left it.",
  },
});

export const PointOrderUpdateResolver = liveUpdatesOf({
  kind: "PointOrder",
  update: PointOrderUpdateType,
  name: "pointOrderUpdated",
  description:
    "Changes of one order at a card reader, or of all of a seller's. One order begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this order.",
  sellerId: "Watch all orders at this seller's readers. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) => services.watchPointOrders.watch(principal, request),
  subject: {
    name: "pointOrder",
    type: () => PointOrderType,
    description: "The order as this change left it.",
  },
});
