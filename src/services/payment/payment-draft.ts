import type { Clock } from "../../domain/clock";
import type { IdFactory } from "../../domain/ids";
import { type Money, parseAmount } from "../../domain/money";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { CreatePaymentCommand } from "../../providers/provider";
import type { CreatePaymentArgs } from "./payment-input";

/** The arguments that a payment's row and the provider's command are made of. Carts of orders have them as well. */
export type DraftArgs = Omit<
  CreatePaymentArgs,
  "provider" | "amount" | "applicationFee" | "allowNearIdentical"
>;

/** What a new payment is made of beside its arguments. */
export interface PaymentFacts {
  readonly account: ProviderAccountEntity;
  readonly amount: Money;
  readonly fee: Money | null;
  readonly fingerprint: string;
}

/** The row of a payment that is about to be made. */
export function newPayment(
  deps: { readonly clock: Clock; readonly ids: IdFactory },
  args: DraftArgs,
  { account, amount, fee, fingerprint }: PaymentFacts,
): PaymentEntity {
  const now = deps.clock.now();
  const { email, firstName, lastName, identification } = args.payer;
  return {
    id: deps.ids.next("Payment"),
    marketplaceId: account.marketplaceId,
    sellerId: args.sellerId,
    accountId: account.id,
    orderId: null,
    pointOrderId: null,
    provider: account.provider,
    providerAccountId: account.providerAccountId,
    providerPaymentId: null,
    externalReference: args.externalReference ?? null,
    status: "PROCESSING",
    providerStatus: null,
    providerStatusDetail: null,
    currency: amount.currency,
    amountMinor: amount.minor,
    captureMinor: null,
    applicationFeeMinor: fee?.minor ?? null,
    refundedMinor: 0n,
    refundReservedMinor: 0n,
    netReceivedMinor: null,
    fees: null,
    settlement: null,
    captureWithPayment: args.capture,
    method: null,
    payer: {
      email,
      ...(firstName === undefined ? {} : { firstName }),
      ...(lastName === undefined ? {} : { lastName }),
      ...(identification === undefined ? {} : { identification }),
    },
    description: args.description ?? null,
    statementDescriptor: args.statementDescriptor ?? null,
    metadata: args.metadata ?? null,
    cart: null,
    redirectUrl: null,
    nextAction: null,
    creqSealed: null,
    fingerprint,
    openActionId: null,
    anomaly: false,
    approvedAt: null,
    expiresAt: null,
    providerUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
    // Until its operation ends, the operation's own due time covers a crash.
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
}

/** What the provider has to be told, from the row and the arguments: the same at every attempt. */
export function commandOf(
  payment: PaymentEntity,
  args: DraftArgs,
  notificationUrl: string | null,
): CreatePaymentCommand {
  const { currency } = payment;
  const fee = payment.applicationFeeMinor;
  return {
    reference: payment.id,
    amount: { minor: payment.amountMinor, currency },
    applicationFee: fee === null ? null : { minor: fee, currency },
    capture: args.capture,
    madeAt: payment.createdAt,
    payWith: args.payWith ?? null,
    cardToken: args.cardToken ?? null,
    methodId: args.methodId ?? null,
    issuerId: args.issuerId ?? null,
    installments: args.installments ?? null,
    payer: args.payer,
    description: args.description ?? null,
    statementDescriptor: args.statementDescriptor ?? null,
    metadata: args.metadata ?? null,
    items: (args.items ?? []).map((item) => ({
      ...item,
      unitPrice: moneyOf(args, item.unitPrice),
    })),
    additionalPayer: args.additionalPayer ?? null,
    ipAddress: args.ipAddress ?? null,
    deviceId: args.deviceId ?? null,
    notificationUrl,
  };
}

/** Amounts and currency were checked when the arguments were read. */
export function moneyOf(args: DraftArgs, text: string): Money {
  const money = parseAmount(text, args.currency);
  if (typeof money === "string") throw new TypeError(`an unchecked amount: ${money}`);
  return money;
}
