import { systemClock } from "../../../../src/domain/clock";
import type { MarketplaceId } from "../../../../src/domain/ids";
import type { HttpRequest } from "../../../../src/providers/http-client";
import { PayuClient } from "../../../../src/providers/payu/client";
import { PayuShops } from "../../../../src/providers/payu/shops";
import type { EffectCall } from "../../../../src/providers/provider";
import { ScriptedHttp } from "../mercado-pago/fixtures";

const shop = {
  name: "demo",
  marketplaceId: "mkt_00000000000000000000000000" as MarketplaceId,
  currency: "PLN",
  posId: "300746",
  clientSecret: "secret",
  secondKeys: ["second"],
  shopId: "shop-1",
} as const;

export const call: EffectCall = {
  credentials: { accessToken: "", shop: shop.name, providerAccountId: "s-1", country: "PL" },
  idempotencyKey: "op_01KEKXW8V0000000000000000A",
};

/** A client of one shop, whose answers to anything but a token come from the test. */
export function scriptedPayu(
  answer: (request: HttpRequest) => { status?: number; body: unknown },
): PayuClient {
  const http = new ScriptedHttp((request) => {
    const { status = 200, body } =
      request.operation === "authorizeShop"
        ? { body: { access_token: "token", expires_in: 43_199 } }
        : answer(request);
    return { kind: "response", status, headers: {}, text: JSON.stringify(body) };
  });
  return new PayuClient(http, new PayuShops(http, [shop], systemClock));
}
