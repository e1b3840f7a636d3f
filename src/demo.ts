import type { Database, UnitOfWork } from "./database/database";
import type { Clock } from "./domain/clock";
import type { ApiKeyId, MarketplaceId, ProviderAccountId, SellerId } from "./domain/ids";
import type { Currency } from "./domain/money";
import { MarketplaceEntity } from "./entities/marketplace.entity";
import { ProviderAccountEntity } from "./entities/provider-account.entity";
import { SellerEntity } from "./entities/seller.entity";
import type { EventLog } from "./events/event-log";
import { formatCredential } from "./security/credential";
import type { AccessService, KeyHolder } from "./services/access/access.service";
import type { ProviderAccounts } from "./services/accounts/provider-accounts";

/**
 * A marketplace with connected sellers, so that the gateway can be tried with nothing installed. Its keys
 * are printed here for everybody to read: they are good in development only. The accounts are the demo
 * accounts of the local simulator.
 */
export const demoMarketplaceId = "mkt_000000000000000000000DEM00" as MarketplaceId;

export const demoSellers = [
  {
    id: "sel_000000000000000000000DEM0A" as SellerId,
    accountId: "acc_000000000000000000000DEM0A" as ProviderAccountId,
    reference: "demo-buenos-aires",
    name: "Librería Demo, Buenos Aires",
    country: "AR",
    site: "MLA",
    currency: "ARS" as Currency,
    providerAccountId: "5550001",
    publicKey: "APP_USR-demo-public-key-a",
    accessToken: "APP_USR-1010101010101010-112103-demo0a-5550001",
    refreshToken: "TG-demo-a-5550001",
  },
  {
    id: "sel_000000000000000000000DEM0B" as SellerId,
    accountId: "acc_000000000000000000000DEM0B" as ProviderAccountId,
    reference: "demo-sao-paulo",
    name: "Loja Demo, São Paulo",
    country: "BR",
    site: "MLB",
    currency: "BRL" as Currency,
    providerAccountId: "5550002",
    publicKey: "APP_USR-demo-public-key-b",
    accessToken: "APP_USR-1010101010101010-112103-demo0b-5550002",
    refreshToken: "TG-demo-b-5550002",
  },
  {
    id: "sel_000000000000000000000DEM0F" as SellerId,
    accountId: "acc_000000000000000000000DEM0F" as ProviderAccountId,
    reference: "demo-bogota",
    name: "Librería Demo, Bogotá",
    country: "CO",
    site: "MCO",
    currency: "COP" as Currency,
    providerAccountId: "5550005",
    publicKey: "APP_USR-demo-public-key-e",
    accessToken: "APP_USR-1010101010101010-112103-demo0e-5550005",
    refreshToken: "TG-demo-e-5550005",
  },
] as const;

/** Sellers of one buyer's order: PayU splits between them. */
export const demoSubmerchants = [
  demoSubmerchant("C", "demo-warszawa", "Księgarnia Demo, Warszawa", "submerchant_A"),
  demoSubmerchant("D", "demo-krakow", "Sklep Demo, Kraków", "submerchant_B"),
  demoSubmerchant("E", "demo-gdansk", "Galeria Demo, Gdańsk", "submerchant_C"),
] as const;

function demoSubmerchant(letter: string, reference: string, name: string, submerchantId: string) {
  return {
    id: `sel_000000000000000000000DEM0${letter}` as SellerId,
    accountId: `acc_000000000000000000000DEM0${letter}` as ProviderAccountId,
    ...{ reference, name, submerchantId },
  };
}

const [sellerA, sellerB, sellerF] = demoSellers;
const [sellerC] = demoSubmerchants;

const demoKeys = {
  marketplace: {
    id: "key_000000000000000000000DEM01" as ApiKeyId,
    secret: "demoMarketplaceKeydemoMarketplaceKeydemoKey",
    holder: { role: "MARKETPLACE" },
  },
  sellerA: {
    id: "key_000000000000000000000DEM02" as ApiKeyId,
    secret: "demoSellerAKeydemoSellerAKeydemoSellerAKey0",
    holder: { role: "SELLER", sellerId: sellerA.id },
  },
  sellerB: {
    id: "key_000000000000000000000DEM03" as ApiKeyId,
    secret: "demoSellerBKeydemoSellerBKeydemoSellerBKey0",
    holder: { role: "SELLER", sellerId: sellerB.id },
  },
  partner: {
    id: "key_000000000000000000000DEM04" as ApiKeyId,
    secret: "demoPartnerKeydemoPartnerKeydemoPartnerKey0",
    holder: { role: "PARTNER", name: "demo-partner", sellerIds: [sellerA.id] },
  },
  sellerC: {
    id: "key_000000000000000000000DEM05" as ApiKeyId,
    secret: "demoSellerCKeydemoSellerCKeydemoSellerCKey0",
    holder: { role: "SELLER", sellerId: sellerC.id },
  },
  sellerF: {
    id: "key_000000000000000000000DEM06" as ApiKeyId,
    secret: "demoSellerFKeydemoSellerFKeydemoSellerFKey0",
    holder: { role: "SELLER", sellerId: sellerF.id },
  },
  pageA: {
    id: "key_000000000000000000000DEM07" as ApiKeyId,
    secret: "demoPageOfAKeydemoPageOfAKeydemoPageOfAKey0",
    holder: { role: "PUBLISHABLE", sellerId: sellerA.id },
  },
  pageB: {
    id: "key_000000000000000000000DEM08" as ApiKeyId,
    secret: "demoPageOfBKeydemoPageOfBKeydemoPageOfBKey0",
    holder: { role: "PUBLISHABLE", sellerId: sellerB.id },
  },
  pageC: {
    id: "key_000000000000000000000DEM09" as ApiKeyId,
    secret: "demoPageOfCKeydemoPageOfCKeydemoPageOfCKey0",
    holder: { role: "PUBLISHABLE", sellerId: sellerC.id },
  },
  pageF: {
    id: "key_000000000000000000000DEM0A" as ApiKeyId,
    secret: "demoPageOfFKeydemoPageOfFKeydemoPageOfFKey0",
    holder: { role: "PUBLISHABLE", sellerId: sellerF.id },
  },
} as const satisfies Record<string, { id: ApiKeyId; secret: string; holder: KeyHolder }>;

/** The demo's credentials, as `Authorization: Bearer …` takes them. */
export const demoCredentials = {
  marketplace: credentialOf(demoKeys.marketplace),
  sellerA: credentialOf(demoKeys.sellerA),
  sellerB: credentialOf(demoKeys.sellerB),
  partner: credentialOf(demoKeys.partner),
  sellerC: credentialOf(demoKeys.sellerC),
  sellerF: credentialOf(demoKeys.sellerF),
  pageA: credentialOf(demoKeys.pageA),
  pageB: credentialOf(demoKeys.pageB),
  pageC: credentialOf(demoKeys.pageC),
  pageF: credentialOf(demoKeys.pageF),
} as const;

/** The shops of the checkout demo: a seller, its own key, and the key for its page. */
export const demoShops = [
  { seller: sellerA, sellerKey: demoCredentials.sellerA, publishableKey: demoCredentials.pageA },
  { seller: sellerB, sellerKey: demoCredentials.sellerB, publishableKey: demoCredentials.pageB },
  { seller: sellerF, sellerKey: demoCredentials.sellerF, publishableKey: demoCredentials.pageF },
  { seller: sellerC, sellerKey: demoCredentials.sellerC, publishableKey: demoCredentials.pageC },
] as const;

/** Ids of the demo's keys, to be barred outside of development. */
export const demoKeyIds: ReadonlySet<ApiKeyId> = new Set(
  Object.values(demoKeys).map(({ id }) => id),
);

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly access: AccessService;
  readonly accounts: ProviderAccounts;
}

/** Makes the demo marketplace, once for a database, also when several processes start together. */
export async function seedDemo(deps: Dependencies): Promise<void> {
  await makeOnce(deps, "marketplace", demoMarketplaceId, () => makeMarketplace(deps));
  for (const seller of demoSellers) {
    await makeOnce(deps, "seller", seller.id, () => makeSeller(deps, seller));
  }
  for (const submerchant of demoSubmerchants) {
    await makeOnce(deps, "seller", submerchant.id, () => makeSubmerchant(deps, submerchant));
  }
  for (const { id, secret, holder } of Object.values(demoKeys)) {
    await makeOnce(deps, "api_key", id, () =>
      deps.access.issueKey(demoMarketplaceId, holder, { id, secret }),
    );
  }
}

async function makeOnce(
  { database }: Dependencies,
  table: string,
  id: string,
  make: () => Promise<unknown>,
): Promise<void> {
  const isThere = async () =>
    (await database.read(`SELECT id FROM ${table} WHERE id = ?`, [id])).length > 0;
  if (await isThere()) return;
  try {
    await make();
  } catch (fault) {
    // Another process may have come first.
    if (!(await isThere())) throw fault;
  }
}

async function makeMarketplace({ database, clock }: Dependencies): Promise<void> {
  const createdAt = clock.now();
  await database.write((unit) =>
    unit.change(
      database
        .table(MarketplaceEntity)
        .insert({ id: demoMarketplaceId, name: "Demo marketplace", createdAt }),
    ),
  );
}

async function makeSeller(deps: Dependencies, demo: (typeof demoSellers)[number]): Promise<void> {
  await deps.database.write((unit) =>
    addSeller(deps, unit, demo, deps.clock.now(), {
      provider: "MERCADO_PAGO",
      shop: "",
      providerAccountId: demo.providerAccountId,
      publicKey: demo.publicKey,
      scopes: ["offline_access", "read", "write"],
      country: demo.site,
      currency: demo.currency,
      credentialsSealed: deps.accounts.seal(demo.accountId, {
        accessToken: demo.accessToken,
        refreshToken: demo.refreshToken,
      }),
    }),
  );
}

async function makeSubmerchant(
  deps: Dependencies,
  demo: (typeof demoSubmerchants)[number],
): Promise<void> {
  await deps.database.write((unit) =>
    addSeller(deps, unit, { ...demo, country: "PL" }, deps.clock.now(), {
      provider: "PAYU",
      shop: "demo",
      providerAccountId: demo.submerchantId,
      publicKey: null,
      scopes: [],
      country: null,
      currency: "PLN",
      credentialsSealed: null,
    }),
  );
}

/** A seller with a connected account. */
function addSeller(
  deps: Dependencies,
  unit: UnitOfWork,
  seller: Pick<SellerEntity, "id" | "reference" | "name" | "country"> & {
    readonly accountId: ProviderAccountId;
  },
  createdAt: Date,
  account: Pick<
    ProviderAccountEntity,
    | "provider"
    | "shop"
    | "providerAccountId"
    | "publicKey"
    | "scopes"
    | "country"
    | "currency"
    | "credentialsSealed"
  >,
): void {
  const { id, accountId, reference, name, country } = seller;
  const marketplaceId = demoMarketplaceId;
  const times = { createdAt, updatedAt: createdAt };
  unit.change(
    deps.database
      .table(SellerEntity)
      .insert({ id, marketplaceId, reference, name, email: null, country, feePpm: null, ...times }),
  );
  deps.events.openStream(unit, id);
  unit.change(
    deps.database.table(ProviderAccountEntity).insert({
      id: accountId,
      marketplaceId,
      sellerId: id,
      ...account,
      status: "CONNECTED",
      statusReason: null,
      liveMode: false,
      credentialsExpireAt: null,
      credentialsRefreshedAt: createdAt,
      version: 1,
      ...times,
    }),
  );
}

function credentialOf(key: { id: ApiKeyId; secret: string; holder: KeyHolder }): string {
  const kind = key.holder.role === "PUBLISHABLE" ? "publishableKey" : "apiKey";
  return formatCredential({ kind, id: key.id.slice("key_".length), secret: key.secret });
}
