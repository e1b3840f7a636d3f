import { type Currency, formatAmount } from "../../domain/money";
import { isCaptured } from "../../domain/payment-status";
import type { Rights } from "../../domain/principal";
import type { Rejection } from "../../domain/rejection";
import type { PaymentEntity, StoredPayer } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { ProviderRegistry } from "../../providers/registry";
import type { PayerType, PaymentType, RefundType, RejectionType } from "../../schema/payment.type";
import type { MoneyType } from "../../schema/shared.type";
import { capturedMinor, refundableMinor } from "../../services/payment/payment-availability";

/** An amount as the API shows it. */
export function toMoney(minor: bigint, currency: Currency): MoneyType {
  return { amount: formatAmount({ minor, currency }), currency, minorUnits: minor.toString() };
}

/**
 * A payment as this viewer may see it. What rights hide is decided here and nowhere else: watch tokens get
 * status, amounts, times and the next step; partners get the payer masked.
 */
export function toPayment(
  payment: PaymentEntity,
  rights: Rights,
  registry: ProviderRegistry,
): PaymentType {
  const { currency } = payment;
  const money = (minor: bigint) => toMoney(minor, currency);
  const moneyOrNull = (minor: bigint | null) => (minor === null ? null : money(minor));
  const detail = <T>(value: T): T | null => (rights.seeDetails ? value : null);
  return {
    id: payment.id,
    sellerId: payment.sellerId,
    accountId: payment.accountId,
    provider: payment.provider,
    status: payment.status,
    rejection: rejectionOf(payment, registry),
    amount: money(payment.amountMinor),
    capturedAmount: isCaptured[payment.status] ? money(capturedMinor(payment)) : null,
    refundedAmount: money(payment.refundedMinor),
    refundableAmount: money(refundableMinor(payment)),
    redirectUrl: payment.redirectUrl,
    expiresAt: payment.expiresAt,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
    approvedAt: payment.approvedAt,
    providerPaymentId: detail(payment.providerPaymentId),
    externalReference: detail(payment.externalReference),
    providerStatus: detail(payment.providerStatus),
    providerStatusDetail: detail(payment.providerStatusDetail),
    applicationFee: detail(moneyOrNull(payment.applicationFeeMinor)),
    fees: rights.seeDetails
      ? (payment.fees ?? []).map(({ type, payer, minor }) => ({
          type,
          payer,
          amount: money(BigInt(minor)),
        }))
      : [],
    netReceivedAmount: detail(moneyOrNull(payment.netReceivedMinor)),
    method: detail(payment.method),
    payer: rights.seeDetails ? toPayer(payment.payer, rights.seePayer) : null,
    description: detail(payment.description),
    statementDescriptor: detail(payment.statementDescriptor),
    metadata: detail(payment.metadata),
    nextCheckAt: detail(payment.dueAt),
  };
}

export function toRefund(refund: RefundEntity): RefundType {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    amount: toMoney(refund.amountMinor, refund.currency),
    status: refund.status,
    reason: refund.reason,
    providerRefundId: refund.providerRefundId,
    createdAt: refund.createdAt,
    updatedAt: refund.updatedAt,
  };
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

function toPayer(payer: StoredPayer, inClear: boolean): PayerType {
  const shown = (text: string | undefined) =>
    text === undefined ? null : inClear ? text : mask(text);
  const { identification } = payer;
  return {
    email: inClear ? payer.email : maskEmail(payer.email),
    firstName: shown(payer.firstName),
    lastName: shown(payer.lastName),
    identification:
      identification === undefined
        ? null
        : { type: identification.type, number: shown(identification.number) ?? "" },
  };
}

/** Keeps the first letter, so that two payers of one conversation can be told apart, and not the length. */
function mask(text: string): string {
  return `${[...text][0] ?? ""}***`;
}

function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return `${mask(email.slice(0, at))}@***`;
}
