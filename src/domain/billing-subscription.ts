import { formatAmount, type Money } from "./money";
import { judgeBy } from "./moves";
import type { Provider } from "./provider";
import type { Period, Recurrence } from "./recurrence";
import { isOlder } from "./subscription-plan";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

/** Who keeps the calendar of a subscription, and charges by it. */
export const billingModes = ["PROVIDER_SCHEDULED", "GATEWAY_SCHEDULED"] as const;
export type BillingMode = (typeof billingModes)[number];

/**
 * How a provider's subscriptions are charged. PayU has no schedule: its charges would be the gateway's own
 * (docs/decisions/0019), and are not built.
 */
export const billingModeOf = {
  MERCADO_PAGO: "PROVIDER_SCHEDULED",
  PAYU: "GATEWAY_SCHEDULED",
} as const satisfies Record<Provider, BillingMode>;

/** Every state of a subscription. Each has its meaning in `schema/shared/enums.ts`. */
export const subscriptionStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "AUTHORIZED",
  "PAUSED",
  "CANCELLED",
  "FINISHED",
  "FAILED",
] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** States that a provider shows. */
export type ObservedSubscriptionStatus = Exclude<
  SubscriptionStatus,
  "PROCESSING" | "UNKNOWN" | "FAILED"
>;

const observed = ["PENDING", "AUTHORIZED", "PAUSED", "CANCELLED", "FINISHED"] as const;

/** Which status may follow which. */
export const subscriptionMoves = {
  PROCESSING: ["UNKNOWN", ...observed, "FAILED"],
  UNKNOWN: [...observed, "FAILED"],
  PENDING: ["AUTHORIZED", "PAUSED", "CANCELLED", "FINISHED"],
  AUTHORIZED: ["PAUSED", "CANCELLED", "FINISHED"],
  PAUSED: ["AUTHORIZED", "CANCELLED", "FINISHED"],
  CANCELLED: [],
  FINISHED: [],
  FAILED: [],
} as const satisfies Record<SubscriptionStatus, readonly SubscriptionStatus[]>;

/**
 * Moves that contradict what was final, and are believed only from a fresh look-up: six cancelled subscriptions were seen
 * to come back, and what counted as refused may have been made.
 */
export const lookupOnlySubscriptionMoves = {
  CANCELLED: ["PENDING", "AUTHORIZED", "PAUSED", "FINISHED"],
  FINISHED: ["AUTHORIZED", "PAUSED", "CANCELLED"],
  FAILED: observed,
} as const satisfies Partial<Record<SubscriptionStatus, readonly SubscriptionStatus[]>>;

export const judgeSubscriptionMove = judgeBy<SubscriptionStatus>(
  subscriptionMoves,
  lookupOnlySubscriptionMoves,
);

/** Statuses in which nothing more is awaited. */
export const finalSubscriptionStatuses = [
  "CANCELLED",
  "FINISHED",
  "FAILED",
] as const satisfies readonly SubscriptionStatus[];

/** What a subscription says of time and money. What only plans have (a billing day, repetitions) is the plan's. */
export interface SubscriptionTerms extends Period {
  readonly amount: Money;
  readonly freeTrial: Period | null;
}

/** A subscription as a provider shows it. */
export interface SubscriptionObservation {
  readonly providerSubscriptionId: string;
  /** Null where the provider's word is one that we do not know. */
  readonly status: ObservedSubscriptionStatus | null;
  readonly providerStatus: string;
  /** Our id, as told when it was made. */
  readonly reference: string | null;
  readonly providerAccountId: string | null;
  readonly providerPlanId: string | null;
  readonly reason: string;
  readonly terms: SubscriptionTerms;
  readonly backUrl: string | null;
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  /** When the provider means to charge next; of one that has ended it says nothing. */
  readonly nextChargeAt: Date | null;
  /** Where a payer completes it; cleaned of what breaks it. */
  readonly checkoutUrl: string | null;
  readonly methodId: string | null;
  readonly cardId: string | null;
  readonly secondaryMethodId: string | null;
  readonly providerUpdatedAt: Date | null;
}

/** What we hold of a subscription, as far as it decides what an observation may change. */
export interface KnownSubscription
  extends Omit<
    SubscriptionObservation,
    "status" | "providerStatus" | "reference" | "providerSubscriptionId" | "providerPlanId"
  > {
  readonly id: string;
  readonly status: SubscriptionStatus;
  readonly providerStatus: string | null;
  readonly providerSubscriptionId: string | null;
  readonly providerAccountId: string;
}

/** Decides what an observation does to a subscription; every path to its state goes through here. */
export function judgeSubscriptionObservation(
  known: KnownSubscription,
  seen: SubscriptionObservation,
  holder?: string,
): Verdict<SubscriptionStatus> {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider subscription ${seen.providerSubscriptionId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  if (isOlder(seen.providerUpdatedAt, known.providerUpdatedAt)) {
    return { kind: "ignore", reason: "older than the state that is already applied" };
  }
  if (seen.status === null) return unknownStatus(seen.providerStatus);
  const { status } = seen;
  if (status !== known.status) {
    return verdictOfMove(judgeSubscriptionMove, known.status, status);
  }
  const isSame = known.providerSubscriptionId !== null && factsOf(known) === factsOf(seen);
  return isSame ? { kind: "same" } : { kind: "apply", status, anomaly: false };
}

/** All that can be seen of a subscription beside its status, in one text. */
function factsOf(seen: KnownSubscription | SubscriptionObservation): string {
  const { terms, startDate, endDate, nextChargeAt } = seen;
  return JSON.stringify([
    seen.providerStatus,
    ...[seen.reason, seen.backUrl, seen.checkoutUrl],
    ...[formatAmount(terms.amount), terms.frequency, terms.frequencyType],
    terms.freeTrial && [terms.freeTrial.frequency, terms.freeTrial.frequencyType],
    ...[startDate, endDate, nextChargeAt].map((date) => date?.getTime() ?? null),
    ...[seen.methodId, seen.cardId, seen.secondaryMethodId],
  ]);
}

function mismatchOf(known: KnownSubscription, seen: SubscriptionObservation): string | undefined {
  const { providerSubscriptionId: id } = known;
  if (id !== null && id !== seen.providerSubscriptionId) {
    return `provider subscription ${seen.providerSubscriptionId} instead of ${id}`;
  }
  if (seen.reference !== null && seen.reference !== known.id) {
    return `reference ${seen.reference} instead of ${known.id}`;
  }
  if (seen.providerAccountId !== null && seen.providerAccountId !== known.providerAccountId) {
    return `of account ${seen.providerAccountId} instead of ${known.providerAccountId}`;
  }
  const { currency } = seen.terms.amount;
  const ours = known.terms.amount.currency;
  return currency === ours ? undefined : `currency ${currency} instead of ${ours}`;
}

/** A subscription's own terms, as a recurrence without what only plans have. */
export function asRecurrence(terms: SubscriptionTerms): Recurrence {
  return { ...terms, repetitions: null, billingDay: null, billingDayProportional: false };
}
