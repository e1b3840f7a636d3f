import { demoSellers } from "../seed";
import { siteOf } from "../sites";
import { emvText } from "./emv";
import {
  type InPersonApi,
  type InPersonOrder,
  isOpenOrder,
  type MerchantOrder,
  type PointOfSale,
  type Reader,
  type Store,
} from "./model";

export interface InPersonSnapshot {
  apis: [number, InPersonApi][];
  integrated: number[];
  stores: Store[];
  pointsOfSale: PointOfSale[];
  readers: Reader[];
  orders: InPersonOrder[];
  merchantOrders: MerchantOrder[];
}

/** Everything that is there to be paid in person with. */
export class InPersonBook {
  /** Which generation of the API an account uses, where it is not the newest. */
  readonly apis = new Map<number, InPersonApi>();
  /** Accounts that switched on the integration of the oldest API. */
  readonly integrated = new Set<number>();
  readonly stores = new Map<number, Store>();
  readonly pointsOfSale = new Map<number, PointOfSale>();
  readonly readers = new Map<string, Reader>();
  readonly merchantOrders = new Map<number, MerchantOrder>();
  readonly #orders = new Map<number, InPersonOrder>();
  readonly #byId = new Map<string, InPersonOrder>();
  readonly #byPayment = new Map<number, InPersonOrder>();

  constructor() {
    this.#seed();
  }

  apiOf(account: number): InPersonApi {
    return this.apis.get(account) ?? "orders";
  }

  addOrder(order: InPersonOrder): void {
    this.#orders.set(order.key, order);
    this.#byId.set(order.id, order);
    for (const id of [order.paymentId, order.unseenPaymentId])
      if (id !== null) this.link(order, id);
  }

  /** From now on what happens to the payment concerns the order. */
  link(order: InPersonOrder, paymentId: number): void {
    this.#byPayment.set(paymentId, order);
  }

  order(key: number): InPersonOrder | undefined {
    return this.#orders.get(key);
  }

  orderWithId(id: string): InPersonOrder | undefined {
    return this.#byId.get(id);
  }

  orderPaidBy(paymentId: number): InPersonOrder | undefined {
    return this.#byPayment.get(paymentId);
  }

  ordersOf(account: number): InPersonOrder[] {
    return [...this.#orders.values()].filter((order) => order.account === account);
  }

  /** The order that keeps a reader busy. */
  orderAtReader(readerId: string): InPersonOrder | undefined {
    return this.#newest((order) => order.readerId === readerId && isOpenOrder(order));
  }

  /** The order that the printed code of a point of sale leads to. */
  orderAtPos(posId: number): InPersonOrder | undefined {
    return this.#newest(
      (order) =>
        order.posId === posId &&
        order.type === "qr" &&
        order.qrMode !== "dynamic" &&
        isOpenOrder(order),
    );
  }

  orderWithCode(qrData: string): InPersonOrder | undefined {
    const own = this.#newest((order) => order.qrData === qrData);
    if (own) return own;
    const pos = [...this.pointsOfSale.values()].find(({ qrCode }) => qrCode === qrData);
    return pos && this.orderAtPos(pos.id);
  }

  merchantOrdersOf(order: InPersonOrder): MerchantOrder[] {
    return [...this.merchantOrders.values()].filter(({ orderKey }) => orderKey === order.key);
  }

  readersOf(account: number): Reader[] {
    return [...this.readers.values()].filter((reader) => reader.account === account);
  }

  posOf(reader: Reader): PointOfSale | undefined {
    return reader.posId === null ? undefined : this.pointsOfSale.get(reader.posId);
  }

  posWithExternalId(account: number, externalId: string): PointOfSale | undefined {
    return [...this.pointsOfSale.values()].find(
      (pos) => pos.account === account && pos.externalId === externalId,
    );
  }

  storeWithExternalId(account: number, externalId: string): Store | undefined {
    return [...this.stores.values()].find(
      (store) => store.account === account && store.externalId === externalId,
    );
  }

  reset(): void {
    this.#clear();
    this.#seed();
  }

  snapshot(): InPersonSnapshot {
    return {
      apis: [...this.apis],
      integrated: [...this.integrated],
      stores: [...this.stores.values()],
      pointsOfSale: [...this.pointsOfSale.values()],
      readers: [...this.readers.values()],
      orders: [...this.#orders.values()],
      merchantOrders: [...this.merchantOrders.values()],
    };
  }

  restore(saved: InPersonSnapshot): void {
    this.#clear();
    for (const [account, api] of saved.apis) this.apis.set(account, api);
    for (const account of saved.integrated) this.integrated.add(account);
    for (const store of saved.stores) this.stores.set(store.id, store);
    for (const pos of saved.pointsOfSale) this.pointsOfSale.set(pos.id, pos);
    for (const reader of saved.readers) this.readers.set(reader.id, reader);
    for (const order of saved.orders) this.addOrder(order);
    for (const one of saved.merchantOrders) this.merchantOrders.set(one.id, one);
  }

  #newest(is: (order: InPersonOrder) => boolean): InPersonOrder | undefined {
    return [...this.#orders.values()].findLast(is);
  }

  #clear(): void {
    this.integrated.clear();
    for (const map of [this.apis, this.stores, this.pointsOfSale, this.readers]) map.clear();
    for (const map of [this.#orders, this.#byId, this.#byPayment, this.merchantOrders]) map.clear();
  }

  /** Each demo seller has a store with a till and two readers, so that a fresh checkout can ring one. */
  #seed(): void {
    demoSellers.forEach(({ account }, index) => {
      const { userId, siteId, nickname } = account;
      const letter = nickname.slice(-1);
      const storeId = userId * 10 + 1;
      const posId = userId * 10 + 2;
      const uuid = `5555000${letter.toLowerCase().charCodeAt(0).toString(16)}`.padEnd(32, "0");
      this.stores.set(storeId, {
        id: storeId,
        account: userId,
        name: `Demo store ${letter}`,
        externalId: `STORE${letter}`,
        businessHours: {},
        location: {},
        createdAt: 0,
      });
      this.pointsOfSale.set(posId, {
        id: posId,
        account: userId,
        storeId,
        externalId: `TILL${letter}`,
        name: `Demo till ${letter}`,
        fixedAmount: true,
        category: null,
        qrMode: null,
        uuid,
        qrCode: emvText(uuid, `Demo till ${letter}`, siteOf(siteId).country, false),
        createdAt: 0,
        updatedAt: 0,
      });
      const serial = `SBX000000${index + 1}`;
      for (const [id, name, mode] of [
        [`NEWLAND_N950__${serial}`, `till-${letter.toLowerCase()}`, "PDV"],
        [`PAX_A910__DEMO00000${letter}`, `spare-${letter.toLowerCase()}`, "STANDALONE"],
      ] as const) {
        this.readers.set(id, { ...newReader(id, userId, name), posId, mode, runningMode: mode });
      }
    });
  }
}

/** A reader as it comes out of its box, paired with an account and nothing else. */
export function newReader(id: string, account: number, name: string): Reader {
  return {
    id,
    name,
    number: numberOf(id),
    account,
    posId: null,
    mode: "UNDEFINED",
    runningMode: "UNDEFINED",
    isPlugged: true,
    isOnline: true,
    pickUpMs: 0,
    canBeAskedToCancel: true,
    honoursCancel: true,
    tellsLate: false,
    tipMinor: 0,
    tap: null,
  };
}

/** The oldest API has numbers for devices. The same reader keeps the same one. */
function numberOf(id: string): number {
  return [...id].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
}
