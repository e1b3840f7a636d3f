import { formatAmount } from "../../domain/money";
import type {
  CreateBillingSubscriptionInput,
  SubscriptionRecurrenceInput,
} from "../../schema/subscription/subscription.input";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import type { CreateSubscriptionArgs } from "../../services/subscription/create-subscription";
import { defined, isGiven } from "../given";

const place = ["input", "recurrence"];

/** @throws Refusal for an amount or a currency that cannot be read. */
export function readCreateSubscription(
  input: CreateBillingSubscriptionInput,
): Omit<CreateSubscriptionArgs, "marketplaceId"> {
  const { idempotencyKey: _key, recurrence, startDate, endDate, ...plain } = input;
  return defined({
    ...plain,
    startDate: startDate?.toISOString(),
    endDate: endDate?.toISOString(),
    recurrence: readRecurrence(recurrence),
  }) as Omit<CreateSubscriptionArgs, "marketplaceId">;
}

function readRecurrence(input: SubscriptionRecurrenceInput | null | undefined) {
  if (!isGiven(input)) return undefined;
  const { frequency, frequencyType, freeTrial } = input;
  const currency = readCurrency(input.currency, [...place, "currency"]);
  const amount = formatAmount(readAmount(input.amount, currency, [...place, "amount"]));
  return {
    ...{ frequency, frequencyType, amount, currency },
    ...(isGiven(freeTrial)
      ? {
          freeTrial: { frequency: freeTrial.frequency, frequencyType: freeTrial.frequencyType },
        }
      : {}),
  };
}
