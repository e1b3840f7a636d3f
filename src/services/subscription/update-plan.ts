import { z } from "zod";
import { refuse, type UserErrorFact } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import type { Recurrence } from "../../domain/recurrence";
import {
  differencesOf,
  type PlanObservation,
  type PlanStatus,
  type PlanTerms,
} from "../../domain/subscription-plan";
import { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { idOf } from "../../operations/command-form";
import type { OperationKind, Settlement } from "../../operations/operation-kind";
import { readAmount } from "../payment/payment-input";
import { refusalOf } from "../shared/refusal-of-provider";
import { notApplied } from "./applied-changes";
import {
  loadPlan,
  operationsOf,
  type PlanAtAccount,
  refuseTerms,
  type SubscriptionDependencies,
} from "./create-plan";
import { applyPlanObservation, planRows, termsOf } from "./plan-rows";
import { methodsForm, recurrenceChangeForm } from "./subscription-input";

/** What `updateSubscriptionPlan` takes: what is given changes, the rest stays. */
const updatePlanArgs = z.strictObject({
  planId: idOf("SubscriptionPlan"),
  reason: z.string().exactOptional(),
  recurrence: recurrenceChangeForm.exactOptional(),
  allowedMethods: methodsForm.exactOptional(),
  backUrl: z.string().exactOptional(),
  isActive: z.boolean().exactOptional(),
});
export type UpdatePlanArgs = z.output<typeof updatePlanArgs>;

/** A plan being changed. */
interface PlanInChange extends PlanAtAccount {
  readonly args: UpdatePlanArgs | null;
  readonly operationId: OperationId;
}

const changeable: readonly PlanStatus[] = ["ACTIVE", "INACTIVE"];

/** Changes what a plan offers, or puts it off and on. One change at a time. */
export function updatePlanKind(
  deps: SubscriptionDependencies,
): OperationKind<UpdatePlanArgs, PlanInChange, PlanObservation, UpdatePlanArgs> {
  return {
    name: "updateSubscriptionPlan",
    commandForms: [updatePlanArgs],
    async plan(args, operationId) {
      const { plan, account } = await loadPlan(deps, args.planId);
      const obstacle = obstacleTo(plan);
      if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);
      refuseTerms(deps, account, wantedTerms(deps, plan, args));
      const opened = { ...plan, openActionId: operationId };
      return {
        sellerId: plan.sellerId,
        subjectId: plan.id,
        state: { plan: opened, account, args, operationId },
        command: args,
        write: (unit) => {
          const unchanged = { id: plan.id, version: plan.version, openActionId: null };
          const table = deps.database.table(SubscriptionPlanEntity);
          unit.change(table.update({ openActionId: operationId }, unchanged, 1));
        },
      };
    },
    async explainConflict({ planId }) {
      return obstacleTo(await planRows.read(deps, planId)) ?? inProgress;
    },
    load: async ({ id: operationId, subjectId }, args) => ({
      ...(await loadPlan(deps, subjectId)),
      args,
      operationId,
    }),
    async lookUp({ plan, account, args }) {
      if (args === null) return { kind: "accepted", value: null };
      const seen = await deps.accounts.call(account, (credentials) =>
        operationsOf(deps, plan).getPlan(providerIdOf(plan), { credentials }),
      );
      if (seen.kind !== "accepted" || seen.value === null) return seen;
      const isDone = missing(deps, plan, args, seen.value).length === 0;
      return isDone ? seen : { kind: "accepted", value: null };
    },
    send({ plan, account, args }, idempotencyKey) {
      if (args === null) throw new Error(`what to change of ${plan.id} is lost`);
      const change = { terms: wantedTerms(deps, plan, args), isActive: args.isActive ?? null };
      return deps.accounts.call(account, (credentials) =>
        operationsOf(deps, plan).updatePlan(providerIdOf(plan), change, {
          ...{ credentials, idempotencyKey },
        }),
      );
    },
    settle(unit, state, outcome): Settlement {
      const { plan, args } = state;
      switch (outcome.kind) {
        case "accepted": {
          const seen = outcome.value;
          // What was asked for is worked out from what was there before it is written over.
          const left = args === null ? [] : missing(deps, plan, args, seen);
          const own = { openActionId: null };
          state.plan = applyPlanObservation(deps, unit, plan, seen, "API", own).row;
          return { finished: true, refusal: left.length === 0 ? null : left };
        }
        case "refused":
          state.plan = planRows.changeSilently(deps, unit, plan, { openActionId: null });
          return { finished: true, refusal: [refusalOf(plan, outcome.refusal)] };
        case "unknown":
          return { finished: false };
      }
    },
  };
}

const inProgress: UserErrorFact = {
  code: "ACTION_IN_PROGRESS",
  message: "another change of this plan is under way; try again",
  path: ["input", "planId"],
};

function obstacleTo({ status, openActionId }: SubscriptionPlanEntity): UserErrorFact | undefined {
  if (openActionId !== null) return inProgress;
  if (changeable.includes(status)) return undefined;
  const message = `a plan that is ${status} cannot be changed`;
  return { code: "ACTION_NOT_AVAILABLE", message, path: ["input", "planId"] };
}

/** The terms that are asked for, each part whole: the provider takes a recurrence with all of its fields. */
function wantedTerms(
  deps: SubscriptionDependencies,
  plan: SubscriptionPlanEntity,
  { reason, recurrence, allowedMethods, backUrl }: UpdatePlanArgs,
): Partial<PlanTerms> {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(recurrence === undefined ? {} : { recurrence: changed(deps, plan, recurrence) }),
    ...(allowedMethods === undefined ? {} : { allowedMethods }),
    ...(backUrl === undefined ? {} : { backUrl }),
  };
}

/** @throws Refusal TOO_MANY_DECIMALS */
function changed(
  { registry }: SubscriptionDependencies,
  plan: SubscriptionPlanEntity,
  { amount, ...rhythm }: NonNullable<UpdatePlanArgs["recurrence"]>,
): Recurrence {
  const { recurrence } = termsOf(plan);
  const { currency } = plan;
  const decimals = registry.get(plan.provider)?.currencies.get(currency) ?? 0;
  const path = ["input", "recurrence", "amount"];
  return {
    ...recurrence,
    ...rhythm,
    amount:
      amount === undefined ? recurrence.amount : readAmount(amount, currency, path, { decimals }),
  };
}

/** What of the change the provider does not show. */
function missing(
  deps: SubscriptionDependencies,
  plan: SubscriptionPlanEntity,
  args: UpdatePlanArgs,
  seen: PlanObservation,
): readonly UserErrorFact[] {
  const differences = [...differencesOf(wantedTerms(deps, plan, args), seen.terms)];
  const { isActive } = args;
  if (isActive !== undefined && isActive !== (seen.status === "ACTIVE")) {
    const expected = isActive ? "ACTIVE" : "INACTIVE";
    differences.push({ field: "isActive", expected, given: seen.providerStatus });
  }
  return differences.map((difference) => notApplied(plan, difference));
}

function providerIdOf({ id, providerPlanId }: SubscriptionPlanEntity): string {
  if (providerPlanId === null) throw new Error(`${id} has no provider id`);
  return providerPlanId;
}
