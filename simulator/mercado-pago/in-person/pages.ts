import type { FastifyReply } from "fastify";
import { z } from "zod";
import { asHtml } from "../../core/page";
import { isCard, paymentMethodsOf } from "../payment-methods";
import { siteOf } from "../sites";
import type { World } from "../world";
import type { App } from "./answers";
import { outcomeNames } from "./charge";
import { actAtReader, openScan } from "./control";
import { type InPersonOrder, isOpenOrder, type Reader } from "./model";
import { amountText } from "./order-view";
import { style } from "./page-style";
import { drawCode, registerPrintedCodes } from "./printed-codes";
import { payScan, scanCode } from "./qr-moves";
import { readerActions, shownAt, type TapWish } from "./reader-moves";

/** How long a card takes on the page, so that there is time to pull the plug. */
const chargingMs = 3_000;

const tapForm = z.object({
  outcome: z.enum(outcomeNames).catch("accredited"),
  methodId: z.string().optional().catch(undefined),
});
const tipForm = z.object({ tip: z.coerce.number().positive().max(1_000_000).catch(0) });
const phoneForm = z.object({
  data: z.string().default(""),
  merchantOrderId: z.coerce.number().optional(),
  answer: z.enum(["scan", "pay", "half", "decline"]).default("scan"),
});

type ReaderPath = { Params: { id: string } };

/** Pages on which a person has the cards and the phone: readers to tap, and QR codes to pay. */
export function registerInPersonPages(app: App, world: World): void {
  registerPrintedCodes(app, world);

  app.get("/demo/readers", (_request, reply) => {
    const cards = [...world.inPerson.readers.values()].map((reader) => {
      const order = world.inPerson.orderAtReader(reader.id);
      const state = order === undefined ? "free" : `busy: ${priceOf(order)}`;
      return `<a class="card" href="/demo/readers/${encodeURIComponent(reader.id)}">
<strong>${asHtml(reader.name)}</strong><span>${asHtml(reader.id)}</span>
<span>seller ${reader.account} · ${reader.mode} · ${state}</span></a>`;
    });
    return page(reply, "Card readers", `<div class="list">${cards.join("")}</div>`);
  });

  app.get<ReaderPath>("/demo/readers/:id", (request, reply) => {
    const reader = world.inPerson.readers.get(request.params.id);
    if (!reader) return page(reply.code(404), "There is no such reader", "");
    return page(reply, reader.name, readerPage(world, reader));
  });

  for (const action of readerActions) {
    app.post<ReaderPath>(`/demo/readers/:id/${action}`, (request, reply) => {
      const reader = world.inPerson.readers.get(request.params.id);
      if (!reader) return page(reply.code(404), "There is no such reader", "");
      const { tip } = tipForm.parse(request.body ?? {});
      const site = world.accounts.get(reader.account)?.siteId ?? "MLA";
      const tipMinor = Math.round(tip * 10 ** siteOf(site).decimals);
      const wish = action === "tap" ? wishOf(request.body) : undefined;
      // What cannot be done now is not done: the screen shows what there is.
      actAtReader(world, reader, action, { wish, tipMinor });
      return reply.redirect(`/demo/readers/${encodeURIComponent(reader.id)}`, 303);
    });
  }

  app.get("/demo/qr", (_request, reply) => {
    const orders = [...world.inPerson.pointsOfSale.values()];
    const tills = orders.map((pos) => {
      const order = world.inPerson.orderAtPos(pos.id);
      const state = order === undefined ? "nothing to pay" : priceOf(order);
      return `<a class="card" href="/demo/qr/${pos.id}"><strong>${asHtml(pos.name ?? pos.externalId)}</strong>
<span>${asHtml(pos.externalId)} · seller ${pos.account}</span><span>${state}</span></a>`;
    });
    const paste = phoneButtons("", [["scan", "Scan"]], "Text of a code");
    return page(reply, "QR codes", `${paste}<div class="list">${tills.join("")}</div>`);
  });

  app.get<ReaderPath>("/demo/qr/:id", (request, reply) => {
    const pos = world.inPerson.pointsOfSale.get(Number(request.params.id));
    if (!pos) return page(reply.code(404), "There is no such till", "");
    const printed = world.inPerson.orderAtPos(pos.id);
    const own = world.inPerson
      .ordersOf(pos.account)
      .filter((order) => order.posId === pos.id && order.qrData !== null && isOpenOrder(order));
    const codes = [
      codeCard("Printed code", pos.qrCode, printed),
      ...own.map((order) => codeCard("Code for one sale", order.qrData ?? "", order)),
    ];
    const content = `<div id="live" class="codes">${codes.join("")}</div>${follow}`;
    return page(reply, pos.name ?? pos.externalId, content);
  });

  app.post("/demo/phone", (request, reply) => {
    const form = phoneForm.parse(request.body ?? {});
    const scan =
      form.merchantOrderId === undefined
        ? scanCode(world, form.data)
        : openScan(world, form.merchantOrderId);
    if (!scan) return page(reply.code(404), "Nothing is to be paid here", "");
    const { order, merchantOrder } = scan;
    if (form.answer === "scan") {
      const id = merchantOrder === null ? "" : hidden("merchantOrderId", String(merchantOrder.id));
      const half: [string, string][] = merchantOrder === null ? [] : [["half", "Pay half"]];
      const buttons: [string, string][] = [["pay", "Pay"], ...half, ["decline", "Decline"]];
      const text = `<p>${asHtml(order.description ?? "A purchase")}</p><p id="amount" class="price">${priceOf(order)}</p>`;
      return page(reply, "Pay by phone", text + phoneButtons(form.data, buttons, undefined, id));
    }
    const payment = payScan(world, scan, {
      outcome: form.answer === "decline" ? "rejected_by_issuer" : "accredited",
      methodId: form.answer === "decline" ? (firstCard(order) ?? null) : null,
      amountMinor: form.answer === "half" ? Math.ceil(order.amountMinor / 2) : null,
    });
    const state = payment === undefined ? "too late: nothing was paid" : payment.status;
    return page(reply, "Thank you", `<p id="status">${state}</p>`);
  });
}

function wishOf(body: unknown): TapWish {
  const { outcome, methodId } = tapForm.parse(body ?? {});
  const card = methodId === undefined || methodId === "" ? null : methodId;
  return { outcome, methodId: card, installments: null, tipMinor: null, processingMs: chargingMs };
}

function firstCard(order: InPersonOrder): string | undefined {
  return paymentMethodsOf(order.siteId).find(isCard)?.id;
}

function priceOf(order: InPersonOrder, extraMinor = 0): string {
  const { siteId, amountMinor } = order;
  return `${siteOf(siteId).currency} ${amountText(amountMinor + extraMinor, siteId)}`;
}

/** A reader on a counter: its screen, what a payer can do, and what can happen to it. */
function readerPage(world: World, reader: Reader): string {
  const site = world.accounts.get(reader.account)?.siteId ?? "MLA";
  const cards = paymentMethodsOf(site)
    .filter(isCard)
    .map(({ id, name }) => `<option value="${id}">${asHtml(name)}</option>`);
  const refusals = outcomeNames.filter((name) => name !== "accredited" && name !== "in_review");
  const options = refusals.map((name) => `<option>${name}</option>`);
  const at = `/demo/readers/${encodeURIComponent(reader.id)}`;
  const button = (action: string, label: string, kind = "") =>
    `<form method="post" action="${at}/${action}"><button id="${action}" class="${kind}">${label}</button></form>`;
  return `<div class="counter">
<div class="reader ${reader.isPlugged ? "" : "dark"}">
<div class="slot"></div>
<div id="live" class="screen">${screen(world, reader)}</div>
<div class="keys">${"123456789".replace(/./g, "<i>$&</i>")}<i class="red">×</i><i>0</i><i class="green">○</i></div>
<div class="brand">${asHtml(reader.id)}</div>
</div>
<div class="hands">
<section><h2>The payer</h2>
<form method="post" action="${at}/tap"><label>Card <select name="methodId">${cards.join("")}</select></label>
<button id="tap" class="good">Tap the card</button></form>
<form method="post" action="${at}/tap"><label>Refused as <select name="outcome">${options.join("")}</select></label>
<button id="decline" class="bad">Tap a card that is refused</button></form>
<form method="post" action="${at}/tip"><label>Tip <input name="tip" inputmode="decimal" value="5" size="6"></label>
<button id="tip">Add a tip</button></form>
${button("back", "Press Back")}</section>
<section><h2>The shop</h2><div class="row">${button("refresh", "Press Refresh")}
${button("lose-network", "Lose the network", "bad")}${button("find-network", "Find the network")}
${button("unplug", "Pull the plug", "bad")}${button("plug", "Plug in and start")}</div></section>
</div></div>${follow}`;
}

function screen(world: World, reader: Reader): string {
  const signal = reader.isOnline ? "▂▄▆" : "no network";
  const bar = `<div class="bar"><span>${reader.runningMode}</span><span id="network">${signal}</span></div>`;
  if (!reader.isPlugged) return `<p id="screen" class="off">off</p>`;
  const order = shownAt(world, reader);
  const say = (id: string, text: string) => `${bar}<p id="screen" data-state="${id}">${text}</p>`;
  if (order === undefined) {
    const waiting = world.inPerson.orderAtReader(reader.id);
    if (waiting) return say("waiting", "Press Refresh to fetch the next sale");
    return `${say("idle", "Ready")}${lastSale(world, reader)}`;
  }
  const description = order.description ?? order.externalReference ?? "";
  const tip = reader.tap?.tipMinor ?? reader.tipMinor;
  const price = `<p id="amount" class="price">${priceOf(order, tip)}</p>`;
  const tipLine =
    tip > 0 ? `<p id="tip-line">with a tip of ${amountText(tip, order.siteId)}</p>` : "";
  const text = reader.tap === null ? "Tap, insert or swipe" : "Processing…";
  const state = reader.tap === null ? "ringing" : "processing";
  return `${bar}<p>${asHtml(description)}</p>${price}${tipLine}
<p id="screen" data-state="${state}" class="${state}">${text}</p>`;
}

/** The end of the sale before, which a reader shows until the next one. */
function lastSale(world: World, reader: Reader): string {
  const last = world.inPerson
    .ordersOf(reader.account)
    .findLast((one) => one.readerId === reader.id);
  if (last === undefined) return "";
  const end = `${priceOf(last, last.tipMinor)} ${last.status} (${last.transactionDetail})`;
  return `<p id="last" class="${last.status}">${asHtml(end)}</p>`;
}

function codeCard(title: string, data: string, order: InPersonOrder | undefined): string {
  const price = order === undefined ? "Nothing to pay" : priceOf(order);
  const buttons = order === undefined ? "" : phoneButtons(data, [["scan", "Scan with a phone"]]);
  return `<section class="code"><h2>${title}</h2>${drawCode(data)}
<p class="price">${price}</p>${buttons}</section>`;
}

function phoneButtons(
  data: string,
  buttons: readonly (readonly [answer: string, label: string])[],
  label?: string,
  more = "",
): string {
  const field =
    label === undefined
      ? more || hidden("data", data)
      : `<label>${label} <input name="data" size="40"></label>`;
  const all = buttons.map(
    ([answer, text]) => `<button id="${answer}" name="answer" value="${answer}">${text}</button>`,
  );
  return `<form class="phone" method="post" action="/demo/phone">${field}${all.join("")}</form>`;
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${asHtml(value)}">`;
}

/** Shows what happens elsewhere without losing what a person is filling in. */
const follow = `<script>
setInterval(async () => {
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["#live", ".reader"]) {
    const here = document.querySelector(part), there = next.querySelector(part);
    if (!here || !there) continue;
    if (here.className !== there.className) here.className = there.className;
    if (part === "#live" && here.innerHTML !== there.innerHTML) here.innerHTML = there.innerHTML;
  }
}, 500);
</script>`;

function page(reply: FastifyReply, title: string, content: string): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">` +
        `<title>${asHtml(title)} · Simulated Mercado Pago</title><style>${style}</style>` +
        `<nav><a href="/demo/readers">Card readers</a><a href="/demo/qr">QR codes</a></nav>` +
        `<h1>${asHtml(title)}</h1>${content}</html>`,
    );
}
