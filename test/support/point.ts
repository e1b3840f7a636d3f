import { randomUUID } from "node:crypto";
import { type ConnectedSeller, type MovableClock, TestGateway } from "./gateway";
import { eventually, type Json } from "./simulator";

export const orderFields =
  "id status providerStatus providerStatusDetail providerOrderId api amount { amount currency } paidAmount { amount } tipAmount { amount } failure { code providerCode } settledBecause device { id status currentOrder { id } } payment { id status amount { amount } payer { email } pointOrder { id } refundableAmount { amount } method { methodId installments } }";
const shown = `replayed pointOrder { ${orderFields} } orderInTheWay { pointOrder { id } providerOrderId }`;

/** A seller with a reader, and what a till and the people at the reader do. */
export interface PointShop {
  readonly seller: ConnectedSeller;
  readonly reader: Json;
  readonly deviceId: string;
  input(extra?: Json): Json;
  create(extra?: Json, credential?: string): Promise<Json>;
  cancel(input: Json): Promise<Json>;
  read(id: string): Promise<Json>;
  device(): Promise<Json>;
  timeline(id: string): Promise<string[]>;
  comesTo(id: string, status: string): Promise<Json>;
  /** Does something at the reader. */
  at(action: string, body?: unknown): Promise<Json>;
  set(switches: Json): Promise<Json>;
  /** What truly happened to the seller's money. */
  effects(): Promise<string[]>;
  fault(method: string, path: string, effect: unknown, more?: Json): Promise<Json>;
  /** Calls that the gateway has made for the seller so far are not counted here; those of one fault are. */
  truth(providerOrderId: string): Promise<Json>;
}

export async function openPointShop(
  gateway: TestGateway,
  clock: MovableClock,
  { site = "MLB", switches = {} }: { site?: string; switches?: Json } = {},
): Promise<PointShop> {
  const { simulator } = gateway;
  const seller = await gateway.connectSeller(site);
  const { userId } = seller.shop.seller;
  const reader = await simulator.control("POST", "/readers", {
    userId,
    pickUpMs: null,
    ...switches,
  });
  const { pointDevices } = await gateway.data(
    "query ($id: ID!) { pointDevices(sellerId: $id) { id } }",
    { id: seller.id },
    seller.key,
  );
  const deviceId: string = pointDevices[0].id;
  const read = async (id: string): Promise<Json> => {
    const document = `query ($id: ID!) { pointOrder(id: $id) { ${orderFields} } }`;
    return (await gateway.data(document, { id }, seller.key)).pointOrder;
  };
  const shop: PointShop = {
    ...{ seller, reader, deviceId, read },
    input: (extra = {}) => ({
      ...{ idempotencyKey: randomUUID(), deviceId, amount: "50.00" },
      ...{ currency: seller.shop.seller.currency, ...extra },
    }),
    create: (extra, credential = seller.key) =>
      gateway.mutate("createPointOrder", shop.input(extra), shown, credential),
    cancel: (input) =>
      gateway.mutate(
        "cancelPointOrder",
        { idempotencyKey: randomUUID(), ...input },
        `replayed pointOrder { ${orderFields} }`,
        seller.key,
      ),
    device: async () =>
      (
        await gateway.data(
          "query ($id: ID!) { pointDevice(id: $id) { status currentOrder { id status } } }",
          { id: deviceId },
          seller.key,
        )
      ).pointDevice,
    timeline: async (id) => {
      const document =
        "query ($id: ID!) { pointOrder(id: $id) { events { edges { node { to } } } } }";
      const { pointOrder } = await gateway.data(document, { id }, seller.key);
      return pointOrder.events.edges.map(({ node }: Json) => node.to);
    },
    async comesTo(id, status) {
      await eventually(async () => {
        clock.advance(1_000);
        gateway.app.wakeJobs();
        return (await read(id)).status === status;
      });
      return read(id);
    },
    at: (action, body) => simulator.control("POST", `/readers/${reader.id}/${action}`, body),
    set: (changes) => simulator.control("POST", `/readers/${reader.id}`, changes),
    effects: async () =>
      (await simulator.control("GET", `/ledger?account=${userId}`)).entries.map(
        ({ type }: Json) => type,
      ),
    fault: (method, path, effect, more = {}) =>
      simulator.control("POST", "/faults", {
        ...{ match: { method, path, account: userId }, effect, ...more },
      }),
    truth: (id) => simulator.control("GET", `/in-person-orders/${id}`),
  };
  return shop;
}
