import { z } from "zod";
import type { UserErrorFact } from "../../domain/errors";
import { currencies, type Money, parseAmount } from "../../domain/money";
import { providers } from "../../domain/provider";
import { type CommandForms, idOf } from "../../operations/command-form";

const text = z.string();

/** A cart as callers give it, after the schema's own checks. Amounts are exact text in major units. */
const orderCartArgs = z.strictObject({
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
export type OrderCartArgs = z.output<typeof orderCartArgs>;

/** What an order is split by; `splitPreview` takes no more. */
const splitArgs = z.strictObject({
  marketplaceId: idOf("Marketplace"),
  provider: z.enum(providers),
  currency: z.enum(currencies),
  total: text.exactOptional(),
  carts: z.array(orderCartArgs),
});
export type SplitArgs = z.output<typeof splitArgs>;

/** What `createMarketplaceOrder` takes, in the form that is stored. */
const createOrderArgs = splitArgs.extend({
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
export type CreateOrderArgs = z.output<typeof createOrderArgs>;
export const createOrderForms: CommandForms<CreateOrderArgs> = [createOrderArgs];

/** The card token that pays a seller's cart: the cart's own, or the order's. */
export function cardTokenOf(
  { method }: CreateOrderArgs,
  { cardToken }: OrderCartArgs,
): string | undefined {
  return method?.kind === "CARD_TOKEN" ? method.token : cardToken;
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
