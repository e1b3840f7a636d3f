import type { FastifyInstance } from "fastify";
import { movePayment } from "./moves";
import { siteOf, toMajor } from "./sites";
import type { World } from "./world";

/**
 * The page behind `external_resource_url`, where a demo payer completes a ticket or a transfer by
 * one click. The real pages show a bar code or a bank's form.
 */
export function registerTickets(app: FastifyInstance, world: World): void {
  app.get<{ Params: { id: string } }>("/demo/tickets/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    if (!payment) return reply.code(404).type("text/html").send("<p>No such payment.</p>");
    const { currency, decimals } = siteOf(payment.siteId);
    const amount = toMajor(payment.amountMinor, decimals).toFixed(decimals);
    const button = `<form method="post"><button>Pay ${currency} ${amount}</button></form>`;
    return reply
      .type("text/html; charset=utf-8")
      .send(
        `<!doctype html><title>Simulated payment</title><h1>Payment ${payment.id}</h1>` +
          `<p>${payment.methodId}: ${payment.status}</p>` +
          (payment.status === "pending" ? button : ""),
      );
  });

  app.post<{ Params: { id: string } }>("/demo/tickets/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    if (payment?.status === "pending") movePayment(world, payment, "approved", "accredited");
    return reply.redirect(request.url, 303);
  });
}
