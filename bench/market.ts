import { readConfig } from "../src/config";
import { dataSourceOptions } from "../src/data-source";
import type { Database } from "../src/database/database";
import { openDatabase } from "../src/database/open";
import { systemClock } from "../src/domain/clock";
import type { ApiKeyId, MarketplaceId, SellerId } from "../src/domain/ids";
import { MarketplaceEntity } from "../src/entities/marketplace.entity";
import { ProviderAccountEntity } from "../src/entities/provider-account.entity";
import { EventLog } from "../src/events/event-log";
import { createLocalWakeUps } from "../src/events/wake-ups";
import { formatCredential } from "../src/security/credential";
import { createIdFactory } from "../src/security/ids";
import { createKeyRing } from "../src/security/key-ring";
import { AccessService } from "../src/services/access/access.service";
import { KnownSellers, ProviderAccounts } from "../src/services/accounts/provider-accounts";
import { SellerService } from "../src/services/seller/seller.service";
import { secrets } from "./gateway";

export const marketplaceId = "mkt_0000000000000000000000BEN0" as MarketplaceId;
const keyId = "key_0000000000000000000000BEN0" as ApiKeyId;
const keySecret = "benchMarketplaceKeybenchMarketplaceKeybench";

/** The marketplace's key, the same in every benchmark: the filled databases are kept. */
export const credential = formatCredential({
  kind: "apiKey",
  id: keyId.slice("key_".length),
  secret: keySecret,
});

export const authorization = { authorization: `Bearer ${credential}` } as const;

export const ids = createIdFactory(systemClock);

/** A seller that is connected to an account. */
export interface Shop {
  readonly sellerId: SellerId;
  readonly accessToken: string;
}

/** Opens a database before the gateway does, fills it, and closes it. */
export async function prepare<T>(
  databaseUrl: string,
  fill: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(dataSourceOptions(databaseUrl));
  try {
    return await fill(database);
  } finally {
    await database.close();
  }
}

/** The marketplace with its key. */
export async function createMarketplace(database: Database): Promise<void> {
  await database.write((unit) =>
    unit.change(
      database.table(MarketplaceEntity).insert({
        id: marketplaceId,
        name: "Benchmarks",
        createdAt: systemClock.now(),
      }),
    ),
  );
  const access = new AccessService(database, systemClock, ids);
  const fixed = { id: keyId, secret: keySecret };
  await access.issueKey(marketplaceId, { role: "MARKETPLACE" }, fixed);
}

export async function createSeller(database: Database, reference: string): Promise<SellerId> {
  const events = new EventLog(database, createLocalWakeUps(), systemClock);
  const knownSellers = new KnownSellers(systemClock);
  const sellers = new SellerService({ database, clock: systemClock, ids, events, knownSellers });
  const access = new AccessService(database, systemClock, ids);
  const marketplace = await access.authenticate(credential);
  const { id } = await sellers.create(marketplace, { reference, name: `Shop ${reference}` });
  return id;
}

/** A seller with an account of its own at `bench/plain-provider`. */
export async function openShop(database: Database, userId: number): Promise<Shop> {
  const sellerId = await createSeller(database, `shop-${userId}`);
  const accessToken = `APP_USR-${userId}`;
  const config = readConfig({ NODE_ENV: "test", ...secrets });
  const knownSellers = new KnownSellers(systemClock);
  const accounts = new ProviderAccounts(
    database,
    createKeyRing(config.encryptionKeys),
    knownSellers,
  );
  const id = ids.next("ProviderAccount");
  const now = systemClock.now();
  await database.write((unit) =>
    unit.change(
      database.table(ProviderAccountEntity).insert({
        id,
        marketplaceId,
        sellerId,
        provider: "MERCADO_PAGO",
        shop: "",
        providerAccountId: String(userId),
        status: "CONNECTED",
        statusReason: null,
        publicKey: null,
        scopes: ["offline_access", "read", "write"],
        liveMode: false,
        country: "MLA",
        currency: "ARS",
        credentialsExpireAt: null,
        credentialsRefreshedAt: now,
        credentialsSealed: accounts.seal(id, { accessToken, refreshToken: "TG-none" }),
        version: 1,
        createdAt: now,
        updatedAt: now,
      }),
    ),
  );
  return { sellerId, accessToken };
}
