import type { FastifyInstance } from "fastify";
import { accountOfPage } from "./browsers";
import { ApiError } from "./errors";
import { viewListedMethod } from "./method-facts";
import { paymentMethodsOf } from "./payment-methods";
import { siteOf } from "./sites";
import type { World } from "./world";

/** `/v1/payment_methods` and `/v1/identification_types`: what the account's country offers. */
export function registerCatalog(app: FastifyInstance, world: World): void {
  app.get("/v1/payment_methods", (request, reply) => {
    const account = accountOfPage(world, request, reply);
    const site = siteOf(account.siteId);
    return reply.send(
      paymentMethodsOf(site.id).map((method) => viewListedMethod(account, site, method)),
    );
  });

  app.get("/v1/identification_types", (request, reply) => {
    const site = siteOf(accountOfPage(world, request, reply).siteId);
    if (site.documentTypes.length === 0) {
      throw new ApiError(404, "not_found", "This site has no identification types");
    }
    return reply.send(site.documentTypes);
  });
}
