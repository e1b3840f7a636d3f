import { createHash } from "node:crypto";
import { isObject, readText } from "../json";
import type {
  AccountIdentity,
  AuthorizationRequest,
  ConnectionOperations,
  GrantedCredentials,
  Outcome,
  ReadCall,
} from "../provider";
import type { MercadoPagoClient } from "./client";
import { siteById, siteOfCountry } from "./sites";
import type { MercadoPagoApplication, TokenEndpoint } from "./token-endpoint";
import { readId } from "./wire";

/**
 * Connecting sellers by OAuth (docs, OAuth). The official SDK's address builder knows no PKCE and leaves the
 * state to its caller, so the address is made here.
 */
export class MercadoPagoConnections implements ConnectionOperations {
  constructor(
    private readonly client: MercadoPagoClient,
    private readonly tokens: TokenEndpoint,
    private readonly application: MercadoPagoApplication,
  ) {}

  authorizationUrl({ state, codeVerifier, redirectUri, country }: AuthorizationRequest): string {
    const { clientId, pkce, authorizationUrl } = this.application;
    // The host without a country serves all of them.
    const domain = siteOfCountry(country)?.domain ?? "com";
    const url = new URL(authorizationUrl ?? `https://auth.mercadopago.${domain}/authorization`);
    url.search = new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      platform_id: "mp",
      redirect_uri: redirectUri,
      state,
      ...(pkce === "off"
        ? {}
        : { code_challenge: challengeOf(codeVerifier, pkce), code_challenge_method: pkce }),
    }).toString();
    return url.href;
  }

  exchangeCode(given: {
    readonly code: string;
    readonly codeVerifier: string;
    readonly redirectUri: string;
  }): Promise<Outcome<GrantedCredentials>> {
    const grant = {
      grant_type: "authorization_code",
      code: given.code,
      redirect_uri: given.redirectUri,
      // An application without PKCE is warned of parameters that it does not expect.
      ...(this.application.pkce === "off" ? {} : { code_verifier: given.codeVerifier }),
    };
    return this.tokens.ask("exchangeCode", grant, "CONNECTION_CODE_REFUSED");
  }

  refresh(refreshToken: string): Promise<Outcome<GrantedCredentials>> {
    const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
    return this.tokens.ask("refreshCredentials", grant, "SELLER_RECONNECT_NEEDED");
  }

  async identify(call: ReadCall): Promise<Outcome<AccountIdentity>> {
    const outcome = await this.client.get("identifyAccount", "/users/me", call);
    if (outcome.kind !== "accepted") return outcome;
    const user = readIdentity(outcome.value.json);
    return user === undefined
      ? outcome.value.unreadable("the account's description cannot be read")
      : { kind: "accepted", value: user };
  }
}

function challengeOf(verifier: string, method: "S256" | "plain"): string {
  return method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
}

function readIdentity(json: unknown): AccountIdentity | undefined {
  if (!isObject(json)) return undefined;
  const providerAccountId = readId(json.id);
  const site = siteById(readText(json.site_id));
  if (providerAccountId === null) return undefined;
  return {
    providerAccountId,
    country:
      site === undefined
        ? null
        : { code: site.country, providerWord: site.id, currency: site.currency },
  };
}
