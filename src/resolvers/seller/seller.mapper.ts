import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { SellerEntity } from "../../entities/seller.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { ProviderAccountType, SellerType } from "../../schema/seller.type";

export function toSeller(seller: SellerEntity): SellerType {
  const { id, reference, name, email, country, createdAt, updatedAt } = seller;
  const shown = { id, reference, name, email, country, createdAt, updatedAt } satisfies SellerType;
  return Object.assign(new SellerType(), shown);
}

/** An account without its credentials, which have no way out. */
export function toProviderAccount(
  account: ProviderAccountEntity,
  registry: ProviderRegistry,
): ProviderAccountType {
  return Object.assign(new ProviderAccountType(), {
    id: account.id,
    sellerId: account.sellerId,
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    status: account.status,
    statusReason: account.statusReason,
    publicKey: account.publicKey,
    scopes: account.scopes,
    liveMode: account.liveMode,
    credentialsExpireAt: account.credentialsExpireAt,
    credentialsRefreshedAt: account.credentialsRefreshedAt,
    capabilities: registry.get(account.provider)?.capabilities ?? [],
  } satisfies ProviderAccountType);
}
