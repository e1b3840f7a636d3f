import type { Browser } from "playwright-core";
import { demoCredentials } from "../../src/demo";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { CheckoutPage } from "../support/checkout-page";
import { CuttableNetwork } from "../support/cuttable-network";
import { DemoGateway } from "../support/demo-gateway";
import { eventually, type Json } from "../support/simulator";

jest.setTimeout(180_000);

const cardNumber = "4509953566233704";
const securityCode = "123";

/** What tests read of the browser's. */
interface Clipboard {
  readText(): Promise<string>;
}

describe("the checkout demo", () => {
  let gateway: DemoGateway;
  beforeAll(async () => {
    gateway = await DemoGateway.prepare();
    await gateway.start();
  });
  afterAll(() => gateway.remove());

  test("holds keys of sellers, and for look-ups keys that may stand in a page", async () => {
    const settings = await (await fetch(`${gateway.url}/checkout-demo/settings.json`)).json();
    const { sellerA, sellerB, sellerC, sellerF, pageA, pageB, pageC, pageF } = demoCredentials;
    expect(settings).toEqual({
      scriptUrl: `${gateway.simulatorUrl}/js/v2`,
      hasOrderPage: true,
      shops: [
        { name: "Librería Demo, Buenos Aires", sellerKey: sellerA, publishableKey: pageA },
        { name: "Loja Demo, São Paulo", sellerKey: sellerB, publishableKey: pageB },
        { name: "Librería Demo, Bogotá", sellerKey: sellerF, publishableKey: pageF },
        { name: "Księgarnia Demo, Warszawa", sellerKey: sellerC, publishableKey: pageC },
      ],
    });
  });

  describeInBrowser("in a browser", () => {
    let browser: Browser;
    let network: CuttableNetwork;
    let shop: CheckoutPage;

    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      network = await CuttableNetwork.to(gateway.url);
      const context = await browser.newContext({
        locale: "es-AR",
        permissions: ["clipboard-read", "clipboard-write"],
      });
      shop = new CheckoutPage(await context.newPage(), gateway);
    });
    afterEach(async () => {
      await shop.page.context().close();
      await network.close();
      await fetch(`${gateway.simulatorUrl}/_control/faults`, { method: "DELETE" });
    });

    const slowDown = (ms = 2_000) =>
      gateway.control("/faults", {
        match: { method: "POST", path: "^/v1/payments$" },
        effect: { kind: "latency", ms },
      });
    const isPaid = async () => (await shop.page.locator(".receipt").count()) === 1;

    describe("by card", () => {
      beforeEach(() => shop.open(network.url));

      test("pays, and shows how it goes live, with a receipt at the end", async () => {
        await slowDown();
        await shop.fillCard("Aprobada");
        await shop.pay();
        await shop.showsStatus("PROCESSING");
        await eventually(async () => (await shop.text("#connection")) === "en vivo");
        await shop.showsStatus("APPROVED");
        expect(await shop.statuses()).toEqual(["PROCESSING", "APPROVED"]);
        await eventually(() => shop.openSockets === 0);
        expect(await shop.text("#connection")).toBe("");
        expect(await shop.text("li[data-status=APPROVED]")).toBe("Pagado. ¡Gracias!");
        expect(await shop.page.locator("#form-checkout").isHidden()).toBe(true);
        const receipt = await shop.text(".receipt");
        expect(receipt).toContain("$ 45.900,00");
        expect(receipt).toContain("Librería Demo, Buenos Aires");
        expect(receipt).toContain("Visa •••• 3704");
        expect(shop.faults).toEqual([]);

        const [charge, ...others] = await shop.charges();
        expect(others).toEqual([]);
        expect(charge?.deviceId).toMatch(/^armor\.[0-9a-f]{64}$/);
        expect(await shop.payments()).toHaveLength(1);
      });

      test("sends the card to the provider alone", async () => {
        await shop.fillCard("Aprobada");
        await shop.pay();
        await shop.showsStatus("APPROVED");
        const secret = new RegExp(`${cardNumber}|"${securityCode}"`);
        const told = shop.requests.filter((request) =>
          secret.test(`${request.url()} ${request.postData() ?? ""}`),
        );
        expect(told.map((request) => new URL(request.url()).origin)).toEqual([
          gateway.simulatorUrl,
        ]);
        expect(shop.frames.filter((frame) => secret.test(frame))).toEqual([]);
        // And the browser watches with a watch token, not with the seller's key.
        const openings = shop.frames.filter((frame) => frame.includes("connection_init"));
        expect(openings).toEqual([expect.stringContaining("Bearer gw_watch_")]);
        const foreign = shop.requests.filter(
          (request) =>
            ![network.url, gateway.simulatorUrl, "null"].includes(new URL(request.url()).origin),
        );
        expect(foreign).toEqual([]);
      });

      test("offers the parts that the seller lets such a card pay in, and what the law wants said", async () => {
        await shop.fill("Aprobada");
        expect(await shop.seePlans()).toEqual([
          "Un pago de $ 45.900,00",
          "3 × $ 15.300,00 (total $ 45.900,00)",
          "6 × $ 8.797,50 (total $ 52.785,00)",
          expect.stringMatching(/^12 × /),
        ]);
        await shop.page.selectOption("#card-installments", "0 2");
        expect(await shop.text(".labels")).toMatch(/^CFT [\d,]+% · TEA 15,00%$/);
        await shop.pay();
        await shop.showsStatus("APPROVED");
        expect(shop.inputs[0]?.payWith.card).toMatchObject({ methodId: "visa", installments: 6 });
      });

      test.each([
        {
          label: "Sin fondos",
          remedy: "Probá con otra tarjeta o con otra forma de pago.",
          marked: [],
        },
        {
          label: "Código incorrecto",
          remedy: "Corregí el campo marcado y volvé a pagar.",
          marked: ["securityCode"],
        },
        {
          label: "Fecha incorrecta",
          remedy: "Corregí el campo marcado y volvé a pagar.",
          marked: ["expirationDate"],
        },
        {
          label: "Algo incorrecto",
          remedy: "Corregí el campo marcado y volvé a pagar.",
          marked: ["cardNumber", "expirationDate", "securityCode"],
        },
      ])(
        "says why it is declined ($label), and takes the next try",
        async ({ label, ...expected }) => {
          await shop.fillCard(label);
          await shop.pay();
          await shop.page.locator("#rejection-message").waitFor();
          const [rejected] = await shop.payments();
          const messageIn = async (language: string) => {
            const { body } = await gateway.query(
              `query ($id: ID!) { payment(id: $id) { rejection { buyerMessage(language: ${language}) } } }`,
              { id: rejected?.id },
            );
            return body.data.payment.rejection.buyerMessage;
          };
          expect(await shop.text("#rejection-message")).toBe(await messageIn("ES"));
          expect(await shop.text("#rejection-remedy")).toBe(expected.remedy);
          expect(Object.keys(await shop.marked())).toEqual(expected.marked);
          await shop.page.selectOption("#language", "PL");
          expect(await shop.text("#rejection-message")).toBe(await messageIn("PL"));
          await shop.page.selectOption("#language", "ES");

          await shop.fill("Aprobada");
          await shop.pay();
          await shop.showsStatus("APPROVED");
          const payments = await shop.payments();
          expect(payments.map(({ status }) => status).sort()).toEqual(["APPROVED", "REJECTED"]);
        },
      );

      test("says at each field what is wrong, in words, and sends nothing", async () => {
        await shop.pay();
        expect(await shop.marked()).toEqual({
          cardNumber: "Revisá el número de la tarjeta.",
          expirationDate: "Revisá la fecha: mes y año, como 11/30.",
          securityCode: "Revisá el código de seguridad: los tres o cuatro dígitos de la tarjeta.",
          cardholder: "Escribí el nombre como está en la tarjeta.",
          email: "Escribí un correo como ana@example.com.",
          documentNumber: "Revisá el número de tu documento.",
        });
        await shop.fillCard("Aprobada");
        await shop.page.locator("#card-securityCode input").fill("1");
        await shop.pay();
        expect(Object.keys(await shop.marked())).toEqual(["securityCode"]);
        await shop.page.locator("#card-securityCode input").fill("123");
        // The page lets it pass, and the provider does not.
        await shop.page.locator("#card-cardholder").fill("R2D2");
        await shop.pay();
        await eventually(async () => "cardholder" in (await shop.marked()));
        await shop.page.locator("#card-cardholder").fill("APRO");
        await shop.page.locator("#card-documentNumber").fill("1");
        await shop.pay();
        expect(Object.keys(await shop.marked())).toEqual(["documentNumber"]);
        expect(shop.inputs).toEqual([]);
      });

      test("says at its field what the gateway refuses, and takes the next try", async () => {
        await shop.fillCard("Aprobada");
        await shop.page.fill("#card-email", `${"a".repeat(300)}@testuser.com`);
        await shop.pay();
        await eventually(async () => "email" in (await shop.marked()));
        await shop.page.fill("#card-email", "ana@testuser.com");
        await shop.pay();
        await shop.showsStatus("APPROVED");
        expect(await shop.payments()).toHaveLength(1);
        const [first, second] = shop.inputs;
        expect(first.idempotencyKey).not.toBe(second.idempotencyKey);
      });

      test.each([
        { label: "El banco pregunta", button: "Confirm", ends: "APPROVED" },
        { label: "El banco pregunta", button: "Refuse", ends: "REJECTED" },
        { label: "El banco pregunta y rechaza", button: "Confirm", ends: "REJECTED" },
      ])("lets the bank ask in a frame: $label, $button", async ({ label, button, ends }) => {
        await shop.fillCard(label);
        await shop.pay();
        await shop.page
          .frameLocator("iframe.challenge")
          .getByRole("button", { name: button })
          .click();
        if (ends === "APPROVED") await shop.showsStatus("APPROVED");
        else await shop.page.locator("#rejection-message").waitFor();
        expect((await shop.payments()).map(({ status }) => status)).toEqual([ends]);
        expect(await shop.charges()).toHaveLength(ends === "APPROVED" ? 1 : 0);
        expect(shop.faults).toEqual([]);
      });

      test("pays once where the page is reloaded before the payment is known", async () => {
        await slowDown();
        await shop.fillCard("Aprobada");
        // The request gets through, and no answer comes back until the page is another one.
        await shop.page.route("**/graphql", async (route) => {
          const isPaying = route.request().postData()?.includes("createPayment(") === true;
          if (!isPaying) return route.abort();
          await route.fetch().catch(() => {});
        });
        await shop.pay();
        await eventually(() => shop.inputs.length === 1);
        await shop.page.unroute("**/graphql");
        await shop.page.reload();
        await shop.showsStatus("APPROVED");
        const [first, ...again] = shop.inputs;
        expect(again).not.toEqual([]);
        for (const input of again) expect(input).toEqual(first);
        expect(await shop.payments()).toHaveLength(1);
        expect(await shop.charges()).toHaveLength(1);
      });

      test("pays once where the page is reloaded again and again", async () => {
        await slowDown(3_000);
        await shop.fillCard("Aprobada");
        await shop.pay();
        await shop.showsStatus("PROCESSING");
        for (let times = 0; times < 3; times += 1) {
          await shop.page.reload();
          await shop.page.locator("#payment").waitFor();
          expect(await shop.page.locator("#form-checkout").isHidden()).toBe(true);
        }
        await shop.showsStatus("APPROVED");
        await shop.page.reload();
        await eventually(isPaid);
        expect(await shop.payments()).toHaveLength(1);
        expect(await shop.charges()).toHaveLength(1);
        // What was sent is not kept: the receipt needs none of it.
        const kept = await shop.page.evaluate(() =>
          JSON.stringify((globalThis as unknown as { sessionStorage: object }).sessionStorage),
        );
        expect(kept).not.toContain(shop.inputs[0]?.payWith.card.token);
        expect(kept).not.toContain("ana@testuser.com");

        await shop.page.locator("#new-order").click();
        await shop.page.locator("#form-checkout").waitFor();
      });

      test("pays once where the button is pressed twice", async () => {
        await slowDown();
        await shop.fillCard("Aprobada");
        await shop.page.locator(".pay:visible").dblclick();
        await shop.showsStatus("APPROVED");
        expect(await shop.payments()).toHaveLength(1);
        expect(new Set(shop.inputs.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      });

      test("misses no status while the network is lost", async () => {
        await shop.fillCard("En revisión");
        await shop.pay();
        await shop.showsStatus("IN_REVIEW");
        const seen = await shop.statuses();
        network.cut();
        await eventually(async () => (await shop.text("#connection")) === "conectando de nuevo…");
        const [payment] = await shop.payments();
        // Two of them, so that the present state alone would not do.
        const moves = [
          { status: "pending", status_detail: "pending_waiting_payment", becomes: "PENDING" },
          { status: "approved", status_detail: "accredited", becomes: "APPROVED" },
        ];
        for (const { becomes, ...move } of moves) {
          await gateway.control(`/payments/${payment?.providerPaymentId}`, move);
          await eventually(async () => (await shop.payments())[0]?.status === becomes);
        }
        network.mend();
        await shop.showsStatus("APPROVED");
        expect(await shop.statuses()).toEqual([...seen, "PENDING", "APPROVED"]);
      });

      test("pays once when the network is lost while the provider works", async () => {
        await slowDown();
        await shop.fillCard("Aprobada");
        await shop.pay();
        await shop.showsStatus("PROCESSING");
        network.cut();
        await eventually(async () => (await shop.text("#connection")) === "conectando de nuevo…");
        await eventually(async () => (await shop.payments())[0]?.status === "APPROVED");
        network.mend();
        await shop.showsStatus("APPROVED");
        expect(await shop.statuses()).toEqual(["PROCESSING", "APPROVED"]);
        expect(await shop.payments()).toHaveLength(1);
      });
    });

    test("shows a Pix code to scan and to copy, counts down, and sees it paid", async () => {
      await shop.open(network.url, "BR");
      await shop.page.getByRole("tab", { name: "Pix" }).click();
      await shop.fill("Completar");
      await shop.pay();
      await shop.page.locator(".qr").waitFor();
      expect(await shop.text(".countdown")).toMatch(/^Tiempo restante: (29:\d\d|30:00)$/);
      await shop.page.getByRole("button", { name: "Copiar el código" }).click();
      await shop.page.getByRole("button", { name: "Copiado" }).waitFor();
      const copied = await shop.page.evaluate(() => {
        const { navigator } = globalThis as unknown as { navigator: { clipboard: Clipboard } };
        return navigator.clipboard.readText();
      });
      expect(copied).toMatch(/^000201.*br\.gov\.bcb\.pix/);
      expect(await shop.page.locator("#pix-code").inputValue()).toBe(copied);
      // The code is still there after a reload.
      await shop.page.reload();
      await shop.page.locator(".qr").waitFor();
      const [payment] = await shop.payments();
      await gateway.control(`/payments/${payment?.providerPaymentId}`, {
        status: "approved",
        status_detail: "accredited",
      });
      await shop.showsStatus("APPROVED");
      expect(await shop.text(".receipt")).toContain("Pix");
    });

    test("shows a voucher's numbers, and lets the buyer pay another way instead", async () => {
      await shop.open(network.url, "BR");
      await shop.page.getByRole("tab", { name: "Efectivo" }).click();
      await shop.fill("Completar");
      await shop.pay();
      await shop.page.locator(".next-voucher").waitFor();
      expect(await shop.text(".countdown")).toMatch(/^Pagá antes del \d+ de /);
      const digits = await shop.page.locator(".digits").allTextContents();
      expect(digits.some((text) => /^\d{47}$/.test(text))).toBe(true);
      const page = await shop.page
        .getByRole("link", { name: "Abrir el cupón con su código de barras" })
        .getAttribute("href");
      expect(page).toMatch(new RegExp(`^${gateway.simulatorUrl}`));
      await shop.page.locator("#other-method").click();
      await shop.page.locator("#form-checkout").waitFor();
      await shop.page.getByRole("tab", { name: "Tarjeta" }).click();
      await shop.fillCard("Aprobada");
      await shop.pay();
      await shop.showsStatus("APPROVED");
      expect((await shop.payments()).map(({ status }) => status).sort()).toEqual([
        "APPROVED",
        "CANCELLED",
      ]);
    });

    test("goes to the buyer's bank, and knows the payment when the buyer is back", async () => {
      await shop.open(network.url, "CO");
      await shop.page.getByRole("tab", { name: "Banco" }).click();
      await shop.fill("Completar");
      await shop.pay();
      await shop.page.locator("#go-to-page").click();
      await shop.page.locator("#pay").click();
      await shop.page.waitForURL(`${network.url}/checkout-demo?shop=2`);
      await shop.showsStatus("APPROVED");
      expect(await shop.text(".receipt")).toContain("PSE, Bancolombia");
      expect(shop.inputs).toHaveLength(1);
    });

    test("is paid on PayU's page, in a tab of its own", async () => {
      await shop.open(network.url, "PL");
      await shop.page.getByRole("tab", { name: "PayU" }).click();
      await shop.fill("Completar");
      await shop.pay();
      const [payu] = await Promise.all([
        shop.page.waitForEvent("popup"),
        shop.page.locator("#go-to-page").click(),
      ]);
      await payu.getByRole("button", { name: "Pay", exact: true }).click();
      await shop.showsStatus("APPROVED");
      expect(await shop.text(".receipt")).toContain("PayU");
    });

    test("is paid by BLIK, or declined", async () => {
      await shop.open(network.url, "PL");
      await shop.fill("Rechazado");
      await shop.pay();
      await shop.page.locator("#rejection-message").waitFor();
      await shop.fill("Pagado");
      await shop.pay();
      await shop.showsStatus("APPROVED");
      expect((await shop.payments()).map(({ status }) => status).sort()).toEqual([
        "APPROVED",
        "REJECTED",
      ]);
    });
  });

  describeInBrowser("of a marketplace, in a browser", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser.close());

    test("sells for three sellers at once, and follows each of them", async () => {
      const page = await browser.newPage({ locale: "pl-PL" });
      await page.goto(`${gateway.url}/checkout-demo/order`);
      await page.locator("#pay").click();
      expect(await page.textContent(".field-email .fault")).toMatch(/^Wpisz adres/);
      await page.click("#fill");
      await page.click("#pay");
      await page.getByRole("button", { name: "Walk away" }).click();
      // Back with nothing paid: the way to PayU is still there, also after a reload.
      await page.locator("#go-to-page").waitFor();
      await page.reload();
      await page.locator("#go-to-page").click();
      await page.getByRole("button", { name: "Pay", exact: true }).click();
      await page.locator(".receipt").waitFor();
      expect(await page.locator(".status").allTextContents()).toEqual(
        Array(3).fill("Zapłacono. Dziękujemy!"),
      );
      expect(await page.textContent(".receipt")).toContain("144,90");
      const orders = await gateway.query(
        `{ marketplaceOrders(first: 5) { edges { node { status total { amount } } } } }`,
      );
      const made = orders.body.data.marketplaceOrders.edges.map(({ node }: Json) => node);
      expect(made).toEqual([{ status: "COMPLETED", total: { amount: "144.90" } }]);
      await page.close();
    });
  });
});
