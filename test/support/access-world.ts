import { randomUUID } from "node:crypto";
import type { GraphQLSchema } from "graphql";
import { demoCredentials, demoMarketplaceId } from "../../src/demo";
import { systemClock } from "../../src/domain/clock";
import type { ApiKeyId, MarketplaceId } from "../../src/domain/ids";
import { MarketplaceEntity } from "../../src/entities/marketplace.entity";
import { PaymentEntity } from "../../src/entities/payment.entity";
import { ProviderAccountEntity } from "../../src/entities/provider-account.entity";
import { SellerEntity } from "../../src/entities/seller.entity";
import { createIdFactory } from "../../src/security/ids";
import { makeOrderOfTheWorld, type OrderOfTheWorld } from "./access-order";
import { type MovesOfTheWorld, makeMovesOfTheWorld } from "./access-payout";
import { makeReadersOfTheWorld, type ReadersOfTheWorld } from "./access-point";
import { makeSubscriptionsOfTheWorld, type SubscriptionsOfTheWorld } from "./access-subscription";
import type { DatabaseKind } from "./databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "./gateway";
import { readSchema } from "./schema-walk";
import { eventually, type Json } from "./simulator";

/** Who asks, in the order of the matrix's columns. */
export const askers = [
  "marketplace",
  "seller",
  "otherSeller",
  "partner",
  "otherPartner",
  "watcher",
  "otherWatcher",
  "page",
  "otherPage",
  "stranger",
] as const;
export type Asker = (typeof askers)[number];

/** Those who reach nothing of what the matrix is about. */
export const outsiders = [
  "otherSeller",
  "otherPartner",
  "otherWatcher",
  "page",
  "otherPage",
  "stranger",
] as const;

/** Credentials that are good for nothing; null: none at all. */
export const badCredentials = ["revokedKey", "expiredToken", "unknownKey", "nothing"] as const;

const minuteMs = 60_000;

/** A seller with one of everything, and everybody who might ask about it. */
export interface AccessWorld {
  readonly gateway: TestGateway;
  /** As the gateway tells it. */
  readonly schema: GraphQLSchema;
  readonly clock: MovableClock;
  readonly seller: ConnectedSeller;
  readonly otherSeller: ConnectedSeller;
  readonly credentials: Readonly<Record<Asker, string>>;
  readonly bad: Readonly<Record<(typeof badCredentials)[number], string | null>>;
  /** A payment with everything that a payment can have, and what hangs on it. */
  readonly payment: { readonly id: string; readonly reference: string };
  /** A payment that was declined, for what only those have, and a watch token for it. */
  readonly declined: { readonly id: string; readonly watcher: string };
  /** An order over PayU, which the seller is linked to for it. */
  readonly order: OrderOfTheWorld;
  /** Money that left the seller's balance. */
  readonly moves: MovesOfTheWorld;
  /** Card readers of the seller, one of them to be set up. */
  readonly reader: ReadersOfTheWorld;
  /** What the seller sells by subscription. */
  readonly subscriptions: SubscriptionsOfTheWorld;
  readonly refundId: string;
  /** A further account of the seller, which is disconnected and stays so. */
  readonly accountId: string;
  /** The key that the seller asks with. */
  readonly sellerKeyId: string;
  readonly eventId: string;
  readonly testUserId: string;
  /** A notification of the seller's payment. */
  readonly deliveryId: string;
  /** The place of the payment's first event in the seller's log. */
  readonly cursor: string;
  /** The place in the marketplace's stream before anything has happened. */
  readonly marketplaceCursor: string;
  /** Ends all of the seller's keys but those that it and its page ask with, so that new ones can be made. */
  endSpareKeys(): Promise<void>;
  stop(): Promise<void>;
}

export const payer = {
  email: "ana.paz@testuser.com",
  firstName: "Ana",
  lastName: "Paz",
  identification: { type: "DNI", number: "12345678" },
};

export async function makeAccessWorld(database: DatabaseKind): Promise<AccessWorld> {
  const clock = new MovableClock();
  // Many ask for the same seller within a minute, and all of them from one address.
  const env = {
    RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES: "off",
    RATE_LIMIT_REQUESTS_PER_MINUTE: "100000",
  };
  const gateway = await TestGateway.start({ database, clock, env });
  const { access } = gateway.app.services;
  const { viewer } = await gateway.data("{ viewer { marketplace { cursor } } }");
  const seller = await gateway.connectSeller();
  const otherSeller = await gateway.connectSeller();
  const reference = "order-of-the-matrix";
  const payment = await pay(gateway, seller, {
    payer,
    externalReference: reference,
    applicationFee: "2.25",
    description: "Three books",
    statementDescriptor: "LIBRERIA",
    metadata: { cart: "c-1" },
  });
  const other = await pay(gateway, seller);
  const declined = await pay(gateway, seller, {}, "FUND");
  const { refund } = await gateway.mutate(
    "refundPayment",
    { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "10.00", reason: "One book" },
    "refund { id }",
  );
  const { testUser } = await gateway.mutate(
    "createTestUser",
    { idempotencyKey: randomUUID(), country: "AR", description: "A buyer" },
    "testUser { id }",
  );
  const accountId = await addAccount(gateway, seller);
  await gateway.mutate("disconnectSeller", { accountId }, "account { id }");
  await addWhatTheSimulatorHasNot(gateway, seller, payment.id);
  const order = await makeOrderOfTheWorld(gateway, clock, seller);
  const moves = await makeMovesOfTheWorld(gateway, seller);
  const reader = await makeReadersOfTheWorld(gateway, seller, {
    paid: payment.id,
    ofOrder: declined.id,
  });
  const subscriptions = await makeSubscriptionsOfTheWorld(gateway, seller);
  const deliveryId = await deliveryOf(gateway, payment);
  const timeline = payment.events.edges.map(({ node }: Json) => node);

  const partnerOf = async (name: string, { id }: ConnectedSeller) =>
    (await access.issueKey(demoMarketplaceId, { role: "PARTNER", name, sellerIds: [id] }))
      .credential;
  const pageOf = async ({ id }: ConnectedSeller) =>
    (await access.issueKey(demoMarketplaceId, { role: "PUBLISHABLE", sellerId: id })).credential;
  const tokenFor = async (paymentId: string) =>
    (await gateway.mutate("createWatchToken", { paymentId }, "credential")).credential;
  clock.offsetMs = -30 * minuteMs;
  const expiredToken = await tokenFor(payment.id);
  clock.offsetMs = 0;
  const marketplace = await access.authenticate(demoCredentials.marketplace);
  const revoked = await access.issueKey(demoMarketplaceId, { role: "MARKETPLACE" });
  await access.revokeKey(marketplace, revoked.key.id);
  const keyIdOf = (credential: string) => `key_${credential.split("_")[2]}`;
  const sellerKeyId = keyIdOf(seller.key);
  const page = await pageOf(seller);

  return {
    gateway,
    schema: await readSchema(gateway),
    clock,
    seller,
    otherSeller,
    credentials: {
      marketplace: demoCredentials.marketplace,
      seller: seller.key,
      otherSeller: otherSeller.key,
      partner: await partnerOf("listed", seller),
      otherPartner: await partnerOf("not-listed", otherSeller),
      watcher: await tokenFor(payment.id),
      otherWatcher: await tokenFor(other.id),
      page,
      otherPage: await pageOf(otherSeller),
      stranger: await foundMarketplace(gateway),
    },
    bad: {
      revokedKey: revoked.credential,
      expiredToken,
      unknownKey: `${seller.key.slice(0, -1)}${seller.key.endsWith("0") ? "1" : "0"}`,
      nothing: null,
    },
    payment: { id: payment.id, reference },
    declined: { id: declined.id, watcher: await tokenFor(declined.id) },
    order,
    moves,
    reader,
    subscriptions,
    refundId: refund.id,
    accountId,
    sellerKeyId,
    testUserId: testUser.id,
    deliveryId,
    eventId: timeline[1].id,
    cursor: timeline[0].cursor,
    marketplaceCursor: viewer.marketplace.cursor,
    async endSpareKeys() {
      const keys = await gateway.app.database.read(
        "SELECT id FROM api_key WHERE holder = ? AND revoked_at IS NULL AND id NOT IN (?, ?)",
        [seller.id, sellerKeyId, keyIdOf(page)],
      );
      for (const { id } of keys) await access.revokeKey(marketplace, id as ApiKeyId);
    },
    stop: () => gateway.stop(),
  };
}

/** Notifies the gateway of a payment as Mercado Pago does, and waits until that was looked into. */
async function deliveryOf(
  gateway: TestGateway,
  { id: subjectId, providerPaymentId }: Json,
): Promise<string> {
  await gateway.simulator.control("POST", "/notifications/send", {
    ...{ paymentId: Number(providerPaymentId), url: `${gateway.url}/webhooks/mercadopago` },
  });
  const document =
    "query ($filter: WebhookDeliveryFilter) { webhookDeliveries(filter: $filter) { edges { node { id } } } }";
  let id = "";
  await eventually(async () => {
    const filter = { subjectId, status: ["DONE"] };
    const { webhookDeliveries } = await gateway.data(document, { filter });
    id = webhookDeliveries.edges[0]?.node.id ?? "";
    return id !== "";
  });
  return id;
}

/** A second marketplace, and its key. */
export async function foundMarketplace(gateway: TestGateway, number = 1): Promise<string> {
  const { database, services } = gateway.app;
  const id = `mkt_${String(number).padStart(26, "0")}` as MarketplaceId;
  await database.write((unit) =>
    unit.change(
      database
        .table(MarketplaceEntity)
        .insert({ id, name: `Marketplace ${number}`, createdAt: new Date() }),
    ),
  );
  return (await services.access.issueKey(id, { role: "MARKETPLACE" })).credential;
}

/** A further account of a seller at a provider, for what must not happen to the one that it is paid through. */
export async function addAccount(
  { app: { database } }: TestGateway,
  seller: ConnectedSeller,
): Promise<ProviderAccountEntity["id"]> {
  const table = database.table(ProviderAccountEntity);
  const [row] = await database.read(
    "SELECT * FROM provider_account WHERE seller_id = ? ORDER BY id",
    [seller.id],
  );
  if (row === undefined) throw new Error("the seller has no account");
  const id = createIdFactory(systemClock).next("ProviderAccount");
  const other = { id, providerAccountId: randomUUID(), version: 1 };
  await database.write((unit) => unit.change(table.insert({ ...table.fromRow(row), ...other })));
  return id;
}

export async function pay(
  gateway: TestGateway,
  seller: ConnectedSeller,
  extra: Record<string, unknown> = {},
  holder = "APRO",
): Promise<Json> {
  const input = await gateway.cardPayment(seller, extra, holder);
  const { payment, userErrors } = await gateway.mutate(
    "createPayment",
    input,
    "payment { id status providerPaymentId createdAt events { edges { node { id cursor } } } }",
  );
  if (payment === null) throw new Error(JSON.stringify(userErrors));
  return payment;
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  { id: sellerId }: ConnectedSeller,
  paymentId: PaymentEntity["id"],
): Promise<void> {
  const later = new Date(Date.now() + 86_400_000);
  const payments = database.table(PaymentEntity);
  const accounts = database.table(ProviderAccountEntity);
  const sellers = database.table(SellerEntity);
  const ofPayment = { expiresAt: later, dueAt: later };
  const ofAccount = { credentialsExpireAt: later, statusReason: "renewed" };
  const ofSeller = { email: "shop@testuser.com", country: "AR", feePpm: 25_000 };
  await database.write((unit) => {
    unit.change(payments.update(ofPayment, { id: paymentId }, 1));
    unit.change(accounts.update(ofAccount, { sellerId }, 2));
    unit.change(sellers.update(ofSeller, { id: sellerId }, 1));
  });
}
