import { randomUUID } from "node:crypto";
import { type Answer, controlOf, type Json, send } from "./http";

export interface SimulatedPos {
  posId: string;
  clientSecret: string;
  secondKey: string;
  shopId: string;
  currency: string;
  marketplaceId: string;
  feeAccount: string;
}

/** The PayU half of a running simulator. */
export interface TestPayU {
  url: string;
  /** Calls the simulated provider. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options?: { token?: string | undefined; headers?: Record<string, string> | undefined },
  ): Promise<Answer>;
  /** Calls `/_control` and returns the body; throws when the simulator does not understand. */
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** A new POS, with a marketplace of its own unless one is named. */
  pos(extra?: Record<string, unknown>): Promise<SimulatedPos>;
  /** A new seller of that POS's marketplace; answers with its extCustomerId. */
  seller(pos: SimulatedPos, extra?: Record<string, unknown>): Promise<string>;
  token(pos: Pick<SimulatedPos, "posId" | "clientSecret">): Promise<string>;
  cardToken(outcome?: string): Promise<string>;
  /** Moves an order as its buyer or a bank would. */
  moveOrder(orderId: string, status: string, extra?: Record<string, unknown>): Promise<Json>;
  moveRefund(refundId: string, status: string): Promise<Json>;
  movePayout(payoutId: string, status: number): Promise<Json>;
  advance(ms: number): Promise<void>;
}

export function reachPayU(url: string): TestPayU {
  const control = controlOf(url);
  return {
    url,
    control,
    call(method, path, body, { token, headers } = {}) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return send(method, `${url}${path}`, body, { ...authorization, ...headers });
    },
    pos: (extra = {}) => control("POST", "/pos", extra),
    async seller({ posId }, extra = {}) {
      return (await control("POST", "/sellers", { pos: posId, ...extra })).extCustomerId;
    },
    async token({ posId, clientSecret }) {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: posId,
        client_secret: clientSecret,
      });
      const path = "/pl/standard/user/oauth/authorize";
      const response = await fetch(`${url}${path}`, { method: "POST", body: form });
      const { access_token } = (await response.json()) as Json;
      if (!response.ok) throw new Error(`no token for POS ${posId}`);
      return access_token;
    },
    cardToken: async (outcome) => (await control("POST", "/card-tokens", { outcome })).token,
    moveOrder: (id, status, extra) => control("POST", `/orders/${id}`, { status, ...extra }),
    moveRefund: (id, status) => control("POST", `/refunds/${id}`, { status }),
    movePayout: (id, status) => control("POST", `/payouts/${id}`, { status }),
    advance: (advanceMs) => control("POST", "/clock", { advanceMs }),
  };
}

export interface CartLine {
  seller: string;
  amount: number;
  fee?: number;
}

/** A fresh marketplace with two sellers and the calls that most tests make on its behalf. */
export interface Marketplace {
  pos: SimulatedPos;
  token: string;
  /** A new token, for tests that let more than twelve hours pass. */
  renewToken(): Promise<void>;
  /** The extCustomerIds of its sellers. */
  sellers: [string, string];
  /** An order of the shop itself, to be paid on the hosted page. */
  orderBody(extra?: Record<string, unknown>): Record<string, Json>;
  /** An order with a cart for each line. */
  splitBody(lines: CartLine[], extra?: Record<string, unknown>): Record<string, Json>;
  post(path: string, body?: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Makes an order that a BLIK code pays at once and returns its answer; fails when it is refused. */
  pay(body: Record<string, Json>): Promise<Json>;
  /** The order as GET shows it. */
  order(orderId: string): Promise<Json>;
  refund(orderId: string, refund?: Record<string, unknown>): Promise<Answer>;
  payout(seller: string, amount: number, extra?: Record<string, unknown>): Promise<Answer>;
  balance(seller: string): Promise<{ total: number; available: number }>;
  operations(seller: string, query?: Record<string, string>): Promise<Json>;
  /** What truly happened at this POS. */
  ledger(): Promise<Json[]>;
  /** Where all its money is. */
  totals(): Promise<Json>;
}

/** How a BLIK code pays; this one is always accepted. */
export function byBlik(authorizationCode = "777123") {
  return { payMethods: { payMethod: { type: "PBL", value: "blik", authorizationCode } } };
}

export function byCard(token: string, extra: Record<string, unknown> = {}) {
  return { payMethods: { payMethod: { type: "CARD_TOKEN", value: token, ...extra } } };
}

export async function openMarketplace(
  payu: TestPayU,
  extra: Record<string, unknown> = {},
): Promise<Marketplace> {
  const pos = await payu.pos(extra);
  const sellers: [string, string] = [await payu.seller(pos), await payu.seller(pos)];
  const prefix = "/api/v2_1";
  const marketplace: Marketplace = {
    pos,
    token: await payu.token(pos),
    async renewToken() {
      marketplace.token = await payu.token(pos);
    },
    sellers,
    orderBody: (more = {}) => ({
      merchantPosId: pos.posId,
      customerIp: "127.0.0.1",
      description: "Order",
      currencyCode: pos.currency,
      totalAmount: "5000",
      extOrderId: randomUUID(),
      products: [{ name: "Mug", unitPrice: "5000", quantity: "1" }],
      ...more,
    }),
    splitBody: (lines, more = {}) =>
      marketplace.orderBody({
        totalAmount: String(lines.reduce((sum, { amount }) => sum + amount, 0)),
        products: undefined,
        buyer: { extCustomerId: "buyer-1", email: "buyer@shop.example" },
        shoppingCarts: lines.map(({ seller, amount, fee }) => ({
          extCustomerId: seller,
          amount,
          fee,
          products: [{ name: "Mug", unitPrice: amount, quantity: 1 }],
        })),
        ...more,
      }),
    post: (path, body) => payu.call("POST", `${prefix}${path}`, body, { token: marketplace.token }),
    get: (path) => payu.call("GET", `${prefix}${path}`, undefined, { token: marketplace.token }),
    async pay(body) {
      const answer = await marketplace.post("/orders", { ...byBlik(), ...body });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    order: async (id) => (await marketplace.get(`/orders/${id}`)).body.orders[0],
    refund: (id, refund = {}) =>
      marketplace.post(`/orders/${id}/refunds`, { refund: { description: "Return", ...refund } }),
    payout: (seller, amount, more = {}) =>
      marketplace.post("/payouts", {
        shopId: pos.shopId,
        account: { extCustomerId: seller },
        payout: { amount, currencyCode: pos.currency, extPayoutId: randomUUID(), ...more },
      }),
    async balance(seller) {
      const path = `/customers/ext/${seller}/balances?currencyCode=${pos.currency}`;
      const { balance } = (await marketplace.get(path)).body;
      return { total: Number(balance.totalAmount), available: Number(balance.availableAmount) };
    },
    async operations(seller, query = {}) {
      const dates = { eventDateFrom: "2000-01-01T00:00:00Z", eventDateTo: "2100-01-01T00:00:00Z" };
      const search = new URLSearchParams({ ...dates, ...query });
      return (await marketplace.get(`/customers/ext/${seller}/operations?${search}`)).body;
    },
    ledger: async () => (await payu.control("GET", `/ledger?account=${pos.posId}`)).entries,
    totals: () => payu.control("GET", `/balances?pos=${pos.posId}`),
  };
  return marketplace;
}

/** The next order is made and its answer lost; those after it are lost on the way. Until faults are deleted. */
export async function loseOrders(payu: TestPayU): Promise<void> {
  const match = { method: "POST", path: "^/api/v2_1/orders$" };
  await payu.control("POST", "/faults", { match, effect: "effect-then-drop" });
  await payu.control("POST", "/faults", { match, effect: "drop-before", times: "always" });
}
