import { Entity, Index } from "typeorm";
import type { MarketplaceId, ProviderAccountId, SellerId } from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import {
  type Provider,
  type ProviderAccountStatus,
  providerAccountStatuses,
  providers,
} from "../domain/provider";
import {
  FlagColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** A seller's link to a provider. One account of a provider belongs to one seller. */
@Entity("provider_account")
@Index("provider_account_owner", ["provider", "shop", "providerAccountId"], { unique: true })
@Index("provider_account_seller", ["sellerId"])
export class ProviderAccountEntity {
  @IdColumn() id: ProviderAccountId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @WordColumn({ of: providers }) provider: Provider;
  /** The marketplace's shop that knows the account, by its name in the configuration; else empty. */
  @TextColumn(64) shop: string;
  /** The provider's id of the account. */
  @TextColumn(128) providerAccountId: string;
  @WordColumn({ of: providerAccountStatuses }) status: ProviderAccountStatus;
  @TextColumn(200, { nullable: true }) statusReason: string | null;
  /** For tokenising cards in the page. Public by nature. */
  @TextColumn(128, { nullable: true }) publicKey: string | null;
  @JsonColumn() scopes: string[];
  @FlagColumn() liveMode: boolean;
  /** The provider's word for the account's country or site. */
  @TextColumn(8, { nullable: true }) country: string | null;
  /** What the account is paid in; null where it is not bound to one currency. */
  @WordColumn({ of: currencies, length: 3, nullable: true }) currency: Currency | null;
  @TimeColumn({ nullable: true }) credentialsExpireAt: Date | null;
  @TimeColumn({ nullable: true }) credentialsRefreshedAt: Date | null;
  /** Access and refresh token, sealed; see `security/key-ring.ts`. */
  @LongTextColumn({ nullable: true }) credentialsSealed: string | null;
  @IntColumn() version: number;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
}
