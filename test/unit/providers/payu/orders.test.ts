import { PayuOrders } from "../../../../src/providers/payu/orders";
import { call, scriptedPayu } from "./fixtures";

const reference = "ord_01KEKXW8V0000000000000000A";
const total = { minor: 1_250n, currency: "PLN" as const };
const nothing = { minor: 0n, currency: "PLN" as const };
const command = {
  reference,
  total,
  carts: [
    {
      providerAccountId: "s-1",
      amount: total,
      fee: nothing,
      products: [{ name: "Mug", unitPrice: total, quantity: 1, virtual: null, listedAt: null }],
      shippingMethods: [],
    },
  ],
  buyer: {
    reference: "buyer-1",
    email: "ada@shop.example",
    firstName: null,
    lastName: null,
    phone: null,
    language: null,
  },
  ipAddress: "127.0.0.1",
  description: "Order 77",
  capture: true,
  method: null,
  continueUrl: null,
  validForSeconds: null,
  notificationUrl: null,
};
const { credentials } = call;
const created = (extra: object) =>
  new PayuOrders(
    scriptedPayu(() => ({
      status: 302,
      body: { status: { statusCode: "SUCCESS" }, orderId: "WZHF5FFDRJ140731GUEST000P01", ...extra },
    })),
  ).create(command, credentials);

test("a new order is accepted by its id, with our reference or without", async () => {
  for (const extra of [{}, { extOrderId: reference }]) {
    expect(await created(extra)).toMatchObject({ kind: "accepted", value: { status: "PENDING" } });
  }
});

test("an answer that names another order's reference is no answer to ours", async () => {
  expect(await created({ extOrderId: "ord_of_somebody_else" })).toEqual({
    kind: "unknown",
    reason: "the answer is about another order",
  });
});
