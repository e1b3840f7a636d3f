import type { FastifyInstance } from "fastify";
import { accountOfPage } from "./browsers";
import { authenticate } from "./caller";
import { ApiError } from "./errors";
import { isCard, paymentMethodsOf } from "./payment-methods";
import { siteOf } from "./sites";
import type { World } from "./world";

/** `/v1/payment_methods` and `/v1/identification_types`: what the account's country offers. */
export function registerCatalog(app: FastifyInstance, world: World): void {
  app.get("/v1/payment_methods", (request, reply) => {
    const { site } = authenticate(world, request);
    const smallest = site.decimals === 0 ? 100 : 1;
    return reply.send(
      paymentMethodsOf(site.id).map((method) => ({
        id: method.id,
        name: method.name,
        payment_type_id: method.type,
        status: "active",
        secure_thumbnail: null,
        thumbnail: null,
        deferred_capture: method.type === "credit_card" ? "supported" : "unsupported",
        settings: [],
        additional_info_needed: isCard(method) ? ["cardholder_name"] : [],
        min_allowed_amount: smallest,
        max_allowed_amount: 60_000_000,
        accreditation_time: isCard(method) ? 2_880 : 1_440,
        financial_institutions: [],
        processing_modes: ["aggregator"],
      })),
    );
  });

  app.get("/v1/identification_types", (request, reply) => {
    const site = siteOf(accountOfPage(world, request, reply).siteId);
    if (site.documentTypes.length === 0) {
      throw new ApiError(404, "not_found", "This site has no identification types");
    }
    return reply.send(
      site.documentTypes.map((id) => ({
        id,
        name: id,
        type: "number",
        min_length: 5,
        max_length: 20,
      })),
    );
  });
}
