import { createHash } from "node:crypto";
import type { Clock } from "../../domain/clock";
import type { IdFactory } from "../../domain/ids";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { StoredCart } from "../../entities/payment.entity";
import type { CreateOrderCommand, OrderTerms } from "../../providers/provider";
import { type DraftArgs, newPayment } from "../payment/payment-draft";
import {
  type CreateOrderArgs,
  minorOf,
  moneyOf,
  type OrderCartArgs,
  payWithOf,
} from "./order-input";
import type { WholeOrder } from "./order-rows";
import type { PlannedOrder } from "./plan-order";

/** The rows of a new order: its own, and a payment for each cart. */
export function newOrder(
  deps: { readonly clock: Clock; readonly ids: IdFactory },
  args: CreateOrderArgs,
  { shop, split, accounts }: PlannedOrder,
): WholeOrder {
  const now = deps.clock.now();
  const order: MarketplaceOrderEntity = Object.assign(new MarketplaceOrderEntity(), {
    id: deps.ids.next("MarketplaceOrder"),
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
    nextAction: null,
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
    const fingerprint = createHash("sha256").update(`${order.id} ${cart.sellerId}`).digest("hex");
    const facts = { account, amount: share.amount, fee: share.fee, fingerprint };
    const { expiresAt } = order;
    return {
      ...newPayment(deps, paymentArgsOf(args, cart), facts),
      ...{ orderId: order.id, cart: storedCart(args, cart), expiresAt },
    };
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
    ...termsOf(args),
    description: args.description,
    continueUrl: args.continueUrl ?? null,
    validForSeconds: args.validForSeconds ?? null,
    notificationUrl,
  };
}

/** How an order is paid, as far as a provider that splits it has rules about that. */
export function termsOf(args: CreateOrderArgs): OrderTerms {
  const { ipAddress = "", capture } = args;
  return { ipAddress, capture, payWith: payWithOf(args) ?? null };
}

/**
 * The payment of a cart, as if it were asked for by itself: paid as the cart says. In the older fields, all is paid at once
 * where nothing else is said.
 */
export function paymentArgsOf(args: CreateOrderArgs, cart: OrderCartArgs): DraftArgs {
  const { email, firstName, lastName } = args.buyer;
  const payer = {
    email,
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  };
  const { payWith: _ofOrder, ...ofOrder } = args;
  const { installments = 1, ...ofCart } = cart;
  const older = cart.payWith === undefined ? { installments } : {};
  return { ...ofOrder, ...ofCart, payer, ...older };
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
