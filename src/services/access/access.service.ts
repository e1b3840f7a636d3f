import { LRUCache } from "lru-cache";
import type { Database } from "../../database/database";
import { marks, type Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import { notFound, refuse } from "../../domain/errors";
import type {
  ApiKeyId,
  IdFactory,
  MarketplaceId,
  PaymentId,
  SellerId,
  WatchTokenId,
} from "../../domain/ids";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import { ApiKeyEntity } from "../../entities/api-key.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import { WatchTokenEntity } from "../../entities/watch-token.entity";
import {
  type Credential,
  type CredentialKind,
  formatCredential,
  hashSecret,
  matchesHash,
  newSecret,
  parseCredential,
} from "../../security/credential";

/** Two live keys of one holder: the old and the new one, while they are being swapped. */
const liveKeysLimit = 2;
const watchTokenMs = 30 * 60_000;
/**
 * How long a credential that was found good is trusted without asking the database again. A revoked key
 * works this much longer in other processes; in this one it ends at once.
 */
const trustMs = 5_000;
const trustedLimit = 10_000;

/** A new key, with the only sight of its credential. */
export interface IssuedKey {
  readonly key: ApiKeyEntity;
  readonly credential: string;
}

export interface IssuedWatchToken {
  readonly token: WatchTokenEntity;
  readonly credential: string;
}

/** Whose key to make. */
export type KeyHolder =
  | { readonly role: "MARKETPLACE" }
  | { readonly role: "SELLER" | "PUBLISHABLE"; readonly sellerId: SellerId }
  | { readonly role: "PARTNER"; readonly name: string; readonly sellerIds: readonly SellerId[] };

/** Credentials: who they are, making them, ending them. */
export class AccessService {
  readonly #keys: Table<ApiKeyEntity>;
  readonly #tokens: Table<WatchTokenEntity>;
  readonly #trusted = new LRUCache<string, { principal: Principal; until: number }>({
    max: trustedLimit,
  });

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: IdFactory,
    /** Keys that are never good here: the demo's, everywhere but in development. */
    private readonly barredKeys: ReadonlySet<ApiKeyId> = new Set(),
  ) {
    this.#keys = database.table(ApiKeyEntity);
    this.#tokens = database.table(WatchTokenEntity);
  }

  /**
   * Who a credential stands for.
   * @throws Refusal UNAUTHENTICATED; one answer for every reason.
   */
  async authenticate(credential: string): Promise<Principal> {
    const now = this.clock.now().getTime();
    const trusted = this.#trusted.get(credential);
    if (trusted !== undefined && trusted.until > now) return trusted.principal;

    const parsed = parseCredential(credential);
    const principal = parsed === undefined ? undefined : await this.#behind(parsed);
    if (principal === undefined) {
      this.#trusted.delete(credential);
      throw refuse("UNAUTHENTICATED", "the credential is missing, unknown, expired or revoked");
    }
    const end = principal.role === "WATCHER" ? principal.expiresAt.getTime() : Infinity;
    this.#trusted.set(credential, { principal, until: Math.min(now + trustMs, end) });
    return principal;
  }

  /** @throws Refusal FORBIDDEN, NOT_FOUND, TOO_MANY_KEYS */
  async createKey(principal: Principal, holder: KeyHolder): Promise<IssuedKey> {
    assertMayManage(principal, holder);
    await this.#assertSellersExist(principal.marketplaceId, holder);
    return this.issueKey(principal.marketplaceId, holder);
  }

  /** Makes a key for no caller in particular: the demo, and tests. `secret` is given there only. */
  async issueKey(
    marketplaceId: MarketplaceId,
    holder: KeyHolder,
    fixed?: { readonly id: ApiKeyId; readonly secret: string },
  ): Promise<IssuedKey> {
    const secret = fixed?.secret ?? newSecret();
    const key: ApiKeyEntity = {
      id: fixed?.id ?? this.ids.next("ApiKey"),
      marketplaceId,
      role: holder.role,
      holder: holderOf(marketplaceId, holder),
      sellerIds: sellersOf(holder),
      secretHash: hashSecret(secret),
      createdAt: this.clock.now(),
      expiresAt: null,
      revokedAt: null,
    };
    await this.database.write(async (unit) => {
      // Keys that are not there yet cannot be locked; the marketplace's row stands for them.
      await unit.read("SELECT id FROM marketplace WHERE id = ?", [marketplaceId], { lock: true });
      const live = await unit.read(
        "SELECT id FROM api_key WHERE marketplace_id = ? AND holder = ? AND role = ? AND revoked_at IS NULL",
        [marketplaceId, key.holder, key.role],
      );
      if (live.length >= liveKeysLimit) {
        throw refuse("TOO_MANY_KEYS", "this holder has two live keys; revoke one first", ["input"]);
      }
      unit.change(this.#keys.insert(key));
    });
    const credential = formatCredential({ kind: kindOf(key), id: key.id.slice(4), secret });
    return { key, credential };
  }

  /** Ends a key. @throws Refusal FORBIDDEN, NOT_FOUND */
  async revokeKey(principal: Principal, id: ApiKeyId): Promise<ApiKeyEntity> {
    if (!rightsOf(principal).manageKeys) throw mayNotManage();
    const key = await this.#findKey(id);
    const isOwn =
      key !== undefined &&
      key.marketplaceId === principal.marketplaceId &&
      (principal.role === "MARKETPLACE" ||
        (principal.role === "SELLER" &&
          key.holder === principal.sellerId &&
          (key.role === "SELLER" || key.role === "PUBLISHABLE")));
    if (!isOwn) throw notFound("API key", ["input", "id"]);
    const revokedAt = key.revokedAt ?? this.clock.now();
    await this.database.write((unit) => {
      unit.change(this.#keys.update({ revokedAt }, { id }));
    });
    this.#trusted.clear();
    return Object.assign(new ApiKeyEntity(), key, { revokedAt });
  }

  /** Lets an app watch one payment that the caller may see. @throws Refusal FORBIDDEN */
  async createWatchToken(principal: Principal, payment: PaymentEntity): Promise<IssuedWatchToken> {
    if (!rightsOf(principal).createWatchTokens) {
      throw refuse("FORBIDDEN", "this credential may not hand out watch tokens");
    }
    const secret = newSecret();
    const now = this.clock.now();
    const token: WatchTokenEntity = {
      id: this.ids.next("WatchToken"),
      marketplaceId: payment.marketplaceId,
      sellerId: payment.sellerId,
      paymentId: payment.id,
      secretHash: hashSecret(secret),
      createdAt: now,
      expiresAt: new Date(now.getTime() + watchTokenMs),
    };
    await this.database.write((unit) => unit.change(this.#tokens.insert(token)));
    const credential = formatCredential({ kind: "watchToken", id: token.id.slice(4), secret });
    return { token, credential };
  }

  #behind({ kind, id, secret }: Credential): Promise<Principal | undefined> {
    switch (kind) {
      case "apiKey":
      case "publishableKey":
        return this.#byKey(kind, `key_${id}` as ApiKeyId, secret);
      case "watchToken":
        return this.#byToken(`wat_${id}` as WatchTokenId, secret);
    }
  }

  async #byKey(kind: CredentialKind, id: ApiKeyId, secret: string): Promise<Principal | undefined> {
    const key = await this.#findKey(id);
    if (key === undefined || !matchesHash(secret, key.secretHash)) return undefined;
    // Whoever finds one must be able to tell what it is by its text.
    if (kindOf(key) !== kind) return undefined;
    if (key.revokedAt !== null || this.barredKeys.has(key.id)) return undefined;
    if (key.expiresAt !== null && key.expiresAt <= this.clock.now()) return undefined;
    const { marketplaceId, role } = key;
    const [sellerId] = key.sellerIds ?? [];
    switch (role) {
      case "MARKETPLACE":
        return { role, marketplaceId, keyId: key.id };
      case "SELLER":
      case "PUBLISHABLE":
        return sellerId === undefined
          ? undefined
          : { role, marketplaceId, sellerId, keyId: key.id };
      case "PARTNER":
        return { role, marketplaceId, sellerIds: key.sellerIds ?? [], keyId: key.id };
    }
  }

  async #byToken(id: WatchTokenId, secret: string): Promise<Principal | undefined> {
    const token = await this.#tokens.findById(this.database, id);
    if (token === undefined || !matchesHash(secret, token.secretHash)) return undefined;
    if (token.expiresAt <= this.clock.now()) return undefined;
    return {
      role: "WATCHER",
      marketplaceId: token.marketplaceId,
      sellerId: token.sellerId,
      paymentId: token.paymentId as PaymentId,
      tokenId: token.id,
      expiresAt: token.expiresAt,
    };
  }

  #findKey(id: ApiKeyId): Promise<ApiKeyEntity | undefined> {
    return this.#keys.findById(this.database, id);
  }

  async #assertSellersExist(marketplaceId: MarketplaceId, holder: KeyHolder): Promise<void> {
    const ids = sellersOf(holder) ?? [];
    if (ids.length === 0) return;
    const rows = await this.database.read(
      `SELECT id FROM seller WHERE marketplace_id = ? AND id IN (${marks(ids)})`,
      [marketplaceId, ...ids],
    );
    if (rows.length === new Set(ids).size) return;
    throw notFound("seller", ["input", holder.role === "PARTNER" ? "sellerIds" : "sellerId"]);
  }
}

function assertMayManage(principal: Principal, holder: KeyHolder): void {
  if (!rightsOf(principal).manageKeys) throw mayNotManage();
  if (principal.role === "MARKETPLACE") return;
  // A seller makes keys for itself and its pages only.
  if (holder.role !== "SELLER" && holder.role !== "PUBLISHABLE") throw mayNotManage();
  const { sellerIds } = scopeOf(principal);
  if (sellerIds !== "ALL" && !sellerIds.includes(holder.sellerId)) {
    throw notFound("seller", ["input", "sellerId"]);
  }
}

function kindOf({ role }: ApiKeyEntity): CredentialKind {
  return role === "PUBLISHABLE" ? "publishableKey" : "apiKey";
}

function mayNotManage() {
  return refuse("FORBIDDEN", "this credential may not manage these API keys");
}

function sellersOf(holder: KeyHolder): SellerId[] | null {
  switch (holder.role) {
    case "MARKETPLACE":
      return null;
    case "SELLER":
    case "PUBLISHABLE":
      return [holder.sellerId];
    case "PARTNER":
      return [...holder.sellerIds];
  }
}

function holderOf(marketplaceId: MarketplaceId, holder: KeyHolder): string {
  switch (holder.role) {
    case "MARKETPLACE":
      return marketplaceId;
    case "SELLER":
    case "PUBLISHABLE":
      return holder.sellerId;
    case "PARTNER":
      return holder.name;
  }
}
