import type { WebhookStatus, WebhookVerdict, WebhookWord } from "../../domain/webhook-delivery";
import type { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import { ActorTypeObject } from "../../schema/shared/event.type";
import {
  WebhookDeliveryType,
  WebhookReplayType,
  WebhookSignatureType,
} from "../../schema/webhook/webhook.type";
import type { DeliveryService } from "../../services/inbox/delivery.service";
import { eventIdOf } from "../event/event.mapper";

export const wordOf = {
  signed: "SIGNED",
  unsigned: "UNSIGNED",
  forged: "FORGED",
} as const satisfies Record<WebhookVerdict, WebhookWord>;

export const verdictOf = {
  SIGNED: "signed",
  UNSIGNED: "unsigned",
  FORGED: "forged",
} as const satisfies Record<WebhookWord, WebhookVerdict>;

/** A delivery as the API shows it. */
export function toDelivery(
  row: InboxDeliveryEntity,
  deliveries: DeliveryService,
): WebhookDeliveryType {
  const { headers, query, body, dedupeKey } = deliveries.shown(row);
  const toValue = ([name, value]: readonly [string, string]) => ({ name, value });
  return Object.assign(new WebhookDeliveryType(), {
    id: row.id,
    provider: row.provider,
    shop: row.shop === "" ? null : row.shop,
    status: statusOf(row),
    verdict: wordOf[row.verdict],
    signature: signatureOf(row),
    about: deliveries.aboutOf(row),
    subjectId: row.subjectId,
    sellerId: row.sellerId,
    effectIds: (row.effects ?? []).map(({ subjectId, version }) => eventIdOf(subjectId, version)),
    headers: headers.map(toValue),
    query: query.map(toValue),
    body,
    dedupeKey,
    repeats: row.repeats ?? 0,
    attempts: row.attempts,
    result: row.result,
    lastTry: row.lastTry,
    receivedAt: row.receivedAt,
    finishedAt: row.finishedAt,
    nextTryAt: row.dueAt,
    parkedAt: row.parkedAt,
    replays: row.replays ?? 0,
    lastReplay: replayOf(row),
  } satisfies WebhookDeliveryType);
}

/** Of what it follows from: a process of the release before writes no status. */
function statusOf({ verdict, finishedAt, parkedAt }: InboxDeliveryEntity): WebhookStatus {
  if (verdict === "forged") return "REFUSED";
  if (finishedAt !== null) return "DONE";
  return parkedAt === null ? "WAITING" : "PARKED";
}

function signatureOf({ signatureForm: form, signatureSecret: keyNumber }: InboxDeliveryEntity) {
  if (form === null || keyNumber === null) return null;
  return Object.assign(new WebhookSignatureType(), { form, keyNumber });
}

function replayOf({ replayedAt: at, replayedBy, replayReason }: InboxDeliveryEntity) {
  if (at === null) return null;
  const by = replayedBy && Object.assign(new ActorTypeObject(), replayedBy);
  return Object.assign(new WebhookReplayType(), { at, by, reason: replayReason ?? "" });
}
