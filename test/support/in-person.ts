import { type Answer, type Json, type SimulatedSeller, type TestSimulator } from "./simulator";

/** A seller with a reader on its till, in one generation of the API, and the calls that most tests make. */
export interface InPersonShop {
  seller: SimulatedSeller;
  reader: Json;
  call(method: string, path: string, body?: unknown, options?: Json): Promise<Answer>;
  /** Creates an order for the reader and returns it. */
  order(extra?: Json): Promise<Json>;
  /** The same, once the reader shows it. */
  ring(extra?: Json): Promise<Json>;
  read(id: string): Promise<Json>;
  /** Does something at the reader. */
  at(action: string, body?: unknown): Promise<Json>;
  /** Changes the reader's switches. */
  set(switches: Json): Promise<Json>;
  truth(id: string): Promise<Json>;
  ledger(): Promise<Json[]>;
}

export async function openInPersonShop(
  simulator: TestSimulator,
  siteId = "MLB",
  api = "orders",
): Promise<InPersonShop> {
  const seller = await simulator.seller(siteId);
  await simulator.control("POST", `/accounts/${seller.userId}/in-person`, { api });
  const reader = await simulator.control("POST", "/readers", { userId: seller.userId });
  const token = seller.accessToken;
  const shop: InPersonShop = {
    seller,
    reader,
    call: (method, path, body, options) =>
      simulator.call(method, path, body, { token, ...options }),
    async order(extra) {
      const answer = await shop.call("POST", "/v1/orders", pointOrder(shop.reader.id, extra));
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    async ring(extra) {
      const { id } = await shop.order(extra);
      await shop.at("refresh");
      return shop.read(id);
    },
    read: async (id) => (await shop.call("GET", `/v1/orders/${id}`)).body,
    at: (action, body) => simulator.control("POST", `/readers/${shop.reader.id}/${action}`, body),
    set: (switches) => simulator.control("POST", `/readers/${shop.reader.id}`, switches),
    truth: (id) => simulator.control("GET", `/in-person-orders/${id}`),
    ledger: async () =>
      (await simulator.control("GET", `/ledger?account=${seller.userId}`)).entries,
  };
  return shop;
}

let sale = 0;

export function pointOrder(readerId: string, extra: Json = {}): Json {
  sale += 1;
  return {
    type: "point",
    external_reference: `sale_${sale}`,
    transactions: { payments: [{ amount: "50.00" }] },
    config: { point: { terminal_id: readerId } },
    ...extra,
  };
}

export function qrOrder(externalPosId: string, mode: string, extra: Json = {}): Json {
  sale += 1;
  return {
    type: "qr",
    external_reference: `sale_${sale}`,
    total_amount: "50.00",
    transactions: { payments: [{ amount: "50.00" }] },
    config: { qr: { external_pos_id: externalPosId, mode } },
    ...extra,
  };
}
