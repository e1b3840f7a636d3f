import type { SellerId } from "../../src/domain/ids";
import type { EventDraft } from "../../src/events/event-log";

/** An event of a subject that begins; what it says matters to no test that takes it. */
export function someEvent(streamId: SellerId, subjectId: string): EventDraft {
  return {
    streamId,
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
