import type { PointOrderStatus } from "../../domain/point-order";
import type { EventEntity } from "../../entities/event.entity";
import type { PointOrderEntity } from "../../entities/point-order.entity";
import { PointOrderType } from "../../schema/point/point-order.type";
import { toUserErrors } from "../mutation";
import { toMoney } from "../payment/payment.view";

/** An order at a card reader as the API shows it. */
export function toPointOrder(order: PointOrderEntity): PointOrderType {
  const { id, sellerId, deviceId, paymentId, provider, api, status } = order;
  const { providerStatus, providerStatusDetail, providerOrderId } = order;
  const { currency, amountMinor, paidMinor, tipMinor, failure, dueAt } = order;
  const { description, externalReference, method, installments, installmentsPaidBy } = order;
  const { settledBecause, expiresAt, createdAt, updatedAt } = order;
  return Object.assign(new PointOrderType(), {
    ...{ id, sellerId, deviceId, paymentId, provider, api, status },
    ...{ providerStatus, providerStatusDetail, providerOrderId },
    amount: toMoney(amountMinor, currency),
    paidAmount: paidMinor === null ? null : toMoney(paidMinor, currency),
    tipAmount: paidMinor === null ? null : toMoney(tipMinor, currency),
    ...{ description, externalReference, method, installments, installmentsPaidBy },
    failure: toUserErrors(failure && [failure])[0] ?? null,
    ...{ settledBecause, expiresAt, nextCheckAt: dueAt, createdAt, updatedAt },
  } satisfies PointOrderType);
}

/** The order as an event has left it, so that watchers see each status once, in order. */
export function pointOrderAsOf(event: EventEntity, order: PointOrderEntity): PointOrderEntity {
  if (event.subjectVersion >= order.version) return order;
  const status = (event.toStatus ?? order.status) as PointOrderStatus;
  const isPaid = status === "PAID";
  return {
    ...order,
    status,
    providerStatus: event.snapshot.providerStatus ?? null,
    providerStatusDetail: event.snapshot.providerStatusDetail ?? null,
    paidMinor: isPaid ? order.paidMinor : null,
    paymentId: isPaid || status === "DECLINED" || status === "IN_REVIEW" ? order.paymentId : null,
    failure: status === "FAILED" ? order.failure : null,
    settledBecause: null,
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}
