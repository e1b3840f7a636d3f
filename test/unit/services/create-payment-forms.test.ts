import { readCommand, writeCommand } from "../../../src/operations/command-form";
import {
  type CreatePaymentArgs,
  createPaymentForms,
  meansOf,
  tokenOf,
} from "../../../src/services/payment/payment-input";

const flat = {
  marketplaceId: "mkt_000000000000000000000DEM00",
  sellerId: "sel_000000000000000000000DEM0A",
  amount: "100.50",
  currency: "ARS",
  capture: true,
  cardToken: "token-1",
  methodId: "visa",
  installments: 3,
  payer: { email: "ana@testuser.com" },
  allowNearIdentical: false,
};
const { cardToken: _token, methodId: _method, installments: _parts, ...rest } = flat;

test("a command that an earlier release has stored is read as it was meant", () => {
  for (const stored of [flat, { ...flat, v: 0 }]) {
    expect(readCommand(createPaymentForms, JSON.stringify(stored))).toEqual({ command: flat });
  }
});

test("an earlier release refuses what it would send as another payment", () => {
  const [, ...older] = createPaymentForms;
  const [oldest] = older;
  if (oldest === undefined) throw new Error("there is no older form");
  const args = { ...rest, payWith: { kind: "PIX" } } as CreatePaymentArgs;
  const stored = writeCommand(createPaymentForms, args);
  expect(readCommand(createPaymentForms, stored)).toEqual({ command: args });
  expect(readCommand([oldest], stored)).toHaveProperty("fault");
});

test.each<[string, object, string | undefined, object]>([
  ["the older fields", flat, "token-1", { method: "visa", installments: 3 }],
  [
    "a card",
    {
      payWith: {
        ...{ kind: "CARD", token: "token-2", threeDSecure: false },
        ...{ methodId: "visa", installments: 3 },
      },
    },
    "token-2",
    { method: "visa", installments: 3 },
  ],
  ["Pix", { payWith: { kind: "PIX" } }, undefined, { method: "PIX", installments: "" }],
  [
    "a voucher",
    { payWith: { kind: "VOUCHER", methodId: "oxxo" } },
    undefined,
    { method: "oxxo", installments: "" },
  ],
  [
    "a wallet",
    { payWith: { kind: "WALLET_TOKEN", token: "token-3" } },
    "token-3",
    { method: "WALLET_TOKEN", installments: "" },
  ],
])("%s tell their token, and what makes them near-identical", (_name, given, token, means) => {
  expect(tokenOf(given as CreatePaymentArgs)).toBe(token);
  expect(meansOf(given as CreatePaymentArgs)).toEqual(means);
});
