import type { Database, UnitOfWork } from "../../database/database";
import type { Clock } from "../../domain/clock";
import type { EventSource, EventType } from "../../domain/events";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { EventLog } from "../../events/event-log";
import type { KnownSellers } from "../accounts/provider-accounts";

export interface AccountChangeDependencies {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly knownSellers: KnownSellers;
}

/** Changes an account, with the one event that tells of it. Compares the version. */
export function changeAccount(
  deps: AccountChangeDependencies,
  unit: UnitOfWork,
  account: ProviderAccountEntity,
  source: EventSource,
  changes: Partial<ProviderAccountEntity>,
  type?: EventType,
): ProviderAccountEntity {
  const complete = { ...changes, version: account.version + 1, updatedAt: deps.clock.now() };
  const { id, version } = account;
  unit.change(deps.database.table(ProviderAccountEntity).update(complete, { id, version }, 1));
  const next = Object.assign(new ProviderAccountEntity(), account, complete);
  if (next.sellerId !== account.sellerId) {
    unit.afterCommit(() => deps.knownSellers.forget(account.sellerId));
  }
  const usual = next.status === account.status ? "ACCOUNT_UPDATED" : "ACCOUNT_STATUS_CHANGED";
  appendAccountEvent(deps, unit, next, type ?? usual, account.status, source);
  return next;
}

/** Adds an account, with its first event. */
export function addAccount(
  deps: AccountChangeDependencies,
  unit: UnitOfWork,
  account: ProviderAccountEntity,
  source: EventSource,
): void {
  unit.change(deps.database.table(ProviderAccountEntity).insert(account));
  appendAccountEvent(deps, unit, account, "ACCOUNT_CONNECTED", null, source);
}

function appendAccountEvent(
  deps: AccountChangeDependencies,
  unit: UnitOfWork,
  account: ProviderAccountEntity,
  type: EventType,
  fromStatus: string | null,
  source: EventSource,
): void {
  unit.afterCommit(() => deps.knownSellers.forget(account.sellerId));
  deps.events.append(unit, {
    streamId: account.sellerId,
    marketplaceId: account.marketplaceId,
    subjectId: account.id,
    subjectVersion: account.version,
    topicId: account.id,
    type,
    fromStatus,
    toStatus: account.status,
    source,
    snapshot: { statusReason: account.statusReason },
    occurredAt: account.updatedAt,
  });
}
