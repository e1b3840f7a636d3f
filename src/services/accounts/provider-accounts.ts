import type { Database } from "../../database/database";
import { marks, type RowColumns, type Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import type { Ppm } from "../../domain/fee-policy";
import type { MarketplaceId, ProviderAccountId, SellerId } from "../../domain/ids";
import { credentialsOf, type Provider, usableAccountStatuses } from "../../domain/provider";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { inWork } from "../../logging/work";
import type { Outcome, ProviderCredentials } from "../../providers/provider";
import type { KeyRing } from "../../security/key-ring";
import { ShortCache } from "../shared/short-cache";
import { openCredentials, type StoredCredentials, sealCredentials } from "./sealed-credentials";

/** Gets new credentials for an account whose present ones a provider has refused. */
export interface CredentialRenewals {
  /** Answers the account as it is afterwards, renewed or not. */
  renewRefused(account: ProviderAccountEntity): Promise<ProviderAccountEntity>;
}

/** What a payment's way is found by. */
export interface SellersAccounts {
  readonly accounts: readonly ProviderAccountEntity[];
  /** The marketplace's fee on the seller's payments. */
  readonly feePpm: Ppm | null;
}

/**
 * Sellers' accounts as nearly every payment needs them, remembered for two seconds. This process forgets what
 * it changes. Another one may have disconnected an account that much earlier: its provider then says no by
 * itself, or the payment was only just in time.
 */
export class KnownSellers {
  readonly #cache: ShortCache<SellersAccounts | undefined>;

  constructor(clock: Clock) {
    this.#cache = new ShortCache(clock, { keepMs: 2_000, limit: 10_000 });
  }

  get(
    marketplaceId: MarketplaceId,
    id: SellerId,
    read: () => Promise<SellersAccounts | undefined>,
  ): Promise<SellersAccounts | undefined> {
    return this.#cache.get(`${id} ${marketplaceId}`, read);
  }

  forget(id: SellerId): void {
    this.#cache.forget(id);
  }
}

/** Reads sellers' provider accounts, and calls providers in their name. */
export class ProviderAccounts {
  readonly #accounts: Table<ProviderAccountEntity>;
  readonly #joined: RowColumns<ProviderAccountEntity>;
  /** Opened once for each row that was read. */
  readonly #credentials = new WeakMap<ProviderAccountEntity, ProviderCredentials>();

  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
    private readonly known: KnownSellers,
    /** Absent where nobody renews: then refused credentials stay refused. */
    private readonly renewals?: CredentialRenewals,
  ) {
    this.#accounts = database.table(ProviderAccountEntity);
    this.#joined = this.#accounts.columns("a");
  }

  byId(id: ProviderAccountId): Promise<ProviderAccountEntity> {
    return this.#accounts.byId(this.database, id);
  }

  async byIds(
    ids: readonly ProviderAccountId[],
  ): Promise<ReadonlyMap<ProviderAccountId, ProviderAccountEntity>> {
    const found = await this.#accounts.byIds(this.database, ids);
    return new Map(found.flatMap((account) => (account ? [[account.id, account]] : [])));
  }

  /** The account that a provider's notification names; undefined for a stranger's. */
  async byProviderId(
    provider: Provider,
    shop: string,
    providerAccountId: string,
  ): Promise<ProviderAccountEntity | undefined> {
    const rows = await this.database.read(
      "SELECT * FROM provider_account WHERE provider = ? AND shop = ? AND provider_account_id = ?",
      [provider, shop, providerAccountId],
    );
    return rows[0] === undefined ? undefined : this.#accounts.fromRow(rows[0]);
  }

  /** The accounts of a seller of this marketplace, and its fee; undefined where it has no such seller. */
  ofSellerIn(
    marketplaceId: MarketplaceId,
    sellerId: SellerId,
  ): Promise<SellersAccounts | undefined> {
    return this.known.get(marketplaceId, sellerId, async () =>
      (await this.#readSellers(marketplaceId, [sellerId])).get(sellerId),
    );
  }

  /** The same for several; one that the marketplace does not have is missing. */
  async ofSellersIn(
    marketplaceId: MarketplaceId,
    sellerIds: readonly SellerId[],
  ): Promise<ReadonlyMap<SellerId, SellersAccounts>> {
    let read: Promise<ReadonlyMap<SellerId, SellersAccounts>> | undefined;
    const found = await Promise.all(
      sellerIds.map((id) =>
        this.known.get(marketplaceId, id, async () => {
          read ??= this.#readSellers(marketplaceId, sellerIds);
          return (await read).get(id);
        }),
      ),
    );
    return new Map(
      found.flatMap((seller, i) =>
        seller === undefined ? [] : [[sellerIds[i] as SellerId, seller] as const],
      ),
    );
  }

  async #readSellers(
    marketplaceId: MarketplaceId,
    sellerIds: readonly SellerId[],
  ): Promise<ReadonlyMap<SellerId, SellersAccounts>> {
    const isOne = sellerIds.length === 1;
    const ids = isOne ? "= ?" : `IN (${marks(sellerIds)})`;
    const rows = await this.database.read(
      `SELECT s.id AS seller, s.fee_ppm, ${this.#joined.sql} FROM seller s
       LEFT JOIN provider_account a ON a.seller_id = s.id
       WHERE s.id ${ids} AND s.marketplace_id = ? ORDER BY a.id`,
      [...sellerIds, marketplaceId],
      { byKey: isOne },
    );
    const found = new Map<SellerId, SellersAccounts & { accounts: ProviderAccountEntity[] }>();
    for (const row of rows) {
      const id = row.seller as SellerId;
      const feePpm = row.fee_ppm === null ? null : Number(row.fee_ppm);
      const seller = found.get(id) ?? { accounts: [], feePpm };
      found.set(id, seller);
      if (row.a_id !== null) seller.accounts.push(this.#joined.read(row));
    }
    return found;
  }

  /** Accounts of sellers that were read in scope before. */
  async ofSellers(sellerIds: readonly SellerId[]): Promise<ProviderAccountEntity[]> {
    if (sellerIds.length === 0) return [];
    const rows = await this.database.read(
      `SELECT * FROM provider_account WHERE seller_id IN (${marks(sellerIds)}) ORDER BY id`,
      sellerIds,
    );
    return this.#accounts.readableRows(rows);
  }

  /**
   * Makes a call in the account's name. Where the provider refuses the credentials, they are renewed and the
   * call is made once more: it must be the same each time, its idempotency key too.
   */
  call<T>(
    account: ProviderAccountEntity,
    make: (credentials: ProviderCredentials) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return inWork({ sellerId: account.sellerId }, () => this.#call(account, make));
  }

  async #call<T>(
    account: ProviderAccountEntity,
    make: (credentials: ProviderCredentials) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (credentialsOf[account.provider] === "SHOP") return make(withoutToken(account));
    if (account.credentialsSealed === null) return noCredentials;
    const credentials = this.#credentialsOf(account);
    const outcome = await make(credentials);
    const isRefused = outcome.kind === "refused" && outcome.refusal.credentialsRefused === true;
    if (!isRefused || this.renewals === undefined) return outcome;
    const renewed = await this.renewals.renewRefused(account);
    if (renewed.credentialsSealed === null) return outcome;
    if (renewed.status === "REFRESH_DUE") return renewalDelayed;
    const others = this.#credentialsOf(renewed);
    return others.accessToken === credentials.accessToken ? outcome : make(others);
  }

  seal(accountId: ProviderAccountId, credentials: StoredCredentials): string {
    return sealCredentials(this.keyRing, accountId, credentials);
  }

  #credentialsOf(account: ProviderAccountEntity): ProviderCredentials {
    let credentials = this.#credentials.get(account);
    if (credentials === undefined) {
      const { accessToken } = openCredentials(this.keyRing, account);
      credentials = { ...withoutToken(account), accessToken };
      this.#credentials.set(account, credentials);
    }
    return credentials;
  }
}

/** What names the account; its adapter adds the shop's token. */
function withoutToken(account: ProviderAccountEntity): ProviderCredentials {
  const { shop, providerAccountId, country } = account;
  return { accessToken: "", shop, providerAccountId, country };
}

/** The seller need not do anything: the next attempt may find the credentials renewed. */
const renewalDelayed = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_UNAVAILABLE",
    message:
      "The seller's credentials have to be renewed, and the provider gave no answer to that.",
    retryable: true,
    credentialsRefused: true,
  },
} as const;

/** Nothing is sent without credentials; an earlier attempt may have been. */
const noCredentials = {
  kind: "refused",
  refusal: {
    code: "SELLER_RECONNECT_NEEDED",
    message: "The seller's account has no credentials any more. Nothing was sent.",
    retryable: false,
    credentialsRefused: true,
  },
} as const;

/** Whether calls can be made in this account's name. */
export function isUsable(account: ProviderAccountEntity): boolean {
  const hasCredentials =
    credentialsOf[account.provider] === "SHOP" || account.credentialsSealed !== null;
  return usableAccountStatuses.includes(account.status) && hasCredentials;
}
