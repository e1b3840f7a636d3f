import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type SimulatorOptions, startSimulator } from "../../simulator/index";
import { type Answer, controlOf, type Json, send } from "./http";
import { reachPayU, type TestPayU } from "./payu-simulator";

export type { Answer, Json } from "./http";

export interface SimulatedSeller {
  userId: number;
  siteId: string;
  currency: string;
  accessToken: string;
  refreshToken: string;
  publicKey: string;
}

export interface CallOptions {
  token?: string | undefined;
  /** A fresh one when left out; null sends no header at all. */
  key?: string | null | undefined;
  headers?: Record<string, string> | undefined;
}

/** A running simulator and the few things a test wants of it. */
export interface TestSimulator {
  url: string;
  /** Calls the simulated provider. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Calls `/_control` and returns the body; throws when the simulator does not understand. */
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** The PayU half, which has a world and an address of its own. */
  payu: TestPayU;
  seller(siteId?: string): Promise<SimulatedSeller>;
  cardToken(seller: SimulatedSeller, holder?: string, cardNumber?: string): Promise<string>;
  close(): Promise<void>;
}

/** Boots a simulator on a free port. Notifications are off unless asked for. */
export async function bootSimulator(options: SimulatorOptions = {}): Promise<TestSimulator> {
  const simulator = await startSimulator({ notifications: { mode: "off" }, ...options });
  const { url } = simulator.mercadoPago;
  const control: TestSimulator["control"] = controlOf(url);
  return {
    url,
    control,
    payu: reachPayU(simulator.payu.url),
    call(method, path, body, { token, key, headers } = {}) {
      return send(method, `${url}${path}`, body, {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === null || method === "GET" ? {} : { "x-idempotency-key": key ?? randomUUID() }),
        ...headers,
      });
    },
    seller: (siteId = "MLA") => control("POST", "/accounts", { siteId }),
    async cardToken(seller, holder = "APRO", cardNumber) {
      const { userId } = seller;
      return (await control("POST", "/card-tokens", { userId, holder, cardNumber })).id;
    },
    close: () => simulator.close(),
  };
}

/** Counts from now on the requests that match: a fault that never strikes counts what passes it. */
export async function countRequests(
  simulator: TestSimulator,
  match: { readonly method: string; readonly path: string },
): Promise<() => Promise<number>> {
  const skip = 1_000_000;
  const { id } = await simulator.control("POST", "/faults", { match, skip, effect: "drop-before" });
  return async () => {
    const { faults } = await simulator.control("GET", "/faults");
    const counter = faults.find((fault: Json) => fault.id === id);
    return skip - counter.skip;
  };
}

/** Counts from now on how often credentials are asked for. */
export function countTokenRequests(simulator: TestSimulator): Promise<() => Promise<number>> {
  return countRequests(simulator, { method: "POST", path: "^/oauth/token$" });
}

/** A fresh seller and the calls that most tests make on its behalf. */
export interface Shop {
  seller: SimulatedSeller;
  /** A payment request that is approved as it stands. */
  cardBody(extra?: Record<string, unknown>, holder?: string): Promise<Record<string, Json>>;
  post(body: unknown, key?: string | null, token?: string): Promise<Answer>;
  /** Makes a payment and returns it; fails when it is refused. */
  pay(extra?: Record<string, unknown>, holder?: string): Promise<Json>;
  put(paymentId: number, body: unknown, key?: string): Promise<Answer>;
  get(path: string): Promise<Answer>;
  payment(id: number): Promise<Json>;
  refund(paymentId: number, body?: unknown, key?: string | null): Promise<Answer>;
  /** What truly happened at this seller. */
  ledger(): Promise<Json[]>;
}

export async function openShop(simulator: TestSimulator, siteId = "MLA"): Promise<Shop> {
  const seller = await simulator.seller(siteId);
  const token = seller.accessToken;
  const shop: Shop = {
    seller,
    cardBody: async (extra = {}, holder = "APRO") => ({
      transaction_amount: 100.5,
      token: await simulator.cardToken(seller, holder),
      installments: 1,
      payment_method_id: "visa",
      payer: { email: "buyer@testuser.com" },
      ...extra,
    }),
    post: (body, key, as = token) =>
      simulator.call("POST", "/v1/payments", body, { token: as, key }),
    async pay(extra, holder) {
      const answer = await shop.post(await shop.cardBody(extra, holder));
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    put: (id, body, key) => simulator.call("PUT", `/v1/payments/${id}`, body, { token, key }),
    get: (path) => simulator.call("GET", path, undefined, { token }),
    payment: async (id) => (await shop.get(`/v1/payments/${id}`)).body,
    refund: (id, body, key) =>
      simulator.call("POST", `/v1/payments/${id}/refunds`, body, { token, key }),
    ledger: async () =>
      (await simulator.control("GET", `/ledger?account=${seller.userId}`)).entries,
  };
  return shop;
}

export interface ReceivedWebhook {
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Json;
  /** The body as it came, which is what was signed. */
  text: string;
  receivedAt: number;
}

/** A shop's webhook address that remembers what came and answers as it is told. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** The status of the next answers, first one first; 200 when there is none left. */
  readonly statuses: number[] = [];
  /** Where it listens. */
  address = "";
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = new URL(request.url ?? "/", "http://receiver");
        const text = Buffer.concat(chunks).toString("utf8");
        this.received.push({
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: JSON.parse(text),
          text,
          receivedAt: Date.now(),
        });
        response.statusCode = this.statuses.shift() ?? 200;
        response.end();
      });
    });
  }

  /** Starts it and returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    this.address = `http://127.0.0.1:${port}/hook`;
    return this.address;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Polls until the condition holds; fails with the last state when it never does. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`The condition did not come true within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
