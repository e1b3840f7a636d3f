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
  const isOpen = payment.status === "pending";
  const until = new Date(payment.expiresAt).toISOString();
  return sendPage(
    reply,
    "Mercado Pago",
    asHtml(`${name}: ${amount}`),
    `<p>Payment ${payment.id}: <b id="status">${payment.status}</b></p>` +
      (isOpen ? `<p>Until <time datetime="${until}">${until}</time></p>${contentOf(payment)}` : ""),
  );
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
    return `<p>A bank's page, simulated.</p>${form(`${pay} ${refuse}`)}`;
  }
  const { barcode, reference } = voucherOf(payment);
  return (
    `<dl><dt>Reference</dt><dd id="reference">${reference}</dd>` +
    `<dt>Barcode</dt><dd id="barcode">${barcode.content}</dd></dl>${form(pay)}`
  );
}
