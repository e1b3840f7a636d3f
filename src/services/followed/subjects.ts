import { finalSubscriptionStatuses } from "../../domain/billing-subscription";
import type { FollowedKind } from "../../domain/ids";
import { orderAwaitsOutcome, orderStatuses } from "../../domain/order-status";
import { awaitsOutcome, paymentStatuses } from "../../domain/payment-status";
import { payoutFollowed, payoutStatuses } from "../../domain/payout-status";
import { pointDeviceStatuses } from "../../domain/point-device";
import { pointOrderFollowed, pointOrderStatuses } from "../../domain/point-order";
import { openRefundStatuses, refundStatuses } from "../../domain/refund-status";
import { planStatuses } from "../../domain/subscription-plan";
import { transferMoves, transferStatuses } from "../../domain/transfer";

/** What jobs and operators' commands have to know of a kind of thing that operations and observations are about. */
interface SubjectFacts {
  readonly table: string;
  /** SQL over the table: whose thing it is. */
  readonly provider: string;
  /** Whether its provider is asked about it by schedule; the table has a due time then. */
  readonly isLookedUp: boolean;
  /** The statuses in which nothing more is awaited. */
  readonly final: readonly string[];
}

/** Every kind that operations and observations are about. What this says is all that jobs and commands go by. */
export const subjects = {
  Payment: {
    table: "payment",
    provider: "provider",
    isLookedUp: true,
    final: paymentStatuses.filter((status) => !awaitsOutcome[status]),
  },
  Refund: {
    table: "refund",
    provider: "(SELECT p.provider FROM payment p WHERE p.id = refund.payment_id)",
    isLookedUp: true,
    final: refundStatuses.filter((status) => !openRefundStatuses.includes(status)),
  },
  MarketplaceOrder: {
    table: "marketplace_order",
    provider: "provider",
    isLookedUp: true,
    final: orderStatuses.filter((status) => !orderAwaitsOutcome[status]),
  },
  Payout: {
    table: "payout",
    provider: "provider",
    isLookedUp: true,
    final: payoutStatuses.filter((status) => payoutFollowed[status] !== "TO_ITS_END"),
  },
  Transfer: {
    table: "transfer",
    provider: "provider",
    isLookedUp: false,
    final: transferStatuses.filter((status) => transferMoves[status].length === 0),
  },
  PointDevice: {
    table: "point_device",
    provider: "provider",
    isLookedUp: false,
    final: pointDeviceStatuses,
  },
  BillingSubscription: {
    table: "billing_subscription",
    provider: "provider",
    isLookedUp: true,
    final: finalSubscriptionStatuses,
  },
  SubscriptionPlan: {
    table: "subscription_plan",
    provider: "provider",
    isLookedUp: false,
    final: planStatuses.filter((status) => status !== "PROCESSING" && status !== "UNKNOWN"),
  },
  PointOrder: {
    table: "point_order",
    provider: "provider",
    isLookedUp: true,
    final: pointOrderStatuses.filter((status) => pointOrderFollowed[status] === "NO_MORE"),
  },
  TestUser: {
    table: "test_user",
    provider: "provider",
    isLookedUp: false,
    final: ["CREATED", "UNKNOWN", "FAILED"],
  },
} as const satisfies Record<FollowedKind | "TestUser", SubjectFacts>;

type Subjects = typeof subjects;
export type SubjectKind = keyof Subjects;
export const subjectKinds = Object.keys(subjects) as readonly SubjectKind[];

/** Those whose provider is asked by schedule. */
export type LookedUpKind = {
  [K in SubjectKind]: Subjects[K]["isLookedUp"] extends true ? K : never;
}[SubjectKind];

/** The tables of those. */
export const lookedUpTables = Object.values<SubjectFacts>(subjects)
  .filter(({ isLookedUp }) => isLookedUp)
  .map(({ table }) => table);
