import { systemClock } from "../../../../src/domain/clock";
import { HeldToken } from "../../../../src/providers/held-token";
import type { UnreadableReport } from "../../../../src/providers/http-client";
import { MercadoPagoClient } from "../../../../src/providers/mercado-pago/client";
import { MercadoPagoConnections } from "../../../../src/providers/mercado-pago/connections";
import { MercadoPagoPayments } from "../../../../src/providers/mercado-pago/payments";
import { MercadoPagoRefunds } from "../../../../src/providers/mercado-pago/refunds";
import { MercadoPagoTestUsers } from "../../../../src/providers/mercado-pago/test-users";
import { TokenEndpoint } from "../../../../src/providers/mercado-pago/token-endpoint";
import type { Outcome } from "../../../../src/providers/provider";
import { response, ScriptedHttp } from "../scripted-http";
import { call, command, reference } from "./fixtures";
import { golden } from "./golden";

const application = { clientId: "1", clientSecret: "secret-of-ours", pkce: "S256" } as const;
const grant = { access_token: "token", user_id: 555, expires_in: 21_600 };
const refund = { providerPaymentId: "9000000001", amount: command.amount, isWhole: false };
const consent = { code: "TG-1", codeVerifier: "v", redirectUri: "https://pay.example/oauth" };

/** The adapter's parts over a Mercado Pago that answers everything alike, but for a token of our own. */
function answeringAlike(status: number, body: unknown) {
  const told: UnreadableReport[] = [];
  const http = new ScriptedHttp(
    ({ operation }) =>
      operation === "authorizeApplication" ? response(200, grant) : response(status, body),
    (report) => told.push(report),
  );
  const client = new MercadoPagoClient(http);
  const tokens = new TokenEndpoint(client, application);
  const ask = () => tokens.ask("authorizeApplication", { grant_type: "client_credentials" });
  return {
    told,
    payments: new MercadoPagoPayments(client),
    refunds: new MercadoPagoRefunds(client),
    connections: new MercadoPagoConnections(client, tokens, application),
    testUsers: new MercadoPagoTestUsers(client, new HeldToken("Mercado Pago", ask, systemClock)),
  };
}

type Parts = ReturnType<typeof answeringAlike>;
const calls: [string, (parts: Parts) => Promise<Outcome<unknown>>, path: string][] = [
  ["createPayment", ({ payments }) => payments.create(command, call), "/v1/payments"],
  [
    "capturePayment",
    ({ payments }) => payments.capture("9000000001", null, call),
    "/v1/payments/9000000001",
  ],
  [
    "cancelPayment",
    ({ payments }) => payments.cancel("9000000001", call),
    "/v1/payments/9000000001",
  ],
  ["getPayment", ({ payments }) => payments.get("9000000001", call), "/v1/payments/9000000001"],
  [
    "searchPayments",
    ({ payments }) => payments.findByReference(reference, call),
    "/v1/payments/search",
  ],
  [
    "listPayments",
    ({ payments }) => payments.list({ from: new Date(0), to: new Date(1), offset: 0 }, call),
    "/v1/payments/search",
  ],
  [
    "createRefund",
    ({ refunds }) => refunds.create(refund, call),
    "/v1/payments/9000000001/refunds",
  ],
  [
    "listRefunds",
    ({ refunds }) => refunds.list("9000000001", "ARS", call),
    "/v1/payments/9000000001/refunds",
  ],
  ["exchangeCode", ({ connections }) => connections.exchangeCode(consent), "/oauth/token"],
  ["refreshCredentials", ({ connections }) => connections.refresh("TG-2"), "/oauth/token"],
  ["identifyAccount", ({ connections }) => connections.identify(call), "/users/me"],
  [
    "createTestUser",
    ({ testUsers }) => testUsers.create({ country: "BR", description: "d" }, "opr_1"),
    "/users/test",
  ],
];

describe.each(calls)("%s", (operation, act, path) => {
  test.each([200, 201, 302, 400, 401, 403, 404, 413, 422])(
    "answered with a page and HTTP %i is unknown, and a person is told once",
    async (status) => {
      const parts = answeringAlike(status, "<html><H1>ERROR of APP_USR-1</H1></html>");
      expect((await act(parts)).kind).toBe("unknown");
      expect(parts.told).toEqual([
        {
          ...{ provider: "MERCADO_PAGO", operation, path, status, supportId: null },
          reason: expect.any(String),
        },
      ]);
      expect(JSON.stringify(parts.told)).not.toMatch(/APP_USR|secret/);
    },
  );

  test.each([500, 502, 503])("answered with HTTP %i is no riddle to anybody", async (status) => {
    const parts = answeringAlike(status, "<html>Bad gateway</html>");
    expect((await act(parts)).kind).toBe("unknown");
    expect(parts.told).toEqual([]);
  });

  test("answered with JSON of somebody else is unknown", async () => {
    for (const status of [400, 401, 403, 404, 429]) {
      const parts = answeringAlike(status, { message: "Forbidden" });
      const outcome = await act(parts);
      // Its own statuses of "too much" are certain at the token endpoint alone.
      const isToken = path === "/oauth/token" && status === 429;
      expect(outcome.kind).toBe(isToken ? "refused" : "unknown");
    }
  });

  test("answered with Mercado Pago's own words is believed", async () => {
    const refused = await act(answeringAlike(400, { ...golden("error-card-token"), error: "odd" }));
    expect(refused.kind).toBe("refused");
    const dead = await act(answeringAlike(401, golden("error-invalid-token")));
    expect(dead.kind).toBe(path === "/oauth/token" ? "unknown" : "refused");
  });
});

describe("credentials", () => {
  const refreshed = async (changes: object) => {
    const outcome = await answeringAlike(200, { ...grant, ...changes }).connections.refresh("TG-2");
    return outcome.kind === "accepted" ? outcome.value : outcome.kind;
  };

  test.each<[unknown, number | null]>([
    [15_552_000, 15_552_000_000],
    ["15552000", 15_552_000_000],
    [0, null],
    ["-1", null],
    ["soon", null],
    [1e300, null],
    [Number.MAX_VALUE, null],
    [undefined, null],
  ])("end in %p seconds", async (expires_in, expiresInMs) => {
    expect(await refreshed({ expires_in })).toMatchObject({ expiresInMs });
  });

  test("are kept as far as what keeps them is wide", async () => {
    const long = "x".repeat(5_000);
    expect(await refreshed({ access_token: long })).toBe("unknown");
    expect(await refreshed({ access_token: "a\r\nb: c" })).toBe("unknown");
    expect(await refreshed({ refresh_token: long, public_key: long, scope: long })).toMatchObject({
      ...{ refreshToken: null, publicKey: null, scopes: [] },
    });
    const scope = Array.from({ length: 10_000 }, (_, nth) => `scope${nth}`).join(" ");
    expect(await refreshed({ scope })).toMatchObject({ scopes: { length: 50 } });
  });
});
