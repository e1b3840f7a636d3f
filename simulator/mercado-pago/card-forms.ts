import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { accountOfPage } from "./browsers";
import { ApiError, refusal } from "./errors";
import { payerCosts } from "./installments";
import { findPaymentMethod, type PaymentMethod } from "./payment-methods";
import { siteOf, toMinor } from "./sites";
import { methodOfBin } from "./test-cards";
import type { World } from "./world";

const cardQuery = z.object({
  bin: z.string().optional(),
  bins: z.string().optional(),
  payment_method_id: z.string().optional(),
  amount: z.coerce.number().positive().optional().catch(undefined),
});

/** The only bank that there is; payments name the same one. */
const issuer = {
  id: "310",
  name: "Banco de prueba",
  secure_thumbnail: "https://http2.mlstatic.com/storage/logos-api-admin/310-m.svg",
};

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
    const { account, site, method, amount } = readCard(world, request, reply);
    if (amount === undefined) throw refusal(1, "amount is required");
    const amountMinor = toMinor(amount, site.decimals);
    if (amountMinor === undefined) throw refusal(1, "amount has too many decimals");
    if (method === undefined) return reply.send([]);
    const payer_costs = payerCosts(account, site, method.type, amountMinor);
    return reply.send([
      {
        payment_method_id: method.id,
        payment_type_id: method.type,
        issuer,
        processing_mode: "aggregator",
        payer_costs,
      },
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
  const account = accountOfPage(world, request, reply);
  const { siteId } = account;
  const { bin, bins, amount, payment_method_id: wanted } = cardQuery.parse(request.query);
  const digits = bin ?? bins ?? "";
  if (!/^\d{6,8}$/.test(digits)) throw refusal(1, "bin must be the first 6 to 8 digits of a card");
  const id = methodOfBin(siteId, digits);
  // Choice: a card of another method than the named one has nothing to offer.
  const isOther = id === undefined || (wanted !== undefined && wanted !== id);
  const method = isOther ? undefined : findPaymentMethod(siteId, id);
  return { account, method, amount, site: siteOf(siteId) };
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
