import { formatAmount } from "../../domain/money";
import type {
  AllowedMethodsInput,
  CreateSubscriptionPlanInput,
  FreeTrialInput,
  PlanRecurrenceInput,
  UpdateSubscriptionPlanInput,
} from "../../schema/subscription/plan.input";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import type { CreatePlanArgs } from "../../services/subscription/create-plan";
import type { RecurrenceArgs } from "../../services/subscription/subscription-input";
import type { UpdatePlanArgs } from "../../services/subscription/update-plan";
import { defined, isGiven } from "../given";

const place = ["input", "recurrence"];

/** @throws Refusal for an amount or a currency that cannot be read. */
export function readCreatePlan(
  input: CreateSubscriptionPlanInput,
): Omit<CreatePlanArgs, "marketplaceId"> {
  const { sellerId, provider, reason, externalReference, recurrence, backUrl } = input;
  return {
    sellerId,
    reason,
    backUrl,
    recurrence: readRecurrence(recurrence),
    ...defined({ provider, externalReference, allowedMethods: readMethods(input.allowedMethods) }),
  } as Omit<CreatePlanArgs, "marketplaceId">;
}

function readRecurrence(input: PlanRecurrenceInput): RecurrenceArgs {
  const { frequency, frequencyType, repetitions, billingDay, billingDayProportional } = input;
  const currency = readCurrency(input.currency, [...place, "currency"]);
  const amount = formatAmount(readAmount(input.amount, currency, [...place, "amount"]));
  return {
    ...{ frequency, frequencyType, amount, currency },
    ...defined({
      ...{ repetitions, billingDay, billingDayProportional },
      freeTrial: readTrial(input.freeTrial),
    }),
  } as RecurrenceArgs;
}

/** The amount is in the plan's currency, which only the plan tells. */
export function readUpdatePlan(input: UpdateSubscriptionPlanInput): UpdatePlanArgs {
  const { planId, reason, recurrence, backUrl, isActive } = input;
  return {
    planId,
    ...defined({
      ...{ reason, backUrl, isActive },
      allowedMethods: readMethods(input.allowedMethods),
      recurrence: isGiven(recurrence)
        ? defined({ ...recurrence, freeTrial: readTrial(recurrence.freeTrial) })
        : undefined,
    }),
  } as UpdatePlanArgs;
}

function readTrial(input: FreeTrialInput | null | undefined) {
  if (!isGiven(input)) return undefined;
  const { frequency, frequencyType } = input;
  return { frequency, frequencyType };
}

function readMethods(input: AllowedMethodsInput | null | undefined) {
  if (!isGiven(input)) return undefined;
  return { types: [...(input.types ?? [])], methods: [...(input.methods ?? [])] };
}
