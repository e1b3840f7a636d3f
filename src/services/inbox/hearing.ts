import type { AlertBook } from "../../alerts/alert-book";
import type { AlertDraft } from "../../domain/alerts";
import {
  isId,
  type MarketplaceId,
  type MarketplaceOrderId,
  type PaymentId,
  type SellerId,
} from "../../domain/ids";
import type { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import type { WebhookSubject } from "../../providers/provider";

/** What a notification can be about. */
export type SubjectKind = Exclude<WebhookSubject["kind"], "ignored">;
export type Subject<K extends SubjectKind> = Extract<WebhookSubject, { readonly kind: K }>;

/** What is known of a notification beside its subject. `attempts`: how often it was heard, this time included. */
export type Notice = Pick<InboxDeliveryEntity, "id" | "provider" | "shop" | "verdict" | "attempts">;

/** A row of ours that a notification is about. */
export interface Heard {
  readonly id: string;
  readonly marketplaceId: MarketplaceId;
  /** Null where it is of several sellers. */
  readonly sellerId: SellerId | null;
}

/** Follows up what notifications about one kind of subject say. */
export interface Hearer<K extends SubjectKind> {
  /** Answers what came of the notification, or "again" while nothing can be found out. */
  hear(notice: Notice, subject: Subject<K>): Promise<string>;
  /**
   * The row of ours that it is about, whose marketplace is shown the notification. Absent, or where there is none: that of
   * the account or shop that it names.
   */
  find?(notice: Pick<Notice, "provider" | "shop">, subject: Subject<K>): Promise<Heard | undefined>;
}

/** Who hears of what. */
export type Hearers = { readonly [K in SubjectKind]: Hearer<K> };

/** Has a notification's subject used with whoever hears of such. */
export function withHearer<R>(
  hearers: Hearers,
  subject: Subject<SubjectKind>,
  use: <K extends SubjectKind>(hearer: Hearer<K>, about: Subject<K>) => R,
): R {
  switch (subject.kind) {
    case "payment":
      return use(hearers.payment, subject);
    case "order":
      return use(hearers.order, subject);
    case "payout":
      return use(hearers.payout, subject);
    case "connection":
      return use(hearers.connection, subject);
    case "pointOrder":
      return use(hearers.pointOrder, subject);
    case "plan":
      return use(hearers.plan, subject);
    case "subscription":
      return use(hearers.subscription, subject);
  }
}

/** What deliveries about the same thing are worked off together by. */
export function resourceOf(subject: Subject<SubjectKind>): string {
  switch (subject.kind) {
    case "payment":
      return `payment ${subject.providerPaymentId}`;
    case "pointOrder":
      return `point order ${subject.providerOrderId}`;
    case "connection":
      return `connection ${subject.providerAccountId}`;
    case "order":
      return `order ${subject.providerOrderId}`;
    case "payout":
      return `payout ${subject.observation.providerPayoutId}`;
    case "subscription":
      return `subscription ${subject.providerSubscriptionId}`;
    case "plan":
      return `plan ${subject.providerPlanId}`;
  }
}

/**
 * The provider shows, in an account of ours, what bears an id of ours and is not here: a backup was restored that is
 * older. It is looked at again, until somebody has brought it back or the notification is parked.
 */
export async function hearOfLost(
  alerts: AlertBook,
  { id: deliveryId, provider }: Notice,
  lost: { readonly id: PaymentId | MarketplaceOrderId } & Pick<
    AlertDraft,
    "marketplaceId" | "sellerId"
  >,
  facts: Record<string, unknown>,
): Promise<"again"> {
  const { id, marketplaceId, sellerId } = lost;
  const kind = isId("Payment", id) ? "Payment" : "MarketplaceOrder";
  await alerts.raiseNow({
    ...{ code: "NOT_IN_DATABASE", subject: { kind, id }, marketplaceId, sellerId },
    facts: { deliveryId, provider, ...facts },
  });
  return "again";
}
