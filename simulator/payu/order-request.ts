import { isIP } from "node:net";
import { readCarts, readProducts } from "./cart-request";
import { invalid } from "./errors";
import { Fields } from "./fields";
import { type ChosenMethod, readMethod } from "./methods";
import type { Cart } from "./model";

/** How long an order can be paid when it does not say so, in seconds (PayU reference: orders). */
const usualValidity = 86_400;

/** The parts of an order request that the simulator acts on; everything else is stored as sent. */
export interface OrderRequest {
  posId: string;
  extOrderId: string | null;
  currency: string;
  totalMinor: number;
  validityMs: number;
  notifyUrl: string | null;
  continueUrl: string | null;
  carts: Cart[];
  method: ChosenMethod | undefined;
}

/** Reads and checks a request; throws the first refusal it meets. */
export function readOrderRequest(body: unknown): OrderRequest {
  const order = Fields.of(body);
  const posId = order.requiredText("merchantPosId");
  readIp(order);
  order.requiredText("description", 4000);
  const currency = order.requiredText("currencyCode");
  const totalMinor = order.requiredAmount("totalAmount");
  const carts = readCarts(order, totalMinor);
  // Choice: the reference asks for products at the order too, but no sample with carts has any.
  const products = carts.length > 0 ? order.list("products") : order.requiredList("products");
  readProducts(products);
  readBuyer(order.object("buyer"));
  return {
    posId,
    extOrderId: order.text("extOrderId", 1024) ?? null,
    currency,
    totalMinor,
    validityMs: readValidity(order) * 1000,
    notifyUrl: readUrl(order, "notifyUrl"),
    continueUrl: readUrl(order, "continueUrl"),
    carts,
    method: readMethod(order, totalMinor, currency),
  };
}

function readIp(order: Fields): void {
  const ip = order.requiredText("customerIp");
  if (isIP(ip) === 0 || ip === "0.0.0.0") {
    throw invalid(order.path("customerIp"), "is no address of a customer");
  }
}

function readValidity(order: Fields): number {
  return order.has("validityTime") ? order.requiredAmount("validityTime") : usualValidity;
}

function readBuyer(buyer: Fields | undefined): void {
  if (!buyer) return;
  for (const name of ["extCustomerId", "email"]) buyer.text(name, 255);
  for (const name of ["firstName", "lastName"]) buyer.text(name, 100);
}

function readUrl(order: Fields, name: string): string | null {
  const url = order.text(name, 1024);
  if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url))) {
    throw invalid(order.path(name), "is no URL");
  }
  return url ?? null;
}
