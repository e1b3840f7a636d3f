import { readCommand, writeCommand } from "../../../src/operations/command-form";
import { requestHash } from "../../../src/operations/request-hash";
import { readCreateOrder } from "../../../src/resolvers/order/order.input";
import type { CreateMarketplaceOrderInput } from "../../../src/schema/order/order.input";
import {
  type CreateOrderArgs,
  createOrderForms,
  payWithOf,
  placeOf,
  tokenOfCart,
} from "../../../src/services/order/order-input";

const marketplaceId = "mkt_000000000000000000000DEM00";
const cart = {
  sellerId: "sel_000000000000000000000DEM0A",
  products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
  shippingMethods: [],
};
const common = {
  currency: "ARS",
  buyer: { reference: "buyer-1", email: "ana@testuser.com" },
  description: "Books",
  capture: true,
};
/** Requests as earlier releases took them. */
const older = {
  byCart: {
    ...common,
    provider: "MERCADO_PAGO",
    carts: [{ ...cart, cardToken: "token-1", methodId: "visa", installments: 3 }],
  },
  whole: { ...common, provider: "PAYU", carts: [cart], payMethod: { blikCode: "777123" } },
} as const;
const argsOf = (input: object) =>
  ({
    marketplaceId,
    ...readCreateOrder(input as CreateMarketplaceOrderInput),
  }) as CreateOrderArgs;

// Taken from the release before `payWith`: a request that is repeated across a deploy is the same request.
test.each([
  ["byCart", "56d0e19d6c5eb331ef275983f63777759e0696db40ad8a3be22147e6efeb896f"],
  ["whole", "04816abcc5bc89d4414866665b29f9722deef7a9fdc4b56b3476cc8e0e651190"],
] as const)(
  "a request in the older form (%s) is what it was to an earlier release",
  (form, hash) => {
    expect(requestHash("createMarketplaceOrder", argsOf(older[form]))).toBe(hash);
  },
);

test("a command that an earlier release has stored is read as it was meant", () => {
  for (const form of ["byCart", "whole"] as const) {
    const args = argsOf(older[form]);
    for (const stored of [args, { ...args, v: 0 }]) {
      expect(readCommand(createOrderForms, JSON.stringify(stored))).toEqual({ command: args });
    }
  }
});

test("an earlier release refuses what it would send as another order", () => {
  const [, oldest] = createOrderForms;
  if (oldest === undefined) throw new Error("there is no older form");
  const payWith = { card: { token: "token-2", installments: 1, threeDSecure: true } };
  for (const input of [
    { ...common, provider: "MERCADO_PAGO", carts: [{ ...cart, payWith }] },
    { ...common, provider: "PAYU", carts: [cart], payWith },
  ]) {
    const args = argsOf(input);
    const stored = writeCommand(createOrderForms, args);
    expect(readCommand(createOrderForms, stored)).toEqual({ command: args });
    expect(readCommand([oldest], stored)).toHaveProperty("fault");
  }
});

test.each<[string, object, object | undefined, string | undefined, string]>([
  [
    "a card, in the older form",
    { ...older.whole, payMethod: { cardToken: "token-3" } },
    { kind: "CARD", token: "token-3", threeDSecure: false },
    "token-3",
    "payMethod.cardToken",
  ],
  [
    "a card",
    { ...common, provider: "PAYU", carts: [cart], payWith: { card: { token: "token-4" } } },
    { kind: "CARD", token: "token-4" },
    "token-4",
    "payWith.card.token",
  ],
  ["BLIK, in the older form", older.whole, { kind: "BLIK", code: "777123" }, undefined, ""],
  ["a cart's own, in the older form", older.byCart, undefined, "token-1", ""],
  [
    "a cart's own",
    { ...older.byCart, carts: [{ ...cart, payWith: { card: { token: "token-5" } } }] },
    undefined,
    "token-5",
    "",
  ],
])("%s tells how it is paid, its token and its place", (_name, input, payWith, token, place) => {
  const args = argsOf(input);
  const [first] = args.carts;
  if (first === undefined) throw new Error("there is no cart");
  expect(payWithOf(args)).toEqual(payWith);
  expect(tokenOfCart(args, first)).toBe(token);
  if (place !== "") expect(placeOf("payWith.card.token", args)).toBe(place);
});
