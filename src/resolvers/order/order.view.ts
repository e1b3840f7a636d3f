import type { Money } from "../../domain/money";
import { isPaidOrder, type OrderStatus } from "../../domain/order-status";
import type { EventEntity } from "../../entities/event.entity";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import {
  CartType,
  MarketplaceOrderType,
  type SplitAllocationType,
} from "../../schema/order/order.type";
import { refundableMinor } from "../../services/payment/payment-availability";
import { toMoney } from "../payment/payment.view";

/** An order as the API shows it to those who may see all of it; `visibility.ts` hides what others may not. */
export function toOrder(order: MarketplaceOrderEntity): MarketplaceOrderType {
  const { firstName = null, lastName = null, phone = null, reference, email } = order.buyer;
  return Object.assign(new MarketplaceOrderType(), {
    id: order.id,
    provider: order.provider,
    providerOrderId: order.providerOrderId,
    externalReference: order.externalReference,
    status: order.status,
    providerStatus: order.providerStatus,
    description: order.description,
    buyer: { reference, email, firstName, lastName, phone },
    nextActionRow: order,
    expiresAt: order.expiresAt,
    completedAt: order.completedAt,
    nextCheckAt: order.dueAt,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  } satisfies MarketplaceOrderType);
}

/** The order with the status that an event has left it in, so that watchers see each status once, in order. */
export function orderAsOf(
  event: EventEntity,
  order: MarketplaceOrderEntity,
): MarketplaceOrderEntity {
  if (event.subjectId !== order.id || event.subjectVersion >= order.version) return order;
  const status = (event.toStatus ?? order.status) as OrderStatus;
  return {
    ...order,
    status,
    completedAt: isPaidOrder[status] ? order.completedAt : null,
    providerStatus: event.snapshot.providerStatus ?? null,
    refundedMinor: BigInt(event.snapshot.refundedMinor ?? 0),
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}

export function toCart(payment: PaymentEntity): CartType {
  const { currency, amountMinor, cart } = payment;
  const feeMinor = payment.applicationFeeMinor ?? 0n;
  return Object.assign(new CartType(), {
    sellerId: payment.sellerId,
    amount: toMoney(amountMinor, currency),
    fee: toMoney(feeMinor, currency),
    sellerNet: toMoney(amountMinor - feeMinor, currency),
    refundedAmount: toMoney(payment.refundedMinor, currency),
    refundableAmount: toMoney(refundableMinor(payment), currency),
    products: (cart?.products ?? []).map(
      ({ name, unitPriceMinor, quantity, virtual, listedAt }) => ({
        name,
        unitPrice: toMoney(BigInt(unitPriceMinor), currency),
        quantity,
        virtual: virtual ?? null,
        listedAt: listedAt === undefined ? null : new Date(listedAt),
      }),
    ),
    shippingMethods: (cart?.shippingMethods ?? []).map(({ country, name, priceMinor }) => ({
      country,
      name,
      price: toMoney(BigInt(priceMinor), currency),
    })),
  } satisfies CartType);
}

/** One seller's part, before or after it was asked for. */
interface Share {
  readonly sellerId: PaymentEntity["sellerId"];
  readonly amount: Money;
  readonly fee: Money;
  readonly refundedMinor: bigint;
}

export function toAllocation(shares: readonly Share[], currency: Money["currency"]) {
  const sum = (of: (share: Share) => bigint) =>
    toMoney(
      shares.reduce((total, share) => total + of(share), 0n),
      currency,
    );
  return {
    total: sum(({ amount }) => amount.minor),
    marketplaceFee: sum(({ fee }) => fee.minor),
    shares: shares.map(({ sellerId, amount, fee, refundedMinor }) => ({
      sellerId,
      amount: toMoney(amount.minor, currency),
      fee: toMoney(fee.minor, currency),
      net: toMoney(amount.minor - fee.minor, currency),
      refunded: toMoney(refundedMinor, currency),
    })),
  } satisfies SplitAllocationType;
}

export function allocationOf(
  order: Pick<MarketplaceOrderEntity, "currency">,
  payments: readonly PaymentEntity[],
): SplitAllocationType {
  const { currency } = order;
  return toAllocation(
    payments.map(({ sellerId, amountMinor, applicationFeeMinor, refundedMinor }) => ({
      sellerId,
      amount: { minor: amountMinor, currency },
      fee: { minor: applicationFeeMinor ?? 0n, currency },
      refundedMinor,
    })),
    currency,
  );
}
