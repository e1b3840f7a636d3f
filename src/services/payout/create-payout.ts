import type { UnitOfWork } from "../../database/database";
import { refuse } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import type { Currency } from "../../domain/money";
import type { PayoutObservation } from "../../domain/payout-observation";
import { judgePayoutMove } from "../../domain/payout-status";
import { PayoutEntity, type StoredExchange } from "../../entities/payout.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import {
  clockSkewMs,
  type MoveArgs,
  type MoveDependencies,
  moneyOf,
  planMove,
  resendDoubtMs,
} from "../balance/plan-move";
import { holderOf } from "../holder-of";
import { refusalOf } from "../refusal-of-provider";
import { applyPayoutObservation, changePayout, payoutEvent } from "./apply-payout";
import { readPayout } from "./payout-rows";

/** What `createPayout` takes, after the schema's own checks of shape and length. */
export interface CreatePayoutArgs extends MoveArgs {
  readonly description?: string;
  readonly exchange?: {
    readonly amount: string;
    readonly currency: Currency;
    readonly rate: string;
    readonly tableId: string;
    readonly partnerId: string;
  };
}

/** A payout being made. */
export interface PayoutInMaking {
  payout: PayoutEntity;
  readonly account: ProviderAccountEntity;
}

/**
 * Pays a seller out. Only ever sent under the one key that was stored before: a second key would be a second
 * payout. After a lost answer it is looked for by that key, and sent again under it where it is not to be seen.
 */
export function createPayoutKind(
  deps: MoveDependencies,
): OperationKind<CreatePayoutArgs, PayoutInMaking, PayoutObservation> {
  return {
    name: "createPayout",
    commandForms: noCommand,
    plan: (args, operationId) => plan(deps, args, operationId),
    async load({ subjectId }) {
      const payout = await readPayout(deps.database, subjectId);
      return { payout, account: await deps.accounts.byId(payout.accountId) };
    },
    lookUp: (making) => findPayout(deps, making),
    doubtMs: resendDoubtMs,
    send: ({ payout, account }, idempotencyKey) =>
      deps.accounts.call(account, (credentials) =>
        payoutsOf(deps, payout).create(commandOf(payout), { credentials, idempotencyKey }),
      ),
    settle: (unit, making, outcome, clashed) => settle(deps, unit, making, outcome, clashed),
  };
}

async function plan(
  deps: MoveDependencies,
  args: CreatePayoutArgs,
  operationId: OperationId,
): Promise<Intent<PayoutInMaking>> {
  const { account, amount } = await planMove(deps, "payouts", args);
  const now = deps.clock.now();
  const payout: PayoutEntity = {
    id: deps.ids.next("Payout"),
    marketplaceId: account.marketplaceId,
    sellerId: args.sellerId,
    accountId: account.id,
    provider: account.provider,
    operationId,
    providerPayoutId: null,
    status: "PROCESSING",
    providerStatus: null,
    currency: amount.currency,
    amountMinor: amount.minor,
    exchange: exchangeOf(deps, args, account),
    description: args.description ?? null,
    failure: null,
    createdAt: now,
    updatedAt: now,
    // Until its operation ends, the operation's own due time covers a crash.
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
  return {
    sellerId: payout.sellerId,
    subjectId: payout.id,
    state: { payout, account },
    command: {},
    write: (unit) => {
      unit.change(deps.database.table(PayoutEntity).insert(payout));
      deps.events.append(unit, payoutEvent(payout, "PAYOUT_CREATED", null, "API"));
    },
  };
}

/** @throws Refusal UNSUPPORTED_CURRENCY or TOO_MANY_DECIMALS */
function exchangeOf(
  { registry }: MoveDependencies,
  { exchange, currency: from }: CreatePayoutArgs,
  { provider }: ProviderAccountEntity,
): StoredExchange | null {
  if (exchange === undefined) return null;
  const { currency, rate, tableId, partnerId } = exchange;
  const path = ["input", "exchange"];
  const decimals = registry.get(provider)?.currencies.get(currency);
  if (decimals === undefined || currency === from) {
    const message = `${from} cannot be paid out in ${currency} there`;
    throw refuse("UNSUPPORTED_CURRENCY", message, [...path, "currency"]);
  }
  const { minor } = moneyOf(exchange, decimals, [...path, "amount"]);
  return { currency, minor: minor.toString(), rate, tableId, partnerId };
}

/** What the provider has to be told, from the row alone: the same at every attempt. */
function commandOf({ amountMinor, currency, description, exchange }: PayoutEntity) {
  return {
    amount: { minor: amountMinor, currency },
    description,
    exchange: exchange && {
      amount: { minor: BigInt(exchange.minor), currency: exchange.currency },
      rate: exchange.rate,
      tableId: exchange.tableId,
      partnerId: exchange.partnerId,
    },
  };
}

/** Looks for a payout by our own key, in what moved the balance since it was made. */
export function findPayout(
  deps: MoveDependencies,
  { payout, account }: PayoutInMaking,
): Promise<Outcome<PayoutObservation | null>> {
  const { operationId, currency } = payout;
  const since = madeSince(payout);
  return deps.accounts.call(account, (credentials) =>
    payoutsOf(deps, payout).findByReference(operationId, since, currency, { credentials }),
  );
}

/** No later than when it was made, by the provider's clock. */
export function madeSince({ createdAt }: PayoutEntity): Date {
  return new Date(createdAt.getTime() - clockSkewMs);
}

function settle(
  deps: MoveDependencies,
  unit: UnitOfWork,
  making: PayoutInMaking,
  outcome: Outcome<PayoutObservation>,
  clashed: boolean,
): Settlement | Promise<Settlement> {
  const { payout } = making;
  switch (outcome.kind) {
    case "accepted": {
      const seen = outcome.value;
      const apply = (holder?: string): Settlement => {
        const applied = applyPayoutObservation(deps, unit, making, seen, "API", undefined, holder);
        making.payout = applied.payout;
        // Not the payout that was asked for: keep looking, a person has been told.
        if (applied.verdict.kind === "quarantine") return { finished: false };
        return { finished: true, refusal: null };
      };
      return clashed
        ? holderOf(unit, "payout", payout, seen.providerPayoutId).then(apply)
        : apply();
    }
    case "refused": {
      // A notification may have told us of it already: then there is nothing left to fail.
      if (judgePayoutMove(payout.status, "FAILED", false) !== "ALLOWED")
        return { finished: true, refusal: null };
      const failure = refusalOf(payout, outcome.refusal);
      const changes = { status: "FAILED", failure } as const;
      making.payout = changePayout(deps, unit, payout, "API", changes);
      return { finished: true, refusal: [failure] };
    }
    case "unknown":
      if (payout.status === "PROCESSING") {
        making.payout = changePayout(deps, unit, payout, "API", { status: "UNKNOWN" });
      }
      return { finished: false };
  }
}

/** The provider's payout operations; an account is only ever picked for a provider that has them. */
export function payoutsOf({ registry }: MoveDependencies, { provider }: PayoutEntity) {
  const operations = registry.get(provider)?.payouts;
  if (operations === undefined) throw new Error(`${provider} pays nobody out here`);
  return operations;
}
