import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import type { MovableClock, TestGateway } from "./gateway";
import { eventually, type Json } from "./simulator";

const [warszawa, krakow, gdansk] = demoSubmerchants;

/** A BLIK code that pays at once. */
export const payMethod = { blikCode: "777123" };

/** A buyer whom no other test knows. */
export function someBuyer(extra: Record<string, unknown> = {}) {
  return {
    reference: `buyer-${randomUUID().slice(0, 8)}`,
    email: "ada.nowak@example.com",
    firstName: "Ada",
    lastName: "Nowak",
    language: "pl",
    ...extra,
  };
}

/** An order at three sellers, to be paid on PayU's page: the worked example of PayU's documents. */
export function threeCarts(extra: Record<string, unknown> = {}) {
  return {
    idempotencyKey: randomUUID(),
    currency: "PLN",
    total: "50.00",
    description: "Three shops, one buyer",
    ipAddress: "127.0.0.1",
    buyer: someBuyer(),
    carts: [
      {
        sellerId: warszawa.id,
        amount: "2.00",
        fee: "0.20",
        products: [{ name: "Pencil", unitPrice: "1.00", quantity: 2 }],
      },
      {
        sellerId: krakow.id,
        amount: "13.00",
        products: [
          { name: "Mug", unitPrice: "2.00", quantity: 2 },
          { name: "Spoon", unitPrice: "3.00", quantity: 3 },
        ],
      },
      {
        sellerId: gdansk.id,
        amount: "35.00",
        fee: "3.50",
        products: [{ name: "Print", unitPrice: "20.00", quantity: 1 }],
        shippingMethods: [{ country: "PL", name: "Courier", price: "15.00" }],
      },
    ],
    ...extra,
  };
}

/** A payment to one seller at PayU, to be paid on PayU's page. */
export function paymentAtPayu(extra: Record<string, unknown> = {}) {
  return {
    idempotencyKey: randomUUID(),
    sellerId: warszawa.id,
    amount: "12.34",
    currency: "PLN",
    applicationFee: "1.00",
    description: "Three books",
    payer: {
      email: `${randomUUID().slice(0, 8)}@example.com`,
      firstName: "Ada",
      lastName: "Nowak",
    },
    additionalInfo: { ipAddress: "127.0.0.1" },
    ...extra,
  };
}

/** Makes an order and answers what is asked of it; fails when it is refused. */
export async function makeOrder(
  gateway: TestGateway,
  input: Record<string, unknown>,
  selection = "id status",
): Promise<Json> {
  const { order, userErrors } = await gateway.mutate(
    "createMarketplaceOrder",
    input,
    `order { ${selection} }`,
  );
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return order;
}

export async function orderStatusOf(gateway: TestGateway, id: string): Promise<string> {
  const document = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
  return (await gateway.data(document, { id })).marketplaceOrder.status;
}

/** Waits until the workers have brought an order there, letting time pass. */
export function orderComesTo(
  gateway: TestGateway,
  clock: MovableClock,
  id: string,
  status: string,
): Promise<void> {
  return eventually(async () => {
    clock.advance(20_000);
    gateway.app.wakeJobs();
    return (await orderStatusOf(gateway, id)) === status;
  });
}
