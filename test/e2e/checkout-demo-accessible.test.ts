import type { Browser } from "playwright-core";
import { violationsIn } from "../support/accessibility";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { CheckoutPage } from "../support/checkout-page";
import { DemoGateway } from "../support/demo-gateway";

jest.setTimeout(180_000);

const languages = [
  { code: "EN", lang: "en", title: "Checkout" },
  { code: "ES", lang: "es", title: "Pagar" },
  { code: "PT", lang: "pt-BR", title: "Pagamento" },
  { code: "PL", lang: "pl", title: "Płatność" },
];

describeInBrowser("the checkout demo is for everybody", () => {
  let gateway: DemoGateway;
  let browser: Browser;
  let shop: CheckoutPage;
  beforeAll(async () => {
    gateway = await DemoGateway.prepare();
    await gateway.start();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.remove();
  });
  beforeEach(async () => {
    const context = await browser.newContext({ locale: "en-US", bypassCSP: true });
    shop = new CheckoutPage(await context.newPage(), gateway);
  });
  afterEach(() => shop.page.context().close());

  const isWideEnough = async () => {
    for (const width of [375, 1280]) {
      await shop.page.setViewportSize({ width, height: 900 });
      const wide = await shop.page.locator("html").evaluate(({ scrollWidth }) => scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  };

  test.each([
    ["AR", ["Card", "Cash"]],
    ["BR", ["Card", "Pix", "Cash"]],
    ["CO", ["Card", "Cash", "Bank"]],
    ["PL", ["BLIK", "PayU"]],
  ] as const)("each form in %s passes axe, empty and with its faults", async (country, tabs) => {
    await shop.open(gateway.url, country);
    expect(await shop.page.getByRole("tab").allTextContents()).toEqual(tabs);
    for (const name of tabs) {
      await shop.page.getByRole("tab", { name }).click();
      expect(await violationsIn(shop.page)).toEqual([]);
      await shop.pay();
      expect(await violationsIn(shop.page)).toEqual([]);
      await isWideEnough();
    }
  });

  test.each([
    ["a challenge", "AR", "Card", "Bank asks", ".next-challenge"],
    ["a receipt", "AR", "Card", "Approved", ".receipt"],
    ["a decline", "AR", "Card", "No funds", "#rejection-message"],
    ["a Pix code", "BR", "Pix", "Fill in", ".next-qr"],
    ["a voucher", "BR", "Cash", "Fill in", ".next-voucher"],
    ["a page to go to", "PL", "PayU", "Fill in", ".next-page"],
  ] as const)("%s passes axe", async (_what, country, tab, label, shown) => {
    await shop.open(gateway.url, country);
    await shop.page.getByRole("tab", { name: tab }).click();
    await shop.fill(label);
    if (tab === "Card") await shop.seePlans();
    await shop.pay();
    await shop.page.locator(shown).waitFor();
    expect(await violationsIn(shop.page)).toEqual([]);
    await isWideEnough();
  });

  test("the order of three sellers passes axe", async () => {
    await shop.page.goto(`${gateway.url}/checkout-demo/order`);
    await shop.page.locator("#form-order").waitFor();
    expect(await violationsIn(shop.page)).toEqual([]);
    await isWideEnough();
  });

  test("speaks four languages, and says which one", async () => {
    await shop.open(gateway.url, "BR");
    for (const { code, lang, title } of languages) {
      await shop.page.selectOption("#language", code);
      expect(await shop.page.locator("html").getAttribute("lang")).toBe(lang);
      expect(await shop.text("h1")).toBe(title);
      expect(await shop.page.title()).toBe(title);
    }
    // Chosen once, it stays.
    await shop.page.reload();
    await shop.page.locator("#form-checkout[data-ready]").waitFor({ state: "attached" });
    expect(await shop.text("h1")).toBe("Płatność");
  });

  test("can be paid by keyboard alone", async () => {
    await shop.open(gateway.url, "PL");
    await shop.page.getByRole("tab", { name: "BLIK" }).focus();
    await shop.page.keyboard.press("ArrowRight");
    expect(await shop.page.locator("#tab-PAY_BY_LINK").getAttribute("aria-selected")).toBe("true");
    await shop.page.keyboard.press("Home");
    await shop.page.keyboard.press("Tab");
    await shop.page.keyboard.type("777123");
    await shop.page.keyboard.press("Tab");
    await shop.page.keyboard.type("ana@testuser.com");
    await shop.page.keyboard.press("Enter");
    await shop.showsStatus("APPROVED");
    // Whoever reads by ear is taken to the receipt.
    expect(await shop.text(":focus")).toBe("Receipt");
  });
});
