import type { FastifyInstance } from "fastify";
import { accountName } from "./books";
import { authenticate, authenticateOAuth } from "./caller";
import { invalid, refusal } from "./errors";
import { Fields } from "./fields";
import { payByLinksIn } from "./methods";
import type { World } from "./world";

const languages = ["pl", "en", "de", "cs", "es", "fr", "hu", "it", "ro", "sk", "uk", "bg", "lt"];

/** A shop with its balance, and the ways to pay that it offers. */
export function registerShops(app: FastifyInstance, world: World): void {
  app.get<{ Params: { id: string } }>("/api/v2_1/shops/:id", (request, reply) => {
    const pos = authenticateOAuth(world, request);
    // Choice: another's shop is not found, like one that does not exist.
    if (request.params.id !== pos.shopId) {
      throw refusal("dataNotFound", "Could not find data for given criteria.");
    }
    const balance = world.books.balance(accountName(pos, null), world.clock.now());
    return reply.send({
      shopId: pos.shopId,
      name: pos.name,
      currencyCode: pos.currency,
      balance: {
        currencyCode: pos.currency,
        total: String(balance.totalMinor),
        available: String(balance.availableMinor),
      },
    });
  });

  app.get("/api/v2_1/paymethods", (request, reply) => {
    const { currency } = authenticate(world, request);
    const lang = Fields.of(request.query).text("lang") ?? "pl";
    if (!languages.includes(lang)) throw invalid("lang", "is no language of PayU");
    return reply.send({
      cardTokens: [],
      blikTokens: [],
      payByLinks: payByLinksIn(currency).map(({ value, name, isEnabled }) => ({
        value,
        brandImageUrl: `https://static.payu.com/images/mobile/logos/pbl_${value}.png`,
        name,
        status: isEnabled ? "ENABLED" : "TEMPORARY_DISABLED",
        minAmount: 50,
        maxAmount: 100_000_00,
      })),
      status: { statusCode: "SUCCESS" },
    });
  });

  // Choice: asked with the shop's token like all else; the address is not below `/api/v2_1`.
  app.post("/api/front/card-installments-options", (request, reply) => {
    const pos = authenticate(world, request);
    const body = Fields.of(request.body);
    if (body.requiredText("posId") !== pos.posId) {
      throw refusal("foreignPos", "Permission denied for given action");
    }
    if (!/^\d{6,8}$/.test(body.requiredText("cardBin"))) {
      throw invalid("cardBin", "is not the beginning of a card number");
    }
    const numbers = pos.cardInstallments ?? [];
    // Choice: without the contract for it there is nothing at this address.
    if (numbers.length === 0) throw refusal("dataNotFound", "No installments for this POS");
    return reply.send({ numbers, provider: "BANK", settings: { minAmount: 20_000 } });
  });
}
