import { type Currency, formatAmount } from "../../domain/money";
import { isCaptured, type PaymentStatus } from "../../domain/payment-status";
import type { Rejection } from "../../domain/rejection";
import type { Settlement } from "../../domain/settlement";
import type { EventEntity } from "../../entities/event.entity";
import type { PaymentEntity, StoredPayer } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { type PayerType, PaymentType } from "../../schema/payment/payment.type";
import { RefundType } from "../../schema/payment/refund.type";
import type { RejectionType } from "../../schema/payment/rejection.type";
import type { SettlementType } from "../../schema/payment/settlement.type";
import type { MoneyType } from "../../schema/shared/shared.type";
import {
  capturedMinor,
  refundableMinor,
  refundableNeeds,
} from "../../services/payment/payment-availability";
import {
  settlementAt,
  settlementNeeds,
  settlementOf,
} from "../../services/payment/settlement-of-payment";
import { fieldsOf, viewOf } from "../view";

/** An amount as the API shows it. */
export function toMoney(minor: bigint, currency: Currency): MoneyType {
  return { amount: formatAmount({ minor, currency }), currency, minorUnits: minor.toString() };
}

const field = fieldsOf<PaymentEntity, ProviderRegistry>();
type MinorProperty = {
  [P in keyof PaymentEntity]-?: PaymentEntity[P] extends bigint | null ? P : never;
}[keyof PaymentEntity];

/** A field that shows a property as it is stored. */
function same<P extends keyof PaymentEntity & string>(property: P) {
  return field([property], (payment) => payment[property]);
}

const moneyOf = (property: "amountMinor" | "refundedMinor") =>
  field([property, "currency"], (payment) => toMoney(payment[property], payment.currency));

const moneyOrNullOf = (property: MinorProperty) =>
  field([property, "currency"], (payment) => {
    const minor = payment[property];
    return minor === null ? null : toMoney(minor, payment.currency);
  });

/** A payment as the API shows it to those who may see all of it; `visibility.ts` hides what others may not. */
export const paymentView = viewOf<PaymentEntity, ProviderRegistry, Omit<PaymentType, "readSeller">>(
  PaymentType,
  {
    id: same("id"),
    sellerId: same("sellerId"),
    accountId: same("accountId"),
    orderId: same("orderId"),
    pointOrderId: same("pointOrderId"),
    provider: same("provider"),
    providerPaymentId: same("providerPaymentId"),
    externalReference: same("externalReference"),
    status: same("status"),
    providerStatus: same("providerStatus"),
    providerStatusDetail: same("providerStatusDetail"),
    rejection: field(["status", "provider", "providerStatus", "providerStatusDetail"], rejectionOf),
    amount: moneyOf("amountMinor"),
    capturedAmount: field(["status", "captureMinor", "amountMinor", "currency"], (payment) =>
      isCaptured[payment.status] ? toMoney(capturedMinor(payment), payment.currency) : null,
    ),
    applicationFee: moneyOrNullOf("applicationFeeMinor"),
    refundedAmount: moneyOf("refundedMinor"),
    refundableAmount: field([...refundableNeeds, "currency"], (payment) =>
      toMoney(refundableMinor(payment), payment.currency),
    ),
    settlement: field([...settlementNeeds, "currency"], (payment, registry) => {
      const settlement = settlementOf(registry, payment);
      return settlement && toSettlement(settlement, payment.currency);
    }),
    fees: field(["fees", "currency"], ({ fees, currency }) =>
      (fees ?? []).map(({ type, payer, minor }) => ({
        type,
        payer,
        amount: toMoney(BigInt(minor), currency),
      })),
    ),
    netReceivedAmount: moneyOrNullOf("netReceivedMinor"),
    method: same("method"),
    payer: field(["payer"], ({ payer }) => toPayer(payer)),
    description: same("description"),
    statementDescriptor: same("statementDescriptor"),
    metadata: same("metadata"),
    nextActionRow: field(
      ["id", "status", "redirectUrl", "nextAction", "creqSealed"],
      (payment) => payment,
    ),
    expiresAt: same("expiresAt"),
    nextCheckAt: field(["dueAt"], ({ dueAt }) => dueAt),
    createdAt: same("createdAt"),
    updatedAt: same("updatedAt"),
    approvedAt: same("approvedAt"),
  },
);

export function toPayment(payment: PaymentEntity, registry: ProviderRegistry): PaymentType {
  return paymentView.of(payment, registry);
}

function toSettlement(settlement: Settlement, currency: Currency): SettlementType {
  const { grossMinor, refundedMinor, chargedBackMinor, netMinor, fees } = settlement;
  const { releaseAt, releaseState } = settlement;
  const money = (minor: bigint) => toMoney(minor, currency);
  return {
    gross: money(grossMinor),
    refunded: money(refundedMinor),
    chargedBack: money(chargedBackMinor),
    fees: fees.map(({ kind, payer, minor, refundedMinor: returned }) => ({
      kind,
      payer,
      amount: money(minor),
      refundedAmount: money(returned),
    })),
    net: money(netMinor),
    releaseAt,
    releaseState,
  };
}

export function toRefund(refund: RefundEntity): RefundType {
  return Object.assign(new RefundType(), {
    id: refund.id,
    paymentId: refund.paymentId,
    sellerId: refund.sellerId,
    amount: toMoney(refund.amountMinor, refund.currency),
    status: refund.status,
    reason: refund.reason,
    providerRefundId: refund.providerRefundId,
    createdAt: refund.createdAt,
    updatedAt: refund.updatedAt,
  } satisfies RefundType);
}

export function toRejection(rejection: Rejection): RejectionType {
  return {
    category: rejection.category,
    code: rejection.code,
    field: rejection.field ?? null,
    advice: rejection.advice,
    messages: rejection.buyerMessage,
  };
}

function rejectionOf(
  payment: Pick<PaymentEntity, "status" | "provider" | "providerStatus" | "providerStatusDetail">,
  registry: ProviderRegistry,
): RejectionType | null {
  if (payment.status !== "REJECTED") return null;
  const adapter = registry.get(payment.provider);
  // Where no detail is told, the status is the provider's only word for it.
  const word = payment.providerStatusDetail ?? payment.providerStatus ?? "unknown";
  return adapter === undefined ? null : toRejection(adapter.rejectionOf(word));
}

function toPayer({ email, firstName, lastName, identification }: StoredPayer): PayerType | null {
  if (email === undefined) return null;
  return {
    email,
    firstName: firstName ?? null,
    lastName: lastName ?? null,
    identification: identification ?? null,
  };
}

/**
 * The payment as it was when the event was written, so that watchers see each status once, in order, also
 * when they read later than it happened.
 */
export function paymentAsOf(event: EventEntity, payment: PaymentEntity): PaymentEntity {
  if (event.subjectId !== payment.id || event.subjectVersion >= payment.version) return payment;
  const { snapshot } = event;
  const status = (event.toStatus ?? payment.status) as PaymentStatus;
  return {
    ...payment,
    status,
    approvedAt: isCaptured[status] ? payment.approvedAt : null,
    providerStatus: snapshot.providerStatus ?? null,
    providerStatusDetail: snapshot.providerStatusDetail ?? null,
    refundedMinor: BigInt(snapshot.refundedMinor ?? 0),
    settlement: settlementAt(snapshot),
    refundReservedMinor: 0n,
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}
