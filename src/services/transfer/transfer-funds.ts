import { judgeTransferMove, type TransferDirection } from "../../domain/transfer";
import { TransferEntity } from "../../entities/transfer.entity";
import type { OperationKind } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { type MoveAtAccount, moveKind } from "../balance/move-kind";
import { clockSkewMs, type MoveArgs, type MoveDependencies } from "../balance/plan-move";
import { FollowedRows } from "../followed/followed-rows";

/** What `transferFunds` takes, after the schema's own checks of shape and length. */
export interface TransferArgs extends MoveArgs {
  readonly direction: TransferDirection;
  readonly description: string;
}

/** Movements of a balance that are looked through for a transfer; newest first. */
const looksThrough = 100;

/** That it was carried out; providers tell no more of it. */
type Done = true;

/** How transfers live. */
export const transferRows = new FollowedRows<TransferEntity>({
  entity: TransferEntity,
  judge: judgeTransferMove,
  events: { created: "TRANSFER_CREATED", moved: "TRANSFER_STATUS_CHANGED" },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: () => ({}),
});

/** Moves money between a seller's balance and the marketplace's. */
export function transferFundsKind(
  deps: MoveDependencies,
): OperationKind<TransferArgs, MoveAtAccount<TransferEntity>, Done> {
  return moveKind(deps, transferRows, {
    name: "transferFunds",
    use: "transfers",
    draft: ({ direction, description }, columns) => ({
      ...columns,
      id: deps.ids.next("Transfer"),
      direction,
      description,
    }),
    send: (transfer, idempotencyKey) => send(deps, transfer, idempotencyKey),
    find: (transfer) => find(deps, transfer),
    apply: (unit, { row }) => ({
      verdict: { kind: "apply" },
      row:
        judgeTransferMove(row.status, "COMPLETED", false) === "ALLOWED"
          ? transferRows.change(deps, unit, row, "API", { status: "COMPLETED" })
          : row,
    }),
  });
}

async function send(
  { accounts, registry }: MoveDependencies,
  { row: transfer, account }: MoveAtAccount<TransferEntity>,
  idempotencyKey: string,
): Promise<Outcome<Done>> {
  const operations = registry.get(transfer.provider)?.transfers;
  if (operations === undefined) throw new Error(`${transfer.provider} moves no balances here`);
  const { amountMinor: minor, currency, direction } = transfer;
  const description = transfer.description ?? "";
  const outcome = await accounts.call(account, (credentials) =>
    operations.create(
      { direction, amount: { minor, currency }, description },
      { credentials, idempotencyKey },
    ),
  );
  return outcome.kind === "accepted" ? { kind: "accepted", value: true } : outcome;
}

/** Looks for our key among what moved the balance since it was made, where the provider shows keys there. */
async function find(
  { accounts, clock, registry }: MoveDependencies,
  { row: transfer, account }: MoveAtAccount<TransferEntity>,
): Promise<Outcome<Done | null>> {
  const balances = registry.get(transfer.provider)?.balances;
  if (balances === undefined) return { kind: "accepted", value: null };
  const outcome = await accounts.call(account, (credentials) =>
    balances.movements(
      {
        currency: transfer.currency,
        from: new Date(transfer.createdAt.getTime() - clockSkewMs),
        to: new Date(clock.now().getTime() + clockSkewMs),
        offset: 0,
        limit: looksThrough,
      },
      { credentials },
    ),
  );
  if (outcome.kind !== "accepted") return outcome;
  const isThere = outcome.value.items.some(({ reference }) => reference === transfer.operationId);
  return { kind: "accepted", value: isThere ? true : null };
}
