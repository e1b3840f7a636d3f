import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { accountsOf, startConnection } from "../support/consent";
import { TestGateway } from "../support/gateway";

/** A seller's way through the provider's page, with a real browser. */
describeInBrowser("a seller in a browser", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let sellerId: string;
  let userId: string;
  const faults: string[] = [];
  beforeAll(async () => {
    gateway = await TestGateway.start();
    const input = { reference: "the-shop", name: "Shop", country: "AR" };
    sellerId = (await gateway.mutate("createSeller", input, "seller { id }")).seller.id;
    userId = String((await gateway.simulator.seller("MLA")).userId);
    browser = await launchBrowser();
    page = await (await browser.newContext({ locale: "es-AR" })).newPage();
    page.on("pageerror", (error) => faults.push(error.message));
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const decide = async (button: "Agree" | "Deny") => {
    await page.goto(await startConnection(gateway, { sellerId }));
    await page.getByLabel("You are").selectOption(userId);
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL(`${gateway.url}/oauth/mercadopago/callback?**`);
    return page.getByRole("heading").innerText();
  };

  test("who declines is told that nothing was changed", async () => {
    expect(await decide("Deny")).toBe("Cuenta no conectada");
    expect(await accountsOf(gateway, sellerId)).toEqual([]);
  });

  test("who agrees is connected, and is told so", async () => {
    expect(await decide("Agree")).toBe("Cuenta conectada");
    expect(await accountsOf(gateway, sellerId)).toMatchObject([
      { providerAccountId: userId, status: "CONNECTED", acceptsPayments: true },
    ]);
  });

  test("who reloads the page is told that the link was used, and stays connected", async () => {
    await page.reload();
    expect(await page.getByRole("heading").innerText()).toBe("Enlace ya usado");
    expect(await accountsOf(gateway, sellerId)).toMatchObject([{ status: "CONNECTED" }]);
    expect(faults).toEqual([]);
  });
});
