import type { UnitOfWork } from "../../database/database";
import { type Refusal, refuse } from "../../domain/errors";
import type { IdFactory } from "../../domain/ids";
import type { ConnectionAttemptEntity } from "../../entities/connection-attempt.entity";
import { CredentialRenewalEntity } from "../../entities/credential-renewal.entity";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { AccountIdentity, GrantedCredentials } from "../../providers/provider";
import type { KeyRing } from "../../security/key-ring";
import type { SellerService } from "../seller/seller.service";
import { retryOptimistically } from "../shared/optimistic-retry";
import { type AccountChangeDependencies, addAccount, changeAccount } from "./change-account";
import { grantedColumns, reasons, renewalDueAt, withoutCredentials } from "./credentials";

export interface StoreDependencies extends AccountChangeDependencies {
  readonly ids: IdFactory;
  readonly keyRing: KeyRing;
  readonly sellers: SellerService;
}

type Country = NonNullable<AccountIdentity["country"]>;

/**
 * Keeps what a seller has been given. The same account's credentials are replaced; another account of the
 * seller at this provider is disconnected, so that it is never in doubt where money goes.
 * @throws Refusal CONNECTION_ACCOUNT_UNSUITABLE or CONNECTION_ACCOUNT_TAKEN; nothing is stored then.
 */
export async function storeConnection(
  deps: StoreDependencies,
  attempt: ConnectionAttemptEntity,
  granted: GrantedCredentials,
  identity: AccountIdentity,
): Promise<ProviderAccountEntity> {
  const country = await suitableCountry(deps, attempt, identity);
  return retryOptimistically(() =>
    deps.database.write((unit) => store(deps, unit, attempt, granted, country)),
  );
}

/** Ends an account's connection, and forgets its credentials. */
export function cutOff(
  deps: AccountChangeDependencies,
  unit: UnitOfWork,
  account: ProviderAccountEntity,
  reason: string,
): ProviderAccountEntity {
  const ended = withoutCredentials("DISCONNECTED", reason, deps.clock.now());
  return changeAccount(deps, unit, account, "API", ended);
}

async function store(
  deps: StoreDependencies,
  unit: UnitOfWork,
  attempt: ConnectionAttemptEntity,
  granted: GrantedCredentials,
  country: Country,
): Promise<ProviderAccountEntity> {
  const { marketplaceId, sellerId, provider } = attempt;
  const { providerAccountId } = granted;
  const rows = await unit.read(
    "SELECT * FROM provider_account WHERE provider = ? AND (provider_account_id = ? OR seller_id = ?)",
    [provider, providerAccountId, sellerId],
    { lock: true },
  );
  const accounts = rows.map((row) => deps.database.table(ProviderAccountEntity).fromRow(row));
  const known = accounts.find((account) => account.providerAccountId === providerAccountId);
  if (known !== undefined && known.sellerId !== sellerId) assertMayMove(attempt, known);

  for (const other of accounts) {
    if (other !== known && other.status !== "DISCONNECTED") {
      cutOff(deps, unit, other, reasons.replaced);
    }
  }
  const now = deps.clock.now();
  const id = known?.id ?? deps.ids.next("ProviderAccount");
  const columns = {
    sellerId,
    country: country.providerWord,
    currency: country.currency,
    ...grantedColumns(deps.keyRing, id, granted, now),
  };
  let account: ProviderAccountEntity;
  if (known === undefined) {
    const fixed = { id, marketplaceId, provider, shop: "", providerAccountId };
    const times = { version: 1, createdAt: now, updatedAt: now };
    account = Object.assign(new ProviderAccountEntity(), { ...fixed, ...columns, ...times });
    addAccount(deps, unit, account, "API");
  } else {
    // Its former seller's watchers are told as well, in that seller's log.
    const free = known.sellerId === sellerId ? known : cutOff(deps, unit, known, reasons.moved);
    account = changeAccount(deps, unit, free, "API", columns, "ACCOUNT_CONNECTED");
  }
  planRenewal(deps, unit, account);
  return account;
}

/** From now on, whoever still renews what was there before has lost the lease. */
function planRenewal(
  deps: StoreDependencies,
  unit: UnitOfWork,
  account: ProviderAccountEntity,
): void {
  const { id } = account;
  const plan = { id, dueAt: renewalDueAt(account), attempts: 0, leaseToken: null };
  unit.change({ sql: "DELETE FROM credential_renewal WHERE id = ?", values: [id] });
  unit.change(deps.database.table(CredentialRenewalEntity).insert(plan));
}

function assertMayMove(attempt: ConnectionAttemptEntity, account: ProviderAccountEntity): void {
  const isSameMarketplace = account.marketplaceId === attempt.marketplaceId;
  if (isSameMarketplace && attempt.moveFromOtherSeller) return;
  throw taken(isSameMarketplace);
}

/** What other marketplaces have here is not told, and not theirs to confirm. */
function taken(isMovable: boolean): Refusal {
  const message = isMovable
    ? "this account at the provider belongs to another seller; begin again with moveFromOtherSeller if it is meant to move"
    : "this account at the provider cannot be connected here";
  return refuse("CONNECTION_ACCOUNT_TAKEN", message, ["input", "code"]);
}

async function suitableCountry(
  deps: StoreDependencies,
  { marketplaceId, sellerId }: ConnectionAttemptEntity,
  { country }: AccountIdentity,
): Promise<Country> {
  const scope = { marketplaceId, sellerIds: [sellerId] };
  const [seller] = await deps.sellers.byIds(scope, [sellerId]);
  if (seller === undefined) throw new Error(`seller ${sellerId} is gone`);
  if (country !== null && (seller.country === null || seller.country === country.code)) {
    return country;
  }
  const message =
    country === null
      ? "the account is of a country that is not served"
      : `the account is of ${country.code}, the seller of ${seller.country}`;
  throw refuse("CONNECTION_ACCOUNT_UNSUITABLE", message, ["input", "code"]);
}
