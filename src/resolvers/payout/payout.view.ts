import { type PayoutStatus, payoutFundsReturned } from "../../domain/payout-status";
import type { EventEntity } from "../../entities/event.entity";
import type { PayoutEntity } from "../../entities/payout.entity";
import { PayoutType } from "../../schema/payout/payout.type";
import { toUserErrors } from "../mutation";
import { toMoney } from "../payment/payment.view";

/** A payout as the API shows it. */
export function toPayout(payout: PayoutEntity): PayoutType {
  const { exchange, failure } = payout;
  return Object.assign(new PayoutType(), {
    id: payout.id,
    sellerId: payout.sellerId,
    provider: payout.provider,
    status: payout.status,
    providerStatus: payout.providerStatus,
    providerPayoutId: payout.providerPayoutId,
    providerReference: payout.operationId,
    amount: toMoney(payout.amountMinor, payout.currency),
    exchange: exchange && {
      amount: toMoney(BigInt(exchange.minor), exchange.currency),
      rate: exchange.rate,
      tableId: exchange.tableId,
    },
    description: payout.description,
    failure: toUserErrors(failure && [failure])[0] ?? null,
    fundsReturned: payoutFundsReturned[payout.status],
    nextCheckAt: payout.dueAt,
    createdAt: payout.createdAt,
    updatedAt: payout.updatedAt,
  } satisfies PayoutType);
}

/** The payout as an event has left it, so that watchers see each status once, in order. */
export function payoutAsOf(event: EventEntity, payout: PayoutEntity): PayoutEntity {
  if (event.subjectVersion >= payout.version) return payout;
  const status = (event.toStatus ?? payout.status) as PayoutStatus;
  return {
    ...payout,
    status,
    providerStatus: event.snapshot.providerStatus ?? null,
    failure: status === "FAILED" ? payout.failure : null,
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}
