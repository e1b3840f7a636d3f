import { refuse } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import type { PayoutObservation } from "../../domain/payout-observation";
import type { PayoutEntity, StoredExchange } from "../../entities/payout.entity";
import type { OperationKind } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { type MoveAtAccount, moveKind } from "../balance/move-kind";
import { clockSkewMs, type MoveArgs, type MoveDependencies, moneyOf } from "../balance/plan-move";
import { applyPayoutObservation, payoutRows } from "./apply-payout";

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

/** Pays a seller out. */
export function createPayoutKind(
  deps: MoveDependencies,
): OperationKind<CreatePayoutArgs, MoveAtAccount<PayoutEntity>, PayoutObservation> {
  return moveKind(deps, payoutRows, {
    name: "createPayout",
    use: "payouts",
    draft: (args, columns) => ({
      ...columns,
      id: deps.ids.next("Payout"),
      providerPayoutId: null,
      providerStatus: null,
      exchange: exchangeOf(deps, args, columns),
      description: args.description ?? null,
      // Until its operation ends, the operation's own due time covers a crash.
      dueAt: null,
      attempts: 0,
      leaseToken: null,
    }),
    send: ({ row, account }, idempotencyKey) =>
      deps.accounts.call(account, (credentials) =>
        payoutsOf(deps, row).create(commandOf(row), { credentials, idempotencyKey }),
      ),
    find: (payout) => findPayout(deps, payout),
    apply: (unit, payout, seen, holder) =>
      applyPayoutObservation(deps, unit, payout, seen, "API", undefined, holder),
    providerIdOf: ({ providerPayoutId }) => providerPayoutId,
  });
}

/** @throws Refusal UNSUPPORTED_CURRENCY or TOO_MANY_DECIMALS */
function exchangeOf(
  { registry }: MoveDependencies,
  { exchange, currency: from }: CreatePayoutArgs,
  { provider }: Pick<PayoutEntity, "provider">,
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
  { row: payout, account }: MoveAtAccount<PayoutEntity>,
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

/** The provider's payout operations; an account is only ever picked for a provider that has them. */
export function payoutsOf({ registry }: MoveDependencies, { provider }: PayoutEntity) {
  const operations = registry.get(provider)?.payouts;
  if (operations === undefined) throw new Error(`${provider} pays nobody out here`);
  return operations;
}
