import { randomBytes } from "node:crypto";
import { ApiError } from "./errors";
import type { AccessToken, Account, Application, AuthorizationCode, RefreshToken } from "./model";
import { demoApplication, demoMarketplace, demoSellers } from "./seed";

export const fullScope = "offline_access read write";

export type ApplicationSecrets = Partial<Pick<Application, "clientSecret" | "webhookSecret">>;

/** Who exists, and which secrets speak for whom. */
export class Accounts {
  readonly accounts = new Map<number, Account>();
  readonly applications = new Map<string, Application>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly codes = new Map<string, AuthorizationCode>();
  readonly #byPublicKey = new Map<string, Account>();

  constructor(private readonly secrets: ApplicationSecrets = {}) {
    this.#seed();
  }

  add(account: Account): void {
    this.accounts.set(account.userId, account);
    this.#byPublicKey.set(account.publicKey, account);
  }

  get(userId: number): Account | undefined {
    return this.accounts.get(userId);
  }

  withPublicKey(publicKey: string): Account | undefined {
    return this.#byPublicKey.get(publicKey);
  }

  /** Issues an access token in the provider's format: application, date, secret part, user. */
  issueAccessToken(grant: {
    userId: number;
    clientId: string;
    scope: string;
    now: number;
    expiresAt: number | null;
  }): AccessToken {
    const { userId, clientId, scope, now, expiresAt } = grant;
    const stamp = new Date(now).toISOString().replace(/\D/g, "").slice(4, 10);
    const secret = randomBytes(16).toString("hex");
    const token = `APP_USR-${clientId}-${stamp}-${secret}-${userId}`;
    const issued = { token, userId, clientId, scope, expiresAt };
    this.accessTokens.set(token, issued);
    return issued;
  }

  issueRefreshToken(grant: Omit<RefreshToken, "token" | "used">): RefreshToken {
    const token = `TG-${randomBytes(12).toString("hex")}-${grant.userId}`;
    const issued = { ...grant, token, used: false };
    this.refreshTokens.set(token, issued);
    return issued;
  }

  issueCode(grant: Omit<AuthorizationCode, "code" | "used">): AuthorizationCode {
    const code = `TG-${randomBytes(12).toString("hex")}-${grant.userId}`;
    const issued = { ...grant, code, used: false };
    this.codes.set(code, issued);
    return issued;
  }

  /** All that was ever given out in a user's name and not revoked, used up or not. */
  grantsOf(userId: number): Record<"accessTokens" | "refreshTokens" | "codes", string[]> {
    const of = (secrets: Map<string, { userId: number }>) =>
      [...secrets].flatMap(([secret, owner]) => (owner.userId === userId ? [secret] : []));
    return {
      accessTokens: of(this.accessTokens),
      refreshTokens: of(this.refreshTokens),
      codes: of(this.codes),
    };
  }

  /** What a seller's revocation or a password change does: every token and grant is gone. */
  revokeAll(userId: number): void {
    for (const secrets of [this.accessTokens, this.refreshTokens, this.codes]) {
      for (const [secret, owner] of secrets) if (owner.userId === userId) secrets.delete(secret);
    }
  }

  /** Ends the access tokens only; the refresh tokens still work. */
  expireAccessTokens(userId: number, now: number): void {
    for (const token of this.accessTokens.values()) {
      if (token.userId === userId) token.expiresAt = now;
    }
  }

  reset(): void {
    for (const map of [this.accounts, this.applications, this.#byPublicKey]) map.clear();
    for (const map of [this.accessTokens, this.refreshTokens, this.codes]) map.clear();
    this.#seed();
  }

  snapshot(): AccountsSnapshot {
    return {
      accounts: [...this.accounts.values()],
      applications: [...this.applications.values()],
      accessTokens: [...this.accessTokens.values()],
      refreshTokens: [...this.refreshTokens.values()],
      codes: [...this.codes.values()],
    };
  }

  restore(saved: AccountsSnapshot): void {
    this.reset();
    // Saved tokens replace the seeded ones altogether: a revoked demo token stays revoked.
    for (const map of [this.accessTokens, this.refreshTokens]) map.clear();
    for (const account of saved.accounts) this.add(account);
    for (const one of saved.applications) this.applications.set(one.clientId, one);
    for (const one of saved.accessTokens) this.accessTokens.set(one.token, one);
    for (const one of saved.refreshTokens) this.refreshTokens.set(one.token, one);
    for (const one of saved.codes) this.codes.set(one.code, one);
  }

  #seed(): void {
    const { clientId } = demoApplication;
    this.applications.set(clientId, { ...demoApplication, ...this.secrets });
    for (const user of [demoMarketplace, ...demoSellers]) {
      const { userId } = user.account;
      const grant = { userId, clientId, scope: fullScope, expiresAt: null };
      this.add({ ...user.account });
      this.accessTokens.set(user.accessToken, { ...grant, token: user.accessToken });
      this.refreshTokens.set(user.refreshToken, {
        ...grant,
        token: user.refreshToken,
        used: false,
      });
    }
  }
}

export interface AccountsSnapshot {
  accounts: Account[];
  applications: Application[];
  accessTokens: AccessToken[];
  refreshTokens: RefreshToken[];
  codes: AuthorizationCode[];
}

/** Two wordings of a refused token were seen on the real API; clients must survive both. */
export type UnauthorizedShape = "full" | "code";

export function invalidToken(shape: UnauthorizedShape): ApiError {
  return shape === "full"
    ? new ApiError(401, "unauthorized", "invalid access token")
    : new CodeOnlyUnauthorized(401, "unauthorized", "invalid access token");
}

class CodeOnlyUnauthorized extends ApiError {
  override body(): Record<string, unknown> {
    return { code: this.error, message: this.message };
  }
}
