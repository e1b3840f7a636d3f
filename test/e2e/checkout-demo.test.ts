import type { Browser, Page, Request, WebSocket } from "playwright-core";
import { demoCredentials } from "../../src/demo";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { CuttableNetwork } from "../support/cuttable-network";
import { DemoGateway } from "../support/demo-gateway";
import { eventually, type Json } from "../support/simulator";

jest.setTimeout(180_000);

const cardNumber = "4509953566233704";
const securityCode = "123";

describe("the checkout demo", () => {
  let gateway: DemoGateway;
  beforeAll(async () => {
    gateway = await DemoGateway.prepare();
    await gateway.start();
  });
  afterAll(() => gateway.remove());

  test("holds the demo seller's key, not the marketplace's", async () => {
    const settings = await (await fetch(`${gateway.url}/checkout-demo/settings.json`)).json();
    expect(settings).toEqual({
      credential: demoCredentials.sellerA,
      scriptUrl: `${gateway.simulatorUrl}/js/v2`,
    });
  });

  describeInBrowser("in a browser", () => {
    let browser: Browser;
    let network: CuttableNetwork;
    let page: Page;
    let requests: Request[];
    let frames: string[];
    let sockets: WebSocket[];
    let faults: string[];

    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      network = await CuttableNetwork.to(gateway.url);
      page = await browser.newPage({ locale: "es-AR" });
      requests = [];
      frames = [];
      sockets = [];
      faults = [];
      page.on("request", (request) => requests.push(request));
      page.on("websocket", (socket) => {
        sockets.push(socket);
        frames.push(socket.url());
        socket.on("framesent", ({ payload }) => frames.push(String(payload)));
      });
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      await page.goto(`${network.url}/checkout-demo`);
      await page.locator("#pay:enabled").waitFor();
    });
    afterEach(async () => {
      await page.close();
      await network.close();
    });

    /** Playwright's `waitForFunction` evaluates text in the page, which the page's policy forbids. */
    const statuses = () =>
      page
        .locator("#statuses li")
        .evaluateAll((lines) => lines.map((line) => line.getAttribute("data-status")));
    const showsStatus = (status: string) => page.locator(`li[data-status=${status}]`).waitFor();
    const text = (id: string) => page.locator(id).textContent();

    const fillIn = async (holder: string) => {
      await page.fill("#form-checkout__cardNumber input", cardNumber);
      await page.fill("#form-checkout__expirationDate input", "11/30");
      await page.fill("#form-checkout__securityCode input", securityCode);
      await page.fill("#form-checkout__cardholderName", holder);
      await page.fill("#form-checkout__identificationNumber", "12345678");
      await page.fill("#form-checkout__cardholderEmail", "ana@testuser.com");
      await page
        .locator("#form-checkout__installments option")
        .first()
        .waitFor({ state: "attached" });
    };
    const pressPay = () => page.click("#pay");
    const slowDown = () =>
      gateway.control("/faults", {
        match: { method: "POST", path: "^/v1/payments$" },
        effect: { kind: "latency", ms: 2_000 },
      });
    /** The payments of the page's order. */
    const readPayments = async (): Promise<Json[]> => {
      const inputs = requests.flatMap((request) => request.postDataJSON()?.variables?.input ?? []);
      const { body } = await gateway.query(
        `query ($reference: String!) {
          payments(filter: { externalReference: $reference }, first: 5) {
            edges { node { id status providerPaymentId } }
          }
        }`,
        { reference: inputs[0].externalReference },
      );
      return body.data.payments.edges.map(({ node }: Json) => node);
    };

    test("pays, and shows how it goes live", async () => {
      await slowDown();
      await fillIn("APRO");
      await pressPay();
      await showsStatus("PROCESSING");
      expect(await text("#connection")).toBe("live");
      await showsStatus("APPROVED");
      expect(await statuses()).toEqual(["PROCESSING", "APPROVED"]);
      await eventually(() => sockets.length === 1 && sockets.every((socket) => socket.isClosed()));
      expect(await text("#connection")).toBe("");
      expect(await text("li[data-status=APPROVED]")).toBe("Pagado. ¡Gracias!");
      expect(await page.locator("#pay").isDisabled()).toBe(true);
      expect(faults).toEqual([]);

      const payments = await readPayments();
      expect(payments).toHaveLength(1);
      const ledger = await fetch(`${gateway.simulatorUrl}/_control/ledger`);
      const { entries } = (await ledger.json()) as Json;
      const charges = entries.filter(
        ({ type, paymentId }: Json) =>
          type === "charge" && String(paymentId) === payments[0].providerPaymentId,
      );
      expect(charges).toHaveLength(1);
      expect(charges[0].deviceId).toMatch(/^armor\.[0-9a-f]{64}$/);
    });

    test("sends the card to the provider alone", async () => {
      await fillIn("APRO");
      await pressPay();
      await showsStatus("APPROVED");
      const secret = new RegExp(`${cardNumber}|"${securityCode}"`);
      const told = requests.filter((request) =>
        secret.test(`${request.url()} ${request.postData() ?? ""}`),
      );
      expect(told.map((request) => new URL(request.url()).origin)).toEqual([gateway.simulatorUrl]);
      expect(frames.filter((frame) => secret.test(frame))).toEqual([]);
      // And the browser watches with a watch token, not with the seller's key.
      const openings = frames.filter((frame) => frame.includes("connection_init"));
      expect(openings).toEqual([expect.stringContaining("Bearer gw_watch_")]);
      const foreign = requests.filter(
        (request) =>
          ![network.url, gateway.simulatorUrl, "null"].includes(new URL(request.url()).origin),
      );
      expect(foreign).toEqual([]);
    });

    test.each([
      {
        holder: "FUND",
        remedy: "Probá con otra tarjeta.",
        category: "Respuesta de tu banco",
        wrong: null,
      },
      {
        holder: "SECU",
        remedy: "Corregí el campo marcado y volvé a pagar.",
        category: "Hay un dato mal escrito",
        wrong: "form-checkout__securityCode",
      },
      {
        holder: "EXPI",
        remedy: "Corregí el campo marcado y volvé a pagar.",
        category: "Hay un dato mal escrito",
        wrong: "form-checkout__expirationDate",
      },
      {
        holder: "FORM",
        remedy: "Corregí el campo marcado y volvé a pagar.",
        category: "Hay un dato mal escrito",
        wrong: "form-checkout",
      },
    ])("says why $holder is declined, and takes the next try", async (expected) => {
      await fillIn(expected.holder);
      await pressPay();
      await showsStatus("REJECTED");
      await page.locator("#rejection").waitFor();
      const [rejected] = await readPayments();
      const { body } = await gateway.query(
        "query ($id: ID!) { payment(id: $id) { rejection { buyerMessage(language: ES) } } }",
        { id: rejected.id },
      );
      expect(await text("#rejection-message")).toBe(body.data.payment.rejection.buyerMessage);
      expect(await text("#rejection-remedy")).toBe(expected.remedy);
      expect(await text("#rejection-category")).toBe(expected.category);
      const marked = await page
        .locator(".wrong")
        .evaluateAll((elements) => elements.map(({ id }) => id));
      expect(marked).toEqual(expected.wrong === null ? [] : [expected.wrong]);

      await page.fill("#form-checkout__cardholderName", "APRO");
      await pressPay();
      await showsStatus("APPROVED");
      expect(await page.locator("#rejection").isHidden()).toBe(true);
      const payments = await readPayments();
      expect(payments.map(({ status }: Json) => status).sort()).toEqual(["APPROVED", "REJECTED"]);
    });

    test("says that nothing was taken when the payment is refused, and takes the next try", async () => {
      await fillIn("APRO");
      await page.fill("#form-checkout__cardholderEmail", `${"a".repeat(300)}@testuser.com`);
      await pressPay();
      await page.locator("#form-fault").waitFor();
      expect(await text("#form-fault")).toContain(
        "no se cobró nada. Intentá de nuevo (INVALID_INPUT)",
      );
      await page.fill("#form-checkout__cardholderEmail", "ana@testuser.com");
      await pressPay();
      await showsStatus("APPROVED");
      expect(await readPayments()).toHaveLength(1);
    });

    test("says what is wrong with a card that the provider does not take", async () => {
      await fillIn("APRO");
      await page.fill("#form-checkout__securityCode input", "1");
      await pressPay();
      await page.locator("#form-fault").waitFor();
      expect(await text("#form-fault")).toContain("security_code");
      expect(requests.some((request) => request.postData()?.includes("createPayment"))).toBe(false);
    });

    test("misses no status while the network is lost", async () => {
      await fillIn("CONT");
      await pressPay();
      await showsStatus("IN_REVIEW");
      const seen = await statuses();
      network.cut();
      await eventually(async () => (await text("#connection")) === "connecting again…");
      const [{ providerPaymentId }] = await readPayments();
      // Two of them, so that the present state alone would not do.
      const moves = [
        { status: "pending", status_detail: "pending_waiting_payment", becomes: "PENDING" },
        { status: "approved", status_detail: "accredited", becomes: "APPROVED" },
      ];
      for (const { becomes, ...move } of moves) {
        await gateway.control(`/payments/${providerPaymentId}`, move);
        await eventually(async () => (await readPayments())[0].status === becomes);
      }
      network.mend();
      await showsStatus("APPROVED");
      expect(await statuses()).toEqual([...seen, "PENDING", "APPROVED"]);
    });

    test("pays once when the network is lost while the provider works", async () => {
      await slowDown();
      await fillIn("APRO");
      await pressPay();
      await showsStatus("PROCESSING");
      network.cut();
      await eventually(async () => (await text("#connection")) === "connecting again…");
      await eventually(async () => (await readPayments())[0].status === "APPROVED");
      network.mend();
      await showsStatus("APPROVED");
      expect(await statuses()).toEqual(["PROCESSING", "APPROVED"]);
      expect(await readPayments()).toHaveLength(1);
    });
  });
});
