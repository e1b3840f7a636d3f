import { Entity, Index } from "typeorm";
import type {
  MarketplaceId,
  PointDeviceId,
  PointOrderId,
  ProviderAccountId,
  SellerId,
} from "../domain/ids";
import {
  type OperatingMode,
  operatingModes,
  type PointDeviceStatus,
  pointDeviceStatuses,
} from "../domain/point-device";
import { type Provider, providers } from "../domain/provider";
import { IdColumn, IntColumn, RefColumn, TextColumn, TimeColumn, WordColumn } from "./columns";

/** A seller's card reader, as its provider last listed it. */
@Entity("point_device")
// An account may move to another seller: what the former one did on a reader stays its own.
@Index("point_device_of_account", ["accountId", "sellerId", "providerDeviceId"], { unique: true })
@Index("point_device_of_seller", ["sellerId", "id"])
export class PointDeviceEntity {
  @IdColumn() id: PointDeviceId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @WordColumn({ of: providers }) provider: Provider;
  @TextColumn(64) providerDeviceId: string;
  @TextColumn(64, { nullable: true }) model: string | null;
  @WordColumn({ of: pointDeviceStatuses }) status: PointDeviceStatus;
  @WordColumn({ of: operatingModes }) operatingMode: OperatingMode;
  /** The order that keeps it busy; no other one is made for it meanwhile. */
  @RefColumn({ nullable: true }) currentOrderId: PointOrderId | null;
  @TextColumn(64, { nullable: true }) providerStoreId: string | null;
  @TextColumn(64, { nullable: true }) providerPosId: string | null;
  @TextColumn(64, { nullable: true }) externalPosId: string | null;
  /** When the provider last listed it, to within a minute. */
  @TimeColumn() lastSeenAt: Date;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @IntColumn() version: number;
}
