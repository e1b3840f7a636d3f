import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountOfPage } from "./browsers";
import { ApiError, refusal } from "./errors";
import { findPaymentMethod, type PaymentMethod } from "./payment-methods";
import { siteOf } from "./sites";
import { methodOfBin } from "./test-cards";
import type { World } from "./world";

const cardQuery = z.object({
  bin: z.string().optional(),
  bins: z.string().optional(),
  amount: z.coerce.number().positive().optional().catch(undefined),
});

/** The only bank that there is; payments name the same one. */
const issuer = { id: "310", name: "Banco de prueba" };

/** Choice: in how many parts every credit card may pay, and never with interest. */
const installmentCounts = [1, 3, 6, 12];

/**
 * What a card form in a page asks while it is filled in, by the first digits of the card, and the script
 * that asks it. Choice: addresses and answers as public code uses them; only the members that forms need.
 */
export function registerCardForms(app: FastifyInstance, world: World): void {
  app.get("/v1/payment_methods/search", (request, reply) => {
    const { method } = readCard(world, request, reply);
    const results = method === undefined ? [] : [viewMethod(method)];
    const paging = { total: results.length, limit: 30, offset: 0 };
    return reply.send({ paging, results });
  });

  app.get("/v1/payment_methods/card_issuers", (request, reply) => {
    const { method } = readCard(world, request, reply);
    return reply.send(method === undefined ? [] : [{ ...issuer, processing_mode: "aggregator" }]);
  });

  app.get("/v1/payment_methods/installments", (request, reply) => {
    const { method, amount, decimals } = readCard(world, request, reply);
    if (amount === undefined) throw refusal(1, "amount is required");
    if (method === undefined) return reply.send([]);
    const counts = method.type === "credit_card" ? installmentCounts : [1];
    const payer_costs = counts.map((installments) => {
      const part = (amount / installments).toFixed(decimals);
      return {
        installments,
        installment_rate: 0,
        discount_rate: 0,
        recommended_message: `${installments} x ${part}`,
        installment_amount: Number(part),
        total_amount: amount,
      };
    });
    return reply.send([
      { payment_method_id: method.id, payment_type_id: method.type, issuer, payer_costs },
    ]);
  });

  // The real one is on a host of its own, sdk.mercadopago.com, at this path.
  app.get("/js/v2", async (_request, reply) => {
    const script = await readFile(join(__dirname, "browser/mercado-pago.js")).catch(() => {
      throw new ApiError(404, "not_found", "The script is not built: npm run build");
    });
    return reply.type("text/javascript; charset=utf-8").send(script);
  });
}

function readCard(world: World, request: FastifyRequest, reply: FastifyReply) {
  const { siteId } = accountOfPage(world, request, reply);
  const { bin, bins, amount } = cardQuery.parse(request.query);
  const digits = bin ?? bins ?? "";
  if (!/^\d{6,8}$/.test(digits)) throw refusal(1, "bin must be the first 6 to 8 digits of a card");
  const id = methodOfBin(siteId, digits);
  const method = id === undefined ? undefined : findPaymentMethod(siteId, id);
  return { method, amount, decimals: siteOf(siteId).decimals };
}

function viewMethod({ id, name, type }: PaymentMethod) {
  const securityCodeLength = id === "amex" ? 4 : 3;
  return {
    id,
    name,
    payment_type_id: type,
    status: "active",
    processing_mode: "aggregator",
    additional_info_needed: ["cardholder_name", "cardholder_identification_number"],
    settings: [{ security_code: { mode: "mandatory", length: securityCodeLength } }],
    issuer: { default: true, id: Number(issuer.id), name: issuer.name },
  };
}
