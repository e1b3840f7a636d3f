import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { createLogger } from "../../src/logging/logger";
import { foundMarketplace } from "../support/access-world";
import {
  badOrders,
  badRefunds,
  badSplits,
  cart,
  illTypedOrders,
  type OrderKit,
  orderBut,
} from "../support/bad-orders";
import { MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, orderComesTo, payMethod } from "../support/orders";
import { mutationBody, refusedBy } from "../support/refused-by";
import type { Json } from "../support/simulator";

const log: string[] = [];
let gateway: TestGateway;
let kit: OrderKit;
beforeAll(async () => {
  const clock = new MovableClock();
  gateway = await TestGateway.start({
    clock,
    logger: createLogger("trace", { write: (line) => log.push(line) }),
  });
  const { id: paidId } = await makeOrder(gateway, orderBut({ payMethod }));
  const { id: waitingId } = await makeOrder(gateway, orderBut({}));
  await orderComesTo(gateway, clock, paidId, "COMPLETED");
  const stranger = await foundMarketplace(gateway);
  kit = {
    unlinkedId: (await gateway.connectSeller()).id,
    foreignId: (await gateway.connectSeller("MLA", stranger)).id,
    paidId,
    waitingId,
  };
});
afterAll(() => gateway.stop());

const refuse = (mutation: string, input: object, credential?: string) =>
  refusedBy(gateway, log, mutationBody(mutation, input), credential);
const preview = ({ currency, carts, ...rest }: Json) => {
  const query =
    "query ($input: SplitPreviewInput!) { splitPreview(input: $input) { valid userErrors: violations { code message path } } }";
  const { provider, total } = rest;
  return refusedBy(gateway, log, {
    query,
    variables: { input: { provider, currency, total, carts } },
  });
};

describe("createMarketplaceOrder writes, sends and tells nothing for", () => {
  test.each([...badSplits, ...badOrders])("%s %s: %j", async (code, path, changes) => {
    const answer = await refuse("createMarketplaceOrder", orderBut(changes));
    expect(answer).toMatchObject({ status: 200, errors: [], refusals: [`${code} ${path}`] });
  });

  test("sellers that are not the marketplace's, or not of the provider", async () => {
    const { refusals: foreign } = await refuse(
      "createMarketplaceOrder",
      orderBut(cart({ sellerId: kit.foreignId })),
    );
    expect(foreign).toEqual(["NOT_FOUND input.carts.1.sellerId"]);
    const { refusals: unlinked } = await refuse(
      "createMarketplaceOrder",
      orderBut(cart({ sellerId: kit.unlinkedId })),
    );
    expect(unlinked).toEqual(["NO_CAPABLE_ACCOUNT input.carts.1.sellerId"]);
  });

  test("several faults, which are told at once", async () => {
    const { refusals } = await refuse(
      "createMarketplaceOrder",
      orderBut({ total: "1.001", ...cart({ fee: "-1", amount: "4" }) }),
    );
    expect(refusals.sort()).toEqual([
      "INVALID_AMOUNT input.carts.1.fee",
      "TOO_MANY_DECIMALS input.total",
    ]);
  });

  test.each(illTypedOrders)("%s, and refuses the document", async (_what, changes, expected) => {
    const body = mutationBody("createMarketplaceOrder", orderBut(changes));
    const { status, payload, errors } = await refusedBy(gateway, log, body);
    expect([status, payload]).toEqual([400, null]);
    expect(errors[0]).toContain('BAD_REQUEST Variable "$input" got invalid value');
    expect(errors[0]).toContain(expected);
  });
});

describe("splitPreview shows the same, and sends nothing", () => {
  test.each(badSplits)("%s %s: %j", async (code, path, changes) => {
    const answer = await preview(orderBut(changes));
    expect(answer).toMatchObject({
      status: 200,
      errors: [],
      payload: { valid: false },
      refusals: [`${code} ${path}`],
    });
  });
});

describe("refundMarketplaceOrder writes, sends and tells nothing for", () => {
  test.each(badRefunds)("%s", async (_what, input, ...expected) => {
    const { status, errors, refusals } = await refuse("refundMarketplaceOrder", input(kit));
    expect([status, errors]).toEqual([200, []]);
    expect(refusals.sort()).toEqual([...expected].sort());
  });
});

describe("createMarketplaceOrder takes", () => {
  test("what just fits", async () => {
    const [seller] = demoSubmerchants;
    const order = await makeOrder(
      gateway,
      orderBut({
        idempotencyKey: `!~${"x".repeat(126)}`,
        description: "d".repeat(600),
        externalReference: "r".repeat(64),
        validForSeconds: 30 * 24 * 3_600,
        buyer: {
          reference: "b".repeat(64),
          email: "ada.nowak@example.com",
          phone: "+48 500 600 700 800 9",
        },
        carts: [
          {
            sellerId: seller.id,
            fee: "0",
            products: Array.from({ length: 100 }, () => ({
              name: "p".repeat(255),
              unitPrice: "0.01",
              quantity: 1,
            })),
            shippingMethods: Array.from({ length: 10 }, () => ({
              country: "PL",
              name: "s".repeat(255),
              price: "0",
            })),
          },
        ],
      }),
      "status total { amount } description carts { fee { amount } products { name } }",
    );
    expect(order).toMatchObject({ status: "PENDING", total: { amount: "1.00" } });
    expect(order.carts[0].products).toHaveLength(100);
  });

  test("numbers that are no card's: telephones, order numbers, UUIDs", async () => {
    const order = await makeOrder(
      gateway,
      orderBut({
        externalReference: randomUUID(),
        description: "order 1234567890123456",
        buyer: { reference: randomUUID(), email: "ada@example.com", phone: "+5491122334455" },
        continueUrl: `https://shop.example/orders/${randomUUID()}`,
      }),
    );
    expect(order.status).toBe("PENDING");
  });
});
