import { type Currency, formatAmount } from "../../domain/money";
import { isCaptured } from "../../domain/payment-status";
import type { Rejection } from "../../domain/rejection";
import type { PaymentEntity, StoredPayer } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { type PayerType, PaymentType } from "../../schema/payment.type";
import { RefundType } from "../../schema/refund.type";
import type { RejectionType } from "../../schema/rejection.type";
import type { MoneyType } from "../../schema/shared.type";
import { capturedMinor, refundableMinor } from "../../services/payment/payment-availability";

/** An amount as the API shows it. */
export function toMoney(minor: bigint, currency: Currency): MoneyType {
  return { amount: formatAmount({ minor, currency }), currency, minorUnits: minor.toString() };
}

/** A payment as the API shows it to those who may see all of it; `visibility.ts` hides what others may not. */
export function toPayment(payment: PaymentEntity, registry: ProviderRegistry): PaymentType {
  const { currency } = payment;
  const money = (minor: bigint) => toMoney(minor, currency);
  const moneyOrNull = (minor: bigint | null) => (minor === null ? null : money(minor));
  return Object.assign(new PaymentType(), {
    id: payment.id,
    sellerId: payment.sellerId,
    accountId: payment.accountId,
    provider: payment.provider,
    providerPaymentId: payment.providerPaymentId,
    externalReference: payment.externalReference,
    status: payment.status,
    providerStatus: payment.providerStatus,
    providerStatusDetail: payment.providerStatusDetail,
    rejection: rejectionOf(payment, registry),
    amount: money(payment.amountMinor),
    capturedAmount: isCaptured[payment.status] ? money(capturedMinor(payment)) : null,
    applicationFee: moneyOrNull(payment.applicationFeeMinor),
    refundedAmount: money(payment.refundedMinor),
    refundableAmount: money(refundableMinor(payment)),
    fees: (payment.fees ?? []).map(({ type, payer, minor }) => ({
      type,
      payer,
      amount: money(BigInt(minor)),
    })),
    netReceivedAmount: moneyOrNull(payment.netReceivedMinor),
    method: payment.method,
    payer: toPayer(payment.payer),
    description: payment.description,
    statementDescriptor: payment.statementDescriptor,
    metadata: payment.metadata,
    redirectUrl: payment.redirectUrl,
    expiresAt: payment.expiresAt,
    nextCheckAt: payment.dueAt,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
    approvedAt: payment.approvedAt,
  } satisfies PaymentType);
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

function rejectionOf(payment: PaymentEntity, registry: ProviderRegistry): RejectionType | null {
  if (payment.status !== "REJECTED") return null;
  const adapter = registry.get(payment.provider);
  return adapter === undefined
    ? null
    : toRejection(adapter.rejectionOf(payment.providerStatusDetail ?? ""));
}

function toPayer({ email, firstName, lastName, identification }: StoredPayer): PayerType {
  return {
    email,
    firstName: firstName ?? null,
    lastName: lastName ?? null,
    identification: identification ?? null,
  };
}
