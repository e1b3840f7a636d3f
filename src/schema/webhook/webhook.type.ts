import { Field, ID, Int, ObjectType } from "type-graphql";
import type { EventType } from "../../domain/events";
import type { InboxDeliveryId, SellerId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { NotAppliedWord, WebhookStatus, WebhookWord } from "../../domain/webhook-delivery";
import { connectionOf } from "../shared/connection";
import {
  EventTypeEnum,
  NotAppliedEnum,
  ProviderEnum,
  WebhookStatusEnum,
  WebhookVerdictEnum,
} from "../shared/enums";
import { ActorTypeObject } from "../shared/event.type";
import { DateTimeScalar } from "../shared/scalars";

@ObjectType("WebhookValue", {
  simpleResolvers: true,
  description: "A header of a notification, or a part of its query.",
})
export class WebhookValueType {
  @Field({ description: "The name; of headers in small letters." })
  name: string;

  @Field({ description: "The value. `[redacted]` stands in the place of a signature." })
  value: string;
}

@ObjectType("WebhookSignature", {
  simpleResolvers: true,
  description: "How a notification's signature was found to be good.",
})
export class WebhookSignatureType {
  @Field({
    description:
      "The variant of what is signed that matched. Mercado Pago: the parts of the signed text, such as `id, request-id, ts`. PayU: what is hashed, and how, such as `body, MD5`.",
  })
  form: string;

  @Field(() => Int, {
    description:
      "Which secret of the settings matched, from 1. Once the first of two matches always, the second one is not needed any more.",
  })
  keyNumber: number;
}

@ObjectType("WebhookReplay", {
  simpleResolvers: true,
  description: "That a person had a notification looked into once more.",
})
export class WebhookReplayType {
  @Field(() => DateTimeScalar, { description: "When." })
  at: Date;

  @Field(() => ActorTypeObject, { nullable: true, description: "Who." })
  by: ActorTypeObject | null;

  @Field({ description: "Why, in that person's words." })
  reason: string;
}

@ObjectType("WebhookDelivery", {
  simpleResolvers: true,
  description:
    "A provider's notification, as it was delivered to the gateway, and what became of it. It is a reason to look at the provider, and never the truth by itself; only a payout's, which PayU signs whole and lets nobody look up, is believed.",
})
export class WebhookDeliveryType {
  @Field(() => ID, { description: "Opaque." })
  id: InboxDeliveryId;

  @Field(() => ProviderEnum, { description: "Whose notification it is." })
  provider: Provider;

  @Field(() => String, {
    nullable: true,
    description: "The shop of yours that it came for; null where the provider has no shops.",
  })
  shop: string | null;

  @Field(() => WebhookStatusEnum, { description: "Where it is." })
  status: WebhookStatus;

  @Field(() => WebhookVerdictEnum, { description: "What its signature says." })
  verdict: WebhookWord;

  @Field(() => WebhookSignatureType, {
    nullable: true,
    description: "How the signature was verified; null where it was not.",
  })
  signature: WebhookSignatureType | null;

  @Field(() => String, {
    nullable: true,
    description:
      "What it is about, by the provider's own id: `payment 123`. Null where it names nothing that the gateway follows.",
  })
  about: string | null;

  /** Read by the resolver of `subject`. */
  subjectId: string | null;

  /** Read by the resolver of `seller`. */
  sellerId: SellerId | null;

  /** Read by the resolver of `effects`. */
  effectIds: readonly string[];

  @Field(() => [WebhookValueType], {
    description: "The headers that are kept: signatures, and what providers' support asks for.",
  })
  headers: readonly WebhookValueType[];

  @Field(() => [WebhookValueType], { description: "The query of the address that it came to." })
  query: readonly WebhookValueType[];

  @Field({
    description:
      "The body as text. `[redacted]` stands in the place of a signature; bytes that are no UTF-8 are replaced.",
  })
  body: string;

  @Field({
    description:
      "Equal for deliveries that are one notification: of those, the first is kept. Opaque.",
  })
  dedupeKey: string;

  @Field(() => Int, { description: "How often the same delivery came again." })
  repeats: number;

  @Field(() => Int, {
    description: "How often it was looked into, since it came or was last replayed.",
  })
  attempts: number;

  @Field(() => String, {
    nullable: true,
    description: "What came of it, for people to read; null while nothing did.",
  })
  result: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Why the last try came to nothing; null where it came to something.",
  })
  lastTry: string | null;

  @Field(() => DateTimeScalar, { description: "When it came." })
  receivedAt: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the gateway was done with it; null while it is not.",
  })
  finishedAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it is tried next; null unless it is WAITING.",
  })
  nextTryAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Since when it is PARKED; null unless it is.",
  })
  parkedAt: Date | null;

  @Field(() => Int, { description: "How often it was replayed." })
  replays: number;

  @Field(() => WebhookReplayType, {
    nullable: true,
    description: "The last replay; null where there was none.",
  })
  lastReplay: WebhookReplayType | null;
}

export const WebhookDeliveryConnectionType = connectionOf(
  "WebhookDelivery",
  () => WebhookDeliveryType,
  "notifications",
);

@ObjectType("WebhookChange", {
  simpleResolvers: true,
  description: "A change that a replay made, or would make.",
})
export class WebhookChangeType {
  @Field(() => EventTypeEnum, { description: "What happens." })
  type: EventType;

  @Field(() => ID, { description: "The id of what changes." })
  subjectId: string;

  @Field(() => String, { nullable: true, description: "The status before." })
  from: string | null;

  @Field(() => String, { nullable: true, description: "The status after." })
  to: string | null;
}

@ObjectType("WebhookNotApplied", {
  simpleResolvers: true,
  description: "What the provider shows and the gateway does not believe.",
})
export class WebhookNotAppliedType {
  @Field(() => ID, { description: "The id of what it is about." })
  subjectId: string;

  @Field(() => NotAppliedEnum, { description: "How it was judged." })
  verdict: NotAppliedWord;

  @Field({ description: "Why, for people to read." })
  reason: string;
}
