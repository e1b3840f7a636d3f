import type { AlertBook } from "../../alerts/alert-book";
import { StaleWriteError } from "../../database/database";
import type { Table } from "../../database/table";
import { providerActor } from "../../domain/actor";
import { notFound, Refusal, refuse, type UserErrorFact } from "../../domain/errors";
import { eventSubjects } from "../../domain/events";
import type { ProviderAccountId, SellerId } from "../../domain/ids";
import { callerOf, type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import { ConnectionAttemptEntity } from "../../entities/connection-attempt.entity";
import type { EventEntity } from "../../entities/event.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { actAs, isDryRun } from "../../logging/work";
import type { ConnectionOperations, Outcome } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { hashSecret, newSecret } from "../../security/credential";
import { sealedPlace } from "../../security/sealed-columns";
import { alertAbout } from "../followed/alert-about";
import { countWithinLimit } from "../shared/rate-limit";
import {
  type SellerWatchRequest,
  type WatchDependencies,
  watchSeller,
} from "../watching/watch-seller";
import type { CredentialKeeper } from "./credential-keeper";
import { reasons } from "./credentials";
import { cutOff, type StoreDependencies, storeConnection } from "./store-connection";

/** How long a seller may take on the provider's page, logging in there included. */
const attemptMs = 30 * 60_000;
/** Rounds of "somebody changed it meanwhile, read again" before it counts as a fault. */
const disconnectRounds = 20;

export interface StartArgs {
  readonly sellerId: SellerId;
  readonly provider: Provider;
  /** The account may be taken from another seller of the marketplace. */
  readonly moveFromOtherSeller: boolean;
}

export interface StartedConnection {
  readonly authorizationUrl: string;
  readonly expiresAt: Date;
}

/** With what a seller came back from the provider's page. */
export interface ConsentAnswer {
  readonly state: string;
  /** Absent where the seller did not agree. */
  readonly code?: string;
}

/** An account after something was tried on it, and why it was not done. */
export interface AccountResult {
  readonly account: ProviderAccountEntity;
  readonly refusal: UserErrorFact | null;
}

interface Dependencies extends StoreDependencies, WatchDependencies {
  readonly registry: ProviderRegistry;
  readonly keeper: CredentialKeeper;
  readonly limits: BusinessLimits;
  /** Where a provider sends sellers back to, exactly as it is registered there. */
  readonly redirectUriOf: (provider: Provider) => string;
  readonly alerts: AlertBook;
}

/** The use cases of connecting sellers to providers: they agree on a page of the provider's. */
export class ConnectionService {
  readonly #attempts: Table<ConnectionAttemptEntity>;

  constructor(private readonly deps: Dependencies) {
    this.#attempts = deps.database.table(ConnectionAttemptEntity);
  }

  /**
   * Begins a connection: an address for the seller's browser, with a state that works once.
   * @throws Refusal FORBIDDEN, NOT_FOUND, RATE_LIMITED, or INVALID_INPUT where the provider is not connected this way.
   */
  async start(principal: Principal, args: StartArgs): Promise<StartedConnection> {
    assertMayConnect(principal);
    if (args.moveFromOtherSeller && !rightsOf(principal).manageSellers) {
      throw refuse("FORBIDDEN", "only the marketplace moves accounts between sellers");
    }
    const [seller] = await this.deps.sellers.byIds(scopeOf(principal), [args.sellerId]);
    if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
    const operations = this.#operationsOf(args.provider);
    const key = `${callerOf(principal)}:${seller.id}`;
    await countWithinLimit(
      this.deps.limits.connectionStarts,
      key,
      "begun connections of this seller",
    );

    const id = this.deps.ids.next("ConnectionAttempt");
    const [state, codeVerifier] = [newSecret(), newSecret()];
    const createdAt = this.deps.clock.now();
    const attempt: ConnectionAttemptEntity = {
      id,
      marketplaceId: seller.marketplaceId,
      sellerId: seller.id,
      provider: args.provider,
      caller: callerOf(principal),
      stateHash: hashSecret(state),
      verifierSealed: this.deps.keyRing.seal(codeVerifier, verifierPlace(id)),
      moveFromOtherSeller: args.moveFromOtherSeller,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + attemptMs),
      usedAt: null,
    };
    await this.deps.database.write((unit) => unit.change(this.#attempts.insert(attempt)));
    const redirectUri = this.deps.redirectUriOf(args.provider);
    const { country } = seller;
    return {
      authorizationUrl: operations.authorizationUrl({ state, codeVerifier, redirectUri, country }),
      expiresAt: attempt.expiresAt,
    };
  }

  /**
   * Ends a connection that this caller has begun: exchanges the code, checks whose account it is, keeps the
   * credentials. A refusal stores nothing, and uses the state up all the same.
   */
  async complete(principal: Principal, answer: ConsentAnswer): Promise<ProviderAccountEntity> {
    assertMayConnect(principal);
    const attempt = await this.#find(answer.state);
    const isOwn =
      attempt !== undefined &&
      attempt.marketplaceId === principal.marketplaceId &&
      attempt.caller === callerOf(principal);
    if (!isOwn) throw unknownState();
    return this.#complete(attempt, answer);
  }

  /** Like `complete`, for a seller who comes back to the gateway itself: the state alone says who began it. */
  async completeCallback(source: string, answer: ConsentAnswer): Promise<ProviderAccountEntity> {
    const attempt = await this.#find(answer.state);
    if (attempt === undefined || attempt.provider !== this.deps.registry.bySource(source)?.name) {
      throw unknownState();
    }
    return actAs(providerActor(attempt.provider), () => this.#complete(attempt, answer));
  }

  /** Renews an account's credentials now. */
  async refresh(principal: Principal, id: ProviderAccountId): Promise<AccountResult> {
    const seen = await this.#inReach(principal, id);
    const account = await this.deps.keeper.renew(seen, "API");
    const isRenewed =
      account.status === "CONNECTED" && account.credentialsSealed !== seen.credentialsSealed;
    return { account, refusal: isRenewed ? null : notRenewed(account) };
  }

  /** Forgets an account's credentials. What the seller agreed to at the provider, only the seller ends there. */
  async disconnect(principal: Principal, id: ProviderAccountId): Promise<ProviderAccountEntity> {
    const reason = principal.role === "SELLER" ? reasons.bySeller : reasons.byMarketplace;
    for (let round = 1; ; round++) {
      const account = await this.#inReach(principal, id);
      if (account.status === "DISCONNECTED") return account;
      try {
        return await this.deps.database.write((unit) => cutOff(this.deps, unit, account, reason));
      } catch (fault) {
        if (!(fault instanceof StaleWriteError) || round === disconnectRounds) throw fault;
      }
    }
  }

  /**
   * A provider says that something changed about an account's connection. Its word is no proof: it is asked.
   * Answers whether the connection stands; undefined where nothing can be said now.
   */
  async lookAt(account: ProviderAccountEntity): Promise<boolean | undefined> {
    if (account.credentialsSealed === null) return false;
    const seen = await this.deps.keeper.identify(account);
    if (seen.kind === "accepted") return true;
    if (seen.kind === "unknown" || seen.refusal.credentialsRefused !== true) return undefined;
    // Whether renewing helps, only renewing shows.
    if (isDryRun()) return false;
    const { status } = await this.deps.keeper.renew(account, "WEBHOOK");
    return status === "REFRESH_DUE" ? undefined : status === "CONNECTED";
  }

  /**
   * Live updates of a seller's connections.
   * @throws Refusal NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  watch(principal: Principal, request: SellerWatchRequest): Promise<AsyncIterable<EventEntity>> {
    return watchSeller(this.deps, principal, request, isAccountEvent);
  }

  async #complete(
    attempt: ConnectionAttemptEntity,
    { code }: ConsentAnswer,
  ): Promise<ProviderAccountEntity> {
    if (attempt.usedAt !== null) throw usedState();
    if (attempt.expiresAt <= this.deps.clock.now()) {
      const message = "the seller took longer than half an hour; begin again";
      throw refuse("CONNECTION_STATE_EXPIRED", message, ["input", "state"]);
    }
    const codeVerifier = await this.#useUp(attempt);
    if (code === undefined) {
      throw refuse("CONNECTION_DENIED", "the seller did not agree", ["input", "code"]);
    }
    const operations = this.#operationsOf(attempt.provider);
    const redirectUri = this.deps.redirectUriOf(attempt.provider);
    const granted = accepted(
      attempt,
      await operations.exchangeCode({ code, codeVerifier, redirectUri }),
    );
    const { accessToken, providerAccountId } = granted;
    const credentials = { accessToken, shop: "", providerAccountId, country: null };
    const identity = accepted(attempt, await operations.identify({ credentials }));
    if (identity.providerAccountId !== providerAccountId) {
      const facts = { attemptId: attempt.id };
      await this.deps.alerts.raiseNow({
        ...{ ...alertAbout(attempt), code: "CONNECTED_FOR_ANOTHER", facts },
      });
      throw new Error(`the provider contradicts itself about the account of ${attempt.id}`);
    }
    return storeConnection(this.deps, attempt, granted, identity);
  }

  /** Marks the attempt as used, before anything else, and gives its verifier: of two callers one gets it. */
  async #useUp(attempt: ConnectionAttemptEntity): Promise<string> {
    const { id, verifierSealed } = attempt;
    if (verifierSealed === null) throw usedState();
    const used = { usedAt: this.deps.clock.now(), verifierSealed: null };
    try {
      await this.deps.database.write((unit) =>
        unit.change(this.#attempts.update(used, { id, usedAt: null }, 1)),
      );
    } catch (fault) {
      if (fault instanceof StaleWriteError) throw usedState();
      throw fault;
    }
    return this.deps.keyRing.open(verifierSealed, verifierPlace(id));
  }

  async #find(state: string): Promise<ConnectionAttemptEntity | undefined> {
    const rows = await this.deps.database.read(
      "SELECT * FROM connection_attempt WHERE state_hash = ?",
      [hashSecret(state)],
    );
    return rows[0] === undefined ? undefined : this.#attempts.fromRow(rows[0]);
  }

  async #inReach(principal: Principal, id: ProviderAccountId): Promise<ProviderAccountEntity> {
    assertMayConnect(principal);
    const [account] = await this.deps.sellers.accountsByIds(scopeOf(principal), [id]);
    if (account === undefined) throw notFound("account", ["input", "accountId"]);
    return account;
  }

  #operationsOf(provider: Provider): ConnectionOperations {
    const operations = this.deps.registry.get(provider)?.connections;
    if (operations !== undefined) return operations;
    const message = "sellers are not connected to this provider by agreeing on a page of it";
    throw refuse("INVALID_INPUT", message, ["input", "provider"]);
  }
}

function isAccountEvent(event: EventEntity): boolean {
  return eventSubjects[event.type] === "ProviderAccount";
}

function assertMayConnect(principal: Principal): void {
  if (!rightsOf(principal).manageConnections) {
    throw refuse("FORBIDDEN", "only the marketplace and the seller itself connect and disconnect");
  }
}

function unknownState(): Refusal {
  const message = "nobody began a connection with this state, or somebody else did";
  return refuse("CONNECTION_STATE_INVALID", message, ["input", "state"]);
}

function usedState(): Refusal {
  const message = "this state was used before; begin again";
  return refuse("CONNECTION_STATE_USED", message, ["input", "state"]);
}

/** What the provider gave. @throws Refusal where it did not, or where its answer was lost. */
function accepted<T>({ provider }: ConnectionAttemptEntity, outcome: Outcome<T>): T {
  switch (outcome.kind) {
    case "accepted":
      return outcome.value;
    case "refused": {
      const { code, message, providerCode } = outcome.refusal;
      // The state was used up, so that the same request cannot succeed later.
      throw new Refusal({
        code,
        message,
        path: ["input", "code"],
        provider,
        retryable: false,
        ...(providerCode === undefined ? {} : { providerCode }),
      });
    }
    case "unknown":
      throw new Refusal({
        code: "PROVIDER_UNAVAILABLE",
        message: "The provider's answer was lost. Nothing was stored; begin again.",
        path: ["input", "code"],
        provider,
        retryable: false,
      });
  }
}

function notRenewed({ status, statusReason, provider }: ProviderAccountEntity): UserErrorFact {
  const hasToReconnect = status === "RECONNECT_NEEDED" || status === "DISCONNECTED";
  return {
    code: hasToReconnect ? "SELLER_RECONNECT_NEEDED" : "PROVIDER_UNAVAILABLE",
    message: statusReason ?? "the provider gave no answer; it is tried again",
    path: ["input", "accountId"],
    provider,
  };
}

function verifierPlace(id: ConnectionAttemptEntity["id"]): string {
  return sealedPlace("connection_attempt", "verifier_sealed", id);
}
