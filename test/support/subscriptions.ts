import type { Answer, Json, SimulatedSeller, TestSimulator } from "./simulator";

export const minute = 60 * 1000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const buyer = "buyer@testuser.com";

/** A seller of subscriptions at the simulated Mercado Pago, and the calls that tests make for it. */
export class Club {
  constructor(
    readonly simulator: TestSimulator,
    readonly seller: SimulatedSeller,
  ) {}

  static async open(simulator: TestSimulator, siteId = "MLA"): Promise<Club> {
    return new Club(simulator, await simulator.seller(siteId));
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.simulator.call(method, path, body, { token: this.seller.accessToken });
  }

  recurring(extra: Json = {}): Json {
    return {
      frequency: 1,
      frequency_type: "months",
      transaction_amount: 1500,
      currency_id: this.seller.currency,
      ...extra,
    };
  }

  planBody(recurring: Json = {}, extra: Json = {}): Json {
    return {
      reason: "Yoga, monthly",
      back_url: "https://shop.example/back",
      auto_recurring: this.recurring(recurring),
      ...extra,
    };
  }

  body(recurring: Json = {}, extra: Json = {}): Json {
    return {
      reason: "Gym, monthly",
      external_reference: "SUB-9",
      payer_email: buyer,
      back_url: "https://shop.example/ok",
      auto_recurring: this.recurring(recurring),
      status: "pending",
      ...extra,
    };
  }

  async plan(recurring: Json = {}, extra: Json = {}): Promise<Json> {
    return made(await this.call("POST", "/preapproval_plan", this.planBody(recurring, extra)));
  }

  async pending(recurring: Json = {}, extra: Json = {}): Promise<Json> {
    return made(await this.call("POST", "/preapproval", this.body(recurring, extra)));
  }

  async authorized(recurring: Json = {}, extra: Json = {}): Promise<Json> {
    const card_token_id = await this.token();
    return this.pending(recurring, { card_token_id, status: "authorized", ...extra });
  }

  async join(planId: string, extra: Json = {}): Promise<Json> {
    const body = {
      preapproval_plan_id: planId,
      payer_email: buyer,
      external_reference: "SUB-9",
      card_token_id: await this.token(),
      status: "authorized",
      ...extra,
    };
    return made(await this.call("POST", "/preapproval", body));
  }

  token(holder = "APRO", cardNumber?: string): Promise<string> {
    return this.simulator.cardToken(this.seller, holder, cardNumber);
  }

  async read(id: string): Promise<Json> {
    return (await this.call("GET", `/preapproval/${id}`)).body;
  }

  put(id: string, body: unknown): Promise<Answer> {
    return this.call("PUT", `/preapproval/${id}`, body);
  }

  /** As it truly is. */
  truth(id: string): Promise<Json> {
    return this.simulator.control("GET", `/subscriptions/${id}`);
  }

  async invoices(id: string): Promise<Json[]> {
    const { invoices } = await this.truth(id);
    return Promise.all(
      invoices.map(
        async (one: Json) => (await this.call("GET", `/authorized_payments/${one.id}`)).body,
      ),
    );
  }

  async ledger(type: string): Promise<Json[]> {
    const { entries } = await this.simulator.control(
      "GET",
      `/ledger?account=${this.seller.userId}`,
    );
    return entries.filter((entry: Json) => entry.type === type);
  }

  /** Decides how the next charges end, or the next checks of a card. */
  decide(body: Json): Promise<Json> {
    return this.simulator.control("POST", "/subscriptions/outcomes", {
      userId: this.seller.userId,
      ...body,
    });
  }

  advance(ms: number): Promise<Json> {
    return this.simulator.control("POST", "/clock", { advanceMs: ms });
  }

  /** Forward to an instant; `-04:00` is the offset that the provider reckons in. */
  moveTo(date: string): Promise<Json> {
    return this.simulator.control("POST", "/clock", { set: date });
  }

  settings(body: Json): Promise<Json> {
    return this.simulator.control("POST", "/subscriptions/settings", body);
  }
}

function made(answer: Answer): Json {
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}
