import { z } from "zod";
import { notFound, refuseAny, type UserErrorFact } from "../../domain/errors";
import { providers } from "../../domain/provider";
import { type Recurrence, recurrenceFaults } from "../../domain/recurrence";
import type { PlanObservation, PlanTerms } from "../../domain/subscription-plan";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { idOf, noCommand } from "../../operations/command-form";
import type { OperationKind } from "../../operations/operation-kind";
import type { SubscriptionOperations } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { routeTo } from "../accounts/routing";
import { clockSkewMs } from "../balance/plan-move";
import type { ChangeDependencies } from "../followed/followed-kind";
import { readAmount } from "../payment/payment-input";
import { refusalOf } from "../shared/refusal-of-provider";
import { applyPlanObservation, planRows, termColumns, termsOf } from "./plan-rows";
import { methodsForm, type RecurrenceArgs, recurrenceForm } from "./subscription-input";

/** What plans and subscriptions need. */
export interface SubscriptionDependencies extends ChangeDependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
}

/** What `createSubscriptionPlan` takes, after the schema's own checks of shape and length. */
const createPlanArgs = z.strictObject({
  marketplaceId: idOf("Marketplace"),
  sellerId: idOf("Seller"),
  provider: z.enum(providers).exactOptional(),
  externalReference: z.string().exactOptional(),
  reason: z.string(),
  recurrence: recurrenceForm,
  allowedMethods: methodsForm.exactOptional(),
  backUrl: z.string(),
});
export type CreatePlanArgs = z.output<typeof createPlanArgs>;

/** A plan, and the account that sells it. */
export interface PlanAtAccount {
  plan: SubscriptionPlanEntity;
  readonly account: ProviderAccountEntity;
}

/**
 * Makes a plan. The provider knows no keys for that, so that it is sent once; a lost answer is looked for by our reference
 * in what the provider lists, for as long as it takes.
 */
export function createPlanKind(
  deps: SubscriptionDependencies,
): OperationKind<CreatePlanArgs, PlanAtAccount, PlanObservation> {
  return {
    name: "createSubscriptionPlan",
    commandForms: noCommand,
    sendsOnce: true,
    plan: async (args) => {
      const state = await draftPlan(deps, args);
      return {
        sellerId: args.sellerId,
        subjectId: state.plan.id,
        state,
        command: {},
        write: (unit) => planRows.add(deps, unit, state.plan, "API"),
      };
    },
    load: async ({ subjectId }) => loadPlan(deps, subjectId),
    lookUp: ({ plan, account }) =>
      deps.accounts.call(account, (credentials) =>
        operationsOf(deps, plan).findPlan(plan.id, madeSince(plan), { credentials }),
      ),
    send: ({ plan, account }, idempotencyKey) =>
      deps.accounts.call(account, (credentials) =>
        operationsOf(deps, plan).createPlan(
          { reference: plan.id, terms: termsOf(plan) },
          { credentials, idempotencyKey },
        ),
      ),
    settle: (unit, state, outcome, clashed) =>
      planRows.settle(deps, unit, state.plan, outcome, clashed, {
        apply: (seen, holder) =>
          applyPlanObservation(deps, unit, state.plan, seen, "API", {}, holder),
        providerIdOf: ({ providerPlanId }) => providerPlanId,
        failed: (failure) => ({ failure }),
        became: (plan) => {
          state.plan = plan;
        },
      }),
  };
}

async function draftPlan(
  deps: SubscriptionDependencies,
  args: CreatePlanArgs,
): Promise<PlanAtAccount> {
  const seller = await deps.accounts.ofSellerIn(args.marketplaceId, args.sellerId);
  if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
  const { currency } = args.recurrence;
  const needs = { currency, ...(args.provider === undefined ? {} : { provider: args.provider }) };
  const place = args.provider === undefined ? ["input", "recurrence"] : ["input"];
  const { account, decimals } = routeTo(
    "subscriptions",
    deps.registry,
    seller.accounts,
    needs,
    place,
  );
  const terms: PlanTerms = {
    reason: args.reason,
    recurrence: recurrenceOf(args.recurrence, decimals),
    allowedMethods: args.allowedMethods ?? null,
    backUrl: args.backUrl,
  };
  refuseTerms(deps, account, terms);
  const now = deps.clock.now();
  const plan: SubscriptionPlanEntity = {
    id: deps.ids.next("SubscriptionPlan"),
    marketplaceId: args.marketplaceId,
    sellerId: args.sellerId,
    accountId: account.id,
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    providerPlanId: null,
    externalReference: args.externalReference ?? null,
    status: "PROCESSING",
    providerStatus: null,
    ...termColumns(terms),
    checkoutUrl: null,
    failure: null,
    openActionId: null,
    providerUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return { plan, account };
}

/** @throws Refusal TOO_MANY_DECIMALS */
function recurrenceOf(args: RecurrenceArgs, decimals: number): Recurrence {
  const { frequency, frequencyType } = args;
  return {
    ...{ frequency, frequencyType },
    amount: readAmount(args.amount, args.currency, ["input", "recurrence", "amount"], { decimals }),
    repetitions: args.repetitions ?? null,
    billingDay: args.billingDay ?? null,
    billingDayProportional: args.billingDayProportional ?? false,
    freeTrial: args.freeTrial ?? null,
  };
}

/**
 * Says all that is wrong with terms before anything is written. `place`: where the recurrence stands.
 * @throws Refusal with every reason, each at its place.
 */
export function refuseTerms(
  deps: Pick<SubscriptionDependencies, "registry">,
  account: ProviderAccountEntity,
  terms: Partial<PlanTerms>,
  place: readonly string[] = ["input", "recurrence"],
): void {
  const { recurrence } = terms;
  const faults = recurrence === undefined ? [] : recurrenceFaults(recurrence);
  const own = faults.map(
    ({ field, message }): UserErrorFact => ({
      code: "INVALID_INPUT",
      message,
      path: [...place, field],
    }),
  );
  const theirs = operationsOf(deps, account)
    .planRefusals(terms, account)
    .map((refusal) => refusalOf(account, refusal))
    .map((fact) => ({
      ...fact,
      path: fact.path[1] === "recurrence" ? [...place, ...fact.path.slice(2)] : fact.path,
    }));
  refuseAny([...own, ...theirs]);
}

export async function loadPlan(
  deps: SubscriptionDependencies,
  planId: string,
): Promise<PlanAtAccount> {
  const plan = await planRows.read(deps, planId);
  return { plan, account: await deps.accounts.byId(plan.accountId) };
}

/** No later than when it was made, by the provider's clock. */
export function madeSince({ createdAt }: { readonly createdAt: Date }): Date {
  return new Date(createdAt.getTime() - clockSkewMs);
}

/** The provider's operations; an account is only ever picked for a provider that has them. */
export function operationsOf(
  { registry }: Pick<SubscriptionDependencies, "registry">,
  { provider }: Pick<ProviderAccountEntity, "provider">,
): SubscriptionOperations {
  const operations = registry.get(provider)?.subscriptions;
  if (operations === undefined) throw new Error(`${provider} bills by no schedule here`);
  return operations;
}
