import type { FastifyInstance } from "fastify";
import type { JsonObject } from "../../core/json-body";
import { authenticate } from "../caller";
import type { World } from "../world";
import { refuse, strange, unknown } from "./errors";
import type { Invoice, Preapproval } from "./model";
import { isWanted, pageOf, sorted } from "./paging";
import { isUnsummarized, viewInvoice } from "./views";

const filters = ["preapproval_id", "id", "payment_id", "payer_id"];

/** `/authorized_payments`: what each cycle asked for, to read and to search. */
export function registerInvoices(app: FastifyInstance, world: World): void {
  app.get("/authorized_payments/search", (request, reply) => {
    const { account } = authenticate(world, request);
    const query = request.query as JsonObject;
    if (!filters.some((name) => query[name] !== undefined)) {
      throw refuse("Parameters passed are invalid");
    }
    const found = search(world, account.userId, query);
    return reply.send(
      pageOf(sorted(found, query), query, (one) =>
        viewInvoice(world, preapprovalOf(world, one), one),
      ),
    );
  });

  app.get<{ Params: { id: string } }>("/authorized_payments/:id", (request, reply) => {
    const { account } = authenticate(world, request);
    const { id } = request.params;
    const invoice = world.subscriptions.invoices.get(Number(id));
    if (!invoice) throw unknown("authorized payment", id);
    if (invoice.account !== account.userId) throw strange("authorized payment", id, account.userId);
    return reply.send(viewInvoice(world, preapprovalOf(world, invoice), invoice));
  });
}

function preapprovalOf(world: World, { id, preapprovalId }: Invoice): Preapproval {
  const preapproval = world.subscriptions.preapprovals.get(preapprovalId);
  if (!preapproval) throw new Error(`The invoice ${id} has no subscription`);
  return preapproval;
}

/** A new invoice is not found for a while, though its subscription counts it already (measured). */
function search(world: World, account: number, query: JsonObject): Invoice[] {
  const { subscriptions, settings, clock } = world;
  const knownUntil = clock.now() - settings.subscriptions.invoiceSearchLagMs;
  const { preapproval_id: preapprovalId, payment_id: paymentId } = query;
  const candidates =
    preapprovalId === undefined
      ? [...subscriptions.invoices.values()]
      : subscriptions.invoicesOf(String(preapprovalId));
  return candidates.filter(
    (invoice) =>
      invoice.account === account &&
      invoice.createdAt <= knownUntil &&
      isWanted(query, "id", invoice.id) &&
      isWanted(query, "payer_id", invoice.payerId) &&
      (paymentId === undefined || invoice.paymentIds.includes(Number(paymentId))) &&
      !isUnsummarized(preapprovalOf(world, invoice)),
  );
}
