import { randomUUID } from "node:crypto";
import { demoSellers } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { answerConsent } from "../support/consent";
import { describeKilled } from "../support/killed-gateway";

const [seller] = demoSellers;

describeKilled("a gateway that is killed while carts are paid one by one", (gateway) => {
  /** A seller beside the demo's, who agrees as sellers do. */
  const second = { id: "", accountId: "" };
  beforeAll(async () => {
    await gateway.running();
    const { createSeller } = await gateway.ask(
      'mutation { createSeller(input: { reference: "second", name: "Second" }) { seller { id } } }',
      {},
    );
    const { id } = createSeller.seller;
    const { startSellerConnection } = await gateway.ask(
      "mutation ($id: ID!) { startSellerConnection(input: { sellerId: $id }) { authorizationUrl } }",
      { id },
    );
    const { userId } = await gateway.simulator.seller();
    await fetch(await answerConsent(startSellerConnection.authorizationUrl, { userId }));
    Object.assign(second, { id, accountId: String(userId) });
  });

  const newOrder = async (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    provider: "MERCADO_PAGO",
    currency: "ARS",
    description: "Two shops",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: await Promise.all(
      [seller.id, second.id].map(async (sellerId, index) => ({
        sellerId,
        products: [{ name: "Book", unitPrice: "10.00", quantity: index + 1 }],
        cardToken: await gateway.cardTokenAt(
          index === 0 ? seller.providerAccountId : second.accountId,
        ),
        methodId: "visa",
      })),
    ),
    ...extra,
  });

  test.each([...failpointSteps, "after-authorize", "after-decision", "after-capture"])(
    "at createMarketplaceOrder:%s has taken every cart exactly once",
    async (step) => {
      const order = await gateway.dieAndCarryOn(
        step,
        "createMarketplaceOrder",
        () => newOrder(),
        "COMPLETED",
      );
      for (const { id } of order.payments) {
        expect(await gateway.effects(id)).toEqual(["authorize", "capture"]);
      }
    },
  );

  test.each(["after-authorize", "after-release"])(
    "at createMarketplaceOrder:%s has let every cart go when one was declined",
    async (step) => {
      const prepare = async () => {
        const order = await newOrder();
        const [first, other] = order.carts;
        const cardToken = await gateway.cardTokenAt(second.accountId, "FUND");
        return { ...order, carts: [first, { ...other, cardToken }] };
      };
      const order = await gateway.dieAndCarryOn(
        step,
        "createMarketplaceOrder",
        prepare,
        "REJECTED",
      );
      const [held, declined] = order.payments;
      expect(await gateway.effects(held.id)).toEqual(["authorize", "cancel"]);
      expect(await gateway.effects(declined.id)).toEqual(["reject"]);
    },
  );
});
