import { formatAmount } from "./money";
import { judgeBy } from "./moves";
import { isSamePeriod, type Period, type Recurrence } from "./recurrence";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

/** Every state of a plan. Each has its meaning in `schema/shared/enums.ts`. */
export const planStatuses = ["PROCESSING", "UNKNOWN", "ACTIVE", "INACTIVE", "FAILED"] as const;
export type PlanStatus = (typeof planStatuses)[number];

/** A plan that is off can be put on again, whatever the provider's documents say of it (measured). */
export const planMoves = {
  PROCESSING: ["UNKNOWN", "ACTIVE", "INACTIVE", "FAILED"],
  UNKNOWN: ["ACTIVE", "INACTIVE", "FAILED"],
  ACTIVE: ["INACTIVE"],
  INACTIVE: ["ACTIVE"],
  FAILED: [],
} as const satisfies Record<PlanStatus, readonly PlanStatus[]>;

export const judgePlanMove = judgeBy<PlanStatus>(planMoves);

/** What payers may pay with, in the provider's words; an empty list allows all. */
export interface AllowedMethods {
  /** Kinds of methods: credit_card, debit_card, account_money. */
  readonly types: readonly string[];
  readonly methods: readonly string[];
}

/** What a plan offers. */
export interface PlanTerms {
  /** What payers read as the name of what they pay for. */
  readonly reason: string;
  readonly recurrence: Recurrence;
  readonly allowedMethods: AllowedMethods | null;
  /** Where payers return to from the provider's page. */
  readonly backUrl: string;
}

/** A plan as a provider shows it. */
export interface PlanObservation {
  readonly providerPlanId: string;
  /** Null where the provider's word is one that we do not know. */
  readonly status: "ACTIVE" | "INACTIVE" | null;
  readonly providerStatus: string;
  /** Our id, as told when it was made. */
  readonly reference: string | null;
  readonly providerAccountId: string | null;
  readonly terms: PlanTerms;
  /** Where payers subscribe by themselves; cleaned of what breaks it. */
  readonly checkoutUrl: string | null;
  readonly providerUpdatedAt: Date | null;
}

/** What we hold of a plan, as far as it decides what an observation may change. */
export interface KnownPlan {
  readonly id: string;
  readonly providerPlanId: string | null;
  readonly providerAccountId: string;
  readonly status: PlanStatus;
  readonly providerStatus: string | null;
  readonly terms: PlanTerms;
  readonly checkoutUrl: string | null;
  readonly providerUpdatedAt: Date | null;
}

/** Decides what an observation does to a plan; every path to a plan's state goes through here. */
export function judgePlanObservation(
  known: KnownPlan,
  seen: PlanObservation,
  holder?: string,
): Verdict<PlanStatus> {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider plan ${seen.providerPlanId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  if (isOlder(seen.providerUpdatedAt, known.providerUpdatedAt)) {
    return { kind: "ignore", reason: "older than the state that is already applied" };
  }
  if (seen.status === null) return unknownStatus(seen.providerStatus);
  const { status } = seen;
  if (status !== known.status) return verdictOfMove(judgePlanMove, known.status, status);
  const isSame =
    seen.providerStatus === known.providerStatus &&
    seen.checkoutUrl === known.checkoutUrl &&
    differencesOf(known.terms, seen.terms).length === 0;
  return isSame ? { kind: "same" } : { kind: "apply", status, anomaly: false };
}

/** Whether what was seen comes from before what is known, by the provider's own times. */
export function isOlder(seen: Date | null, known: Date | null): boolean {
  return seen !== null && known !== null && seen < known;
}

/** A field of terms that is not as it should be, in words for people. */
export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly given: string;
}

/** Where `seen` differs from what is wanted. What is not wanted in particular may be anything. */
export function differencesOf(
  { recurrence, reason, backUrl, allowedMethods }: Partial<PlanTerms>,
  seen: PlanTerms,
): readonly Difference[] {
  const differences: Difference[] = [];
  const compare = (field: string, expected: string, given: string) => {
    if (expected !== given) differences.push({ field, expected, given });
  };
  if (reason !== undefined) compare("reason", reason, seen.reason);
  if (backUrl !== undefined) compare("backUrl", backUrl, seen.backUrl);
  if (allowedMethods !== undefined) {
    compare("allowedMethods", wordsOf(allowedMethods), wordsOf(seen.allowedMethods));
  }
  if (recurrence === undefined) return differences;
  const inside = (field: keyof Recurrence, wordOf: (terms: Recurrence) => string) =>
    compare(`recurrence.${field}`, wordOf(recurrence), wordOf(seen.recurrence));
  inside("amount", ({ amount }) => `${formatAmount(amount)} ${amount.currency}`);
  inside("frequency", ({ frequency }) => String(frequency));
  inside("frequencyType", ({ frequencyType }) => frequencyType);
  inside("repetitions", ({ repetitions }) => String(repetitions));
  inside("billingDay", ({ billingDay }) => String(billingDay));
  inside("billingDayProportional", ({ billingDayProportional }) => String(billingDayProportional));
  if (!isSamePeriod(recurrence.freeTrial, seen.recurrence.freeTrial)) {
    inside("freeTrial", ({ freeTrial }) => periodWords(freeTrial));
  }
  return differences;
}

export function periodWords(period: Period | null): string {
  return period === null ? "none" : `${period.frequency} ${period.frequencyType}`;
}

/** A list that is empty, or absent, allows everything. */
function wordsOf(allowed: AllowedMethods | null): string {
  const { types = [], methods = [] } = allowed ?? {};
  return [...[...types].sort(), ...[...methods].sort()].join(" ");
}

function mismatchOf(known: KnownPlan, seen: PlanObservation): string | undefined {
  if (known.providerPlanId !== null && known.providerPlanId !== seen.providerPlanId) {
    return `provider plan ${seen.providerPlanId} instead of ${known.providerPlanId}`;
  }
  if (seen.reference !== null && seen.reference !== known.id) {
    return `reference ${seen.reference} instead of ${known.id}`;
  }
  if (seen.providerAccountId !== null && seen.providerAccountId !== known.providerAccountId) {
    return `of account ${seen.providerAccountId} instead of ${known.providerAccountId}`;
  }
  const { currency } = seen.terms.recurrence.amount;
  const ours = known.terms.recurrence.amount.currency;
  return currency === ours ? undefined : `currency ${currency} instead of ${ours}`;
}
