import type { UnitOfWork } from "../../src/database/database";
import { jobActor } from "../../src/domain/actor";
import type { MarketplaceId, SellerId } from "../../src/domain/ids";
import type { EventDraft, EventLog } from "../../src/events/event-log";
import { actAs } from "../../src/logging/work";

/** An event of a subject that begins; what it says matters to no test that takes it. */
export function someEvent(streamId: SellerId, subjectId: string): EventDraft {
  return {
    streamId,
    marketplaceId: "mkt_00000000000000000000000001" as MarketplaceId,
    subjectId,
    subjectVersion: 1,
    topicId: subjectId,
    type: "PAYMENT_CREATED",
    fromStatus: null,
    toStatus: "PROCESSING",
    source: "API",
    snapshot: {},
    occurredAt: new Date(),
  };
}

/** Writes events as a job of the gateway's. */
export function appendAsJob(log: EventLog, unit: UnitOfWork, ...drafts: EventDraft[]): void {
  actAs(jobActor("of-a-test"), () => log.appendAll(unit, drafts));
}
