import { Entity, Index } from "typeorm";
import type { InboxDeliveryId } from "../domain/ids";
import { type Provider, providers } from "../domain/provider";
import {
  BytesColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/**
 * A provider's notification, kept as it came in. One row for each notification, however often it is sent. Of an
 * unsigned one no more is kept than which payment to look at, and that until the look.
 */
@Entity("inbox_delivery")
@Index("inbox_dedupe", ["provider", "shop", "dedupeKey"], { unique: true })
@Index("inbox_due", ["dueAt"])
export class InboxDeliveryEntity {
  @IdColumn() id: InboxDeliveryId;
  @WordColumn({ of: providers }) provider: Provider;
  /** The marketplace's shop that it came for; empty where the provider has no shops. */
  @TextColumn(64) shop: string;
  /** The provider's id of the account that it names: whom a look may have to wait for. */
  @TextColumn(128, { nullable: true }) account: string | null;
  @TextColumn(200) dedupeKey: string;
  /** "signed", or "unsigned" where the kind of notification cannot be verified. Forgeries are not kept. */
  @WordColumn() verdict: "signed" | "unsigned";
  @JsonColumn() headers: Record<string, string | undefined>;
  @JsonColumn() query: Record<string, string | undefined>;
  /** As the signature covers it. */
  @BytesColumn() rawBody: Buffer;
  /** What became of it, for people: "applied", "ignored: topic …", "no such payment". */
  @TextColumn(200, { nullable: true }) result: string | null;
  @TimeColumn() receivedAt: Date;
  @TimeColumn({ nullable: true }) finishedAt: Date | null;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
}
