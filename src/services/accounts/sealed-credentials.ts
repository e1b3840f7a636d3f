import type { ProviderAccountId } from "../../domain/ids";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { KeyRing } from "../../security/key-ring";
import { sealedPlace } from "../../security/sealed-columns";

/** What is sealed in an account's row. */
export interface StoredCredentials {
  readonly accessToken: string;
  /** Null where they cannot be renewed. */
  readonly refreshToken: string | null;
}

export function sealCredentials(
  keyRing: KeyRing,
  id: ProviderAccountId,
  { accessToken, refreshToken }: StoredCredentials,
): string {
  return keyRing.seal(JSON.stringify({ accessToken, refreshToken }), placeOf(id));
}

/** @throws when the account has no credentials. */
export function openCredentials(
  keyRing: KeyRing,
  account: Pick<ProviderAccountEntity, "id" | "credentialsSealed">,
): StoredCredentials {
  if (account.credentialsSealed === null) {
    throw new Error(`provider account ${account.id} has no credentials`);
  }
  return JSON.parse(keyRing.open(account.credentialsSealed, placeOf(account.id)));
}

function placeOf(id: ProviderAccountId): string {
  return sealedPlace("provider_account", "credentials_sealed", id);
}
