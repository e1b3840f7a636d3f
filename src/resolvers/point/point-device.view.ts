import type { OperatingMode, PointDeviceStatus } from "../../domain/point-device";
import type { EventEntity } from "../../entities/event.entity";
import type { PointDeviceEntity } from "../../entities/point-device.entity";
import { PointDeviceType } from "../../schema/point/point-device.type";

/** A card reader as the API shows it. */
export function toPointDevice(device: PointDeviceEntity): PointDeviceType {
  const { id, sellerId, provider, providerDeviceId, model, status, operatingMode } = device;
  const { providerStoreId, providerPosId, externalPosId } = device;
  const { currentOrderId, lastSeenAt, createdAt, updatedAt } = device;
  return Object.assign(new PointDeviceType(), {
    ...{ id, sellerId, provider, providerDeviceId, model, status, operatingMode },
    ...{ providerStoreId, providerPosId, externalPosId },
    ...{ currentOrderId, lastSeenAt, createdAt, updatedAt },
  } satisfies PointDeviceType);
}

/** The reader as an event has left it, so that watchers see each status once, in order. */
export function pointDeviceAsOf(event: EventEntity, device: PointDeviceEntity): PointDeviceEntity {
  if (event.subjectVersion >= device.version) return device;
  return {
    ...device,
    status: (event.toStatus ?? device.status) as PointDeviceStatus,
    operatingMode: (event.snapshot.operatingMode ?? device.operatingMode) as OperatingMode,
    currentOrderId: event.snapshot.currentOrderId ?? null,
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}
