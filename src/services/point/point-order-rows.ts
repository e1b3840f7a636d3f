import type { UnitOfWork } from "../../database/database";
import type { ObservationSource, PaymentObservation } from "../../domain/payment-observation";
import { awaitsOutcome } from "../../domain/payment-status";
import {
  deviceStatusUnder,
  judgePointOrder,
  judgePointOrderMove,
  keepsDevice,
  type PointOrderObservation,
  type PointOrderStatus,
  pointOrderFollowed,
} from "../../domain/point-order";
import type { Verdict } from "../../domain/verdict";
import type { PaymentEntity } from "../../entities/payment.entity";
import { PointOrderEntity } from "../../entities/point-order.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { nextCheckAt } from "../../operations/schedule";
import type { ChangeDependencies } from "../followed/followed-kind";
import { type Applied, FollowedRows } from "../followed/followed-rows";
import { observedColumns } from "../payment/apply-observation";
import { newPayment } from "../payment/payment-draft";
import { paymentRows } from "../payment/payment-rows";
import { pointDeviceRows } from "./point-device-rows";

/**
 * How soon the provider is asked again while somebody stands in front of the reader: due at the next round of the job,
 * which comes every second.
 */
export const watchStepMs = 900;

/** How orders at card readers live. Their events are in their sellers' logs. */
export const pointOrderRows = new FollowedRows<PointOrderEntity>({
  entity: PointOrderEntity,
  judge: judgePointOrderMove,
  providerIdColumn: "provider_order_id",
  events: {
    created: "POINT_ORDER_CREATED",
    moved: "POINT_ORDER_STATUS_CHANGED",
    updated: "POINT_ORDER_UPDATED",
  },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: ({ providerStatus, providerStatusDetail }) => ({
    providerStatus,
    providerStatusDetail,
  }),
  happenedAt: ({ providerUpdatedAt }) => providerUpdatedAt,
  alerts: {
    idName: "pointOrderId",
    anomaly: "POINT_ORDER_CHANGED_AFTER_END",
    unapplied: "POINT_ORDER_NOT_APPLIED",
  },
  dueIn({ clock, random }, { status, attempts }) {
    switch (pointOrderFollowed[status]) {
      case "EVERY_SECOND":
        return new Date(clock.now().getTime() + watchStepMs);
      case "SELDOM":
        return nextCheckAt(clock.now(), attempts, random);
      case "BY_ITS_OPERATION":
      case "NO_MORE":
        return null;
    }
  },
});

/** An order as the provider shows it, with the payment that it ended with, as its payments show that. */
export interface SeenPointOrder {
  readonly seen: PointOrderObservation;
  readonly payment: PaymentObservation | null;
}

/** Columns that an action of ours changes beside what the provider shows. */
type OwnChanges = Partial<Pick<PointOrderEntity, "openActionId">>;

/** Writes what an observation means for an order. Its reader has to be told by `tellDevice`, in the same unit. */
export function applyPointOrder(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  order: PointOrderEntity,
  { seen, payment }: SeenPointOrder,
  account: ProviderAccountEntity,
  source: ObservationSource,
  own: OwnChanges = {},
  holder?: string,
): Applied<PointOrderEntity, Verdict<PointOrderStatus>> {
  const judged = { ...seen, providerStatus: seen.providerStatus };
  const isOurs = payment === null || isPaymentOf(order, payment);
  const verdict: Verdict<PointOrderStatus> = isOurs
    ? judgePointOrder(order, judged, payment?.status ?? null, holder)
    : { kind: "quarantine", reason: `payment ${payment.providerPaymentId} is not its own` };
  const found = {
    providerOrderId: seen.providerOrderId ?? order.providerOrderId,
    providerTransactionId: seen.providerTransactionId ?? order.providerTransactionId,
  };
  // The provider answered: what counts further are looks without an answer.
  const isWatched = pointOrderFollowed[order.status] === "EVERY_SECOND";
  return pointOrderRows.apply(
    deps,
    unit,
    order,
    verdict,
    { source, seen },
    {
      applied: ({ status }) => ({
        ...found,
        ...own,
        status,
        providerStatus: seen.providerStatus,
        providerStatusDetail: seen.providerStatusDetail,
        providerUpdatedAt: seen.providerUpdatedAt ?? order.providerUpdatedAt,
        paidMinor: seen.paid?.minor ?? payment?.amount.minor ?? order.paidMinor,
        tipMinor: seen.tipMinor,
        paymentId: order.paymentId ?? addPayment(deps, unit, order, payment, account, source),
      }),
      found: { ...found, ...own, ...(isWatched ? { attempts: 0 } : {}) },
      own,
    },
  );
}

/** What was taken is what was asked for, and perhaps a tip. */
function isPaymentOf(order: PointOrderEntity, { amount, reference }: PaymentObservation): boolean {
  const isEnough = amount.currency === order.currency && amount.minor >= order.amountMinor;
  return isEnough && (reference === null || reference === order.id);
}

/** Writes down the payment that an order ended with: one like any other from then on. */
function addPayment(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  order: PointOrderEntity,
  seen: PaymentObservation | null,
  account: ProviderAccountEntity,
  source: ObservationSource,
): PaymentEntity["id"] | null {
  if (seen === null || seen.status === null) return null;
  const { clock, random } = deps;
  const args = {
    ...{ marketplaceId: order.marketplaceId, sellerId: order.sellerId, capture: true },
    ...(order.externalReference === null ? {} : { externalReference: order.externalReference }),
    ...(order.description === null ? {} : { description: order.description }),
    ...{ currency: order.currency, payer: { email: "" } },
  };
  const facts = { account, amount: seen.amount, fee: null, fingerprint: order.id };
  const drafted = newPayment(deps, args, facts);
  const payment: PaymentEntity = {
    ...drafted,
    // Nobody asks who pays at a reader.
    payer: {},
    pointOrderId: order.id,
    providerAccountId: seen.providerAccountId ?? account.providerAccountId,
    status: seen.status,
    ...observedColumns(drafted, seen),
    approvedAt: seen.approvedAt,
    dueAt: awaitsOutcome[seen.status] ? nextCheckAt(clock.now(), 0, random) : null,
  };
  paymentRows.add(deps, unit, payment, source);
  return payment.id;
}

/** Has the reader follow what became of its order: it is free once the order has ended. */
export async function tellDevice(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  order: PointOrderEntity,
  source: ObservationSource,
): Promise<void> {
  const device = await pointDeviceRows.lock(deps, unit, order.deviceId);
  if (device.currentOrderId !== order.id) return;
  const isKept = keepsDevice[order.status];
  const under = deviceStatusUnder(order, deps.clock.now());
  const status = device.status === "REMOVED" ? device.status : under;
  if (isKept && device.status === status) return;
  const currentOrderId = isKept ? order.id : null;
  pointDeviceRows.change(deps, unit, device, source, { status, currentOrderId });
}
