import { Entity, Index } from "typeorm";
import type { Actor } from "../domain/actor";
import type { InboxDeliveryId, MarketplaceId, SellerId } from "../domain/ids";
import { type Provider, providers } from "../domain/provider";
import {
  type WebhookStatus,
  type WebhookVerdict,
  webhookStatuses,
  webhookVerdicts,
} from "../domain/webhook-delivery";
import {
  ActorColumn,
  BytesColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** What names an event. */
export interface EventKey {
  readonly subjectId: string;
  readonly version: number;
}

/**
 * A provider's notification, kept as it came in. One row for each notification, however often it is sent. Of an
 * unsigned one no more is kept than which payment to look at, and that until the look. Of forged ones a few are kept, for
 * people who look for a wrong secret: see `forged-samples.ts`.
 */
@Entity("inbox_delivery")
@Index("inbox_dedupe", ["provider", "shop", "dedupeKey"], { unique: true })
@Index("inbox_due", ["dueAt"])
@Index("inbox_of_marketplace", ["marketplaceId", "id"])
@Index("inbox_by_status", ["marketplaceId", "status", "id"])
@Index("inbox_of_subject", ["subjectId", "id"])
export class InboxDeliveryEntity {
  @IdColumn() id: InboxDeliveryId;
  @WordColumn({ of: providers }) provider: Provider;
  /** The marketplace's shop that it came for; empty where the provider has no shops. */
  @TextColumn(64) shop: string;
  /** The provider's id of the account that it names: whom a look may have to wait for. */
  @TextColumn(128, { nullable: true }) account: string | null;
  @TextColumn(200) dedupeKey: string;
  /** "unsigned" where the kind of notification cannot be verified. */
  @WordColumn({ of: webhookVerdicts }) verdict: WebhookVerdict;
  /** Which variant of what is signed matched, and by which secret of the settings, from 1. */
  @TextColumn(64, { nullable: true }) signatureForm: string | null;
  @IntColumn({ nullable: true }) signatureSecret: number | null;
  /** Whose it is: of the row that it is about, else of the account or shop that it names. Null until it is looked into. */
  @RefColumn({ nullable: true }) marketplaceId: MarketplaceId | null;
  @RefColumn({ nullable: true }) sellerId: SellerId | null;
  /** Our own row that it is about. */
  @RefColumn({ nullable: true }) subjectId: string | null;
  @JsonColumn() headers: Record<string, string | undefined>;
  @JsonColumn() query: Record<string, string | undefined>;
  /** As the signature covers it. */
  @BytesColumn() rawBody: Buffer;
  /** What became of it, for people: "applied", "ignored: topic …", "no such payment". */
  @TextColumn(200, { nullable: true }) result: string | null;
  /** For lists: follows from the other columns. Null where a process of the release before wrote the row. */
  @WordColumn({ nullable: true, of: webhookStatuses }) status: WebhookStatus | null;
  /** How often the same delivery came again. */
  @IntColumn({ nullable: true }) repeats: number | null;
  /** The events that it has led to. */
  @JsonColumn({ nullable: true }) effects: readonly EventKey[] | null;
  /** Why the last try came to nothing. */
  @TextColumn(200, { nullable: true }) lastTry: string | null;
  /** Since when nobody tries any more, until a person replays it. */
  @TimeColumn({ nullable: true }) parkedAt: Date | null;
  /** How often, when, by whom and why it was replayed last. */
  @IntColumn({ nullable: true }) replays: number | null;
  @TimeColumn({ nullable: true }) replayedAt: Date | null;
  @ActorColumn() replayedBy: Actor | null;
  @TextColumn(300, { nullable: true }) replayReason: string | null;
  @TimeColumn() receivedAt: Date;
  @TimeColumn({ nullable: true }) finishedAt: Date | null;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
}

/** What a delivery is like that nobody has looked into yet. */
export const untouchedDelivery = {
  signatureForm: null,
  signatureSecret: null,
  marketplaceId: null,
  sellerId: null,
  subjectId: null,
  result: null,
  status: "WAITING",
  repeats: 0,
  effects: null,
  lastTry: null,
  parkedAt: null,
  replays: 0,
  replayedAt: null,
  replayedBy: null,
  replayReason: null,
  finishedAt: null,
  attempts: 0,
  leaseToken: null,
} as const satisfies Partial<InboxDeliveryEntity>;
