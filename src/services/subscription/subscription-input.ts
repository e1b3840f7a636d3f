import { z } from "zod";
import { currencies } from "../../domain/money";
import { frequencyTypes } from "../../domain/recurrence";

const text = z.string();

/** What the inputs of plans and subscriptions share, in the form that is stored. */
export const periodForm = z.strictObject({
  frequency: z.number(),
  frequencyType: z.enum(frequencyTypes),
});

const rhythm = {
  repetitions: z.number().exactOptional(),
  billingDay: z.number().exactOptional(),
  billingDayProportional: z.boolean().exactOptional(),
  freeTrial: periodForm.exactOptional(),
};

/** Amounts are in major units as exact text. */
export const recurrenceForm = z.strictObject({
  ...periodForm.shape,
  amount: text,
  currency: z.enum(currencies),
  ...rhythm,
});

/** What of it changes. */
export const recurrenceChangeForm = z.strictObject({
  frequency: z.number().exactOptional(),
  frequencyType: z.enum(frequencyTypes).exactOptional(),
  amount: text.exactOptional(),
  ...rhythm,
});
export type RecurrenceArgs = z.output<typeof recurrenceForm>;

export const methodsForm = z.strictObject({
  types: z.array(text),
  methods: z.array(text),
});
