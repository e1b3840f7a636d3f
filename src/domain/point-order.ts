import type { Money } from "./money";
import { judgeBy } from "./moves";
import { isCaptured, type PaymentStatus } from "./payment-status";
import type { PointDeviceStatus } from "./point-device";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

/** Every state of an order at a card reader. Each has its meaning in `schema/shared/enums.ts`. */
export const pointOrderStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "CREATED",
  "AT_DEVICE",
  "CANCEL_REQUESTED",
  "IN_REVIEW",
  "PAID",
  "DECLINED",
  "CANCELLED",
  "EXPIRED",
  "NEEDS_CHECK",
  "FAILED",
] as const;
export type PointOrderStatus = (typeof pointOrderStatuses)[number];

/** What the payer is asked to pay with; nothing of it leaves the choice to the payer. */
export const pointMethods = ["CREDIT_CARD", "DEBIT_CARD", "QR_CODE"] as const;
export type PointMethod = (typeof pointMethods)[number];

/** Who bears what instalments cost. */
export const installmentPayers = ["SELLER", "BUYER"] as const;
export type InstallmentPayer = (typeof installmentPayers)[number];

/** What a person saw at the reader, of an order that the provider knows no end of. */
export const settlementsByHand = ["PAID", "NOT_PAID"] as const;
export type SettlementByHand = (typeof settlementsByHand)[number];

const ends = ["IN_REVIEW", "PAID", "DECLINED", "CANCELLED", "EXPIRED"] as const;

/** Which status may follow which. A reader that was asked to let go still takes a card that is there already. */
export const pointOrderMoves = {
  PROCESSING: [
    ...["UNKNOWN", "CREATED", "AT_DEVICE", "CANCEL_REQUESTED", "NEEDS_CHECK", "FAILED"],
    ...ends,
  ],
  UNKNOWN: [...["CREATED", "AT_DEVICE", "CANCEL_REQUESTED", "NEEDS_CHECK", "FAILED"], ...ends],
  CREATED: [...["AT_DEVICE", "CANCEL_REQUESTED", "NEEDS_CHECK"], ...ends],
  AT_DEVICE: [...["CANCEL_REQUESTED", "NEEDS_CHECK"], ...ends],
  CANCEL_REQUESTED: [...["NEEDS_CHECK"], ...ends],
  // Found after all, or settled by what the provider or a person says; never by time.
  NEEDS_CHECK: [...["CREATED", "AT_DEVICE", "CANCEL_REQUESTED", "FAILED"], ...ends],
  IN_REVIEW: ["PAID", "DECLINED", "CANCELLED"],
  PAID: [],
  DECLINED: [],
  CANCELLED: [],
  EXPIRED: [],
  FAILED: [],
} as const as Readonly<Record<PointOrderStatus, readonly PointOrderStatus[]>>;

/** Moves that contradict what was final, and are believed only from a fresh look-up. Each raises an alert. */
const takenAfterAll = ["IN_REVIEW", "PAID"] as const;
const lookupOnlyPointOrderMoves = {
  DECLINED: takenAfterAll,
  CANCELLED: takenAfterAll,
  EXPIRED: takenAfterAll,
  FAILED: [...["CREATED", "AT_DEVICE", "CANCEL_REQUESTED", "NEEDS_CHECK"], ...ends],
} as const as Readonly<Partial<Record<PointOrderStatus, readonly PointOrderStatus[]>>>;

/** Whether an order may move from one status to another. */
export const judgePointOrderMove = judgeBy<PointOrderStatus>(
  pointOrderMoves,
  lookupOnlyPointOrderMoves,
);

/**
 * How an order in this status is looked at: at every moment, while somebody stands in front of the reader; seldom; not at
 * all, since it has ended or its own operation finds out.
 */
export const pointOrderFollowed = {
  PROCESSING: "BY_ITS_OPERATION",
  UNKNOWN: "BY_ITS_OPERATION",
  CREATED: "EVERY_SECOND",
  AT_DEVICE: "EVERY_SECOND",
  CANCEL_REQUESTED: "EVERY_SECOND",
  NEEDS_CHECK: "SELDOM",
  IN_REVIEW: "SELDOM",
  PAID: "NO_MORE",
  DECLINED: "NO_MORE",
  CANCELLED: "NO_MORE",
  EXPIRED: "NO_MORE",
  FAILED: "NO_MORE",
} as const satisfies Record<
  PointOrderStatus,
  "BY_ITS_OPERATION" | "EVERY_SECOND" | "SELDOM" | "NO_MORE"
>;

/** Whether an order keeps its reader busy: no other one is sent there until it is known what became of this one. */
export const keepsDevice = {
  PROCESSING: true,
  UNKNOWN: true,
  CREATED: true,
  AT_DEVICE: true,
  CANCEL_REQUESTED: true,
  NEEDS_CHECK: true,
  IN_REVIEW: false,
  PAID: false,
  DECLINED: false,
  CANCELLED: false,
  EXPIRED: false,
  FAILED: false,
} as const satisfies Record<PointOrderStatus, boolean>;

/** How long a reader may take to fetch an order. Choice: one that is switched on does so within seconds. */
export const fetchMs = 20_000;

/** What an order makes of the status of its reader. */
export function deviceStatusUnder(
  { status, createdAt }: { readonly status: PointOrderStatus; readonly createdAt: Date },
  now: Date,
): Exclude<PointDeviceStatus, "REMOVED"> {
  if (!keepsDevice[status]) return "FREE";
  const isLeft = status === "CREATED" && now.getTime() - createdAt.getTime() > fetchMs;
  return isLeft ? "UNREACHABLE" : "BUSY";
}

/** An order as a provider shows it. */
export interface PointOrderObservation {
  /** Null where no order was found, and the payment that it was made for was. */
  readonly providerOrderId: string | null;
  /** The provider's id of its one transaction. */
  readonly providerTransactionId: string | null;
  /** Null where the provider's word is one that we do not know: then the state stays as it is. */
  readonly status: Exclude<PointOrderStatus, "PROCESSING" | "UNKNOWN" | "FAILED"> | null;
  readonly providerStatus: string;
  readonly providerStatusDetail: string | null;
  /** Our id; null where the answer does not tell. */
  readonly reference: string | null;
  readonly providerDeviceId: string | null;
  /** What was asked for; null where the answer does not tell. */
  readonly amount: Money | null;
  /** What was paid, tip included; null while nothing is. */
  readonly paid: Money | null;
  /** Zero where the payer gave none. */
  readonly tipMinor: bigint;
  /** The payment that it ended with, as the provider's payments know it. */
  readonly providerPaymentId: string | null;
  readonly providerUpdatedAt: Date | null;
}

/** What we hold of an order, as far as it decides what an observation may change. */
export interface KnownPointOrder {
  readonly id: string;
  readonly providerOrderId: string | null;
  readonly status: PointOrderStatus;
  readonly providerStatus: string | null;
  readonly providerStatusDetail: string | null;
  readonly providerUpdatedAt: Date | null;
  readonly providerDeviceId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly paymentId: string | null;
}

/**
 * Decides what an observation does to an order; every path to its status goes through here. `payment`: the status of the
 * payment that the order shows, which is what truly happened; null where it shows none. `holder`: another order of ours
 * that the provider showed under the same id.
 */
export function judgePointOrder(
  known: KnownPointOrder,
  seen: PointOrderObservation,
  payment: PaymentStatus | null,
  holder?: string,
): Verdict<PointOrderStatus> {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider order ${seen.providerOrderId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  const { providerUpdatedAt: at } = seen;
  if (at !== null && known.providerUpdatedAt !== null && at < known.providerUpdatedAt) {
    return { kind: "ignore", reason: "older than the state that is already applied" };
  }
  if (seen.status === null) return unknownStatus(seen.providerStatus);
  const status = payment === null ? seen.status : endBy(payment);
  // Asked to let go, and not yet heard of it: what it shows meanwhile is nothing new.
  const isAsked = known.status === "CANCEL_REQUESTED";
  if (isAsked && (status === "CREATED" || status === "AT_DEVICE")) return { kind: "same" };
  const isLinked = payment === null || known.paymentId !== null;
  if (status === known.status && isLinked) return { kind: "same" };
  if (status === known.status) return { kind: "apply", status, anomaly: false };
  return verdictOfMove(judgePointOrderMove, known.status, status);
}

/** A finished order is not a paid one: its payment says what it came to. */
function endBy(payment: PaymentStatus): PointOrderStatus {
  if (isCaptured[payment]) return "PAID";
  switch (payment) {
    case "REJECTED":
      return "DECLINED";
    case "CANCELLED":
      return "CANCELLED";
    case "EXPIRED":
      return "EXPIRED";
    default:
      return "IN_REVIEW";
  }
}

function mismatchOf(known: KnownPointOrder, seen: PointOrderObservation): string | undefined {
  const { providerOrderId, reference, providerDeviceId, amount } = seen;
  if (
    known.providerOrderId !== null &&
    providerOrderId !== null &&
    known.providerOrderId !== providerOrderId
  ) {
    return `provider order ${providerOrderId} instead of ${known.providerOrderId}`;
  }
  if (reference !== null && reference !== known.id) {
    return `reference ${reference} instead of ${known.id}`;
  }
  if (providerDeviceId !== null && providerDeviceId !== known.providerDeviceId) {
    return `reader ${providerDeviceId} instead of ${known.providerDeviceId}`;
  }
  if (amount === null) return undefined;
  if (amount.currency !== known.currency || amount.minor !== known.amountMinor) {
    return `${amount.minor} ${amount.currency} instead of ${known.amountMinor} ${known.currency} in minor units`;
  }
  return undefined;
}
