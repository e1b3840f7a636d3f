/** Every state of a payment. Each has its meaning in `schema/payment.type.ts`. */
export const paymentStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "IN_REVIEW",
  "AUTHORIZED",
  "APPROVED",
  "REJECTED",
  "CANCELLED",
  "EXPIRED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "IN_DISPUTE",
  "CHARGED_BACK",
  "FAILED",
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** Which status may follow which, on any observation. A missing line does not compile. */
export const paymentMoves = {
  PROCESSING: [
    "PENDING",
    "IN_REVIEW",
    "AUTHORIZED",
    "APPROVED",
    "REJECTED",
    "UNKNOWN",
    "FAILED",
    // The first answer that we can read may come after the provider has already moved on.
    "CANCELLED",
    "EXPIRED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "IN_DISPUTE",
    "CHARGED_BACK",
  ],
  UNKNOWN: [
    "PENDING",
    "IN_REVIEW",
    "AUTHORIZED",
    "APPROVED",
    "REJECTED",
    "CANCELLED",
    "EXPIRED",
    "FAILED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "IN_DISPUTE",
    "CHARGED_BACK",
  ],
  PENDING: [
    "IN_REVIEW",
    "AUTHORIZED",
    "APPROVED",
    "REJECTED",
    "CANCELLED",
    "EXPIRED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "IN_DISPUTE",
    "CHARGED_BACK",
  ],
  IN_REVIEW: [
    "PENDING",
    "AUTHORIZED",
    "APPROVED",
    "REJECTED",
    "CANCELLED",
    "EXPIRED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "IN_DISPUTE",
    "CHARGED_BACK",
  ],
  AUTHORIZED: [
    "APPROVED",
    "CANCELLED",
    "EXPIRED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "IN_DISPUTE",
    "CHARGED_BACK",
  ],
  APPROVED: ["PARTIALLY_REFUNDED", "REFUNDED", "IN_DISPUTE", "CHARGED_BACK"],
  // To itself: one more partial refund is a change that watchers are told of.
  PARTIALLY_REFUNDED: ["PARTIALLY_REFUNDED", "REFUNDED", "IN_DISPUTE", "CHARGED_BACK"],
  IN_DISPUTE: ["APPROVED", "PARTIALLY_REFUNDED", "REFUNDED", "CHARGED_BACK"],
  REFUNDED: ["CHARGED_BACK"],
  REJECTED: [],
  CANCELLED: [],
  EXPIRED: [],
  FAILED: [],
  CHARGED_BACK: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Money was taken or held. A look may come so late that it shows only what became of it. */
const takenAfterAll = [
  "APPROVED",
  "AUTHORIZED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "IN_DISPUTE",
  "CHARGED_BACK",
] as const;

/**
 * Moves that contradict what was final, and are believed only from a fresh look-up at the provider: an
 * ended payment that turns out to be charged (raises an alert), and a chargeback that the seller won, of which all
 * may have been refunded before.
 */
export const lookupOnlyMoves = {
  REJECTED: takenAfterAll,
  CANCELLED: takenAfterAll,
  EXPIRED: takenAfterAll,
  FAILED: [...takenAfterAll, "PENDING", "IN_REVIEW", "REJECTED"],
  CHARGED_BACK: ["APPROVED", "PARTIALLY_REFUNDED", "REFUNDED"],
} as const satisfies Partial<Record<PaymentStatus, readonly PaymentStatus[]>>;

/** Whether a payment in this status still waits for something: such a payment is looked up by schedule. */
export const awaitsOutcome = {
  PROCESSING: true,
  UNKNOWN: true,
  PENDING: true,
  IN_REVIEW: true,
  AUTHORIZED: true,
  IN_DISPUTE: true,
  APPROVED: false,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  CHARGED_BACK: false,
  FAILED: false,
} as const satisfies Record<PaymentStatus, boolean>;

/**
 * For how many days after it was made a payment in this status is looked at again, seldom, although nothing is awaited.
 * Banks decide on charge-backs for up to six months, and Mercado Pago takes refunds for 180 days. What came to nothing can
 * turn out to be held or paid only soon. 0: it is looked at by its own schedule.
 */
export const followedDays = {
  PROCESSING: 0,
  UNKNOWN: 0,
  PENDING: 0,
  IN_REVIEW: 0,
  AUTHORIZED: 0,
  IN_DISPUTE: 0,
  CHARGED_BACK: 0,
  APPROVED: 180,
  PARTIALLY_REFUNDED: 180,
  REFUNDED: 180,
  REJECTED: 7,
  CANCELLED: 7,
  EXPIRED: 7,
  FAILED: 7,
} as const satisfies Record<PaymentStatus, number>;

/** For how many days after its last change a charged back payment is looked at daily: the bank may still decide. */
export const chargebackDays = 180;

export type MoveVerdict = "ALLOWED" | "ANOMALY" | "FORBIDDEN";

/** Whether `to` may follow `from`. `fromLookup`: the observation was just read from the provider. */
export function judgeMove(
  from: PaymentStatus,
  to: PaymentStatus,
  fromLookup: boolean,
): MoveVerdict {
  if ((paymentMoves[from] as readonly PaymentStatus[]).includes(to)) return "ALLOWED";
  const lookupOnly: Partial<Record<PaymentStatus, readonly PaymentStatus[]>> = lookupOnlyMoves;
  if (fromLookup && lookupOnly[from]?.includes(to)) return "ANOMALY";
  return "FORBIDDEN";
}

/** Whether money was taken from the payer at some time. */
export const isCaptured = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  IN_REVIEW: false,
  AUTHORIZED: false,
  APPROVED: true,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: true,
  REFUNDED: true,
  IN_DISPUTE: true,
  CHARGED_BACK: true,
  FAILED: false,
} as const satisfies Record<PaymentStatus, boolean>;

/** Whether the payer's attempt failed for good: such a payment counts against its card token. */
export const isFailedAttempt = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  IN_REVIEW: false,
  AUTHORIZED: false,
  APPROVED: false,
  REJECTED: true,
  // Whoever cancels a payment, or lets it expire, guesses no card.
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  IN_DISPUTE: false,
  CHARGED_BACK: false,
  FAILED: true,
} as const satisfies Record<PaymentStatus, boolean>;
