import type { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import type { ProviderAccounts } from "../accounts/provider-accounts";

/** Whose a delivery is, as far as is known. */
export type Owner = Partial<Pick<InboxDeliveryEntity, "marketplaceId" | "sellerId">>;

export type AccountOf = ProviderAccounts["byProviderId"];

/** By the account that the delivery names. */
export async function ownerByAccount(
  accountOf: AccountOf,
  { provider, shop, account }: Pick<InboxDeliveryEntity, "provider" | "shop" | "account">,
): Promise<Owner | undefined> {
  if (account === null) return undefined;
  const found = await accountOf(provider, shop, account);
  return found && { marketplaceId: found.marketplaceId, sellerId: found.sellerId };
}
