import { createHash } from "node:crypto";
import type { Clock } from "../../domain/clock";
import type { IdFactory } from "../../domain/ids";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity, type StoredCart, type StoredPayer } from "../../entities/payment.entity";
import type { CreateOrderCommand } from "../../providers/provider";
import { type CreateOrderArgs, minorOf, moneyOf, type OrderCartArgs } from "./order-input";
import type { WholeOrder } from "./order-rows";
import type { PlannedOrder } from "./plan-order";

interface Dependencies {
  readonly clock: Clock;
  readonly ids: IdFactory;
}

/** The rows of a new order: its own, and a payment for each cart. */
export function newOrder(
  { clock, ids }: Dependencies,
  args: CreateOrderArgs,
  { shop, split, accounts }: PlannedOrder,
): WholeOrder {
  const now = clock.now();
  const order: MarketplaceOrderEntity = Object.assign(new MarketplaceOrderEntity(), {
    id: ids.next("MarketplaceOrder"),
    marketplaceId: args.marketplaceId,
    provider: args.provider,
    shop,
    providerOrderId: null,
    externalReference: args.externalReference ?? null,
    status: "PROCESSING",
    providerStatus: null,
    currency: args.currency,
    totalMinor: split.total.minor,
    feeMinor: split.fee.minor,
    refundedMinor: 0n,
    buyer: args.buyer,
    description: args.description,
    captureWithPayment: args.capture,
    redirectUrl: null,
    openActionId: null,
    anomaly: false,
    completedAt: null,
    expiresAt:
      args.validForSeconds === undefined
        ? null
        : new Date(now.getTime() + args.validForSeconds * 1_000),
    createdAt: now,
    updatedAt: now,
    // Until its operation ends, the operation's own due time covers a crash.
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  } satisfies MarketplaceOrderEntity);

  const payments = args.carts.map((cart, index) => {
    const account = accounts[index];
    const share = split.carts[index];
    if (account === undefined || share === undefined) throw new TypeError("a cart without a share");
    const payment: PaymentEntity = {
      id: ids.next("Payment"),
      marketplaceId: args.marketplaceId,
      sellerId: cart.sellerId,
      accountId: account.id,
      orderId: order.id,
      provider: args.provider,
      providerAccountId: account.providerAccountId,
      providerPaymentId: null,
      externalReference: args.externalReference ?? null,
      status: "PROCESSING",
      providerStatus: null,
      providerStatusDetail: null,
      currency: args.currency,
      amountMinor: share.amount.minor,
      captureMinor: null,
      applicationFeeMinor: share.fee.minor,
      refundedMinor: 0n,
      refundReservedMinor: 0n,
      netReceivedMinor: null,
      fees: null,
      captureWithPayment: args.capture,
      method: null,
      payer: payerOf(args),
      description: args.description,
      statementDescriptor: null,
      metadata: null,
      cart: storedCart(args, cart),
      redirectUrl: null,
      fingerprint: createHash("sha256").update(`${order.id} ${cart.sellerId}`).digest("hex"),
      openActionId: null,
      anomaly: false,
      approvedAt: null,
      expiresAt: order.expiresAt,
      providerUpdatedAt: null,
      createdAt: now,
      updatedAt: now,
      dueAt: null,
      attempts: 0,
      leaseToken: null,
      version: 1,
    };
    return payment;
  });
  return { order, payments };
}

/** What the provider has to be told, from the rows and the arguments: the same at every attempt. */
export function orderCommandOf(
  { order, payments }: WholeOrder,
  args: CreateOrderArgs,
  notificationUrl: string | null,
): CreateOrderCommand {
  const { currency } = order;
  const { reference, email, firstName, lastName, phone, language } = order.buyer;
  const bySeller = new Map(args.carts.map((cart) => [cart.sellerId, cart]));
  return {
    reference: order.id,
    total: { minor: order.totalMinor, currency },
    carts: payments.map((payment) => {
      const cart = bySeller.get(payment.sellerId);
      if (cart === undefined) throw new TypeError(`${payment.id} is of no cart`);
      return {
        providerAccountId: payment.providerAccountId,
        amount: { minor: payment.amountMinor, currency },
        fee: { minor: payment.applicationFeeMinor ?? 0n, currency },
        products: cart.products.map(({ name, unitPrice, quantity, virtual, listedAt }) => ({
          name,
          unitPrice: moneyOf(args, unitPrice),
          quantity,
          virtual: virtual ?? null,
          listedAt: listedAt === undefined ? null : new Date(listedAt),
        })),
        shippingMethods: cart.shippingMethods.map(({ country, name, price }) => ({
          country,
          name,
          price: moneyOf(args, price),
        })),
      };
    }),
    buyer: {
      reference,
      email,
      firstName: firstName ?? null,
      lastName: lastName ?? null,
      phone: phone ?? null,
      language: language ?? null,
    },
    ipAddress: args.ipAddress ?? "",
    description: args.description,
    capture: args.capture,
    method: args.method ?? null,
    continueUrl: args.continueUrl ?? null,
    validForSeconds: args.validForSeconds ?? null,
    notificationUrl,
  };
}

function payerOf({ buyer: { email, firstName, lastName } }: CreateOrderArgs): StoredPayer {
  return {
    email,
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  };
}

function storedCart(args: CreateOrderArgs, cart: OrderCartArgs): StoredCart {
  return {
    products: cart.products.map(({ name, unitPrice, quantity, virtual, listedAt }) => ({
      name,
      unitPriceMinor: minorOf(args, unitPrice).toString(),
      quantity,
      ...(virtual === undefined ? {} : { virtual }),
      ...(listedAt === undefined ? {} : { listedAt }),
    })),
    shippingMethods: cart.shippingMethods.map(({ country, name, price }) => ({
      country,
      name,
      priceMinor: minorOf(args, price).toString(),
    })),
  };
}
