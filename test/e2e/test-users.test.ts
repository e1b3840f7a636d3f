import { randomUUID } from "node:crypto";
import { foundMarketplace } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { MovableClock, TestGateway } from "../support/gateway";
import type { Json } from "../support/simulator";

const dayMs = 24 * 60 * 60_000;
const fields =
  "replayed password testUser { id provider country description status providerUserId nickname email createdAt expiresAt }";

describeEachDatabase("test users", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeEach(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
  });
  afterEach(() => gateway.stop());

  const inputOf = (changes: object = {}) => ({
    idempotencyKey: randomUUID(),
    country: "AR",
    ...changes,
  });
  const create = (input: Record<string, unknown> = inputOf(), credential?: string): Promise<Json> =>
    gateway.mutate("createTestUser", input, fields, credential);
  const fault = (effect: unknown) =>
    gateway.simulator.control("POST", "/faults", { match: { path: "/users/test" }, effect });
  const made = async () => (await gateway.simulator.control("GET", "/accounts")).accounts.length;
  const pass = async (advanceMs: number) => {
    clock.advance(advanceMs);
    await gateway.simulator.control("POST", "/clock", { advanceMs });
  };

  test("are told with a password once, and can be read again without it", async () => {
    const input = inputOf({ description: "A buyer of books" });
    const first = await create(input);
    expect(first).toEqual({
      replayed: false,
      password: expect.stringContaining("qatest"),
      testUser: {
        id: expect.stringMatching(/^tus_/),
        provider: "MERCADO_PAGO",
        country: "AR",
        description: "A buyer of books",
        status: "CREATED",
        providerUserId: expect.stringMatching(/^\d+$/),
        nickname: expect.stringMatching(/^TT/),
        email: expect.stringContaining("@testuser.com"),
        createdAt: expect.any(String),
        expiresAt: expect.any(String),
      },
      userErrors: [],
    });
    const { createdAt, expiresAt } = first.testUser;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(60 * dayMs);

    const before = await made();
    expect(await create(input)).toEqual({ ...first, replayed: true, password: null });
    expect(await made()).toBe(before);
    const document = "query ($id: ID!) { node(id: $id) { ... on TestUser { nickname } } }";
    const { node } = await gateway.data(document, { id: first.testUser.id });
    expect(node.nickname).toBe(first.testUser.nickname);
  });

  test("of one key with other arguments are refused, and so are countries without any", async () => {
    const input = inputOf();
    await create(input);
    await leavingNothing(gateway, async () => {
      expect(await create({ ...input, country: "BR" })).toMatchObject({
        testUser: null,
        userErrors: [{ code: "IDEMPOTENCY_KEY_REUSED" }],
      });
      for (const [changes, code, path] of [
        [{ country: "DE" }, "INVALID_INPUT", "country"],
        [{ country: "Argentina" }, "INVALID_INPUT", "country"],
        [{ provider: "PAYU" }, "INVALID_INPUT", "provider"],
        [{ description: "" }, "INVALID_INPUT", "description"],
        [{ description: "4509 9535 6623 3704" }, "CARD_DATA_NOT_ACCEPTED", "description"],
      ] as const) {
        expect(await create(inputOf(changes))).toMatchObject({
          testUser: null,
          password: null,
          userErrors: [{ code, path: ["input", path] }],
        });
      }
    });
  });

  test("are ten at most, over all marketplaces, until one has ended", async () => {
    const stranger = await foundMarketplace(gateway);
    const inputs = Array.from({ length: 10 }, () => inputOf());
    for (const [index, input] of inputs.entries()) {
      expect((await create(input, index % 2 === 0 ? stranger : undefined)).userErrors).toEqual([]);
      if (index === 0) await pass(dayMs);
    }
    await leavingNothing(gateway, async () => {
      const { userErrors } = await create();
      const ends = new Date(Date.now() + 60 * dayMs).toISOString().slice(0, 10);
      expect(userErrors).toMatchObject([{ code: "TOO_MANY_TEST_USERS", path: ["input"] }]);
      expect(userErrors[0].message).toContain(ends);
      // What was made is still answered.
      expect(await create(inputs[1])).toMatchObject({ replayed: true, userErrors: [] });
    });
    await pass(59 * dayMs);
    expect((await create()).testUser.status).toBe("CREATED");
    expect((await create()).userErrors).toMatchObject([{ code: "TOO_MANY_TEST_USERS" }]);
  });

  test("that the provider has no place for, though we would, take none here", async () => {
    const token = `APP_USR-1010101010101010-112103-demo00-5550000`;
    const body = { site_id: "MLA", description: "Made elsewhere" };
    for (let index = 0; index < 10; index++) {
      const { status } = await gateway.simulator.call("POST", "/users/test", body, { token });
      expect(status).toBe(200);
    }
    const input = inputOf();
    for (const replayed of [false, true]) {
      expect(await create(input)).toMatchObject({
        replayed,
        password: null,
        testUser: { status: "FAILED", expiresAt: null, nickname: null },
        userErrors: [{ code: "TOO_MANY_TEST_USERS", provider: "MERCADO_PAGO", retryable: false }],
      });
    }
    await pass(60 * dayMs);
    for (let index = 0; index < 10; index++) expect((await create()).userErrors).toEqual([]);
  });

  test("whose answer was lost are unknown for good, count, and are not made again", async () => {
    const before = await made();
    await fault("effect-then-drop");
    const input = inputOf();
    for (const replayed of [false, true]) {
      expect(await create(input)).toMatchObject({
        replayed,
        password: null,
        testUser: { status: "UNKNOWN", nickname: null, expiresAt: expect.any(String) },
        userErrors: [{ code: "OUTCOME_UNKNOWN", retryable: false, provider: "MERCADO_PAGO" }],
      });
    }
    expect(await made()).toBe(before + 1);
    for (let index = 0; index < 9; index++) expect((await create()).userErrors).toEqual([]);
    expect((await create()).userErrors).toMatchObject([{ code: "TOO_MANY_TEST_USERS" }]);
  });

  test("are not asked for where the application gets no token", async () => {
    const match = { path: "/oauth/token" };
    const effect = { kind: "status", code: 500 };
    await gateway.simulator.control("POST", "/faults", { match, effect });
    expect(await create()).toMatchObject({
      testUser: { status: "FAILED" },
      userErrors: [{ code: "PROVIDER_UNAVAILABLE", retryable: true }],
    });
    expect((await create()).testUser.status).toBe("CREATED");
  });
});
