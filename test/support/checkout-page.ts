import type { Page, Request } from "playwright-core";
import type { DemoGateway } from "./demo-gateway";
import { eventually, type Json } from "./simulator";

/** The demo's shops, in the order of its list. */
export const shopNumbers = { AR: 0, BR: 1, CO: 2, PL: 3 } as const;

/** A buyer's page of the checkout demo, and everything that leaves it. */
export class CheckoutPage {
  readonly requests: Request[] = [];
  readonly frames: string[] = [];
  readonly faults: string[] = [];
  #openSockets = 0;

  constructor(
    readonly page: Page,
    private readonly gateway: DemoGateway,
  ) {
    page.on("request", (request) => this.requests.push(request));
    page.on("websocket", (socket) => {
      this.#openSockets += 1;
      this.frames.push(socket.url());
      socket.on("framesent", ({ payload }) => this.frames.push(String(payload)));
      socket.on("close", () => {
        this.#openSockets -= 1;
      });
    });
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
  }

  get openSockets(): number {
    return this.#openSockets;
  }

  async open(url: string, country: keyof typeof shopNumbers = "AR"): Promise<void> {
    await this.page.goto(`${url}/checkout-demo?shop=${shopNumbers[country]}`);
    await this.page.locator("#form-checkout[data-ready]").waitFor({ state: "attached" });
  }

  /** A button that fills the form. */
  async fill(label: string): Promise<void> {
    await this.page.getByRole("button", { name: label, exact: true }).click();
  }

  /** The plans of the card that was filled in. */
  async seePlans(): Promise<string[]> {
    const options = this.page.locator("#card-installments option");
    await eventually(async () => (await options.count()) > 1);
    return (await options.allTextContents()).map(plain);
  }

  pay(): Promise<void> {
    return this.page.locator(".pay:visible").click();
  }

  async fillCard(label: string): Promise<void> {
    await this.fill(label);
    await this.seePlans();
  }

  /** Playwright's `waitForFunction` evaluates text in the page, which the page's policy forbids. */
  statuses(): Promise<(string | null)[]> {
    return this.page
      .locator("#statuses li")
      .evaluateAll((lines) => lines.map((line) => line.getAttribute("data-status")));
  }

  showsStatus(status: string): Promise<void> {
    return this.page.locator(`li[data-status=${status}]`).first().waitFor();
  }

  /** With the spaces that can be typed, where amounts have others. */
  async text(selector: string): Promise<string> {
    return plain(await this.page.locator(selector).textContent());
  }

  /** Fields that are marked, each with what is said there. */
  async marked(): Promise<Record<string, string>> {
    const entries = await this.page
      .locator(".field.wrong:visible")
      .evaluateAll((fields) =>
        fields.map((field) => [
          [...field.classList].find((name) => name.startsWith("field-"))?.slice("field-".length) ??
            "",
          field.querySelector(".fault")?.textContent ?? "",
        ]),
      );
    return Object.fromEntries(entries);
  }

  /** What was sent to make payments. */
  get inputs(): Json[] {
    return this.requests
      .filter((request) => request.postData()?.includes("createPayment(") === true)
      .map((request) => request.postDataJSON().variables.input);
  }

  /** The payments of the page's order. */
  async payments(): Promise<Json[]> {
    const { body } = await this.gateway.query(
      `query ($reference: String!) {
        payments(filter: { externalReference: $reference }, first: 5) {
          edges { node { id status providerPaymentId } }
        }
      }`,
      { reference: this.inputs[0].externalReference },
    );
    return body.data.payments.edges.map(({ node }: Json) => node);
  }

  /** How often the provider took money for them. */
  async charges(): Promise<Json[]> {
    const ids = (await this.payments()).map(({ providerPaymentId }) => providerPaymentId);
    const ledger = await fetch(`${this.gateway.simulatorUrl}/_control/ledger`);
    const { entries } = (await ledger.json()) as Json;
    return entries.filter(
      ({ type, paymentId }: Json) => type === "charge" && ids.includes(String(paymentId)),
    );
  }
}

function plain(text: string | null): string {
  return (text ?? "").replace(/\p{Zs}/gu, " ");
}
