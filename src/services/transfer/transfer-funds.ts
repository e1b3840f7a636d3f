import type { Database, UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { EventType } from "../../domain/events";
import type { OperationId } from "../../domain/ids";
import {
  mayTransferBecome,
  type TransferDirection,
  type TransferStatus,
} from "../../domain/transfer";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { TransferEntity } from "../../entities/transfer.entity";
import type { EventDraft } from "../../events/event-log";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import {
  clockSkewMs,
  type MoveArgs,
  type MoveDependencies,
  planMove,
  resendDoubtMs,
} from "../balance/plan-move";
import type { ChangeDependencies } from "../payment/apply-observation";
import { refusalOf } from "../refusal-of-provider";

/** What `transferFunds` takes, after the schema's own checks of shape and length. */
export interface TransferArgs extends MoveArgs {
  readonly direction: TransferDirection;
  readonly description: string;
}

/** A transfer being made. */
export interface TransferInMaking {
  transfer: TransferEntity;
  readonly account: ProviderAccountEntity;
}

/** Movements of a balance that are looked through for a transfer; newest first. */
const looksThrough = 100;

/** That it was carried out; providers tell no more of it. */
type Done = true;

/**
 * Moves money between a seller's balance and the marketplace's. Only ever sent under the one key that was stored
 * before; after a lost answer it is looked for in the balance's history, where the provider shows keys there.
 */
export function transferFundsKind(
  deps: MoveDependencies,
): OperationKind<TransferArgs, TransferInMaking, Done> {
  return {
    name: "transferFunds",
    commandForms: noCommand,
    plan: (args, operationId) => plan(deps, args, operationId),
    async load({ subjectId }) {
      const transfer = await readTransfer(deps.database, subjectId);
      return { transfer, account: await deps.accounts.byId(transfer.accountId) };
    },
    lookUp: (making) => lookUp(deps, making),
    doubtMs: resendDoubtMs,
    send: (making, idempotencyKey) => send(deps, making, idempotencyKey),
    settle: (unit, making, outcome) => settle(deps, unit, making, outcome),
  };
}

async function plan(
  deps: MoveDependencies,
  args: TransferArgs,
  operationId: OperationId,
): Promise<Intent<TransferInMaking>> {
  const { account, amount } = await planMove(deps, "transfers", args);
  const now = deps.clock.now();
  const transfer: TransferEntity = {
    id: deps.ids.next("Transfer"),
    marketplaceId: account.marketplaceId,
    sellerId: args.sellerId,
    accountId: account.id,
    provider: account.provider,
    operationId,
    direction: args.direction,
    status: "PROCESSING",
    currency: amount.currency,
    amountMinor: amount.minor,
    description: args.description,
    failure: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return {
    sellerId: transfer.sellerId,
    subjectId: transfer.id,
    state: { transfer, account },
    command: {},
    write: (unit) => {
      unit.change(deps.database.table(TransferEntity).insert(transfer));
      deps.events.append(unit, transferEvent(transfer, "TRANSFER_CREATED", null));
    },
  };
}

async function send(
  { accounts, registry }: MoveDependencies,
  { transfer, account }: TransferInMaking,
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

/** Looks for our key among what moved the balance since it was made. */
async function lookUp(
  { accounts, clock, registry }: MoveDependencies,
  { transfer, account }: TransferInMaking,
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

function settle(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  making: TransferInMaking,
  outcome: Outcome<Done>,
): Settlement {
  switch (outcome.kind) {
    case "accepted":
      moveTransfer(deps, unit, making, "COMPLETED");
      return { finished: true, refusal: null };
    case "refused": {
      const failure = refusalOf(making.transfer, outcome.refusal);
      moveTransfer(deps, unit, making, "FAILED", failure);
      return { finished: true, refusal: [failure] };
    }
    case "unknown":
      moveTransfer(deps, unit, making, "UNKNOWN");
      return { finished: false };
  }
}

function moveTransfer(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  making: TransferInMaking,
  status: TransferStatus,
  failure: UserErrorFact | null = null,
): void {
  const { transfer } = making;
  if (!mayTransferBecome(transfer.status, status)) return;
  const changes = { status, failure, updatedAt: deps.clock.now(), version: transfer.version + 1 };
  const table = deps.database.table(TransferEntity);
  unit.change(table.update(changes, { id: transfer.id, version: transfer.version }, 1));
  making.transfer = Object.assign(new TransferEntity(), transfer, changes);
  deps.events.append(
    unit,
    transferEvent(making.transfer, "TRANSFER_STATUS_CHANGED", transfer.status),
  );
}

function transferEvent(
  transfer: TransferEntity,
  type: EventType,
  fromStatus: TransferStatus | null,
): EventDraft {
  return {
    streamId: transfer.sellerId,
    subjectId: transfer.id,
    subjectVersion: transfer.version,
    topicId: transfer.id,
    type,
    fromStatus,
    toStatus: transfer.status,
    source: "API",
    snapshot: {},
    occurredAt: transfer.updatedAt,
  };
}

/** A transfer's row, whoever asks: for the engine, which acts for no caller. */
export async function readTransfer(database: Database, id: string): Promise<TransferEntity> {
  const rows = await database.read("SELECT * FROM transfer WHERE id = ?", [id], { byKey: true });
  if (rows[0] === undefined) throw new Error(`transfer ${id} is gone`);
  return database.table(TransferEntity).fromRow(rows[0]);
}
