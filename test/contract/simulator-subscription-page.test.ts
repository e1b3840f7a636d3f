import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { bootSimulator, type TestSimulator } from "../support/simulator";
import { buyer, Club, hour } from "../support/subscriptions";

describeInBrowser("a payer on the page of a subscription", () => {
  let simulator: TestSimulator;
  let club: Club;
  let shop: Server;
  let back_url: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    simulator = await bootSimulator();
    shop = createServer((_request, response) => response.end("back at the shop"));
    await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
    back_url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/joined`;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    shop.closeAllConnections();
    shop.close();
    await simulator.close();
  });
  beforeEach(async () => {
    await simulator.control("POST", "/reset");
    club = await Club.open(simulator);
    await club.settings({ acceptsLocalBackUrls: true });
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  const clean = (initPoint: string) => initPoint.replace("&activation=true", "");
  async function subscribe(email: string, holder = "APRO"): Promise<void> {
    await page.getByLabel("Your e-mail address").fill(email);
    await page.getByLabel("Name on the card").fill(holder);
    await page.getByRole("button", { name: "Subscribe" }).click();
  }

  it("completes what a seller prepared, and comes back with its id", async () => {
    const { id, init_point } = await club.pending({}, { back_url });
    await page.goto(init_point);
    expect(await page.textContent("h1")).toBe("This page does not exist");
    await page.goto(clean(init_point));
    expect(await page.textContent("h1")).toBe("Gym, monthly");
    expect(await page.textContent("#amount")).toBe("ARS 1500.00 every month");
    await subscribe(buyer);
    expect(page.url()).toBe(`${back_url}?preapproval_id=${id}`);
    expect(await club.read(id)).toMatchObject({ status: "authorized", payment_method_id: "visa" });
    await club.advance(hour);
    expect(await club.invoices(id)).toMatchObject([{ payment: { status: "approved" } }]);
    await page.goto(clean(init_point));
    expect(await page.textContent("h1")).toBe("This subscription is active already");
  });

  it("has to be the one it was prepared for, with a card that is good", async () => {
    const { id, init_point } = await club.pending({}, { back_url });
    await page.goto(clean(init_point));
    await subscribe("other@testuser.com");
    expect(await page.textContent("#fault")).toContain("another e-mail address");
    await subscribe(buyer, "FUND");
    expect(await page.textContent("#fault")).toContain("CC_VAL_433");
    expect((await club.read(id)).status).toBe("pending");
    await subscribe(buyer);
    expect((await club.read(id)).status).toBe("authorized");
  });

  it("joins a plan by its link, and the seller learns of it by the address alone", async () => {
    const free_trial = { frequency: 7, frequency_type: "days" };
    const plan = await club.plan({ free_trial }, { back_url });
    await page.goto(plan.init_point);
    expect(await page.textContent("#trial")).toBe("Free trial: 7 days");
    await subscribe("member@testuser.com");
    const id = new URL(page.url()).searchParams.get("preapproval_id") ?? "";
    expect(await club.read(id)).toMatchObject({
      status: "authorized",
      preapproval_plan_id: plan.id,
      external_reference: null,
      first_invoice_offset: 7,
    });
    await club.call("PUT", `/preapproval_plan/${plan.id}`, { status: "inactive" });
    await page.goto(plan.init_point);
    expect(await page.textContent("h1")).toBe("This plan is not accepting subscriptions");
  });
});
