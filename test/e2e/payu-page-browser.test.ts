import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { TestGateway } from "../support/gateway";
import { makeOrder, paymentAtPayu, threeCarts } from "../support/orders";
import type { Json } from "../support/simulator";
import { type Watched, watch } from "../support/watch";

const paymentUpdates = `subscription ($id: ID!) {
  paymentUpdated(id: $id) { status event { from type } payment { status rejection { code buyerMessage(language: PL) } } }
}`;
const orderUpdates = `subscription ($id: ID!) {
  marketplaceOrderUpdated(id: $id) { status order { status payments { status } } }
}`;

/**
 * A buyer's way over PayU's page, with a real browser. The clock runs by itself and nobody wakes the workers:
 * what is watched gets there by PayU's notifications alone.
 */
describeInBrowser("a buyer on PayU's page", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    gateway = await TestGateway.start({ notifications: { mode: "on" } });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });
  beforeEach(async () => {
    page = await browser.newPage({ locale: "pl-PL" });
  });
  afterEach(async () => {
    watched.end();
    await page.close();
  });

  const press = (name: "Pay" | "Decline" | "Walk away") =>
    page.getByRole("button", { name, exact: true }).click();
  const charges = async (reference: string): Promise<number> => {
    const path = `/ledger?externalReference=${reference}`;
    const { entries } = await gateway.simulator.payu.control("GET", path);
    return entries.filter(({ type }: Json) => type === "charge").length;
  };

  describe("of a payment", () => {
    let payment: Json;
    /** Makes it, watches it as the buyer's own page would, and opens where it says. */
    beforeEach(async () => {
      const made = await gateway.mutate(
        "createPayment",
        paymentAtPayu(),
        "payment { id redirectUrl }",
      );
      payment = made.payment;
      const { credential } = await gateway.mutate(
        "createWatchToken",
        { paymentId: payment.id },
        "credential",
      );
      watched = watch(gateway, paymentUpdates, { id: payment.id }, credential);
      expect(await watched.next()).toMatchObject({ status: "PENDING" });
      await page.goto(payment.redirectUrl);
      expect(await page.textContent("#description")).toBe("Three books");
      expect(await page.textContent("#amount")).toBe("12.34 PLN");
    });

    test("who pays sees it approved live, and cannot pay again", async () => {
      await press("Pay");
      expect(await watched.next()).toMatchObject({
        status: "APPROVED",
        payment: { status: "APPROVED", rejection: null },
      });
      await page.goto(payment.redirectUrl);
      expect(await page.textContent("#status")).toBe("COMPLETED");
      expect(await page.getByRole("button").count()).toBe(0);
      expect(await charges(payment.id)).toBe(1);
    });

    test("who refuses sees it rejected, with a reason", async () => {
      await press("Decline");
      const { status, payment: seen } = await watched.next();
      expect(status).toBe("REJECTED");
      expect(seen.rejection.code).toBe("AUT_ERROR_NO_AUTHORIZATION");
      expect(seen.rejection.buyerMessage).toMatch(/\p{Lu}.*\./u);
      expect(await charges(payment.id)).toBe(0);
    });

    test("who walks away may come back and pay", async () => {
      await press("Walk away");
      expect(await page.textContent("#status")).toBe("PENDING");
      // Of the way to pay that was chosen; the payment stays what it was.
      expect(await watched.next()).toMatchObject({
        status: "PENDING",
        event: { from: "PENDING", type: "PAYMENT_UPDATED" },
      });
      await page.goto(payment.redirectUrl);
      await press("Pay");
      expect((await watched.next()).status).toBe("APPROVED");
      expect(await charges(payment.id)).toBe(1);
    });
  });

  describe("of an order at three sellers", () => {
    let order: Json;
    let continueUrl: string;
    beforeEach(async () => {
      // Any page of the shop's will do.
      continueUrl = `${gateway.url}/healthz`;
      order = await makeOrder(gateway, threeCarts({ continueUrl }), "id redirectUrl");
      watched = watch(gateway, orderUpdates, { id: order.id });
      expect(await watched.next()).toMatchObject({ status: "PENDING" });
      await page.goto(order.redirectUrl);
      expect(await page.textContent("#amount")).toBe("50.00 PLN");
    });
    const payments = (status: string) => Array(3).fill({ status });

    test("who pays comes back to the shop, and sees all of it completed live", async () => {
      await press("Pay");
      await page.waitForURL(continueUrl);
      expect(await watched.next()).toMatchObject({
        status: "COMPLETED",
        order: { status: "COMPLETED", payments: payments("APPROVED") },
      });
      expect(await charges(order.id)).toBe(1);
    });

    test("who refuses comes back with an error, and sees all of it rejected", async () => {
      await press("Decline");
      await page.waitForURL(`${continueUrl}?error=501`);
      expect(await watched.next()).toMatchObject({
        status: "REJECTED",
        order: { status: "REJECTED", payments: payments("REJECTED") },
      });
      expect(await charges(order.id)).toBe(0);
    });
  });
});
