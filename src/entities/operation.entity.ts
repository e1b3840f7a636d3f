import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type { MarketplaceId, OperationId, SellerId } from "../domain/ids";
import {
  IdColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/**
 * One intended effect, claimed by its unique (caller, name, clientKey). Holds what is needed to carry it to
 * its end after a crash, and never the answer itself: a replay reads the subject again.
 */
@Entity("operation")
@Index("operation_claim", ["caller", "name", "clientKey"], { unique: true })
@Index("operation_due", ["dueAt"])
export class OperationEntity {
  @IdColumn() id: OperationId;
  @RefColumn() marketplaceId: MarketplaceId;
  /** Null for what is the marketplace's own, or concerns several sellers at once. */
  @RefColumn({ nullable: true }) sellerId: SellerId | null;
  /** Who owns the key: the business behind the credential. */
  @RefColumn() caller: string;
  /** The mutation's name. */
  @WordColumn() name: string;
  /** The caller's idempotency key. */
  @TextColumn(128) clientKey: string;
  /** SHA-256 over the validated arguments, hex. */
  @TextColumn(64) requestHash: string;
  /** OPEN: intended. UNKNOWN: sent, and the answer was lost. FINISHED: definite, for good. */
  @WordColumn() state: "OPEN" | "UNKNOWN" | "FINISHED";
  /** What the operation made or changes: the id of a payment, a refund, a test user. */
  @RefColumn() subjectId: string;
  /** The idempotency key of ours that the provider sees. The same for every attempt. */
  @RefColumn() providerKey: string;
  /** The provider command, sealed, for resending; removed when the operation finishes. */
  @LongTextColumn({ nullable: true }) commandSealed: string | null;
  /** Why it was refused, where it was. */
  @JsonColumn({ nullable: true }) refusal: UserErrorFact[] | null;
  /** When a worker may take it up; null once finished. */
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  /** Fencing: only the holder of the newest lease may settle. */
  @RefColumn({ nullable: true }) leaseToken: string | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn({ nullable: true }) finishedAt: Date | null;
}
