import { setTimeout } from "node:timers/promises";
import type { AlertBook } from "../../alerts/alert-book";
import { takingUp } from "../../database/claim";
import { StaleWriteError, UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import type { EventSource } from "../../domain/events";
import type { IdFactory, ProviderAccountId } from "../../domain/ids";
import { CredentialRenewalEntity } from "../../entities/credential-renewal.entity";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { isDryRun } from "../../logging/work";
import type { Failpoints } from "../../operations/failpoints";
import { nextCheckAt } from "../../operations/schedule";
import type { AccountIdentity, Outcome } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { KeyRing } from "../../security/key-ring";
import type { CredentialRenewals } from "../accounts/provider-accounts";
import { openCredentials } from "../accounts/sealed-credentials";
import { alertAbout } from "../followed/alert-about";
import { type AccountChangeDependencies, changeAccount } from "./change-account";
import {
  grantedColumns,
  reasons,
  renewalDueAt,
  withoutCredentials,
  withoutRenewal,
} from "./credentials";

/** Of credentials as young as this it is asked whether they are good, before a refused call renews them. */
const youngMs = 60_000;
/** How often one looks whether another process has done what one waits for. */
const pollMs = 50;
/** Rounds of "somebody changed it meanwhile, read again" before it counts as a fault. */
const saveRounds = 20;

interface Dependencies extends AccountChangeDependencies {
  readonly ids: IdFactory;
  readonly random: () => number;
  readonly keyRing: KeyRing;
  readonly registry: ProviderRegistry;
  readonly failpoints: Failpoints;
  /** Longer than a provider call may take: only what a dead process left is taken over. */
  readonly leaseMs: number;
  readonly alerts: AlertBook;
}

/**
 * Keeps sellers connected. A refresh token works once, so whoever uses it holds the account's lease, over all
 * processes, and what comes back is saved only where the credentials are still those that it was asked for.
 */
export class CredentialKeeper implements CredentialRenewals {
  readonly #accounts: Table<ProviderAccountEntity>;
  readonly #renewals: Table<CredentialRenewalEntity>;
  readonly #underWay = new Map<ProviderAccountId, Promise<ProviderAccountEntity>>();

  constructor(private readonly deps: Dependencies) {
    this.#accounts = deps.database.table(ProviderAccountEntity);
    this.#renewals = deps.database.table(CredentialRenewalEntity);
  }

  /** For the worker, which holds the lease of `renewal`. */
  async lookAfter(renewal: CredentialRenewalEntity): Promise<void> {
    await this.#renewUnderLease(await this.#read(renewal.id), renewal, "SCHEDULE");
  }

  /** The provider refused the credentials in `seen`: renews them, unless they are new and good, and not the cause. */
  async renewRefused(seen: ProviderAccountEntity): Promise<ProviderAccountEntity> {
    // A refresh token works once: what comes back must be written.
    if (isDryRun()) return seen;
    const ageMs = this.deps.clock.now().getTime() - (seen.credentialsRefreshedAt?.getTime() ?? 0);
    if (ageMs < youngMs && !(await this.#isDead(seen))) return seen;
    return this.renew(seen, "API");
  }

  /**
   * Renews the credentials in `seen`, unless that has been done since it was read; waits where somebody is at
   * it. Answers the account as it is then, renewed or not.
   */
  renew(seen: ProviderAccountEntity, source: EventSource): Promise<ProviderAccountEntity> {
    const known = this.#underWay.get(seen.id);
    if (known !== undefined) return known;
    const renewing = this.#renewOnce(seen, source).finally(() => this.#underWay.delete(seen.id));
    this.#underWay.set(seen.id, renewing);
    return renewing;
  }

  /** Asks whose the access token is, as it stands. */
  async identify(account: ProviderAccountEntity): Promise<Outcome<AccountIdentity>> {
    const operations = this.deps.registry.get(account.provider)?.connections;
    if (operations === undefined) return { kind: "unknown", reason: "no application is set up" };
    const { accessToken } = openCredentials(this.deps.keyRing, account);
    const { shop, providerAccountId, country } = account;
    return operations.identify({ credentials: { accessToken, shop, providerAccountId, country } });
  }

  async #isDead(account: ProviderAccountEntity): Promise<boolean> {
    const seen = await this.identify(account);
    return seen.kind === "refused" && seen.refusal.credentialsRefused === true;
  }

  async #renewOnce(
    seen: ProviderAccountEntity,
    source: EventSource,
  ): Promise<ProviderAccountEntity> {
    const deadline = performance.now() + this.deps.leaseMs;
    for (;;) {
      const renewal = await this.#lease(seen.id);
      const account = await this.#read(seen.id);
      const isSame = account.credentialsSealed === seen.credentialsSealed;
      if (renewal !== undefined) {
        if (isSame) return this.#renewUnderLease(account, renewal, source);
        return this.#release(renewal, account);
      }
      if (!isSame || performance.now() > deadline) return account;
      await setTimeout(pollMs);
    }
  }

  async #renewUnderLease(
    account: ProviderAccountEntity,
    renewal: CredentialRenewalEntity,
    source: EventSource,
  ): Promise<ProviderAccountEntity> {
    const operations = this.deps.registry.get(account.provider)?.connections;
    if (account.credentialsSealed === null || operations === undefined) {
      return this.#release(renewal, account);
    }
    const { refreshToken } = openCredentials(this.deps.keyRing, account);
    const approachEnd = (reason: string) => this.#approachEnd(account, renewal, source, reason);
    if (refreshToken === null) return approachEnd(reasons.notRenewable);

    this.deps.failpoints("refreshCredentials", "after-claim");
    const outcome = await operations.refresh(refreshToken);
    this.deps.failpoints("refreshCredentials", "after-send");
    if (outcome.kind === "accepted") {
      if (outcome.value.providerAccountId === account.providerAccountId) {
        const now = this.deps.clock.now();
        const columns = grantedColumns(this.deps.keyRing, account.id, outcome.value, now);
        return this.#save(account, renewal, source, columns);
      }
      const facts = { accountId: account.id };
      await this.deps.alerts.raiseNow({
        ...alertAbout(account),
        code: "RENEWED_FOR_ANOTHER",
        facts,
      });
    } else if (outcome.kind === "refused" && outcome.refusal.credentialsRefused === true) {
      return approachEnd(reasons.notRenewed);
    } else if (outcome.kind === "refused" && !outcome.refusal.retryable) {
      const facts = { accountId: account.id, reason: outcome.refusal.message };
      await this.deps.alerts.raiseNow({ ...alertAbout(account), code: "RENEWAL_REFUSED", facts });
    }
    return this.#tryLater(account, renewal, source);
  }

  /**
   * The credentials cannot be renewed. Either the seller has left, and the access token is dead as well; or it
   * works up to its end, which is said in good time.
   */
  async #approachEnd(
    account: ProviderAccountEntity,
    renewal: CredentialRenewalEntity,
    source: EventSource,
    reason: string,
  ): Promise<ProviderAccountEntity> {
    const now = this.deps.clock.now();
    const { credentialsExpireAt, status } = account;
    if (credentialsExpireAt !== null && credentialsExpireAt <= now) {
      const expired = withoutCredentials("RECONNECT_NEEDED", reasons.expired, now);
      return this.#save(account, renewal, source, expired);
    }
    if (await this.#isDead(account)) {
      const ended = withoutCredentials("RECONNECT_NEEDED", reasons.ended, now);
      return this.#save(account, renewal, source, ended);
    }
    if (status === "RECONNECT_NEEDED") return this.#release(renewal, account);
    const flagged = withoutRenewal(this.deps.keyRing, account, reason);
    return this.#save(account, renewal, source, flagged);
  }

  /** Nothing definite came back. If the token was used up all the same, the next try will tell. */
  async #tryLater(
    account: ProviderAccountEntity,
    renewal: CredentialRenewalEntity,
    source: EventSource,
  ): Promise<ProviderAccountEntity> {
    const dueAt = nextCheckAt(this.deps.clock.now(), renewal.attempts - 1, this.deps.random);
    if (account.status !== "CONNECTED") return this.#release(renewal, account, dueAt);
    const delayed = { status: "REFRESH_DUE", statusReason: reasons.delayed } as const;
    return this.#save(account, renewal, source, delayed, dueAt);
  }

  /** Writes what became of the credentials in `account`, where they are still the ones. */
  async #save(
    account: ProviderAccountEntity,
    renewal: CredentialRenewalEntity,
    source: EventSource,
    changes: Partial<ProviderAccountEntity>,
    dueAt?: Date,
  ): Promise<ProviderAccountEntity> {
    let current = account;
    let wasGivenUp = false;
    for (let round = 1; ; round++) {
      try {
        const saved = await this.deps.database.write((unit) => {
          const next = changeAccount(this.deps, unit, current, source, changes);
          if (next.status === "RECONNECT_NEEDED" && current.status !== next.status) {
            const { id: accountId, sellerId, statusReason: reason } = next;
            const facts = { accountId, sellerId, reason };
            this.deps.alerts.raise(unit, { ...alertAbout(next), code: "RECONNECT_NEEDED", facts });
          }
          unit.change(wasGivenUp ? this.#planAnew(next) : this.#releaseOf(renewal, next, dueAt));
          return next;
        });
        this.deps.failpoints("refreshCredentials", "after-settle");
        return saved;
      } catch (fault) {
        if (!(fault instanceof StaleWriteError) || round === saveRounds) throw fault;
        current = await this.#read(account.id);
        // New credentials also replace what was given up by a process that took this one for dead. Otherwise
        // the seller connected anew or was disconnected meanwhile, and that counts.
        wasGivenUp = changes.status === "CONNECTED" && current.status === "RECONNECT_NEEDED";
        if (current.credentialsSealed !== account.credentialsSealed && !wasGivenUp) return current;
      }
    }
  }

  /** Takes the account's lease; undefined while somebody else has it. */
  async #lease(id: ProviderAccountId): Promise<CredentialRenewalEntity | undefined> {
    const leaseToken = this.deps.ids.next("Lease");
    const { nowSql } = this.deps.database;
    const { offsetMs } = this.deps.clock;
    const take = takingUp(this.deps.database, this.deps.clock, {
      leaseToken,
      leaseMs: this.deps.leaseMs,
    });
    const claim = {
      sql: `UPDATE credential_renewal SET ${take.sql}
            WHERE id = ? AND (lease_token IS NULL OR due_at <= ${nowSql})`,
      values: [...take.values, id, offsetMs],
      expectRows: 1,
    };
    const takeRow = (isNew: boolean) =>
      this.deps.database.write(async (unit) => {
        if (isNew) {
          unit.change(this.#renewals.insert({ id, dueAt: null, attempts: 0, leaseToken: null }));
        }
        unit.change(claim);
        return this.#renewals.findById(unit, id);
      });
    try {
      return await takeRow(false);
    } catch (fault) {
      if (!(fault instanceof StaleWriteError)) throw fault;
    }
    try {
      // Accounts whose credentials have no end have not been looked after yet.
      return await takeRow(true);
    } catch (fault) {
      if (fault instanceof UniqueViolationError) return undefined;
      throw fault;
    }
  }

  async #release(
    renewal: CredentialRenewalEntity,
    account: ProviderAccountEntity,
    dueAt?: Date,
  ): Promise<ProviderAccountEntity> {
    await this.deps.database.write((unit) => unit.change(this.#releaseOf(renewal, account, dueAt)));
    return account;
  }

  /** Ends the lease, if it is still ours, and says when the account is next looked after. */
  #releaseOf(
    { id, leaseToken }: CredentialRenewalEntity,
    account: ProviderAccountEntity,
    dueAt?: Date,
  ) {
    const changes = dueAt === undefined ? { dueAt: renewalDueAt(account), attempts: 0 } : { dueAt };
    return this.#renewals.update({ ...changes, leaseToken: null }, { id, leaseToken });
  }

  /** Whoever gave the account up took the lease with it, and planned no renewal: these credentials need one again. */
  #planAnew(account: ProviderAccountEntity) {
    const plan = { dueAt: renewalDueAt(account), attempts: 0, leaseToken: null };
    return this.#renewals.update(plan, { id: account.id });
  }

  #read(id: ProviderAccountId): Promise<ProviderAccountEntity> {
    return this.#accounts.byId(this.deps.database, id);
  }
}
