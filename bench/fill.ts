import { encodeTime } from "ulid";
import type { Database } from "../src/database/database";
import type { PaymentId, ProviderAccountId, SellerId } from "../src/domain/ids";
import type { PaymentStatus } from "../src/domain/payment-status";
import { PaymentEntity } from "../src/entities/payment.entity";
import { SellerEntity } from "../src/entities/seller.entity";
import { marketplaceId } from "./market";

/** Of every thousand payments; the rest is APPROVED. */
const shares: readonly [PaymentStatus, number][] = [
  ["REJECTED", 110],
  ["REFUNDED", 30],
  ["CANCELLED", 20],
  ["PENDING", 10],
  ["IN_REVIEW", 4],
  ["CHARGED_BACK", 1],
];

const batchSize = 10_000;
const intervalMs = 20_000;
/** One moment for all databases, so that one that was kept is like a new one. */
const lastMadeAt = Date.UTC(2026, 0, 1);
const aYearMs = 365 * 24 * 60 * 60_000;
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A payment that was filled in, by which it can be looked up. */
export interface Sample {
  readonly id: PaymentId;
  readonly externalReference: string;
  readonly sellerId: SellerId;
}

/** Sellers by number; the first ones sell the most. */
export function sellerIdOf(index: number): SellerId {
  return `sel_${String(index).padStart(26, "0")}` as SellerId;
}

export async function fillSellers(database: Database, count: number): Promise<void> {
  const createdAt = new Date(lastMadeAt);
  await database.write((unit) => {
    for (let i = 0; i < count; i++) {
      unit.change(
        database.table(SellerEntity).insert({
          id: sellerIdOf(i),
          marketplaceId,
          reference: `shop-${i}`,
          name: `Shop number ${i}`,
          email: null,
          country: "AR",
          feePpm: null,
          createdAt,
          updatedAt: createdAt,
        }),
      );
    }
  });
}

/**
 * Adds payments in the order of time. Rows are as the gateway itself would write them, but for what nothing
 * here reads: they have no events. Answers every so many of them.
 */
export async function fillPayments(
  database: Database,
  { payments, sellers }: { readonly payments: number; readonly sellers: number },
): Promise<Sample[]> {
  const random = randomFrom(20_260_101);
  const samples: Sample[] = [];
  const sampleEvery = Math.max(1, Math.floor(payments / 1_000));
  const table = database.table(PaymentEntity);
  for (let start = 0; start < payments; start += batchSize) {
    const rows: PaymentEntity[] = [];
    for (let i = start; i < Math.min(payments, start + batchSize); i++) {
      const row = paymentOf(i, payments, sellers, random);
      rows.push(row);
      const { id, sellerId, externalReference } = row;
      if (i % sampleEvery === 0 && externalReference !== null) {
        samples.push({ id, sellerId, externalReference });
      }
    }
    await database.write((unit) => {
      for (const row of rows) unit.change(table.insert(row));
    });
  }
  return samples;
}

function paymentOf(
  index: number,
  count: number,
  sellers: number,
  random: () => number,
): PaymentEntity {
  const madeAt = lastMadeAt - (count - index) * intervalMs;
  const createdAt = new Date(madeAt);
  const status = statusOf(random());
  const isOpen = status === "PENDING" || status === "IN_REVIEW";
  // Few sellers make most of the sales.
  const seller = Math.floor(sellers * random() ** 3);
  const amountMinor = BigInt(100 + Math.floor(random() * 5_000_000));
  return {
    id: `pay_${encodeTime(madeAt, 10)}${randomText(16, random)}` as PaymentId,
    marketplaceId,
    sellerId: sellerIdOf(seller),
    accountId: `acc_${String(seller).padStart(26, "0")}` as ProviderAccountId,
    orderId: null,
    pointOrderId: null,
    provider: "MERCADO_PAGO",
    providerAccountId: String(1_000_000 + seller),
    providerPaymentId: String(90_000_000_000 + index),
    externalReference: `order-${index}`,
    status,
    providerStatus: status.toLowerCase(),
    providerStatusDetail: status === "REJECTED" ? "cc_rejected_other_reason" : "accredited",
    currency: "ARS",
    amountMinor,
    captureMinor: null,
    applicationFeeMinor: amountMinor / 20n,
    refundedMinor: status === "REFUNDED" ? amountMinor : 0n,
    refundReservedMinor: 0n,
    netReceivedMinor: (amountMinor * 95n) / 100n,
    fees: [{ type: "mercadopago_fee", payer: "collector", minor: String(amountMinor / 22n) }],
    settlement: {
      receivedMinor: amountMinor - amountMinor / 22n,
      refundedMinor: 0n,
      chargedBackMinor: 0n,
      fees: [{ kind: "PROCESSING", payer: "SELLER", minor: amountMinor / 22n, refundedMinor: 0n }],
      releaseAt: null,
      releaseState: null,
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
    payer: { email: `buyer-${Math.floor(random() * count)}@testuser.com`, firstName: "Ana" },
    description: "Three books",
    statementDescriptor: null,
    metadata: null,
    cart: null,
    redirectUrl: null,
    nextAction: null,
    creqSealed: null,
    fingerprint: randomText(64, random).toLowerCase(),
    openActionId: null,
    anomaly: false,
    approvedAt: createdAt,
    expiresAt: null,
    providerUpdatedAt: createdAt,
    createdAt,
    updatedAt: createdAt,
    // Nothing falls due while something is measured.
    dueAt: isOpen ? new Date(lastMadeAt + 20 * aYearMs) : null,
    attempts: 0,
    leaseToken: null,
    version: 2,
  };
}

function statusOf(place: number): PaymentStatus {
  let end = 0;
  for (const [status, share] of shares) {
    end += share / 1_000;
    if (place < end) return status;
  }
  return "APPROVED";
}

function randomText(length: number, random: () => number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += letters[Math.floor(random() * letters.length)];
  return text;
}

/** mulberry32: the same rows each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
