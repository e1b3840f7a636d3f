import { randomUUID } from "node:crypto";
import { demoMarketplaceId } from "../../src/demo";
import { MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, orderComesTo, payMethod, threeCarts } from "../support/orders";
import type { Json } from "../support/simulator";

const shop = {
  name: "demo",
  marketplaceId: demoMarketplaceId,
  posId: "900100",
  clientSecret: "payu-demo-secret",
  secondKeys: ["payu-demo-second-key"],
  shopId: "demoShop",
  currency: "PLN",
};
const otherShop = {
  ...shop,
  ...{ name: "demo-eur", posId: "900200", shopId: "demoShopEur", currency: "EUR" },
  ...{ clientSecret: "payu-demo-secret-eur", secondKeys: ["payu-demo-second-key-eur"] },
};

/** What operators do with the marketplaces' shops at PayU, which are settings. */
describe("shops at PayU", () => {
  const env = { PAYU_SHOPS: JSON.stringify([shop]) };
  const clock = new MovableClock();
  let gateway: TestGateway;
  beforeEach(async () => {
    env.PAYU_SHOPS = JSON.stringify([shop]);
    gateway = await TestGateway.start({ env, clock });
  });
  afterEach(() => gateway.stop());

  const restartWith = async (...shops: object[]) => {
    await gateway.app.stop();
    env.PAYU_SHOPS = JSON.stringify(shops);
    await gateway.startApp();
  };
  const order = (extra: Record<string, unknown> = {}): Promise<Json> =>
    makeOrder(gateway, threeCarts(extra), "id providerOrderId");
  /** How the gateway answers to a notification of PayU's, signed with the key that the POS has now. */
  const notify = async ({ providerOrderId: orderId }: Json): Promise<number> =>
    (await gateway.simulator.payu.control("POST", "/notifications/send", { orderId })).status;
  const setSecondKey = (secondKey: string) =>
    gateway.simulator.payu.control("POST", `/pos/${shop.posId}`, { secondKey });

  test("change their second key without losing a notification", async () => {
    const made = await order();
    const next = "second-key-of-tomorrow";
    await restartWith({ ...shop, secondKeys: [next, ...shop.secondKeys] });
    expect(await notify(made)).toBe(200);
    await setSecondKey(next);
    expect(await notify(made)).toBe(200);
    await restartWith({ ...shop, secondKeys: [next] });
    expect(await notify(made)).toBe(200);
    await setSecondKey("payu-demo-second-key");
    expect(await notify(made)).toBe(401);
  });

  test("change their client secret by a restart", async () => {
    const clientSecret = "client-secret-of-tomorrow";
    await gateway.simulator.payu.control("POST", `/pos/${shop.posId}`, { clientSecret });
    await gateway.simulator.payu.control("POST", "/tokens/expire", { posId: shop.posId });
    const refused = await gateway.mutate(
      "createMarketplaceOrder",
      threeCarts(),
      "order { status }",
    );
    expect(refused).toMatchObject({
      order: { status: "FAILED" },
      userErrors: [{ code: "PROVIDER_REFUSED", retryable: false }],
    });
    await restartWith({ ...shop, clientSecret });
    expect((await order()).providerOrderId).toEqual(expect.any(String));
  });

  test("stay in the settings as long as their orders are to be refunded", async () => {
    const made = await order({ payMethod });
    await orderComesTo(gateway, clock, made.id, "COMPLETED");
    await restartWith(otherShop);
    expect(await notify(made)).toBe(404);
    const refund = () =>
      gateway.mutate(
        "refundMarketplaceOrder",
        { idempotencyKey: randomUUID(), orderId: made.id },
        "refunds { status }",
      );
    const refused = await refund();
    expect(refused.refunds.map(({ status }: Json) => status)).toEqual(Array(3).fill("FAILED"));
    expect(refused.userErrors[0]).toMatchObject({ code: "PROVIDER_REFUSED" });
    await restartWith(shop, otherShop);
    expect(await refund()).toMatchObject({ userErrors: [] });
    await orderComesTo(gateway, clock, made.id, "REFUNDED");
  });
});
