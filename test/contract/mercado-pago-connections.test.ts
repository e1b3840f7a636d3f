import { createHash } from "node:crypto";
import { createMercadoPago } from "../../src/providers/mercado-pago";
import type { ConnectionOperations, ProviderAdapter } from "../../src/providers/provider";
import { bootSimulator, openShop, type Shop, type TestSimulator } from "../support/simulator";

const redirectUri = "https://gateway.example/oauth/mercadopago/callback";
const codeVerifier = "v".repeat(43);
const application = {
  clientId: "1010101010101010",
  clientSecret: "demo-client-secret",
  pkce: "S256",
} as const;

describe("connecting at Mercado Pago", () => {
  let simulator: TestSimulator;
  let shop: Shop;
  let adapters: ProviderAdapter[];
  beforeEach(async () => {
    simulator = await bootSimulator();
    shop = await openShop(simulator, "MLB");
    adapters = [];
  });
  afterEach(async () => {
    await Promise.all(adapters.map((adapter) => adapter.close()));
    await simulator.close();
  });

  const connections = (changes: object = {}): ConnectionOperations => {
    const adapter = createMercadoPago({
      baseUrl: simulator.url,
      application: { ...application, ...changes },
    });
    adapters.push(adapter);
    if (adapter.connections === undefined) throw new Error("no connections");
    return adapter.connections;
  };
  const newCode = async (extra: object = {}): Promise<string> => {
    const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
    const body = { userId: shop.seller.userId, redirectUri, codeChallenge, ...extra };
    return (await simulator.control("POST", "/oauth/codes", body)).code;
  };
  const exchange = async (changes: object = {}, code?: string) =>
    connections(changes).exchangeCode({
      code: code ?? (await newCode()),
      codeVerifier,
      redirectUri,
    });
  const urlFor = (country: string | null, changes: object = {}) => {
    const request = { state: "s", codeVerifier, redirectUri, country };
    return new URL(connections(changes).authorizationUrl(request));
  };

  test("is not offered without an application", async () => {
    const adapter = createMercadoPago({ baseUrl: simulator.url });
    adapters.push(adapter);
    expect(adapter.connections).toBeUndefined();
  });

  test.each([
    ["AR", "auth.mercadopago.com.ar"],
    ["BR", "auth.mercadopago.com.br"],
    ["CL", "auth.mercadopago.cl"],
    ["CO", "auth.mercadopago.com.co"],
    ["MX", "auth.mercadopago.com.mx"],
    ["PE", "auth.mercadopago.com.pe"],
    ["UY", "auth.mercadopago.com.uy"],
    ["PL", "auth.mercadopago.com"],
    [null, "auth.mercadopago.com"],
  ])("a seller of %s agrees at %s", (country, host) => {
    const url = urlFor(country);
    expect([url.protocol, url.host, url.pathname]).toEqual(["https:", host, "/authorization"]);
  });

  test("shows the challenge, and the verifier only where that is set", () => {
    const pkceOf = ({ searchParams }: URL) =>
      ["code_challenge", "code_challenge_method"].map((name) => searchParams.get(name));
    // RFC 7636, appendix B.
    const request = { state: "s", redirectUri, country: null };
    const known = connections().authorizationUrl({
      ...request,
      codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    });
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    expect(pkceOf(new URL(known))).toEqual([challenge, "S256"]);
    expect(pkceOf(urlFor(null, { pkce: "plain" }))).toEqual([codeVerifier, "plain"]);
    expect(pkceOf(urlFor(null, { pkce: "off" }))).toEqual([null, null]);
  });

  test("gives credentials for a code, whose owner can be asked for", async () => {
    const granted = await exchange();
    if (granted.kind !== "accepted") throw new Error(granted.kind);
    const { accessToken, refreshToken, ...told } = granted.value;
    expect(told).toEqual({
      expiresInMs: 15_552_000_000,
      scopes: ["offline_access", "read", "write"],
      providerAccountId: String(shop.seller.userId),
      publicKey: shop.seller.publicKey,
      liveMode: true,
    });
    const credentials = { accessToken, shop: "", providerAccountId: "?", country: null };
    expect(await connections().identify({ credentials })).toEqual({
      kind: "accepted",
      value: {
        providerAccountId: String(shop.seller.userId),
        country: { code: "BR", providerWord: "MLB", currency: "BRL" },
      },
    });
    const renewed = await connections().refresh(refreshToken ?? "");
    expect(renewed.kind).toBe("accepted");
    expect(await connections().refresh(refreshToken ?? "")).toMatchObject({
      kind: "refused",
      refusal: {
        code: "SELLER_RECONNECT_NEEDED",
        credentialsRefused: true,
        providerCode: "invalid_grant",
      },
    });
  });

  test("takes no verifier where PKCE is off", async () => {
    const code = await newCode({ codeChallenge: undefined });
    expect((await exchange({ pkce: "off" }, code)).kind).toBe("accepted");
    // Sent without one although one is needed: the message is ours.
    expect(await exchange({ pkce: "off" })).toMatchObject({
      kind: "refused",
      refusal: { code: "PROVIDER_REFUSED", providerCode: "invalid_request" },
    });
  });

  test.each([
    ["invalid_grant", 400, "CONNECTION_CODE_REFUSED"],
    ["unauthorized_client", 400, "CONNECTION_CODE_REFUSED"],
    ["invalid_client", 400, "PROVIDER_REFUSED"],
    ["invalid_scope", 400, "PROVIDER_REFUSED"],
    ["unsupported_grant_type", 400, "PROVIDER_REFUSED"],
    ["forbidden", 400, "PROVIDER_REFUSED"],
    ["local_rate_limited", 429, "PROVIDER_UNAVAILABLE"],
  ])("takes %s for a refusal", async (error, status, code) => {
    const body = { message: "no", error, status, cause: [] };
    const effect = { kind: "status", code: status, body };
    await simulator.control("POST", "/faults", { match: { path: "^/oauth/token$" }, effect });
    expect(await exchange()).toMatchObject({
      kind: "refused",
      refusal: { code, providerCode: error },
    });
  });

  test.each([
    ["a page of a proxy", { kind: "status", code: 403, body: "<html>" }],
    ["a failure", { kind: "status", code: 503, body: { error: "internal_error" } }],
    ["nothing that can be read", "garbage"],
    ["half an answer", "truncate"],
    ["no answer", "effect-then-drop"],
  ])("concludes nothing from %s", async (_name, effect) => {
    await simulator.control("POST", "/faults", { match: { path: "^/oauth/token$" }, effect });
    expect((await exchange()).kind).toBe("unknown");
  });
});
