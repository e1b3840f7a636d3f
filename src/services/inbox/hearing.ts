import type { AlertBook } from "../../alerts/alert-book";
import type { AlertDraft } from "../../domain/alerts";
import { isId, type MarketplaceOrderId, type PaymentId } from "../../domain/ids";
import type { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import type { WebhookSubject } from "../../providers/provider";

/** What a notification can be about. */
export type SubjectKind = Exclude<WebhookSubject["kind"], "ignored">;
export type Subject<K extends SubjectKind> = Extract<WebhookSubject, { readonly kind: K }>;

/** What is known of a notification beside its subject. `attempts`: how often it was heard, this time included. */
export type Notice = Pick<InboxDeliveryEntity, "id" | "provider" | "shop" | "verdict" | "attempts">;

/** Follows up what notifications about one kind of subject say. */
export interface Hearer<K extends SubjectKind> {
  /** Answers what came of the notification, or "again" while nothing can be found out. */
  hear(notice: Notice, subject: Subject<K>): Promise<string>;
}

/** Who hears of what. */
export type Hearers = { readonly [K in SubjectKind]: Hearer<K> };

/** Looks at what is ours and not in the database, over a month: until somebody has brought it back. */
const looksAtLost = 36;

/**
 * The provider shows, in an account of ours, what bears an id of ours and is not here: a backup was restored that is
 * older. It is looked at again, until somebody has brought it back or a month is over.
 */
export async function hearOfLost(
  alerts: AlertBook,
  { id: deliveryId, provider, attempts }: Notice,
  lost: { readonly id: PaymentId | MarketplaceOrderId } & Pick<
    AlertDraft,
    "marketplaceId" | "sellerId"
  >,
  facts: Record<string, unknown>,
): Promise<string> {
  const { id, marketplaceId, sellerId } = lost;
  const kind = isId("Payment", id) ? "Payment" : "MarketplaceOrder";
  await alerts.raiseNow({
    ...{ code: "NOT_IN_DATABASE", subject: { kind, id }, marketplaceId, sellerId },
    facts: { deliveryId, provider, ...facts },
  });
  return attempts < looksAtLost ? "again" : "ignored: ours, and lost";
}
