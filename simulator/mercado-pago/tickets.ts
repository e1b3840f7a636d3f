import type { FastifyInstance, FastifyReply } from "fastify";
import { isObject } from "../core/json-body";
import { asHtml, sendPage } from "../core/page";
import type { Payment } from "./model";
import { movePayment } from "./moves";
import { findPaymentMethod } from "./payment-methods";
import { siteOf, toMajor } from "./sites";
import { pixCode, qrImage, voucherOf } from "./waiting";
import type { World } from "./world";

/**
 * The pages behind `ticket_url` and `external_resource_url`: a Pix code, a voucher, a bank's form. The real ones are told
 * by the payer's bank or a till that the money came; here buttons do that.
 */
export function registerTickets(app: FastifyInstance, world: World): void {
  app.get<{ Params: { id: string } }>("/demo/tickets/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    if (!payment) return sendPage(reply.code(404), "Mercado Pago", "No such payment", "");
    return sendTicket(reply, payment);
  });

  app.post<{ Params: { id: string } }>("/demo/tickets/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    const choice = isObject(request.body) ? request.body.answer : undefined;
    if (payment?.status === "pending") {
      // Choice: the detail of a bank's refusal, which no page names.
      if (choice === "refuse") movePayment(world, payment, "rejected", "rejected_by_bank");
      else movePayment(world, payment, "approved", "accredited");
    }
    const back = payment?.request.callback_url;
    if (typeof back === "string" && payment?.methodType === "bank_transfer") {
      return reply.redirect(back, 303);
    }
    return reply.redirect(request.url, 303);
  });
}

function sendTicket(reply: FastifyReply, payment: Payment): FastifyReply {
  const { currency, decimals } = siteOf(payment.siteId);
  const amount = `${currency} ${toMajor(payment.amountMinor, decimals).toFixed(decimals)}`;
  const name = findPaymentMethod(payment.siteId, payment.methodId)?.name ?? payment.methodId;
  const until = new Date(payment.expiresAt).toISOString();
  const time = `<time datetime="${until}">${until.slice(0, 16).replace("T", " ")} UTC</time>`;
  const rows =
    row("Payment", String(payment.id)) +
    row("Status", `<b id="status">${payment.status}</b>`) +
    (isWaiting(payment) ? row("Pay until", time) : "");
  return sendPage(
    reply,
    payment.methodType === "bank_transfer" && payment.methodId !== "pix"
      ? "Your bank"
      : "Mercado Pago",
    asHtml(name),
    `<p class="amount">${amount}</p><dl>${rows}</dl>${isWaiting(payment) ? contentOf(payment) : ""}`,
  );
}

function isWaiting({ status }: Payment): boolean {
  return status === "pending";
}

function row(label: string, value: string): string {
  return `<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function contentOf(payment: Payment): string {
  const pay = `<button id="pay" name="answer" value="pay">Pay</button>`;
  const form = (buttons: string) => `<form method="post">${buttons}</form>`;
  if (payment.methodId === "pix") {
    const code = pixCode(payment);
    const image = `<img alt="Pix QR code" src="data:image/png;base64,${qrImage(code)}">`;
    return `${image}<p><code id="code">${code}</code></p>${form(pay)}`;
  }
  if (payment.methodType === "bank_transfer") {
    const refuse = `<button id="refuse" name="answer" value="refuse">Refuse</button>`;
    return `<p class="soft">A shop asks for this payment from your account.</p>${form(`${pay} ${refuse}`)}`;
  }
  const { barcode, reference } = voucherOf(payment);
  const numbers = [
    `<div><dt>Reference</dt><dd id="reference">${reference}</dd></div>`,
    `<div><dt>Barcode</dt><dd id="barcode">${barcode.content}</dd></div>`,
  ];
  return `<dl>${numbers.join("")}</dl>${form(pay)}`;
}
