import type { Clock } from "../../domain/clock";
import { HeldToken, type IssuedToken } from "../held-token";
import type { HttpClient } from "../http-client";
import { isObject, parseJson, readText } from "../json";
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
  const result = await http.send({
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
  });
  if (result.kind !== "response") return { kind: "unknown", reason: result.reason };
  const json = parseJson(result.text);
  const accessToken = isObject(json) ? readText(json.access_token) : null;
  if (result.status === 200 && isObject(json) && accessToken !== null) {
    const seconds = typeof json.expires_in === "number" ? json.expires_in : null;
    return {
      kind: "accepted",
      value: { accessToken, expiresInMs: seconds === null ? null : seconds * 1_000 },
    };
  }
  if (result.status !== 400 && result.status !== 401) {
    return { kind: "unknown", reason: `HTTP ${result.status} instead of a token` };
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
