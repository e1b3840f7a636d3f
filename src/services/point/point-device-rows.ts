import { PointDeviceEntity } from "../../entities/point-device.entity";
import { FollowedRows } from "../followed/followed-rows";

/** How card readers live. What a provider lists of them is true: there is no move that is not. */
export const pointDeviceRows = new FollowedRows<PointDeviceEntity>({
  entity: PointDeviceEntity,
  judge: () => "ALLOWED",
  events: {
    created: "POINT_DEVICE_FOUND",
    moved: "POINT_DEVICE_STATUS_CHANGED",
    updated: "POINT_DEVICE_UPDATED",
  },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: ({ operatingMode, currentOrderId }) => ({
    operatingMode,
    ...(currentOrderId === null ? {} : { currentOrderId }),
  }),
});
