import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { GrantedCredentials } from "../../providers/provider";
import type { KeyRing } from "../../security/key-ring";
import { openCredentials, sealCredentials } from "../accounts/sealed-credentials";

/** What an account's row holds of its credentials and of how it stands. */
type Standing = Pick<
  ProviderAccountEntity,
  "status" | "statusReason" | "credentialsSealed" | "credentialsExpireAt" | "credentialsRefreshedAt"
>;

type Granted = Standing & Pick<ProviderAccountEntity, "publicKey" | "scopes" | "liveMode">;

/** The columns of an account that was just given credentials. */
export function grantedColumns(
  keyRing: KeyRing,
  id: ProviderAccountEntity["id"],
  granted: GrantedCredentials,
  now: Date,
): Granted {
  return {
    status: "CONNECTED",
    statusReason: null,
    publicKey: granted.publicKey,
    scopes: [...granted.scopes],
    liveMode: granted.liveMode,
    credentialsSealed: sealCredentials(keyRing, id, granted),
    credentialsExpireAt:
      granted.expiresInMs === null ? null : new Date(now.getTime() + granted.expiresInMs),
    credentialsRefreshedAt: now,
  };
}

/** The columns of an account without credentials. What is not kept cannot leak. */
export function withoutCredentials(
  status: "RECONNECT_NEEDED" | "DISCONNECTED",
  statusReason: string,
  now: Date,
): Partial<Standing> {
  return { status, statusReason, credentialsSealed: null, credentialsExpireAt: now };
}

/** The columns of an account whose credentials still work, and cannot be renewed any more. */
export function withoutRenewal(
  keyRing: KeyRing,
  account: ProviderAccountEntity,
  statusReason: string,
): Partial<Standing> {
  const { accessToken } = openCredentials(keyRing, account);
  return {
    status: "RECONNECT_NEEDED",
    statusReason,
    credentialsSealed: sealCredentials(keyRing, account.id, { accessToken, refreshToken: null }),
  };
}

/**
 * When an account's credentials need to be looked after: at half of their life, so that a renewal which fails
 * for good is known months before payments stop; at their end, where they cannot be renewed.
 */
export function renewalDueAt(account: ProviderAccountEntity): Date | null {
  const { credentialsExpireAt: end, credentialsRefreshedAt: begin, status } = account;
  if (account.credentialsSealed === null || end === null) return null;
  if (status === "RECONNECT_NEEDED" || begin === null) return end;
  return new Date((begin.getTime() + end.getTime()) / 2);
}

/** Why an account stands as it does, for its owner to read. */
export const reasons = {
  ended:
    "The provider takes neither the access token nor a renewal: the seller ended the authorization or changed the password, or the provider ended it.",
  notRenewed:
    "The provider does not renew the credentials; an earlier renewal's answer may have been lost. Payments go on until they end.",
  notRenewable:
    "The seller did not allow the credentials to be renewed. Payments go on until they end.",
  expired: "The credentials have come to their end.",
  delayed: "The provider gives no answer to the renewal of the credentials; it is tried again.",
  replaced: "The seller connected another account instead.",
  moved: "The account was connected by another seller.",
  byMarketplace: "Disconnected by the marketplace.",
  bySeller: "Disconnected by the seller.",
} as const;
