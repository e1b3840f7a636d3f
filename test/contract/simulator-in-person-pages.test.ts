import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { type InPersonShop, openInPersonShop, qrOrder } from "../support/in-person";
import { bootSimulator, eventually, type TestSimulator } from "../support/simulator";

describe("the pictures of a printed code", () => {
  it("can be fetched from where a point of sale says", async () => {
    const simulator = await bootSimulator();
    const shop = await openInPersonShop(simulator);
    const { body } = await shop.call("GET", `/v2/pos/${shop.reader.posId}`);
    const { image, template_image, template_document } = body.qr_response;
    const first = async (url: string) => {
      const answer = await fetch(url);
      const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
      return [answer.headers.get("content-type"), text.slice(0, 5)];
    };
    expect(await first(image)).toEqual(["image/png", "\u0089PNG\r"]);
    expect(await first(template_image)).toEqual(["image/svg+xml", "<svg "]);
    expect(await first(template_document)).toEqual(["application/pdf", "%PDF-"]);
    await simulator.close();
  });
});

describeInBrowser("the pages of payments in person", () => {
  let simulator: TestSimulator;
  let shop: InPersonShop;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    simulator = await bootSimulator();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await simulator.close();
  });
  beforeEach(async () => {
    shop = await openInPersonShop(simulator);
    page = await browser.newPage();
    await page.goto(shop.reader.page);
  });
  afterEach(() => page.close());
  const press = (id: string) => page.locator(`#${id}`).click();
  const shows = (state: string) => page.waitForSelector(`#screen[data-state=${state}]`);
  const ends = (id: string, status: string) =>
    eventually(async () => (await shop.read(id)).status === status);
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });

  it("ring by themselves, take a tip and a card", async () => {
    await shows("idle");
    const { id } = await shop.order({ description: "Coffee <b>" });
    await shows("ringing");
    expect(await page.textContent("#amount")).toBe("BRL 50.00");
    expect(await page.textContent("#live")).toContain("Coffee <b>");
    await page.fill("input[name=tip]", "7.50");
    await page.getByRole("button", { name: "Add a tip" }).click();
    await page.waitForSelector("#tip-line");
    expect(await page.textContent("#amount")).toBe("BRL 57.50");
    await page.selectOption("select[name=methodId]", "master");
    await press("tap");
    await shows("processing");
    await advance(3_000);
    await ends(id, "processed");
    await page.waitForSelector("#last.processed");
    const [transaction] = (await shop.read(id)).transactions.payments;
    expect(transaction).toMatchObject({ tip_amount: "7.50", payment_method: { id: "master" } });
  });

  it("refuse a card, and go back", async () => {
    const declined = await shop.order();
    await shows("ringing");
    await page.selectOption("select[name=outcome]", "high_risk");
    await press("decline");
    await shows("processing");
    await advance(3_000);
    await ends(declined.id, "failed");
    const canceled = await shop.order();
    await shows("ringing");
    await press("back");
    await ends(canceled.id, "canceled");
  });

  it("lose the network or the power while a card is charged", async () => {
    for (const [loss, gain] of [
      ["lose-network", "find-network"],
      ["unplug", "plug"],
    ] as const) {
      const { id } = await shop.order();
      await shows("ringing");
      await press("tap");
      await shows("processing");
      await press(loss);
      await advance(41_000);
      await ends(id, "action_required");
      await press(gain);
      await shows("idle");
    }
    expect((await shop.ledger()).map(({ type }) => type)).toEqual(["charge", "charge"]);
  });

  it.each(["static", "dynamic", "hybrid"])("show and pay a %s QR code", async (mode) => {
    const answer = await shop.call("POST", "/v1/orders", qrOrder(shop.reader.externalPosId, mode));
    await page.goto(`${simulator.url}/demo/qr/${shop.reader.posId}`);
    expect(await page.locator(".code svg").count()).toBe(mode === "static" ? 1 : 2);
    await page.locator("#scan").last().click();
    expect(await page.textContent("#amount")).toBe("BRL 50.00");
    await press("pay");
    expect(await page.textContent("#status")).toBe("approved");
    expect(await shop.read(answer.body.id)).toMatchObject({ status: "processed" });
  });

  it("pay an older code in halves, and are too late for one that ended", async () => {
    const older = await openInPersonShop(simulator, "MLA", "attempts");
    const { externalPosId, posId } = older.reader;
    const path = `/mpmobile/instore/qr/${older.seller.userId}/${externalPosId}`;
    const items = [{ title: "Coffee", unit_price: 10, quantity: 1 }];
    await older.call("POST", path, { external_reference: "t", items });
    await page.goto(`${simulator.url}/demo/qr/${posId}`);
    await press("scan");
    await press("half");
    expect((await older.ledger()).map(({ amountMinor }) => amountMinor)).toEqual([500]);

    const { body } = await shop.call(
      "POST",
      "/v1/orders",
      qrOrder(shop.reader.externalPosId, "static"),
    );
    await page.goto(`${simulator.url}/demo/qr/${shop.reader.posId}`);
    await press("scan");
    await shop.call("POST", `/v1/orders/${body.id}/cancel`);
    await press("pay");
    expect(await page.textContent("h1")).toBe("Nothing is to be paid here");
    expect(await shop.ledger()).toEqual([]);
  });

  it("list what there is", async () => {
    await page.goto(`${simulator.url}/demo/readers`);
    expect(await page.textContent(".list")).toContain("NEWLAND_N950__SBX0000001");
    await page.goto(`${simulator.url}/demo/qr`);
    expect(await page.textContent(".list")).toContain("Demo till A");
  });
});
