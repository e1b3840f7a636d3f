import type { Browser } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describeInBrowser("the payment page of the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;
  let browser: Browser;

  beforeAll(async () => {
    simulator = await bootSimulator();
    market = await openMarketplace(simulator.payu);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await simulator.close();
  });

  test.each([
    ["Pay", "COMPLETED", ""],
    ["Decline", "CANCELED", "?error=501"],
    ["Walk away", "PENDING", "?error=501"],
  ])("does what the button %s says", async (name, status, query) => {
    // Any page will do to come back to: this one says that the link is not valid.
    const continueUrl = `${simulator.payu.url}/pay/`;
    const { body } = await market.post("/orders", market.orderBody({ continueUrl }));
    const page = await browser.newPage();
    await page.goto(body.redirectUri);
    expect(await page.textContent("#amount")).toBe("50.00 PLN");
    await page.getByRole("button", { name, exact: true }).click();
    await page.waitForURL(`${continueUrl}${query}`);
    expect(await market.order(body.orderId)).toMatchObject({ status });
    await page.close();
  });
});
