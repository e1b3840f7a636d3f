import type { MarketplaceId, SellerId } from "../../domain/ids";
import { type Currency, type Money, parseAmount } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import type { StoredBuyer } from "../../entities/marketplace-order.entity";
import type { OrderMethod } from "../../providers/provider";

/** A cart as callers give it, after the schema's own checks. Amounts are exact text in major units. */
export interface OrderCartArgs {
  readonly sellerId: SellerId;
  readonly amount?: string;
  readonly fee?: string;
  readonly products: readonly {
    readonly name: string;
    readonly unitPrice: string;
    readonly quantity: number;
    readonly virtual?: boolean;
    readonly listedAt?: string;
  }[];
  readonly shippingMethods: readonly {
    readonly country: string;
    readonly name: string;
    readonly price: string;
  }[];
  /** Where each seller is paid by a payment of its own: the card token for this one. */
  readonly cardToken?: string;
  readonly methodId?: string;
  readonly installments?: number;
}

/** What an order is split by; `splitPreview` takes no more. */
export interface SplitArgs {
  readonly marketplaceId: MarketplaceId;
  readonly provider: Provider;
  readonly currency: Currency;
  readonly total?: string;
  readonly carts: readonly OrderCartArgs[];
}

/** What `createMarketplaceOrder` takes. */
export interface CreateOrderArgs extends SplitArgs {
  readonly buyer: StoredBuyer;
  readonly description: string;
  readonly externalReference?: string;
  readonly ipAddress?: string;
  readonly deviceId?: string;
  readonly method?: OrderMethod;
  readonly continueUrl?: string;
  readonly validForSeconds?: number;
  readonly capture: boolean;
}

/** The card token that pays a seller's cart: the cart's own, or the order's. */
export function cardTokenOf(
  { method }: CreateOrderArgs,
  { cardToken }: OrderCartArgs,
): string | undefined {
  return method?.kind === "CARD_TOKEN" ? method.token : cardToken;
}

/** Amounts were checked when the arguments were read. */
export function minorOf(args: SplitArgs, text: string): bigint {
  return moneyOf(args, text).minor;
}

export function moneyOf({ currency }: SplitArgs, text: string): Money {
  const money = parseAmount(text, currency);
  if (typeof money === "string") throw new TypeError(`an unchecked amount: ${money}`);
  return money;
}
