import "reflect-metadata";
import type { Database, UnitOfWork } from "../../../src/database/database";
import type { SqlValue } from "../../../src/database/statement";
import type { Id, IdKind } from "../../../src/domain/ids";
import type { KeptDays } from "../../../src/domain/kept-days";
import { orderStatuses } from "../../../src/domain/order-status";
import { paymentStatuses } from "../../../src/domain/payment-status";
import { payoutStatuses } from "../../../src/domain/payout-status";
import { refundStatuses } from "../../../src/domain/refund-status";
import { ConnectionAttemptEntity } from "../../../src/entities/connection-attempt.entity";
import { EventEntity } from "../../../src/entities/event.entity";
import {
  InboxDeliveryEntity,
  untouchedDelivery,
} from "../../../src/entities/inbox-delivery.entity";
import { MarketplaceOrderEntity } from "../../../src/entities/marketplace-order.entity";
import { ObservationEntity } from "../../../src/entities/observation.entity";
import { OperationEntity } from "../../../src/entities/operation.entity";
import { PaymentEntity } from "../../../src/entities/payment.entity";
import { PayoutEntity } from "../../../src/entities/payout.entity";
import { RefundEntity } from "../../../src/entities/refund.entity";
import { WatchTokenEntity } from "../../../src/entities/watch-token.entity";
import { createIdFactory } from "../../../src/security/ids";
import { RetentionService } from "../../../src/services/upkeep/retention.service";
import { describeEachDatabase } from "../../support/databases";
import { useDatabase } from "../../support/open-database";
import { anEvent, anId, anOrder, aPayment, aPayout, aRefund } from "../../unit/resolvers/fixtures";

const dayMs = 24 * 3_600_000;
const now = new Date("2026-03-01T12:00:00Z");
const days: KeptDays = {
  deliveries: 90,
  operations: 100,
  observations: 110,
  watchTokens: 30,
  alerts: 20,
  connectionAttempts: 1,
};
const off: KeptDays = {
  deliveries: undefined,
  operations: undefined,
  observations: undefined,
  watchTokens: undefined,
  alerts: undefined,
  connectionAttempts: undefined,
};
const ago = (count: number) => new Date(now.getTime() - count * dayMs);

const idAt = <K extends IdKind>(kind: K, at: Date): Id<K> =>
  createIdFactory({ now: () => at, offsetMs: 0 }).next(kind);

function anOperation(daysAgo: number, changes: Partial<OperationEntity> = {}): OperationEntity {
  const createdAt = ago(daysAgo);
  const id = idAt("Operation", createdAt);
  return {
    id,
    marketplaceId: anId("Marketplace"),
    sellerId: anId("Seller"),
    caller: anId("Marketplace"),
    name: "createPayment",
    clientKey: id,
    requestHash: "h",
    state: "FINISHED",
    subjectId: anId("Payment"),
    providerKey: id,
    commandSealed: null,
    refusal: null,
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    createdAt,
    finishedAt: createdAt,
    ...changes,
  };
}

function aDelivery(
  daysAgo: number,
  changes: Partial<InboxDeliveryEntity> = {},
): InboxDeliveryEntity {
  const receivedAt = ago(daysAgo);
  const id = idAt("InboxDelivery", receivedAt);
  return {
    id,
    ...untouchedDelivery,
    provider: "PAYU",
    shop: "",
    dedupeKey: id,
    account: null,
    verdict: "signed",
    headers: {},
    query: {},
    rawBody: Buffer.from("{}"),
    result: "looked up",
    receivedAt,
    finishedAt: receivedAt,
    dueAt: null,
    attempts: 1,
    leaseToken: null,
    ...changes,
  };
}

function anObservation(
  daysAgo: number,
  subjectId: ObservationEntity["subjectId"],
): ObservationEntity {
  return {
    id: idAt("Observation", ago(daysAgo)),
    subjectId,
    marketplaceId: null,
    source: "LOOKUP",
    verdict: "IGNORED",
    reason: "older",
    providerStatus: "approved",
    providerStatusDetail: null,
    providerUpdatedAt: null,
    recordedAt: ago(daysAgo),
  };
}

function aToken(expiredDaysAgo: number): WatchTokenEntity {
  return {
    id: idAt("WatchToken", ago(expiredDaysAgo)),
    marketplaceId: anId("Marketplace"),
    sellerId: anId("Seller"),
    paymentId: anId("Payment"),
    secretHash: "h",
    createdAt: ago(expiredDaysAgo),
    expiresAt: ago(expiredDaysAgo),
  };
}

function anAttempt(expiredDaysAgo: number): ConnectionAttemptEntity {
  const id = idAt("ConnectionAttempt", ago(expiredDaysAgo));
  return {
    id,
    marketplaceId: anId("Marketplace"),
    sellerId: anId("Seller"),
    provider: "MERCADO_PAGO",
    caller: anId("Marketplace"),
    stateHash: id,
    verifierSealed: null,
    moveFromOtherSeller: false,
    createdAt: ago(expiredDaysAgo),
    expiresAt: ago(expiredDaysAgo),
    usedAt: null,
  };
}

describeEachDatabase("what has ended long ago", (kind) => {
  let database: Database;
  useDatabase(kind, (opened) => {
    database = opened;
  });

  const insert = <E extends object>(entity: new () => E, ...rows: E[]) =>
    database.write((unit) => unit.change(database.table(entity).insertAll(rows)));
  const idsIn = async (entity: new () => object): Promise<string[]> => {
    const { name } = database.table(entity);
    return (await database.read(`SELECT id FROM ${name} ORDER BY id`)).map(({ id }) => String(id));
  };
  /** One whole round. */
  const deleteWith = async (kept: KeptDays): Promise<void> => {
    const retention = new RetentionService({
      database,
      clock: { now: () => now, offsetMs: 0 },
      days: kept,
    });
    while (await retention.advance());
  };
  beforeEach(async () => {
    const tables = [
      ...[ConnectionAttemptEntity, EventEntity, InboxDeliveryEntity, MarketplaceOrderEntity],
      ...[ObservationEntity, OperationEntity, PaymentEntity, PayoutEntity, RefundEntity],
      WatchTokenEntity,
    ].map((entity) => database.table<object>(entity).name);
    for (const name of tables) {
      await database.write((unit) => unit.change({ sql: `DELETE FROM ${name}`, values: [] }));
    }
  });

  test("is deleted, and the rest stays", async () => {
    await insert(PaymentEntity, aPayment({ status: "REFUNDED" }));
    const kept = {
      operation: [
        anOperation(99),
        anOperation(500, { state: "OPEN", finishedAt: null, dueAt: now }),
        anOperation(500, { state: "UNKNOWN", finishedAt: null, dueAt: now }),
        // Long open, and finished of late.
        anOperation(500, { finishedAt: ago(99) }),
      ],
      delivery: [
        aDelivery(89),
        aDelivery(500, { finishedAt: null, dueAt: now }),
        aDelivery(500, { finishedAt: ago(89) }),
      ],
      observation: [anObservation(109, anId("Payment"))],
      token: [aToken(29), aToken(-1)],
      attempt: [anAttempt(0), anAttempt(-1)],
    };
    await insert(OperationEntity, ...kept.operation, anOperation(101), anOperation(500));
    await insert(InboxDeliveryEntity, ...kept.delivery, aDelivery(91), aDelivery(500));
    await insert(ObservationEntity, ...kept.observation, anObservation(111, anId("Payment")));
    await insert(WatchTokenEntity, ...kept.token, aToken(31));
    await insert(ConnectionAttemptEntity, ...kept.attempt, anAttempt(2));
    await insert(EventEntity, anEvent({ occurredAt: ago(5_000), recordedAt: ago(5_000) }));

    await deleteWith(off);
    expect(await idsIn(OperationEntity)).toHaveLength(6);
    await deleteWith(days);
    const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
    expect(await idsIn(OperationEntity)).toEqual(ids(kept.operation));
    expect(await idsIn(InboxDeliveryEntity)).toEqual(ids(kept.delivery));
    expect(await idsIn(ObservationEntity)).toEqual(ids(kept.observation));
    expect(await idsIn(WatchTokenEntity)).toEqual(ids(kept.token));
    expect(await idsIn(ConnectionAttemptEntity)).toEqual(ids(kept.attempt));
    expect(await database.read("SELECT * FROM event")).toHaveLength(1);
    expect(await idsIn(PaymentEntity)).toHaveLength(1);
  });

  test("stays while what it is about has not ended, in every status", async () => {
    const open = [
      ...["PROCESSING", "UNKNOWN", "PENDING", "IN_REVIEW", "AUTHORIZED", "IN_DISPUTE"],
      // Of orders.
      ...["PARTIALLY_PAID"],
    ];
    const stays: string[] = [];
    const about = async (subjectId: string, status: string) => {
      const operation = anOperation(500, { subjectId });
      await insert(OperationEntity, operation);
      if (open.includes(status)) stays.push(operation.id);
    };
    for (const [number, status] of paymentStatuses.entries()) {
      const payment = aPayment({
        id: anId("Payment", number),
        providerPaymentId: `${number}`,
        status,
      });
      await insert(PaymentEntity, payment);
      await about(payment.id, status);
    }
    for (const [number, status] of orderStatuses.entries()) {
      const order = anOrder({
        id: anId("MarketplaceOrder", number),
        providerOrderId: `${number}`,
        status,
      });
      await insert(MarketplaceOrderEntity, order);
      await about(order.id, status);
    }
    for (const [number, status] of payoutStatuses.entries()) {
      const payout = aPayout({
        id: anId("Payout", number),
        providerPayoutId: `${number}`,
        status,
      });
      await insert(PayoutEntity, payout);
      await about(payout.id, status);
    }
    for (const [number, status] of refundStatuses.entries()) {
      // The refund's own operation, and one that made refunds of a whole order.
      const whole = anOperation(500);
      const refund = aRefund({
        id: anId("Refund", number),
        providerRefundId: `${number}`,
        operationId: whole.id,
        status,
      });
      await insert(RefundEntity, refund);
      await about(refund.id, status);
      await insert(OperationEntity, { ...whole, subjectId: whole.id });
      if (open.includes(status)) stays.push(whole.id);
    }
    // About something that is not there, or of a kind that is not known: nobody can say.
    for (const subjectId of [anId("Payment", 999), "xyz_1"]) {
      const operation = anOperation(500, { subjectId });
      await insert(OperationEntity, operation);
      stays.push(operation.id);
    }
    await deleteWith(days);
    expect(await idsIn(OperationEntity)).toEqual(stays.sort());
  });

  test("goes in batches that are found by the primary key, past what stays", async () => {
    // So many that reading a whole index would be dearer than finding each.
    const payments = Array.from({ length: 5_000 }, (_, i) =>
      aPayment({ id: anId("Payment", i), providerPaymentId: `${i}`, status: "PENDING" }),
    );
    for (let from = 0; from < payments.length; from += 500) {
      await insert(PaymentEntity, ...payments.slice(from, from + 500));
    }
    const stuck = payments
      .slice(0, 450)
      .map(({ id }, i) => anOperation(500 - i / 1_000, { subjectId: id }));
    await insert(OperationEntity, ...stuck);
    const old = Array.from({ length: 650 }, (_, i) => aDelivery(200 - i / 1_000));
    const young = Array.from({ length: 300 }, (_, i) => aDelivery(80 - i / 1_000));
    await insert(InboxDeliveryEntity, ...old, ...young);
    if (database.kind === "mysql")
      await database.read("ANALYZE TABLE inbox_delivery, operation, payment");

    const reads: (readonly [string, readonly SqlValue[]])[] = [];
    const { read, write } = database;
    let writes = 0;
    database.read = (sql, values = [], ...rest) => {
      reads.push([sql, values]);
      return read.call(database, sql, values, ...rest);
    };
    database.write = <T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork) => {
      writes++;
      return write.call(database, work, within) as Promise<T>;
    };
    try {
      await deleteWith(days);
    } finally {
      database.read = read;
      database.write = write;
    }
    expect(await idsIn(InboxDeliveryEntity)).toHaveLength(300);
    expect(await idsIn(OperationEntity)).toHaveLength(450);
    // 200, 200, 200 and 50 deliveries.
    expect(writes).toBe(4);
    for (const [sql, values] of reads) {
      // MySQL 9 would draw a tree.
      const explain =
        database.kind === "sqlite" ? "EXPLAIN QUERY PLAN" : "EXPLAIN FORMAT=TRADITIONAL";
      const [step] = await database.read(`${explain} ${sql}`, values);
      expect([sql, step?.detail ?? `SEARCH ${step?.type} INDEX ${step?.key}`]).toEqual([
        sql,
        expect.stringMatching(
          /^SEARCH .*(?:sqlite_autoindex|(?:range|const|eq_ref) INDEX PRIMARY)/,
        ),
      ]);
    }
  });
});
