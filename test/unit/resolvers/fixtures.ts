import "reflect-metadata";
import { type ExecutionResult, type GraphQLSchema, graphql } from "graphql";
import { refuse } from "../../../src/domain/errors";
import type { Id, IdKind } from "../../../src/domain/ids";
import { idPrefixes } from "../../../src/domain/ids";
import type { Principal, Role } from "../../../src/domain/principal";
import { EventEntity } from "../../../src/entities/event.entity";
import { MarketplaceOrderEntity } from "../../../src/entities/marketplace-order.entity";
import { PaymentEntity } from "../../../src/entities/payment.entity";
import { PayoutEntity } from "../../../src/entities/payout.entity";
import { ProviderAccountEntity } from "../../../src/entities/provider-account.entity";
import { RefundEntity } from "../../../src/entities/refund.entity";
import { SellerEntity } from "../../../src/entities/seller.entity";
import { createContextFactory } from "../../../src/resolvers/context";
import type { ResolverServices } from "../../../src/resolvers/services";

/** An id of a kind, told apart by its number. */
export function anId<K extends IdKind>(kind: K, number = 0): Id<K> {
  return `${idPrefixes[kind]}_${String(number).padStart(26, "0")}` as Id<K>;
}

const at = new Date("2026-03-01T10:00:00.000Z");

export function aPayment(changes: Partial<PaymentEntity> = {}): PaymentEntity {
  return Object.assign(
    new PaymentEntity(),
    {
      id: anId("Payment"),
      marketplaceId: anId("Marketplace"),
      sellerId: anId("Seller"),
      accountId: anId("ProviderAccount"),
      orderId: null,
      pointOrderId: null,
      provider: "MERCADO_PAGO",
      providerAccountId: "100",
      providerPaymentId: "900",
      externalReference: "order-1",
      status: "APPROVED",
      providerStatus: "approved",
      providerStatusDetail: "accredited",
      currency: "ARS",
      amountMinor: 10_050n,
      captureMinor: null,
      applicationFeeMinor: 225n,
      refundedMinor: 0n,
      refundReservedMinor: 0n,
      netReceivedMinor: 9_000n,
      fees: [{ type: "mercadopago_fee", payer: "collector", minor: "825" }],
      settlement: {
        receivedMinor: 9_000n,
        refundedMinor: 0n,
        chargedBackMinor: 0n,
        fees: [{ kind: "PROCESSING", payer: "SELLER", minor: 825n, refundedMinor: 0n }],
        releaseAt: new Date("2026-03-15T10:00:00.000Z"),
        releaseState: "PENDING",
      },
      captureWithPayment: true,
      method: {
        methodId: "visa",
        typeId: "credit_card",
        issuerId: "310",
        installments: 1,
        cardFirstSix: "450995",
        cardLastFour: "3704",
      },
      payer: {
        email: "ana.paz@example.com",
        firstName: "Ana",
        lastName: "Paz",
        identification: { type: "DNI", number: "12345678" },
      },
      description: "Three books",
      statementDescriptor: "LIBRERIA",
      metadata: { cart: "c-1" },
      cart: null,
      redirectUrl: "https://pay.example/900",
      nextAction: null,
      creqSealed: null,
      fingerprint: "f",
      openActionId: null,
      anomaly: false,
      approvedAt: at,
      expiresAt: new Date(at.getTime() + 1000),
      providerUpdatedAt: at,
      createdAt: at,
      updatedAt: at,
      dueAt: at,
      attempts: 0,
      leaseToken: null,
      version: 2,
    } satisfies PaymentEntity,
    changes,
  );
}

export function aRefund(changes: Partial<RefundEntity> = {}): RefundEntity {
  return Object.assign(
    new RefundEntity(),
    {
      id: anId("Refund"),
      marketplaceId: anId("Marketplace"),
      sellerId: anId("Seller"),
      paymentId: anId("Payment"),
      operationId: null,
      status: "COMPLETED",
      providerRefundId: "77",
      currency: "ARS",
      amountMinor: 50n,
      reason: null,
      createdAt: at,
      updatedAt: at,
      dueAt: null,
      attempts: 0,
      leaseToken: null,
      version: 2,
    } satisfies RefundEntity,
    changes,
  );
}

export function aSeller(number = 0): SellerEntity {
  return Object.assign(new SellerEntity(), {
    id: anId("Seller", number),
    marketplaceId: anId("Marketplace"),
    reference: `shop-${number}`,
    name: `Shop ${number}`,
    email: null,
    country: "AR",
    feePpm: null,
    createdAt: at,
    updatedAt: at,
  } satisfies SellerEntity);
}

export function anAccount(number = 0): ProviderAccountEntity {
  return Object.assign(new ProviderAccountEntity(), {
    id: anId("ProviderAccount", number),
    marketplaceId: anId("Marketplace"),
    sellerId: anId("Seller", number),
    provider: "MERCADO_PAGO",
    shop: "",
    providerAccountId: "100",
    status: "CONNECTED",
    statusReason: null,
    publicKey: "APP_USR-public",
    scopes: ["read"],
    liveMode: false,
    country: "MLA",
    currency: "ARS",
    credentialsExpireAt: null,
    credentialsRefreshedAt: null,
    credentialsSealed: "sealed-access-token",
    version: 1,
    createdAt: at,
    updatedAt: at,
  } satisfies ProviderAccountEntity);
}

export function anOrder(changes: Partial<MarketplaceOrderEntity> = {}): MarketplaceOrderEntity {
  return Object.assign(
    new MarketplaceOrderEntity(),
    {
      id: anId("MarketplaceOrder"),
      marketplaceId: anId("Marketplace"),
      provider: "PAYU",
      shop: "shop",
      providerOrderId: "o-900",
      externalReference: "order-1",
      status: "COMPLETED",
      providerStatus: "COMPLETED",
      currency: "PLN",
      totalMinor: 5000n,
      feeMinor: 370n,
      refundedMinor: 0n,
      buyer: { reference: "buyer-1", email: "ada.nowak@example.com" },
      description: "Three books",
      captureWithPayment: true,
      redirectUrl: null,
      nextAction: null,
      openActionId: null,
      anomaly: false,
      completedAt: at,
      expiresAt: null,
      createdAt: at,
      updatedAt: at,
      dueAt: null,
      attempts: 0,
      leaseToken: null,
      version: 3,
    } satisfies MarketplaceOrderEntity,
    changes,
  );
}

export function aPayout(changes: Partial<PayoutEntity> = {}): PayoutEntity {
  return Object.assign(
    new PayoutEntity(),
    {
      id: anId("Payout"),
      marketplaceId: anId("Marketplace"),
      sellerId: anId("Seller"),
      accountId: anId("ProviderAccount"),
      provider: "PAYU",
      operationId: anId("Operation"),
      providerPayoutId: "p-900",
      status: "PAID",
      providerStatus: "REALIZED",
      currency: "PLN",
      amountMinor: 5000n,
      exchange: null,
      description: null,
      failure: null,
      createdAt: at,
      updatedAt: at,
      dueAt: null,
      attempts: 0,
      leaseToken: null,
      version: 3,
    } satisfies PayoutEntity,
    changes,
  );
}

export function anEvent(changes: Partial<EventEntity> = {}): EventEntity {
  return Object.assign(
    new EventEntity(),
    {
      subjectId: anId("Payment"),
      subjectVersion: 2,
      streamId: anId("Seller"),
      seq: 7n,
      topicId: anId("Payment"),
      type: "PAYMENT_STATUS_CHANGED",
      fromStatus: "PROCESSING",
      toStatus: "APPROVED",
      source: "API",
      marketplaceId: anId("Marketplace"),
      actor: null,
      snapshot: { providerStatus: "approved", providerStatusDetail: null, refundedMinor: "0" },
      occurredAt: at,
      recordedAt: at,
    } satisfies EventEntity,
    changes,
  );
}

const marketplaceId = anId("Marketplace");

/** One of each kind that may ask about the payment above. */
export const principals = {
  MARKETPLACE: { role: "MARKETPLACE", marketplaceId, keyId: anId("ApiKey") },
  SELLER: { role: "SELLER", marketplaceId, sellerId: anId("Seller"), keyId: anId("ApiKey", 1) },
  PARTNER: {
    role: "PARTNER",
    marketplaceId,
    sellerIds: [anId("Seller")],
    keyId: anId("ApiKey", 2),
  },
  PUBLISHABLE: {
    role: "PUBLISHABLE",
    marketplaceId,
    sellerId: anId("Seller"),
    keyId: anId("ApiKey", 3),
  },
  WATCHER: {
    role: "WATCHER",
    marketplaceId,
    sellerId: anId("Seller"),
    paymentId: anId("Payment"),
    tokenId: anId("WatchToken"),
    expiresAt: at,
  },
} satisfies { [R in Role]: Principal & { role: R } };

/** Services of which a test needs only some; whatever else is called fails. */
export function services(parts: { [K in keyof ResolverServices]?: unknown }): ResolverServices {
  return {
    registry: { get: () => undefined, all: () => [] },
    cursors: {
      write: ({ streamId, seq }: EventEntity) => `${streamId}-${seq}`,
      seqIn: (logId: string, after: string) => {
        const [streamId, seq] = after.split("-");
        if (streamId !== logId) throw refuse("CURSOR_INVALID", "no cursor of this log", ["after"]);
        return BigInt(seq ?? "");
      },
    },
    clock: { now: () => at, offsetMs: 0 },
    ...parts,
  } as unknown as ResolverServices;
}

export async function run(
  schema: GraphQLSchema,
  source: string,
  given: {
    readonly services: ResolverServices;
    readonly principal?: Principal;
    readonly variables?: Record<string, unknown>;
  },
): Promise<ExecutionResult<Record<string, Answer>>> {
  const { principal = principals.MARKETPLACE, variables } = given;
  const contextValue = createContextFactory(given.services)({ principal, requestId: "r-1" });
  return (await graphql({
    schema,
    source,
    contextValue,
    variableValues: variables ?? null,
  })) as ExecutionResult<Record<string, Answer>>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers have whatever shape the document asks for.
export type Answer = any;
