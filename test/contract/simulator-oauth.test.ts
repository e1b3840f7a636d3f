import { createHash } from "node:crypto";
import { bootSimulator, openShop, type Shop, type TestSimulator } from "../support/simulator";

const minute = 60 * 1000;
const day = 24 * 60 * minute;
const client = { client_id: "1010101010101010", client_secret: "demo-client-secret" };
const redirectUri = "https://shop.example/oauth";

describe("simulated credentials", () => {
  let simulator: TestSimulator;
  let shop: Shop;

  beforeEach(async () => {
    simulator = await bootSimulator();
    shop = await openShop(simulator);
  });
  afterEach(() => simulator.close());

  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });
  const code = async (extra: Record<string, unknown> = {}): Promise<string> => {
    const body = { userId: shop.seller.userId, redirectUri, ...extra };
    return (await simulator.control("POST", "/oauth/codes", body)).code;
  };
  const token = (body: Record<string, unknown>) =>
    simulator.call("POST", "/oauth/token", { ...client, ...body });
  const exchange = async (extra: Record<string, unknown> = {}) =>
    token({
      grant_type: "authorization_code",
      code: await code(),
      redirect_uri: redirectUri,
      ...extra,
    });
  const me = (accessToken: string) =>
    simulator.call("GET", "/users/me", undefined, { token: accessToken });

  it("are granted for a code, in JSON and as a form", async () => {
    const granted = await exchange();
    expect(granted.status).toBe(200);
    expect(granted.body).toEqual({
      access_token: expect.stringMatching(/^APP_USR-1010101010101010-\d{6}-[0-9a-f]+-\d+$/),
      token_type: "bearer",
      expires_in: 15_552_000,
      scope: "offline_access read write",
      user_id: shop.seller.userId,
      refresh_token: expect.stringMatching(/^TG-/),
      public_key: shop.seller.publicKey,
      live_mode: true,
    });
    expect((await me(granted.body.access_token)).body.id).toBe(shop.seller.userId);

    const form = new URLSearchParams({
      ...client,
      grant_type: "authorization_code",
      code: await code(),
      redirect_uri: redirectUri,
    });
    const response = await fetch(`${simulator.url}/oauth/token`, { method: "POST", body: form });
    expect(response.status).toBe(200);
  });

  it("rotate: a refresh token works once and the new one is the way on", async () => {
    const first = (await exchange()).body;
    const second = await token({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    expect(second.status).toBe(200);
    const again = await token({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    expect([again.status, again.body.error]).toEqual([400, "invalid_grant"]);
    const third = await token({
      grant_type: "refresh_token",
      refresh_token: second.body.refresh_token,
    });
    expect(third.status).toBe(200);
  });

  it("come without a refresh token when the seller did not grant offline access", async () => {
    const granted = await exchange({ code: await code({ scope: "read write" }) });
    expect(granted.body.refresh_token).toBeUndefined();
  });

  it("are refused for a code that was used, is too old, or came another way", async () => {
    const used = await code();
    expect((await exchange({ code: used })).status).toBe(200);
    expect((await exchange({ code: used })).body.error).toBe("invalid_grant");
    expect((await exchange({ redirect_uri: "https://else" })).body.error).toBe("invalid_grant");
    const old = await code();
    await advance(10 * minute);
    expect((await exchange({ code: old })).body.error).toBe("invalid_grant");
  });

  it("need the verifier when the code was asked for with a challenge", async () => {
    const verifier = "v".repeat(43);
    const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
    const challenged = await code({ codeChallenge });
    expect((await exchange({ code: challenged })).body.error).toBe("invalid_request");
    const wrong = await exchange({ code: challenged, code_verifier: "w".repeat(43) });
    expect(wrong.body.error).toBe("invalid_grant");
    expect((await exchange({ code: challenged, code_verifier: verifier })).status).toBe(200);
  });

  it.each([
    ["invalid_client", { client_secret: "guessed", grant_type: "client_credentials" }],
    ["unsupported_grant_type", { grant_type: "password" }],
    ["invalid_request", { grant_type: undefined }],
    ["invalid_request", { grant_type: "client_credentials", audience: "all" }],
    ["invalid_scope", { grant_type: "client_credentials", scope: "read everything" }],
    ["invalid_grant", { grant_type: "refresh_token", refresh_token: "TG-unknown" }],
  ])("are refused with %s for %j", async (error, body) => {
    const answer = await token(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error, status: 400, cause: [] });
  });

  it("of the application itself last six hours, those of a seller half a year", async () => {
    const own = (await token({ grant_type: "client_credentials" })).body;
    expect(own).toMatchObject({ expires_in: 21_600, user_id: 5550000 });
    const sellers = (await exchange()).body;
    await advance(6 * 60 * minute);
    expect((await me(own.access_token)).status).toBe(401);
    await advance(179 * day);
    expect((await me(sellers.access_token)).status).toBe(200);
    await advance(day);
    expect((await me(sellers.access_token)).status).toBe(401);
  });

  it("of the demo accounts do not end by time, but can be ended", async () => {
    const { accessToken, refreshToken, userId } = shop.seller;
    await advance(1_000 * day);
    expect((await me(accessToken)).status).toBe(200);
    await simulator.control("POST", `/accounts/${userId}/expire-tokens`);
    const refused = await me(accessToken);
    expect([refused.status, refused.body]).toEqual([
      401,
      { message: "invalid access token", error: "unauthorized", status: 401, cause: [] },
    ]);
    const renewed = await token({ grant_type: "refresh_token", refresh_token: refreshToken });
    expect((await me(renewed.body.access_token)).status).toBe(200);
    await simulator.control("POST", `/accounts/${userId}/revoke`);
    expect((await me(renewed.body.access_token)).status).toBe(401);
    const over = await token({
      grant_type: "refresh_token",
      refresh_token: renewed.body.refresh_token,
    });
    expect(over.body.error).toBe("invalid_grant");
  });

  it("are lost without a notification when the seller changes the password", async () => {
    await simulator.control("POST", `/accounts/${shop.seller.userId}/revoke`, { notify: false });
    expect((await me(shop.seller.accessToken)).status).toBe(401);
    expect((await simulator.control("GET", "/notifications")).deliveries).toEqual([]);
  });

  describe("are asked for on a page", () => {
    const asked = {
      client_id: client.client_id,
      response_type: "code",
      platform_id: "mp",
      redirect_uri: redirectUri,
      state: "a-state",
    };
    const page = (extra: Record<string, string> = {}) =>
      fetch(`${simulator.url}/authorization?${new URLSearchParams({ ...asked, ...extra })}`);
    const answerOf = async (answer: string): Promise<URLSearchParams> => {
      const response = await fetch(`${simulator.url}/authorization`, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ ...asked, answer, user_id: String(shop.seller.userId) }),
      });
      expect(response.status).toBe(303);
      const location = response.headers.get("location") ?? "";
      expect(location.startsWith(`${redirectUri}?`)).toBe(true);
      return new URL(location).searchParams;
    };

    it("that sends the seller back with a code, or with a refusal, and the state", async () => {
      expect(await (await page()).text()).toContain(`value="${shop.seller.userId}"`);
      const agreed = await answerOf("agree");
      expect(agreed.get("state")).toBe("a-state");
      expect((await exchange({ code: agreed.get("code") })).status).toBe(200);
      const denied = Object.fromEntries(await answerOf("deny"));
      expect(denied).toMatchObject({ error: "access_denied", state: "a-state" });
    });

    it.each([
      ["of nobody", { client_id: "1" }],
      ["for something else", { response_type: "token" }],
      ["without an address", { redirect_uri: "" }],
      ["by an unknown method", { code_challenge: "c", code_challenge_method: "S512" }],
    ])("not %s", async (_title, extra) => {
      expect((await page(extra)).status).toBe(400);
    });

    it("only for the registered address and with PKCE, where the application says so", async () => {
      const application = `/applications/${client.client_id}`;
      await simulator.control("POST", application, {
        redirectUri: `${redirectUri}/`,
        requiresPkce: true,
      });
      expect(await (await page()).text()).toContain("redirect_uri");
      await simulator.control("POST", application, { redirectUri });
      expect(await (await page()).text()).toContain("code_challenge");
      const challenge = { code_challenge: "c".repeat(43), code_challenge_method: "S256" };
      expect((await page(challenge)).status).toBe(200);
    });
  });

  it("missing or in the other wording, are a 401 all the same", async () => {
    const missing = await simulator.call("GET", "/users/me");
    expect([missing.status, missing.body.cause[0].code]).toEqual([401, 5]);
    await simulator.control("POST", "/settings", { unauthorizedShape: "code" });
    expect((await me("APP_USR-unknown")).body).toEqual({
      code: "unauthorized",
      message: "invalid access token",
    });
  });

  it("of the seeded sellers are there from the start", async () => {
    const letters = ["a", "b", "c", "d", "e", "f"];
    const sites = await Promise.all(
      letters.map(async (letter, index) => {
        const secret = `APP_USR-1010101010101010-112103-demo0${letter}-${5550001 + index}`;
        return (await me(secret)).body.site_id;
      }),
    );
    expect(sites).toEqual(["MLA", "MLB", "MLM", "MLC", "MCO", "MPE"]);
  });

  it("make at most ten test users, who free their places after sixty days", async () => {
    const make = (path: string, body: object = { site_id: "MLA", description: "A buyer" }) =>
      simulator.call("POST", path, body, { token: shop.seller.accessToken });
    expect((await make("/users/test", { site_id: "MLA" })).status).toBe(400);
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      statuses.push((await make(index % 2 === 0 ? "/users/test_user" : "/users/test")).status);
    }
    expect(statuses).toEqual([201, 200, 201, 200, 201, 200, 201, 200, 201, 200, 400]);
    const sixtyDays = 60 * 24 * 60 * 60 * 1000;
    await simulator.control("POST", "/clock", { advanceMs: sixtyDays - 60_000 });
    expect((await make("/users/test")).status).toBe(400);
    await simulator.control("POST", "/clock", { advanceMs: 60_000 });
    expect((await make("/users/test")).status).toBe(200);
  });
});
