import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../core/json-body";
import { asHtml, sendPage } from "../core/page";
import type { Order } from "./model";
import { beginOrder, declineOrder, isOpen, payOrder } from "./order-moves";
import type { World } from "./world";

/** Where the buyer is sent to pay; the token keeps others from guessing the address. */
export function pageUrl(world: World, order: Order): string {
  return `${world.baseUrl}/pay/?${new URLSearchParams({ orderId: order.id, token: order.pageToken })}`;
}

/**
 * The page on which a buyer pays. The real one leads on to a bank; here three buttons decide at once.
 * Walking away leaves the order PENDING, until its validity ends.
 */
export function registerPayPage(app: FastifyInstance, world: World): void {
  app.get("/pay/", (request, reply) => {
    const order = findOrder(world, request.query);
    if (!order) return sendPage(reply.code(404), "PayU", "This link is not valid", "");
    return isOpen(order) && order.status !== "WAITING_FOR_CONFIRMATION"
      ? sendPage(reply, "PayU", "Pay", form(order))
      : sendPage(reply, "PayU", "This order is closed", statusOf(order));
  });

  app.post("/pay/", (request, reply) => {
    const body = isObject(request.body) ? request.body : {};
    const order = findOrder(world, body);
    if (!order) return sendPage(reply.code(404), "PayU", "This link is not valid", "");
    const canPay = order.status === "NEW" || order.status === "PENDING";
    if (canPay) answer(world, order, body.answer);
    if (order.continueUrl !== null) return reply.redirect(backUrl(order, order.continueUrl), 303);
    return sendPage(reply, "PayU", titleAfter(order), statusOf(order));
  });
}

function answer(world: World, order: Order, choice: unknown): void {
  order.method ??= { type: "PBL", value: "m", isBlikCode: false, isPreAuthorization: false };
  if (choice === "pay") payOrder(world, order);
  else if (choice === "decline") declineOrder(world, order, refusalOf(order));
  else beginOrder(world, order);
}

function refusalOf(order: Order): string {
  return order.asks3ds ? "REG_ERROR_AUTHENTICATION_REJECTED" : "AUT_ERROR_NO_AUTHORIZATION";
}

/** `error=501` says that nothing was authorized, also when the buyer only walked away. */
function backUrl(order: Order, continueUrl: string): string {
  const back = new URL(continueUrl);
  const isPaid = order.status === "COMPLETED" || order.status === "WAITING_FOR_CONFIRMATION";
  if (order.asks3ds) {
    back.searchParams.set("statusCode", isPaid ? "SUCCESS" : "WARNING_CONTINUE_3DS");
    back.searchParams.set("refReqId", order.pageToken);
  }
  if (!isPaid) back.searchParams.set("error", "501");
  return back.href;
}

function findOrder(world: World, given: unknown): Order | undefined {
  const { orderId, token } = isObject(given) ? given : ({} as JsonObject);
  const order = world.orders.get(String(orderId));
  return order?.pageToken === token ? order : undefined;
}

/** What a buyer reads whom no shop takes back. */
function titleAfter({ status }: Order): string {
  if (status === "COMPLETED" || status === "WAITING_FOR_CONFIRMATION") return "Thank you";
  return status === "CANCELED" ? "Nothing was paid" : "Not paid yet";
}

function statusOf({ status }: Order): string {
  return (
    `<p>The order is <span id="status" class="status">${status}</span></p>` +
    `<p class="soft">You can close this page and go back to the shop.</p>`
  );
}

function form(order: Order): string {
  const amount = `${(order.totalMinor / 100).toFixed(2)} ${order.currency}`;
  const description = String(order.request.description ?? "");
  const buttons = [
    ["pay", "Pay"],
    ["decline", "Decline"],
    ["walk-away", "Walk away"],
  ].map(([id, label]) => `<button id="${id}" name="answer" value="${id}">${label}</button>`);
  return `<p id="description" class="soft">${asHtml(description)}</p>
<p id="amount" class="amount">${amount}</p>
<form method="post" action="/pay/">
<input type="hidden" name="orderId" value="${order.id}">
<input type="hidden" name="token" value="${order.pageToken}">
${buttons.join("\n")}
</form>`;
}
