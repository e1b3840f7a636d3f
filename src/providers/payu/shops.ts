import type { Clock } from "../../domain/clock";
import { ask } from "../answer";
import { HeldToken, type IssuedToken } from "../held-token";
import type { HttpClient, HttpRequest } from "../http-client";
import { objectOf, readErrorWord, readSeconds, readToken } from "../json";
import type { Outcome, Shop } from "../provider";

/** One of the marketplace's shops at PayU, as the configuration tells it. */
export interface PayuShop extends Shop {
  /** The POS that the shop's orders are made by; also the OAuth client's id. */
  readonly posId: string;
  readonly clientSecret: string;
  /** Signs what PayU tells us; two while one is replaced by the other. */
  readonly secondKeys: readonly string[];
  /** PayU's id of the shop, which payouts name. */
  readonly shopId: string;
}

interface OpenShop {
  readonly shop: PayuShop;
  readonly token: HeldToken<IssuedToken>;
}

/** The shops by name, each with a token of its own. */
export class PayuShops {
  readonly #byName: ReadonlyMap<string, OpenShop>;

  constructor(http: HttpClient, shops: readonly PayuShop[], clock: Clock) {
    this.#byName = new Map(
      shops.map((shop) => [
        shop.name,
        { shop, token: new HeldToken("PayU", () => askForToken(http, shop), clock) },
      ]),
    );
    if (this.#byName.size !== shops.length) throw new TypeError("two shops of one name");
  }

  /** A shop that is not configured any more cannot be called for. */
  get(name: string): OpenShop | undefined {
    return this.#byName.get(name);
  }
}

/** POST /pl/standard/user/oauth/authorize, as a form: another content type is answered 401. */
async function askForToken(http: HttpClient, shop: PayuShop): Promise<Outcome<IssuedToken>> {
  const request: HttpRequest = {
    operation: "authorizeShop",
    method: "POST",
    path: "/pl/standard/user/oauth/authorize",
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: shop.posId,
      client_secret: shop.clientSecret,
    }).toString(),
  };
  const reply = await ask(http, request, "PayU");
  if (reply.kind !== "answer") return reply;
  const { access_token, expires_in, error } = objectOf(reply.json);
  if (reply.status === 200) {
    const accessToken = readToken(access_token);
    return accessToken === null
      ? reply.unreadable("the token cannot be read")
      : { kind: "accepted", value: { accessToken, expiresInMs: readSeconds(expires_in) } };
  }
  if (reply.status !== 400 && reply.status !== 401) {
    return { kind: "unknown", reason: `HTTP ${reply.status} instead of a token` };
  }
  // Documented for both statuses: `{error, error_description}`.
  if (readErrorWord(error) === null) {
    return reply.unreadable(`HTTP ${reply.status} without PayU's own words`);
  }
  return {
    kind: "refused",
    refusal: {
      code: "PROVIDER_REFUSED",
      message: `PayU does not take the client id and secret of the shop ${shop.name}. Its operator has to look at them.`,
      retryable: false,
      // Tells about this attempt only: an earlier one may have had its effect.
      credentialsRefused: true,
    },
  };
}
