import { createMercadoPago } from "../../src/providers/mercado-pago";
import type { ProviderAdapter, TestUserOperations } from "../../src/providers/provider";
import { MovableClock } from "../support/gateway";
import { bootSimulator, countTokenRequests, type TestSimulator } from "../support/simulator";

const application = {
  clientId: "1010101010101010",
  clientSecret: "demo-client-secret",
  pkce: "S256",
} as const;
/** Who owns the application. */
const ownerId = 5_550_000;
const command = { country: "BR", description: "A buyer" };
const minute = 60_000;
const hour = 60 * minute;

describe("test users at Mercado Pago", () => {
  let simulator: TestSimulator;
  let clock: MovableClock;
  let adapter: ProviderAdapter;
  beforeEach(async () => {
    simulator = await bootSimulator();
    clock = new MovableClock();
    adapter = adapterWith();
  });
  afterEach(async () => {
    await adapter.close();
    await simulator.close();
  });

  const adapterWith = (changes: object = {}) =>
    createMercadoPago({
      baseUrl: simulator.url,
      clock,
      timeoutMs: 5_000,
      application: { ...application, ...changes },
    });
  const testUsers = (): TestUserOperations => {
    if (adapter.testUsers === undefined) throw new Error("no test users");
    return adapter.testUsers;
  };
  const create = (key = "opr_1") => testUsers().create(command, key);
  const pass = async (advanceMs: number) => {
    clock.advance(advanceMs);
    await simulator.control("POST", "/clock", { advanceMs });
  };
  const fault = (path: string, effect: unknown, times: unknown = 1) =>
    simulator.control("POST", "/faults", { match: { path }, effect, times });

  test("are not offered without an application", async () => {
    const other = createMercadoPago({ baseUrl: simulator.url });
    expect(other.testUsers).toBeUndefined();
    await other.close();
  });

  test("are told with all that is needed to log in", async () => {
    expect(await create()).toEqual({
      kind: "accepted",
      value: {
        providerUserId: expect.stringMatching(/^\d+$/),
        nickname: expect.stringMatching(/^TT/),
        email: expect.stringContaining("@testuser.com"),
        password: expect.stringContaining("qatest"),
      },
    });
  });

  test("beyond ten are refused by a code of their own, until one has ended", async () => {
    for (let made = 0; made < 10; made++) expect((await create()).kind).toBe("accepted");
    expect(await create()).toMatchObject({
      kind: "refused",
      refusal: { code: "TOO_MANY_TEST_USERS", retryable: false },
    });
    await pass(testUsers().livesMs);
    expect((await create()).kind).toBe("accepted");
  });

  test("that are asked for too fast are certainly not made", async () => {
    await fault("/users/test", { kind: "status", code: 429 });
    expect(await create()).toMatchObject({
      kind: "refused",
      refusal: { code: "PROVIDER_UNAVAILABLE", retryable: true },
    });
  });

  test("are unknown after a lost answer, or one that cannot be read", async () => {
    for (const effect of ["effect-then-drop", "effect-then-500", "garbage", "truncate"]) {
      await fault("/users/test", effect);
      expect(await create()).toMatchObject({ kind: "unknown" });
    }
  });

  describe("are asked for in the application's name, with a token", () => {
    test("that serves until shortly before its end", async () => {
      const asked = await countTokenRequests(simulator);
      await create();
      await pass(5 * hour + 49 * minute);
      await create();
      expect(await asked()).toBe(1);
      await pass(2 * minute);
      await create();
      expect(await asked()).toBe(2);
    });

    test("that is asked for once, however many want it", async () => {
      const asked = await countTokenRequests(simulator);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => create()));
      expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
      expect(await asked()).toBe(1);
    });

    test("that serves to its end where no other is to be had", async () => {
      await create();
      await pass(5 * hour + 55 * minute);
      await fault("/oauth/token", "drop-before", "always");
      expect((await create()).kind).toBe("accepted");
      await pass(5 * minute);
      await fault("/users/test", "effect-then-drop");
      expect(await create()).toMatchObject({
        kind: "refused",
        refusal: { code: "PROVIDER_UNAVAILABLE", retryable: true },
      });
    });

    test("that is replaced once when it is refused", async () => {
      await create();
      const asked = await countTokenRequests(simulator);
      await simulator.control("POST", `/accounts/${ownerId}/expire-tokens`);
      expect((await create()).kind).toBe("accepted");
      expect(await asked()).toBe(1);
      await fault("/users/test", { kind: "status", code: 401 }, "always");
      const refused = await create();
      expect(refused).toMatchObject({ kind: "refused", refusal: { code: "PROVIDER_REFUSED" } });
      // It is not about a seller.
      expect(JSON.stringify(refused)).not.toMatch(/seller/i);
      expect(await asked()).toBe(2);
    });

    test("that a wrong secret does not bring", async () => {
      await adapter.close();
      adapter = adapterWith({ clientSecret: "another-client-secret" });
      expect(await create()).toMatchObject({
        kind: "refused",
        refusal: { code: "PROVIDER_REFUSED", providerCode: "invalid_client", retryable: false },
      });
    });
  });
});
