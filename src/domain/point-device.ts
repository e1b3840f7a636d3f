/** Every state of a card reader. Each has its meaning in `schema/shared/enums.ts`. */
export const pointDeviceStatuses = ["FREE", "BUSY", "UNREACHABLE", "REMOVED"] as const;
export type PointDeviceStatus = (typeof pointDeviceStatuses)[number];

/** Who decides what a reader asks for. */
export const operatingModes = ["INTEGRATED", "STANDALONE", "UNKNOWN"] as const;
export type OperatingMode = (typeof operatingModes)[number];

/**
 * The generations of the providers' APIs for payments in person. Which one an account uses is a setting of the account;
 * whatever was made by one is read and changed by that one. ORDERS is Mercado Pago's newest, and the default.
 */
export const inPersonApis = ["ORDERS"] as const;
export type InPersonApi = (typeof inPersonApis)[number];

/** A card reader as a provider lists it. */
export interface DeviceObservation {
  readonly providerDeviceId: string;
  /** The provider's word for its kind; null where it tells none. */
  readonly model: string | null;
  readonly operatingMode: OperatingMode;
  /** The provider's ids of where it stands; null where it stands nowhere, and takes no orders. */
  readonly providerStoreId: string | null;
  readonly providerPosId: string | null;
  /** The seller's own name for the point of sale. */
  readonly externalPosId: string | null;
}

/** What we hold of a reader, as far as it decides what an observation may change. */
export type KnownDevice = DeviceObservation & {
  readonly status: PointDeviceStatus;
  /** The order that keeps it busy. */
  readonly currentOrderId: string | null;
};

/** What observations change. */
type DeviceChanges = Omit<KnownDevice, "currentOrderId">;

/** What a list of the account's readers changes of one that is known; undefined where nothing. */
export function changesOfListed(
  known: KnownDevice,
  seen: DeviceObservation,
): Partial<DeviceChanges> | undefined {
  // One that was removed here is listed further, in the mode that it was left in. Another mode: somebody wants it back.
  const isBack = known.status === "REMOVED" && seen.operatingMode !== known.operatingMode;
  const isSame =
    !isBack &&
    known.model === seen.model &&
    known.operatingMode === seen.operatingMode &&
    known.providerStoreId === seen.providerStoreId &&
    known.providerPosId === seen.providerPosId &&
    known.externalPosId === seen.externalPosId;
  if (isSame) return undefined;
  return isBack ? { ...seen, status: known.currentOrderId === null ? "FREE" : "BUSY" } : seen;
}

/** What it changes of a known reader that the account does not have any more; undefined where nothing. */
export function changesOfUnlisted(known: KnownDevice): Partial<DeviceChanges> | undefined {
  if (known.status === "REMOVED" && known.operatingMode === "UNKNOWN") return undefined;
  return { status: "REMOVED", operatingMode: "UNKNOWN" };
}
