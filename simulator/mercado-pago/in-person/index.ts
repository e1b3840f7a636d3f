import type { FastifyInstance } from "fastify";
import type { World } from "../world";
import { registerAttempts } from "./attempts";
import { registerInPersonControl } from "./control";
import { registerInStoreOrders } from "./in-store-orders";
import { registerIntents } from "./intents";
import { registerMerchantOrders } from "./merchant-orders";
import { registerMobileOrders } from "./mobile-orders";
import { followPayment, planOrder } from "./order-moves";
import { registerOrders } from "./order-routes";
import { registerInPersonPages } from "./pages";
import { registerPointsOfSale } from "./points-of-sale";
import { followMerchantPayment } from "./qr-moves";
import { planTap } from "./reader-moves";
import { registerStores } from "./stores";
import { registerTerminals } from "./terminals";

/** Payments in person: readers and QR codes, in the three generations of the API. */
export function registerInPerson(app: FastifyInstance, world: World): void {
  world.watchPayments((payment) => {
    followPayment(world, payment);
    followMerchantPayment(world, payment);
  });
  registerStores(app, world);
  registerPointsOfSale(app, world);
  registerTerminals(app, world);
  registerOrders(app, world);
  registerIntents(app, world);
  registerInStoreOrders(app, world);
  registerMerchantOrders(app, world);
  registerAttempts(app, world);
  registerMobileOrders(app, world);
  registerInPersonControl(app, world);
  registerInPersonPages(app, world);
}

/** Plans anew, after a restart, what still has to happen by itself. */
export function reviveInPerson(world: World): void {
  for (const order of world.inPerson.snapshot().orders) planOrder(world, order);
  for (const reader of world.inPerson.readers.values()) {
    if (reader.tap !== null) planTap(world, reader, reader.tap);
  }
}
