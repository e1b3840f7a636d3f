import { Field, ID, ObjectType } from "type-graphql";
import type { ActorKind } from "../../domain/actor";
import { anyEventSubject, type EventSource, type EventType } from "../../domain/events";
import { connectionOf } from "./connection";
import { ActorKindEnum, EventSourceEnum, EventTypeEnum } from "./enums";
import { CursorScalar, DateTimeScalar } from "./scalars";
import { NodeType } from "./shared.type";

@ObjectType("Actor", {
  simpleResolvers: true,
  description: "Who made a change: what kind of party it was, and which one.",
})
export class ActorTypeObject {
  @Field(() => ActorKindEnum, { description: "The kind of party." })
  kind: ActorKind;

  @Field(() => String, {
    nullable: true,
    description:
      "Which one. MARKETPLACE, SELLER and PARTNER: the id of the API key (`key_…`). WATCHER: the id of the watch token. PROVIDER: the provider, as in the enum `Provider`. GATEWAY: the name of the job. OPERATOR: the name of the command.",
  })
  reference: string | null;
}

@ObjectType("Event", {
  implements: NodeType,
  simpleResolvers: true,
  description: "One change that happened, recorded for good.",
})
export class EventTypeObject extends NodeType {
  @Field(() => CursorScalar, { description: "Its place, for `after` of subscriptions." })
  cursor: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Its number in the seller's or order's log: without gaps, in order. A whole number in text.",
  })
  sequence: string | null;

  @Field(() => EventTypeEnum, { description: "What happened." })
  type: EventType;

  @Field(() => ID, {
    description: `The id of what changed: ${anyEventSubject}.`,
  })
  subjectId: string;

  @Field(() => DateTimeScalar, {
    description: "When it happened, by the provider's clock where it told one.",
  })
  occurredAt: Date;

  @Field(() => DateTimeScalar, { description: "When the gateway wrote it down." })
  recordedAt: Date;

  @Field(() => String, { nullable: true, description: "The status before; null for a beginning." })
  from: string | null;

  @Field(() => String, { nullable: true, description: "The status after." })
  to: string | null;

  @Field(() => EventSourceEnum, { description: "How the gateway came to know." })
  source: EventSource;

  @Field(() => ActorTypeObject, {
    nullable: true,
    description:
      "Who made the change: whoever asked for it, or the provider that told of it. `source` says how the gateway came to know. Null for events from before the gateway kept this.",
  })
  actor: ActorTypeObject | null;
}

export const EventConnectionType = connectionOf("Event", () => EventTypeObject, "events");

@ObjectType("MarketplaceEvent", {
  simpleResolvers: true,
  description: "One event of a stream over all kinds of things. Events come in order, each once.",
})
export class MarketplaceEventType {
  @Field(() => CursorScalar, {
    description:
      "Its place in this stream. Keep it: given as `after`, the next subscription, or `events`, goes on right behind it. It is not the event's own `cursor`, which names the place in the log of one seller or order.",
  })
  cursor: string;

  @Field(() => EventTypeObject, { description: "The change as it was recorded." })
  event: EventTypeObject;
}
