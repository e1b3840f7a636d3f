import type { Database } from "../database/database";
import type { RowShape, Table } from "../database/table";
import type { MarketplaceId, ProviderAccountId, SellerId } from "../domain/ids";
import { type Provider, usableAccountStatuses } from "../domain/provider";
import { ProviderAccountEntity } from "../entities/provider-account.entity";
import type { ProviderCredentials } from "../providers/provider";
import type { KeyRing } from "../security/key-ring";

/** What is sealed in an account's row. */
export interface StoredCredentials {
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

/** Reads sellers' provider accounts, and opens their credentials for a call. */
export class ProviderAccounts {
  readonly #accounts: Table<ProviderAccountEntity>;
  readonly #joined: RowShape<ProviderAccountEntity>;

  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {
    this.#accounts = database.table(ProviderAccountEntity);
    this.#joined = this.#accounts.shape("a");
  }

  async byId(id: ProviderAccountId): Promise<ProviderAccountEntity> {
    const rows = await this.database.read("SELECT * FROM provider_account WHERE id = ?", [id]);
    if (rows[0] === undefined) throw new Error(`provider account ${id} is gone`);
    return this.#accounts.fromRow(rows[0]);
  }

  /** The account that a provider's notification names; undefined for a stranger's. */
  async byProviderId(
    provider: Provider,
    providerAccountId: string,
  ): Promise<ProviderAccountEntity | undefined> {
    const rows = await this.database.read(
      "SELECT * FROM provider_account WHERE provider = ? AND provider_account_id = ?",
      [provider, providerAccountId],
    );
    return rows[0] === undefined ? undefined : this.#accounts.fromRow(rows[0]);
  }

  /** The accounts of a seller of this marketplace; undefined where it has no such seller. */
  async ofSellerIn(
    marketplaceId: MarketplaceId,
    sellerId: SellerId,
  ): Promise<ProviderAccountEntity[] | undefined> {
    const rows = await this.database.read(
      `SELECT ${this.#joined.sql} FROM seller s
       LEFT JOIN provider_account a ON a.seller_id = s.id
       WHERE s.id = ? AND s.marketplace_id = ? ORDER BY a.id`,
      [sellerId, marketplaceId],
      { byKey: true },
    );
    if (rows.length === 0) return undefined;
    return rows.filter((row) => row.a_id !== null).map((row) => this.#joined.read(row));
  }

  /** Accounts of sellers that were read in scope before. */
  async ofSellers(sellerIds: readonly SellerId[]): Promise<ProviderAccountEntity[]> {
    if (sellerIds.length === 0) return [];
    const rows = await this.database.read(
      `SELECT * FROM provider_account WHERE seller_id IN (${sellerIds.map(() => "?").join(", ")}) ORDER BY id`,
      sellerIds,
    );
    return rows.map((row) => this.#accounts.fromRow(row));
  }

  /** @throws when the account has no credentials: check `isUsable` first. */
  credentialsOf(account: ProviderAccountEntity): ProviderCredentials {
    if (account.credentialsSealed === null) {
      throw new Error(`provider account ${account.id} has no credentials`);
    }
    const stored = JSON.parse(
      this.keyRing.open(account.credentialsSealed, credentialsPlace(account.id)),
    ) as StoredCredentials;
    return {
      accessToken: stored.accessToken,
      providerAccountId: account.providerAccountId,
      country: account.country,
    };
  }

  seal(accountId: ProviderAccountId, credentials: StoredCredentials): string {
    return this.keyRing.seal(JSON.stringify(credentials), credentialsPlace(accountId));
  }
}

/** Whether calls can be made in this account's name. */
export function isUsable(account: ProviderAccountEntity): boolean {
  return usableAccountStatuses.includes(account.status) && account.credentialsSealed !== null;
}

function credentialsPlace(id: ProviderAccountId): string {
  return `provider_account.credentials_sealed.${id}`;
}
