import { z } from "zod";
import { asRecurrence, type SubscriptionObservation } from "../../domain/billing-subscription";
import { refuse, type UserErrorFact } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import { formatAmount, type Money } from "../../domain/money";
import { type SubscriptionAction, whyNotNow } from "../../domain/subscription-actions";
import type { Difference } from "../../domain/subscription-plan";
import { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { idOf } from "../../operations/command-form";
import type { OperationKind, Settlement } from "../../operations/operation-kind";
import type { SubscriptionChange } from "../../providers/provider";
import { readAmount } from "../payment/payment-input";
import { refusalOf } from "../shared/refusal-of-provider";
import { notApplied } from "./applied-changes";
import { operationsOf, refuseTerms, type SubscriptionDependencies } from "./create-plan";
import { applySubscription, subscriptionRows, termsOf } from "./subscription-rows";

/** What the mutations that change a subscription take: each some of it. */
const changeArgs = z.strictObject({
  subscriptionId: idOf("BillingSubscription"),
  /** In major units as exact text, in the subscription's currency. */
  amount: z.string().exactOptional(),
  cardToken: z.string().exactOptional(),
  deviceId: z.string().exactOptional(),
  methodId: z.string().exactOptional(),
});
export type ChangeArgs = z.output<typeof changeArgs>;

/** A subscription being changed. */
export interface SubscriptionInChange {
  subscription: BillingSubscriptionEntity;
  readonly account: ProviderAccountEntity;
  readonly args: ChangeArgs | null;
  readonly operationId: OperationId;
}

interface ChangeShape {
  readonly name: string;
  readonly action: SubscriptionAction;
  changeOf(
    deps: SubscriptionDependencies,
    row: BillingSubscriptionEntity,
    args: ChangeArgs,
  ): SubscriptionChange;
  /** Where what is read afterwards is not what was asked for. */
  missing(
    change: SubscriptionChange,
    seen: SubscriptionObservation,
    row: BillingSubscriptionEntity,
  ): readonly Difference[];
}

/** Every change of a subscription, by its mutation's name. */
export const changeShapes = {
  changeSubscriptionAmount: {
    name: "changeSubscriptionAmount",
    action: "CHANGE_AMOUNT",
    changeOf: (deps, row, args) => ({ amount: amountOf(deps, row, args) }),
    missing: ({ amount }, seen) =>
      amount === undefined
        ? []
        : unlessSame("amount", formatAmount(amount), formatAmount(seen.terms.amount)),
  },
  changeSubscriptionCard: {
    name: "changeSubscriptionCard",
    action: "CHANGE_CARD",
    changeOf: (_deps, _row, { cardToken, deviceId }) => ({
      ...(cardToken === undefined ? {} : { cardToken }),
      deviceId: deviceId ?? null,
    }),
    // The same card again is answered yes, and changes nothing that can be seen (measured).
    missing: (_change, seen, row) =>
      row.status === "PENDING" && seen.status === "PENDING"
        ? [{ field: "cardToken", expected: "AUTHORIZED", given: seen.providerStatus }]
        : [],
  },
  setSecondaryPaymentMethod: {
    name: "setSecondaryPaymentMethod",
    action: "SET_SECONDARY_METHOD",
    changeOf: (_deps, _row, { methodId, cardToken }) => ({
      secondary: { methodId: methodId ?? "", cardToken: cardToken ?? null },
    }),
    missing: ({ secondary }, seen) =>
      unlessSame("methodId", secondary?.methodId ?? "", seen.secondaryMethodId ?? "none"),
  },
  pauseSubscription: ofStatus("pauseSubscription", "PAUSE", "PAUSED"),
  resumeSubscription: ofStatus("resumeSubscription", "RESUME", "AUTHORIZED"),
  cancelSubscription: ofStatus("cancelSubscription", "CANCEL", "CANCELLED"),
} as const satisfies Record<string, ChangeShape>;
export type ChangeName = keyof typeof changeShapes;

function ofStatus(
  name: string,
  action: SubscriptionAction,
  status: NonNullable<SubscriptionChange["status"]>,
): ChangeShape {
  return {
    name,
    action,
    changeOf: () => ({ status }),
    missing: (_change, seen) =>
      unlessSame("subscriptionId", status, seen.status ?? seen.providerStatus),
  };
}

function unlessSame(field: string, expected: string, given: string): readonly Difference[] {
  return expected === given ? [] : [{ field, expected, given }];
}

/**
 * A change of a subscription, one at a time. The provider answers 200 to what it drops, so that the subscription is read
 * again and what is not as asked for is told. Sent twice, a change does the same, but for a card's token: that is good once,
 * and what it did is seen before it would be sent again.
 */
export function changeKind(
  deps: SubscriptionDependencies,
  shape: ChangeShape,
): OperationKind<ChangeArgs, SubscriptionInChange, SubscriptionObservation, ChangeArgs> {
  return {
    name: shape.name,
    commandForms: [changeArgs],
    async plan(args, operationId) {
      const { subscription, account } = await load(deps, args.subscriptionId);
      const obstacle = obstacleTo(shape, subscription);
      if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);
      const { amount } = shape.changeOf(deps, subscription, args);
      if (amount !== undefined) {
        const recurrence = asRecurrence({ ...termsOf(subscription), amount });
        refuseTerms(deps, account, { recurrence }, ["input"]);
      }
      const opened = { ...subscription, openActionId: operationId };
      return {
        sellerId: subscription.sellerId,
        subjectId: subscription.id,
        state: { subscription: opened, account, args, operationId },
        command: args,
        write: (unit) => {
          const { id, version } = subscription;
          const table = deps.database.table(BillingSubscriptionEntity);
          const unchanged = { id, version, openActionId: null };
          unit.change(table.update({ openActionId: operationId }, unchanged, 1));
        },
      };
    },
    async explainConflict({ subscriptionId }) {
      return obstacleTo(shape, await subscriptionRows.read(deps, subscriptionId)) ?? inProgress;
    },
    load: async ({ id: operationId, subjectId }, args) => ({
      ...(await load(deps, subjectId)),
      args,
      operationId,
    }),
    async lookUp({ subscription, account, args }) {
      const seen = await deps.accounts.call(account, (credentials) =>
        operationsOf(deps, subscription).get(providerIdOf(subscription), { credentials }),
      );
      if (seen.kind !== "accepted" || seen.value === null || args === null) return seen;
      const change = shape.changeOf(deps, subscription, args);
      const isDone =
        shape.action === "CHANGE_CARD"
          ? seen.value.cardId !== subscription.cardId
          : shape.missing(change, seen.value, subscription).length === 0;
      return isDone ? seen : { kind: "accepted", value: null };
    },
    send({ subscription, account, args }, idempotencyKey) {
      if (args === null) throw new Error(`what to change of ${subscription.id} is lost`);
      const change = shape.changeOf(deps, subscription, args);
      return deps.accounts.call(account, (credentials) =>
        operationsOf(deps, subscription).update(
          { providerSubscriptionId: providerIdOf(subscription), reference: subscription.id },
          change,
          { credentials, idempotencyKey },
        ),
      );
    },
    settle(unit, state, outcome): Settlement {
      const { subscription, args } = state;
      switch (outcome.kind) {
        case "accepted": {
          const seen = outcome.value;
          const left =
            args === null
              ? []
              : shape.missing(shape.changeOf(deps, subscription, args), seen, subscription);
          const own = { openActionId: null };
          const applied = applySubscription(deps, unit, subscription, seen, "API", own);
          state.subscription = applied.row;
          const refusal = left.map((difference) => notApplied(subscription, difference));
          return { finished: true, refusal: refusal.length === 0 ? null : refusal };
        }
        case "refused":
          state.subscription = subscriptionRows.changeSilently(deps, unit, subscription, {
            openActionId: null,
            // Whatever made the provider refuse is worth a look: it may have moved on there.
            dueAt: deps.clock.now(),
          });
          return { finished: true, refusal: [refusalOf(subscription, outcome.refusal)] };
        case "unknown":
          return { finished: false };
      }
    },
  };
}

const inProgress: UserErrorFact = {
  code: "ACTION_IN_PROGRESS",
  message: "another change of this subscription is under way; try again",
  path: ["input", "subscriptionId"],
};

function obstacleTo(
  { action }: ChangeShape,
  { status, openActionId }: BillingSubscriptionEntity,
): UserErrorFact | undefined {
  if (openActionId !== null) return inProgress;
  const message = whyNotNow(action, status);
  if (message === undefined) return undefined;
  return { code: "ACTION_NOT_AVAILABLE", message, path: ["input", "subscriptionId"] };
}

/** @throws Refusal for an amount that the provider does not take */
function amountOf(
  deps: SubscriptionDependencies,
  row: BillingSubscriptionEntity,
  { amount: text = "" }: ChangeArgs,
): Money {
  const { currency, provider } = row;
  const adapter = deps.registry.get(provider);
  const decimals = adapter?.currencies.get(currency) ?? 0;
  const amount = readAmount(text, currency, ["input", "amount"], { decimals });
  return amount;
}

async function load(deps: SubscriptionDependencies, id: string) {
  const subscription = await subscriptionRows.read(deps, id);
  return { subscription, account: await deps.accounts.byId(subscription.accountId) };
}

function providerIdOf({ id, providerSubscriptionId }: BillingSubscriptionEntity): string {
  if (providerSubscriptionId === null) throw new Error(`${id} has no provider id`);
  return providerSubscriptionId;
}
