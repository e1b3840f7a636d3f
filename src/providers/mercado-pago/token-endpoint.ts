import type { Answer } from "../answer";
import { isObject, readErrorWord, readName, readSeconds, readText, readToken } from "../json";
import type { GrantedCredentials, Outcome, ProviderRefusal } from "../provider";
import type { MercadoPagoClient } from "./client";
import { readId } from "./wire";

/** Our application at Mercado Pago, to which sellers connect. */
export interface MercadoPagoApplication {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As it is set for the application there: "off" when PKCE is not switched on. */
  readonly pkce: "S256" | "plain" | "off";
  /** Where sellers agree; absent: Mercado Pago's own host of the seller's country. */
  readonly authorizationUrl?: string | undefined;
}

/** What a refused grant means: for a code, to begin again; for a refresh token, that the seller has to. */
type GrantRefusal = "CONNECTION_CODE_REFUSED" | "SELLER_RECONNECT_NEEDED";

/** Hands out credentials against what our application shows (docs, OAuth). */
export class TokenEndpoint {
  constructor(
    private readonly client: MercadoPagoClient,
    private readonly application: MercadoPagoApplication,
  ) {}

  /** `refusedAs` where a seller's grant is shown; without it the application asks for itself. */
  async ask(
    operation: string,
    parameters: Readonly<Record<string, string>>,
    refusedAs?: GrantRefusal,
  ): Promise<Outcome<GrantedCredentials>> {
    const { clientId, clientSecret } = this.application;
    const reply = await this.client.requestToken(
      operation,
      JSON.stringify({ client_id: clientId, client_secret: clientSecret, ...parameters }),
    );
    if (reply.kind !== "answer") return reply;
    if (reply.status >= 200 && reply.status < 300) {
      const granted = readGrant(reply.json);
      return granted === undefined
        ? reply.unreadable("the credentials cannot be read")
        : { kind: "accepted", value: granted };
    }
    return failureOf(reply, refusedAs);
  }
}

/** Errors that say that the code or refresh token is good for nothing (docs, OAuth errors). */
const grantErrors: ReadonlySet<string> = new Set(["invalid_grant", "unauthorized_client"]);

function failureOf(
  answer: Answer,
  refusedAs: GrantRefusal | undefined,
): Exclude<Outcome<never>, { kind: "accepted" }> {
  const { status, json } = answer;
  const providerCode = (isObject(json) ? readErrorWord(json.error) : null) ?? undefined;
  if (status === 429)
    return refused(
      "PROVIDER_UNAVAILABLE",
      "Mercado Pago is being asked too much.",
      true,
      providerCode,
    );
  if (status >= 500) return { kind: "unknown", reason: `HTTP ${status}` };
  // Without Mercado Pago's own word, a proxy may have answered after the grant was used up.
  if (status < 400 || providerCode === undefined) {
    return answer.unreadable(`HTTP ${status} without Mercado Pago's own words`);
  }
  if (refusedAs !== undefined && grantErrors.has(providerCode)) {
    return {
      kind: "refused",
      refusal: {
        code: refusedAs,
        message:
          refusedAs === "CONNECTION_CODE_REFUSED"
            ? "Mercado Pago did not take the code: it is older than ten minutes, was used, or was given for another request."
            : "Mercado Pago does not renew the seller's credentials any more.",
        retryable: false,
        credentialsRefused: true,
        providerCode,
      },
    };
  }
  return refused(
    "PROVIDER_REFUSED",
    `Mercado Pago refused to give out credentials (${providerCode}). Check the application's id, secret, redirect address and PKCE setting.`,
    false,
    providerCode,
  );
}

function refused(
  code: ProviderRefusal["code"],
  message: string,
  retryable: boolean,
  providerCode: string | undefined,
): { readonly kind: "refused"; readonly refusal: ProviderRefusal } {
  return {
    kind: "refused",
    refusal: { code, message, retryable, ...(providerCode === undefined ? {} : { providerCode }) },
  };
}

function readGrant(json: unknown): GrantedCredentials | undefined {
  if (!isObject(json)) return undefined;
  const accessToken = readToken(json.access_token);
  const providerAccountId = readId(json.user_id);
  if (accessToken === null || providerAccountId === null) return undefined;
  return {
    accessToken,
    refreshToken: readToken(json.refresh_token),
    expiresInMs: readSeconds(json.expires_in),
    scopes: readScopes(json.scope),
    providerAccountId,
    publicKey: readName(json.public_key, 128),
    liveMode: json.live_mode === true,
  };
}

/** Mercado Pago has three; the column holds any that there may be, but no endless list. */
const mostScopes = 50;

function readScopes(value: unknown): readonly string[] {
  const words = (readText(value) ?? "").split(" ");
  return words.filter((word) => readName(word) !== null).slice(0, mostScopes);
}
