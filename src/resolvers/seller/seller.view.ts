import { percentOfPpm } from "../../domain/fee-policy";
import type { ProviderAccountStatus } from "../../domain/provider";
import type { EventEntity } from "../../entities/event.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { SellerEntity } from "../../entities/seller.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { ProviderAccountType, SellerType } from "../../schema/seller/seller.type";
import { isUsable } from "../../services/accounts/provider-accounts";
import { fieldsOf, viewOf } from "../view";

const same = <P extends keyof SellerEntity & keyof SellerType & string>(property: P) =>
  fieldsOf<SellerEntity, undefined>()([property], (seller) => seller[property]);

/** A seller as the API shows it. */
export const sellerView = viewOf<SellerEntity, undefined, SellerType>(SellerType, {
  id: same("id"),
  reference: same("reference"),
  name: same("name"),
  email: same("email"),
  country: same("country"),
  applicationFeePercent: fieldsOf<SellerEntity, undefined>()(["feePpm"], ({ feePpm }) =>
    feePpm === null ? null : percentOfPpm(feePpm),
  ),
  createdAt: same("createdAt"),
  updatedAt: same("updatedAt"),
});

export function toSeller(seller: SellerEntity): SellerType {
  return sellerView.of(seller, undefined);
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
    acceptsPayments: isUsable(account),
    capabilities: registry.get(account.provider)?.capabilities ?? [],
  } satisfies ProviderAccountType);
}

/** The account with the status that an event has left it in, so that watchers see each status once, in order. */
export function accountAsOf(
  event: EventEntity,
  account: ProviderAccountEntity,
): ProviderAccountEntity {
  if (event.subjectVersion >= account.version) return account;
  const status = (event.toStatus ?? account.status) as ProviderAccountStatus;
  return { ...account, status, statusReason: event.snapshot.statusReason ?? null };
}
