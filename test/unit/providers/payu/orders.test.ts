import { PayuOrders } from "../../../../src/providers/payu/orders";
import { call, orderCommand, reference, scriptedPayu } from "./fixtures";

const { credentials } = call;
const created = (extra: object) =>
  new PayuOrders(
    scriptedPayu(() => ({
      status: 302,
      body: { status: { statusCode: "SUCCESS" }, orderId: "WZHF5FFDRJ140731GUEST000P01", ...extra },
    })),
  ).create(orderCommand, credentials);

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
