import type { UnitOfWork } from "../../database/database";
import { notFound, Refusal, refuse } from "../../domain/errors";
import type { IdFactory, SellerId } from "../../domain/ids";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { BalanceOperations, Outcome, Shop } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { SellerService } from "../seller/seller.service";
import { retryOptimistically } from "../shared/optimistic-retry";
import { type AccountChangeDependencies, addAccount, changeAccount } from "./change-account";

export interface LinkArgs {
  readonly sellerId: SellerId;
  readonly provider: Provider;
  /** Needed where the marketplace has several. */
  readonly shop?: string;
  /** What the provider knows the seller by. */
  readonly submerchantId: string;
}

interface Dependencies extends AccountChangeDependencies {
  readonly ids: IdFactory;
  readonly registry: ProviderRegistry;
  readonly sellers: SellerService;
}

/** Links sellers to providers that know them under a shop of the marketplace, without a consent of their own. */
export class SubmerchantService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Links a seller to the account that the provider knows by this id. For the marketplace alone: a seller could
   * otherwise name another one's account. Linking the same again changes nothing.
   * @throws Refusal FORBIDDEN, NOT_FOUND, CONNECTION_ACCOUNT_TAKEN, or the provider's own.
   */
  async link(principal: Principal, args: LinkArgs): Promise<ProviderAccountEntity> {
    if (!rightsOf(principal).manageSellers) {
      throw refuse("FORBIDDEN", "only the marketplace links sellers to its shops");
    }
    const [seller] = await this.deps.sellers.byIds(scopeOf(principal), [args.sellerId]);
    if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
    const shop = this.#shopOf(principal, args);
    await this.#assertKnown(shop, args);
    return retryOptimistically(() =>
      this.deps.database.write((unit) => this.#store(unit, principal, shop, args)),
    );
  }

  /** Shops of other marketplaces are not there. */
  #shopOf({ marketplaceId }: Principal, { provider, shop: name }: LinkArgs): Shop {
    const shops = (this.deps.registry.get(provider)?.shops ?? []).filter(
      (shop) => shop.marketplaceId === marketplaceId,
    );
    const [only, ...others] =
      name === undefined ? shops : shops.filter((shop) => shop.name === name);
    if (only !== undefined && others.length === 0) return only;
    if (name !== undefined) throw notFound("shop", ["input", "shop"]);
    const message =
      only === undefined
        ? `the marketplace has no shop at ${provider}; its operator has to set one up`
        : `say which shop: ${shops.map((shop) => shop.name).join(", ")}`;
    throw refuse("INVALID_INPUT", message, ["input", "shop"]);
  }

  async #assertKnown(shop: Shop, args: LinkArgs): Promise<void> {
    const balances = this.deps.registry.get(args.provider)?.balances;
    if (balances === undefined) throw new Error(`${args.provider} has shops and no balances`);
    const seen = await lookUp(balances, shop, args);
    if (seen.kind === "accepted" && seen.value !== null) return;
    const path = ["input", "submerchantId"];
    if (seen.kind === "accepted") {
      const message = `${args.provider} knows no such submerchant in the shop ${shop.name}`;
      throw refuse("NOT_FOUND", message, path);
    }
    const { provider } = args;
    if (seen.kind === "refused") {
      const { code, message, retryable } = seen.refusal;
      throw new Refusal({ code, message, path, provider, retryable });
    }
    const message = `${provider} gave no answer; nothing was linked`;
    throw new Refusal({ code: "PROVIDER_UNAVAILABLE", message, path, provider });
  }

  async #store(
    unit: UnitOfWork,
    { marketplaceId }: Principal,
    shop: Shop,
    { sellerId, provider, submerchantId }: LinkArgs,
  ): Promise<ProviderAccountEntity> {
    const table = this.deps.database.table(ProviderAccountEntity);
    const rows = await unit.read(
      "SELECT * FROM provider_account WHERE provider = ? AND shop = ? AND provider_account_id = ?",
      [provider, shop.name, submerchantId],
      { lock: true },
    );
    const known = rows[0] && table.fromRow(rows[0]);
    if (known !== undefined) {
      if (known.sellerId !== sellerId && known.status !== "DISCONNECTED") {
        const message = "this submerchant belongs to another seller; disconnect it there first";
        throw refuse("CONNECTION_ACCOUNT_TAKEN", message, ["input", "submerchantId"]);
      }
      if (known.sellerId === sellerId && known.status === "CONNECTED") return known;
      const changes = { sellerId, status: "CONNECTED", statusReason: null } as const;
      const columns = { ...changes, currency: shop.currency };
      return changeAccount(this.deps, unit, known, "API", columns, "ACCOUNT_CONNECTED");
    }
    const now = this.deps.clock.now();
    const account: ProviderAccountEntity = Object.assign(new ProviderAccountEntity(), {
      id: this.deps.ids.next("ProviderAccount"),
      marketplaceId,
      sellerId,
      provider,
      shop: shop.name,
      providerAccountId: submerchantId,
      status: "CONNECTED",
      statusReason: null,
      publicKey: null,
      scopes: [],
      liveMode: true,
      country: null,
      currency: shop.currency,
      credentialsExpireAt: null,
      credentialsRefreshedAt: null,
      credentialsSealed: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    } satisfies ProviderAccountEntity);
    addAccount(this.deps, unit, account, "API");
    return account;
  }
}

function lookUp(
  balances: BalanceOperations,
  { name, currency }: Shop,
  { submerchantId }: LinkArgs,
): Promise<Outcome<unknown>> {
  const credentials = {
    accessToken: "",
    shop: name,
    providerAccountId: submerchantId,
    country: null,
  };
  return balances.balance(currency, { credentials });
}
