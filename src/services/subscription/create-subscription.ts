import { asRecurrence, type SubscriptionObservation } from "../../domain/billing-subscription";
import { notFound, Refusal, refuse, refuseAny, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceId, SellerId, SubscriptionPlanId } from "../../domain/ids";
import { formatAmount } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import type { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { noCommand } from "../../operations/command-form";
import type { OperationKind } from "../../operations/operation-kind";
import { routeTo } from "../accounts/routing";
import { readAmount } from "../payment/payment-input";
import { madeSince, operationsOf, refuseTerms, type SubscriptionDependencies } from "./create-plan";
import { termsOf as termsOfPlan } from "./plan-rows";
import type { RecurrenceArgs } from "./subscription-input";
import { applySubscription, subscriptionRows, termsOf } from "./subscription-rows";

/** What `createBillingSubscription` takes, after the schema's own checks of shape and length. */
export interface CreateSubscriptionArgs {
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider?: Provider;
  readonly planId?: SubscriptionPlanId;
  /** What the payer was told that the plan costs. */
  readonly amount?: string;
  readonly reason?: string;
  readonly externalReference?: string;
  readonly payerEmail: string;
  readonly cardToken?: string;
  readonly deviceId?: string;
  readonly backUrl?: string;
  readonly recurrence?: Pick<
    RecurrenceArgs,
    "frequency" | "frequencyType" | "amount" | "currency" | "freeTrial"
  >;
  readonly startDate?: string;
  readonly endDate?: string;
}

/** A subscription being made. What is told once is not kept: it is never sent a second time. */
export interface SubscriptionInMaking {
  subscription: BillingSubscriptionEntity;
  readonly account: ProviderAccountEntity;
  readonly once: {
    readonly cardToken: string | null;
    readonly deviceId: string | null;
    readonly providerPlanId: string | null;
  } | null;
}

/** How old a start may be: clocks differ, and calls take time. */
const startToleranceMs = 60 * 60_000;

/**
 * Makes a subscription. The provider knows no keys for that, and a second sending with a card charges a second time: it is
 * sent once, and a lost answer is looked for in what the provider lists of the payer, for as long as it takes.
 */
export function createSubscriptionKind(
  deps: SubscriptionDependencies,
): OperationKind<CreateSubscriptionArgs, SubscriptionInMaking, SubscriptionObservation> {
  return {
    name: "createBillingSubscription",
    commandForms: noCommand,
    sendsOnce: true,
    plan: async (args) => {
      const state = await draft(deps, args);
      return {
        sellerId: args.sellerId,
        subjectId: state.subscription.id,
        state,
        command: {},
        write: (unit) => subscriptionRows.add(deps, unit, state.subscription, "API"),
      };
    },
    async load({ subjectId }) {
      const subscription = await subscriptionRows.read(deps, subjectId);
      const account = await deps.accounts.byId(subscription.accountId);
      return { subscription, account, once: null };
    },
    lookUp: ({ subscription, account }) => find(deps, subscription, account),
    send({ subscription, account, once }, idempotencyKey) {
      if (once === null) throw new Error(`${subscription.id} is sent once only`);
      const { payerEmail, reason, startDate, endDate, backUrl, id: reference } = subscription;
      return deps.accounts.call(account, (credentials) =>
        operationsOf(deps, subscription).create(
          {
            ...{ reference, payerEmail, reason, startDate, endDate, backUrl },
            terms: termsOf(subscription),
            ...once,
          },
          { credentials, idempotencyKey },
        ),
      );
    },
    settle: (unit, state, outcome, clashed) =>
      subscriptionRows.settle(deps, unit, state.subscription, outcome, clashed, {
        apply: (seen, holder) =>
          applySubscription(deps, unit, state.subscription, seen, "API", {}, holder),
        providerIdOf: ({ providerSubscriptionId }) => providerSubscriptionId,
        failed: (failure) => ({ failure }),
        became: (subscription) => {
          state.subscription = subscription;
        },
      }),
  };
}

/** Looks for it by the provider's id, where a notification has named it, or by our reference. */
function find(
  deps: SubscriptionDependencies,
  subscription: BillingSubscriptionEntity,
  account: ProviderAccountEntity,
) {
  const { id, payerEmail, providerSubscriptionId } = subscription;
  const operations = operationsOf(deps, subscription);
  return deps.accounts.call(account, (credentials) =>
    providerSubscriptionId === null
      ? operations.find(
          { reference: id, payerEmail, since: madeSince(subscription) },
          { credentials },
        )
      : operations.get(providerSubscriptionId, { credentials }),
  );
}

async function draft(
  deps: SubscriptionDependencies,
  args: CreateSubscriptionArgs,
): Promise<SubscriptionInMaking> {
  const seller = await deps.accounts.ofSellerIn(args.marketplaceId, args.sellerId);
  if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
  refuseAny([...shapeFaults(args), ...dateFaults(args, deps.clock.now())]);
  const { account, terms, reason, plan } =
    args.planId === undefined
      ? await withoutPlan(deps, args, seller.accounts)
      : await withPlan(deps, args, args.planId);
  const now = deps.clock.now();
  const { amount, frequency, frequencyType, freeTrial } = terms;
  const subscription: BillingSubscriptionEntity = {
    id: deps.ids.next("BillingSubscription"),
    marketplaceId: args.marketplaceId,
    sellerId: args.sellerId,
    accountId: account.id,
    planId: plan?.id ?? null,
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    providerSubscriptionId: null,
    externalReference: args.externalReference ?? null,
    status: "PROCESSING",
    providerStatus: null,
    payerEmail: args.payerEmail,
    reason,
    currency: amount.currency,
    amountMinor: amount.minor,
    ...{ frequency, frequencyType, freeTrial },
    startDate: dateOf(args.startDate),
    endDate: dateOf(args.endDate),
    backUrl: args.backUrl ?? plan?.backUrl ?? null,
    checkoutUrl: null,
    methodId: null,
    cardId: null,
    secondaryMethodId: null,
    nextChargeAt: null,
    failure: null,
    openActionId: null,
    providerUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
  const once = {
    cardToken: args.cardToken ?? null,
    deviceId: args.deviceId ?? null,
    providerPlanId: plan?.providerPlanId ?? null,
  };
  return { subscription, account, once };
}

/** With a plan, the plan says what it costs, and a card is wanted at once. */
async function withPlan(
  deps: SubscriptionDependencies,
  { marketplaceId, sellerId, amount, cardToken }: CreateSubscriptionArgs,
  planId: SubscriptionPlanId,
) {
  const { database } = deps;
  const path = ["input", "planId"];
  const plan = await database.table(SubscriptionPlanEntity).findById(database, planId);
  const isTheirs = plan?.marketplaceId === marketplaceId && plan.sellerId === sellerId;
  if (plan === undefined || !isTheirs) throw notFound("plan", path);
  if (plan.status !== "ACTIVE") {
    throw refuse("ACTION_NOT_AVAILABLE", `the plan is ${plan.status}: nobody can subscribe`, path);
  }
  if (cardToken === undefined) {
    const message =
      "with a plan a card is wanted at once; share the plan's checkoutUrl to let the payer choose";
    throw refuse("INVALID_INPUT", message, ["input", "cardToken"]);
  }
  const terms = termsOfPlan(plan).recurrence;
  if (amount !== undefined) {
    const told = readAmount(amount, plan.currency, ["input", "amount"]);
    if (told.minor !== plan.amountMinor) {
      throw new Refusal({
        code: "INVALID_AMOUNT",
        message: "the plan costs another amount; read it again, and ask the payer",
        path: ["input", "amount"],
        ...{ expected: formatAmount(terms.amount), given: formatAmount(told) },
      });
    }
  }
  const account = await deps.accounts.byId(plan.accountId);
  return { account, terms, reason: plan.reason, plan };
}

async function withoutPlan(
  deps: SubscriptionDependencies,
  args: CreateSubscriptionArgs,
  accounts: readonly ProviderAccountEntity[],
) {
  const { recurrence, provider, reason, backUrl } = args;
  if (recurrence === undefined || reason === undefined || backUrl === undefined) {
    throw new Error("its shape was checked");
  }
  const { currency, frequency, frequencyType } = recurrence;
  const place = provider === undefined ? ["input", "recurrence"] : ["input"];
  const needs = { currency, ...(provider === undefined ? {} : { provider }) };
  const route = routeTo("subscriptions", deps.registry, accounts, needs, place);
  const { account, decimals } = route;
  const amountPath = ["input", "recurrence", "amount"];
  const terms = {
    ...{ frequency, frequencyType },
    amount: readAmount(recurrence.amount, currency, amountPath, { decimals }),
    freeTrial: recurrence.freeTrial ?? null,
  };
  refuseTerms(deps, account, { recurrence: asRecurrence(terms), backUrl });
  return { account, terms, reason, plan: undefined };
}

/** Which fields go together. */
function shapeFaults(args: CreateSubscriptionArgs): UserErrorFact[] {
  const { planId, recurrence, reason, backUrl, amount } = args;
  const faults: UserErrorFact[] = [];
  const fault = (field: string, message: string) =>
    faults.push({ code: "INVALID_INPUT", message, path: ["input", field] });
  if (planId === undefined) {
    if (recurrence === undefined) fault("recurrence", "give a planId, or a recurrence of its own");
    if (reason === undefined) fault("reason", "without a plan, payers have to be told what it is");
    if (backUrl === undefined) fault("backUrl", "without a plan, payers have to return somewhere");
    if (amount !== undefined) fault("amount", "without a plan, it stands in recurrence");
    return faults;
  }
  if (recurrence !== undefined) fault("recurrence", "the plan says how often and how much");
  if (reason !== undefined) fault("reason", "payers are told the plan's");
  return faults;
}

function dateFaults({ startDate, endDate }: CreateSubscriptionArgs, now: Date): UserErrorFact[] {
  const faults: UserErrorFact[] = [];
  const [start, end] = [dateOf(startDate), dateOf(endDate)];
  const fault = (field: string, message: string) =>
    faults.push({ code: "INVALID_INPUT", message, path: ["input", field] });
  if (start !== null && start.getTime() < now.getTime() - startToleranceMs) {
    fault("startDate", "it lies in the past");
  }
  if (end !== null && end <= now) fault("endDate", "it lies in the past");
  else if (end !== null && start !== null && end <= start)
    fault("endDate", "it ends before it starts");
  return faults;
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
