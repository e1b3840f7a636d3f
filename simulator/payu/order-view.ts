import { isObject, type JsonObject } from "../core/json-body";
import { wireDate } from "./dates";
import type { Order, OrderStatus, Refund } from "./model";

/** What of the request is shown again as it stands. */
const echoed = ["customerIp", "description", "additionalDescription", "visibleDescription"];

/** An order as GET and the notifications show it. Every amount is a text, whatever was sent. */
export function viewOrder(order: Order, status: OrderStatus): JsonObject {
  const { request } = order;
  const carts = request.shoppingCarts;
  const products = request.products;
  return {
    orderId: order.id,
    ...present("extOrderId", order.extOrderId),
    orderCreateDate: wireDate(order.createdAt),
    ...present("notifyUrl", order.notifyUrl),
    ...Object.fromEntries(echoed.flatMap((name) => Object.entries(present(name, request[name])))),
    merchantPosId: order.posId,
    ...present("validityTime", request.validityTime && String(request.validityTime)),
    currencyCode: order.currency,
    totalAmount: String(order.totalMinor),
    buyer: viewBuyer(request.buyer),
    ...(status === "COMPLETED" ? { payMethod: viewPayMethod(order) } : {}),
    ...(Array.isArray(products) ? { products: products.map(echo) } : {}),
    ...(Array.isArray(carts) ? { shoppingCarts: carts.map(echo) } : {}),
    status,
  };
}

export function viewRefund(order: Order, refund: Refund): JsonObject {
  return {
    refundId: refund.id,
    ...present("extRefundId", refund.extRefundId),
    amount: String(refund.amountMinor),
    currencyCode: order.currency,
    description: refund.description,
    creationDateTime: wireDate(refund.createdAt),
    status: refund.status,
    statusDateTime: wireDate(refund.changedAt),
    ...present("statusError", refund.error),
  };
}

export function viewTransactions(order: Order): JsonObject {
  const { method, resultCode, status } = order;
  if (method === null || status === "NEW") return { transactions: [] };
  const refused = status === "CANCELED" && resultCode !== null ? { resultCode } : {};
  return { transactions: [{ ...viewMeans(order), ...refused }] };
}

function viewMeans(order: Order): JsonObject {
  const { method } = order;
  if (method?.type === "CARD_TOKEN") {
    return {
      payMethod: { value: "c" },
      paymentFlow: "CARD",
      card: {
        cardData: {
          cardNumberMasked: "444433******1111",
          cardScheme: "VS",
          cardResponseCode: order.resultCode === null ? "000" : "05",
          card3DsStatus: order.asks3ds ? "Y" : "N",
        },
      },
    };
  }
  if (method?.isBlikCode) return { payMethod: { value: "blik" }, txRef: order.paymentId };
  const account = { number: "29112200003333444455556666", name: "Simulated buyer" };
  return { payMethod: { value: method?.value }, bankAccount: account };
}

function viewPayMethod(order: Order): JsonObject {
  return { amount: String(order.capturedMinor), type: order.method?.type ?? "PBL" };
}

/** The buyer's id at the shop is not shown again, as in the samples. */
function viewBuyer(buyer: unknown): JsonObject {
  const { extCustomerId: _payer, ...shown } = isObject(buyer) ? buyer : {};
  return { customerId: "guest", ...shown };
}

/** Numbers become texts; `virtual` and `listingDate` are never given back. */
function echo(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(echo);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !["virtual", "listingDate"].includes(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, echo(member)]));
}

function present(name: string, value: unknown): JsonObject {
  return value === null || value === undefined ? {} : { [name]: value };
}
