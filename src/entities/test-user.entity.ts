import { Entity, Index } from "typeorm";
import type { MarketplaceId, TestUserId } from "../domain/ids";
import { type Provider, providers } from "../domain/provider";
import type { TestUserStatus } from "../domain/test-user";
import { IdColumn, IntColumn, RefColumn, TextColumn, TimeColumn, WordColumn } from "./columns";

/** Somebody at a provider to try payments with. The password is told once and kept nowhere. */
@Entity("test_user")
@Index("test_user_alive", ["provider", "expiresAt"])
export class TestUserEntity {
  @IdColumn() id: TestUserId;
  @RefColumn() marketplaceId: MarketplaceId;
  @WordColumn({ of: providers }) provider: Provider;
  /** ISO 3166 alpha-2. */
  @TextColumn(2) country: string;
  @TextColumn(100, { nullable: true }) description: string | null;
  @WordColumn() status: TestUserStatus;
  @TextColumn(64, { nullable: true }) providerUserId: string | null;
  @TextColumn(100, { nullable: true }) nickname: string | null;
  @TextColumn(254, { nullable: true }) email: string | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  /** Until when it counts against the provider's limit, unless it FAILED. */
  @TimeColumn() expiresAt: Date;
  @IntColumn() version: number;
}
