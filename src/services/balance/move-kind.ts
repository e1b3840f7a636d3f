import type { UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { OperationId, ProviderAccountId } from "../../domain/ids";
import type { Money } from "../../domain/money";
import type { Principal } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { noCommand } from "../../operations/command-form";
import type { Runner } from "../../operations/operation-engine";
import type { OperationKind } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import type { FollowedRow } from "../followed/followed-kind";
import type { Applied, FollowedRows } from "../followed/followed-rows";
import {
  assertMayMoveBalances,
  type MoveArgs,
  type MoveDependencies,
  planMove,
  resendDoubtMs,
} from "./plan-move";

/** What payouts and transfers have alike. */
interface MoveRow extends FollowedRow {
  readonly accountId: ProviderAccountId;
  readonly provider: Provider;
  readonly failure: UserErrorFact | null;
}

/** A payout or a transfer, and the account whose balance it moves. */
export interface MoveAtAccount<E> {
  row: E;
  readonly account: ProviderAccountEntity;
}

/** What a payout or a transfer has of its own. */
interface MoveShape<Args, E, Seen> {
  readonly name: string;
  readonly use: "payouts" | "transfers";
  /** The row, from the arguments and the columns that both have. */
  draft(args: Args, columns: ReturnType<typeof columnsOf>): E;
  send(move: MoveAtAccount<E>, idempotencyKey: string): Promise<Outcome<Seen>>;
  /** Looks for it by our own key. Null: it is not to be seen. */
  find(move: MoveAtAccount<E>): Promise<Outcome<Seen | null>>;
  /** Writes what the provider showed of it. `holder`: see `FollowedRows.holderOf`. */
  apply(
    unit: UnitOfWork,
    move: MoveAtAccount<E>,
    seen: Seen,
    holder?: string,
  ): Applied<E, { readonly kind: string }>;
  readonly providerIdOf?: (seen: Seen) => string;
}

/**
 * The operation that moves money from or to a seller's balance. Only ever sent under the one key that was stored
 * before: a second key would move the money a second time. After a lost answer it is looked for by that key, and sent
 * again under it where it is not to be seen.
 */
export function moveKind<Args extends MoveArgs, E extends MoveRow, Seen>(
  deps: MoveDependencies,
  rows: FollowedRows<E>,
  shape: MoveShape<Args, E, Seen>,
): OperationKind<Args, MoveAtAccount<E>, Seen> {
  return {
    name: shape.name,
    commandForms: noCommand,
    async plan(args, operationId) {
      const { account, amount } = await planMove(deps, shape.use, args);
      const row = shape.draft(args, columnsOf(deps, args, operationId, account, amount));
      return {
        sellerId: args.sellerId,
        subjectId: row.id,
        state: { row, account },
        command: {},
        write: (unit) => rows.add(deps, unit, row, "API"),
      };
    },
    async load({ subjectId }) {
      const row = await rows.read(deps, subjectId);
      return { row, account: await deps.accounts.byId(row.accountId) };
    },
    lookUp: (move) => shape.find(move),
    doubtMs: resendDoubtMs,
    send: (move, idempotencyKey) => shape.send(move, idempotencyKey),
    settle: (unit, move, outcome, clashed) =>
      rows.settle(deps, unit, move.row, outcome, clashed, {
        apply: (seen, holder) => shape.apply(unit, move, seen, holder),
        failed: (failure) => ({ failure }) as Partial<E>,
        became: (row) => {
          move.row = row;
        },
        providerIdOf: shape.providerIdOf,
      }),
  };
}

function columnsOf(
  { clock }: MoveDependencies,
  { sellerId }: MoveArgs,
  operationId: OperationId,
  { id: accountId, marketplaceId, provider }: ProviderAccountEntity,
  { currency, minor: amountMinor }: Money,
) {
  const now = clock.now();
  return {
    marketplaceId,
    sellerId,
    accountId,
    provider,
    operationId,
    currency,
    amountMinor,
    status: "PROCESSING" as const,
    failure: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

/** What a mutation that moves a balance came to. */
export interface Moved<E> {
  readonly row: E;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/**
 * Moves a balance for the marketplace that asks for it. What the provider refuses is FAILED, and no money has moved.
 * @throws Refusal before anything was sent: bad input, no account, a key used before.
 */
export async function moveBalance<Args extends MoveArgs, E extends MoveRow>(
  deps: MoveDependencies,
  rows: FollowedRows<E>,
  runner: Runner<Args, MoveAtAccount<E>>,
  principal: Principal,
  idempotencyKey: string,
  given: Omit<Args, "marketplaceId">,
): Promise<Moved<E>> {
  assertMayMoveBalances(principal);
  const args = withMarketplaceOf(principal, given) as Args;
  const claimant = claimantOf(principal, idempotencyKey);
  const { state, subjectId, ...came } = await runner.perform(claimant, args);
  const row = state?.row ?? (await rows.read(deps, subjectId));
  deps.onMoved(row.accountId);
  return { row, ...came };
}
