import { z } from "zod";
import type { UserErrorFact } from "../../domain/errors";
import { currencies, type Money, parseAmount } from "../../domain/money";
import type { PayWith } from "../../domain/pay-with";
import { providers } from "../../domain/provider";
import { type CommandForms, idOf } from "../../operations/command-form";
import { payWithForm, tokenOf } from "../payment/payment-input";

const text = z.string();

/** A cart in the form of releases that knew no `payWith`. Amounts are exact text in major units. */
const flatCartArgs = z.strictObject({
  sellerId: idOf("Seller"),
  amount: text.exactOptional(),
  fee: text.exactOptional(),
  products: z.array(
    z.strictObject({
      name: text,
      unitPrice: text,
      quantity: z.number(),
      virtual: z.boolean().exactOptional(),
      listedAt: text.exactOptional(),
    }),
  ),
  shippingMethods: z.array(z.strictObject({ country: text, name: text, price: text })),
  /** Where each seller is paid by a payment of its own: the card token for this one. */
  cardToken: text.exactOptional(),
  methodId: text.exactOptional(),
  installments: z.number().exactOptional(),
});
/** A cart as callers give it, after the schema's own checks. What they gave in the older fields stays there. */
const orderCartArgs = flatCartArgs.extend({ payWith: payWithForm.exactOptional() });
export type OrderCartArgs = z.output<typeof orderCartArgs>;

/** What an order is split by; `splitPreview` takes no more. */
const splitFields = {
  marketplaceId: idOf("Marketplace"),
  provider: z.enum(providers),
  currency: z.enum(currencies),
  total: text.exactOptional(),
};
const splitArgs = z.strictObject({ ...splitFields, carts: z.array(orderCartArgs) });
export type SplitArgs = z.output<typeof splitArgs>;

/** The form of releases that knew no `payWith`. */
const flatOrderArgs = z.strictObject({
  ...splitFields,
  carts: z.array(flatCartArgs),
  buyer: z.strictObject({
    reference: text,
    email: text,
    firstName: text.exactOptional(),
    lastName: text.exactOptional(),
    phone: text.exactOptional(),
    language: text.exactOptional(),
  }),
  description: text,
  externalReference: text.exactOptional(),
  ipAddress: text.exactOptional(),
  deviceId: text.exactOptional(),
  method: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("PAY_BY_LINK"), value: text }),
      z.strictObject({ kind: z.literal("CARD_TOKEN"), token: text }),
      z.strictObject({ kind: z.literal("BLIK_CODE"), code: text }),
    ])
    .exactOptional(),
  continueUrl: text.exactOptional(),
  validForSeconds: z.number().exactOptional(),
  capture: z.boolean(),
});
/** What `createMarketplaceOrder` takes, in the form that is stored: as with payments, the older fields stay. */
const createOrderArgs = flatOrderArgs.extend({
  carts: splitArgs.shape.carts,
  payWith: payWithForm.exactOptional(),
});
export type CreateOrderArgs = z.output<typeof createOrderArgs>;
export const createOrderForms: CommandForms<CreateOrderArgs> = [createOrderArgs, flatOrderArgs];

/** How the whole order is paid, in whichever fields it was said; undefined where nothing was said of it. */
export function payWithOf({ payWith, method }: CreateOrderArgs): PayWith | undefined {
  if (payWith !== undefined || method === undefined) return payWith;
  switch (method.kind) {
    case "PAY_BY_LINK":
      return method;
    case "CARD_TOKEN":
      return { kind: "CARD", token: method.token, threeDSecure: false };
    case "BLIK_CODE":
      return { kind: "BLIK", code: method.code };
  }
}

/** Where `payMethod` had what `payWith` has. */
const olderPlaces: Readonly<Record<string, string>> = {
  "payWith.payByLink.value": "payMethod.payByLink",
  "payWith.card.token": "payMethod.cardToken",
  "payWith.blik.code": "payMethod.blikCode",
};

/** A field of the input as its caller knows it. */
export function placeOf(field: string, { payWith }: CreateOrderArgs): string {
  return payWith === undefined ? (olderPlaces[field] ?? field) : field;
}

/** The card's or wallet's token that pays a seller's cart: the order's, or the cart's own. */
export function tokenOfCart(args: CreateOrderArgs, cart: OrderCartArgs): string | undefined {
  const payWith = payWithOf(args);
  return (payWith && tokenOf({ payWith })) ?? tokenOf(cart);
}

/** What is wrong with the arguments, at its place in the input. */
export function faultIn(message: string, ...path: string[]): UserErrorFact {
  return { code: "INVALID_INPUT", message, path: ["input", ...path] };
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
