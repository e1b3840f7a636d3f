import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bootSimulator,
  type Json,
  openShop,
  type Shop,
  type TestSimulator,
} from "../support/simulator";

describe("the simulator's faults", () => {
  let simulator: TestSimulator;
  let shop: Shop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.control("DELETE", "/faults");
    shop = await openShop(simulator);
  });
  const plan = (effect: unknown, extra: Record<string, unknown> = {}) =>
    simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$", account: shop.seller.userId },
      effect,
      ...extra,
    });
  const charges = async () =>
    (await shop.ledger()).filter(({ type }: Json) => type === "charge").length;

  it("drop a request before anything happens", async () => {
    await plan("drop-before");
    const body = await shop.cardBody();
    await expect(shop.post(body, "key-1")).rejects.toThrow();
    expect(await charges()).toBe(0);
    expect((await shop.post(body, "key-1")).status).toBe(201);
  });

  it.each(["effect-then-drop", "garbage", "truncate"])(
    "leave exactly one charge behind %s, and the same key finds it",
    async (effect) => {
      await plan(effect);
      const body = await shop.cardBody();
      await expect(shop.post(body, "key-1")).rejects.toThrow();
      expect(await charges()).toBe(1);
      expect((await shop.post(body, "key-1")).status).toBe(200);
      expect(await charges()).toBe(1);
    },
  );

  it("answer 500 although the charge was made", async () => {
    await plan("effect-then-500");
    expect((await shop.post(await shop.cardBody())).status).toBe(500);
    expect(await charges()).toBe(1);
  });

  it("answer with a page, any status or a code of its own although the charge was made", async () => {
    await plan({ kind: "effect-then-status", code: 403, body: "<H1>403 ERROR</H1>" });
    const page = await fetch(`${simulator.url}/v1/payments`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${shop.seller.accessToken}`,
        "content-type": "application/json",
        "x-idempotency-key": "key-1",
      },
      body: JSON.stringify(await shop.cardBody()),
    });
    expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
      403,
      expect.stringContaining("text/html"),
      "<H1>403 ERROR</H1>",
    ]);
    await plan({ kind: "effect-then-status", code: 400, body: { error: "odd", cause: null } });
    const odd = await shop.post(await shop.cardBody());
    expect([odd.status, odd.body]).toEqual([400, { error: "odd", cause: null }]);
    expect(await charges()).toBe(2);
  });

  it("change figures of the true answer, and leave the rest", async () => {
    const changes = { id: 7, transaction_details: { net_received_amount: 29.970000000000002 } };
    await plan({ kind: "effect-then-change", changes });
    const { body } = await shop.post(await shop.cardBody());
    expect(body).toMatchObject({
      ...{ id: 7, status: "approved", transaction_amount: 100.5 },
      transaction_details: { net_received_amount: 29.970000000000002, total_paid_amount: 100.5 },
    });
    expect(await charges()).toBe(1);
  });

  it.each(["gzip", "deflate", "br"])("pack the true answer as %s", async (encoding) => {
    await plan({ kind: "effect-then-compress", encoding });
    const { status, body, headers } = await shop.post(await shop.cardBody());
    expect([status, body.status, headers.get("content-encoding")]).toEqual([
      ...[201, "approved", encoding],
    ]);
  });

  it.each([
    ["hang", 0],
    ["effect-then-hang", 1],
  ])("let a client wait for ever with %s, after %d charges", async (effect, made) => {
    await plan(effect);
    const request = fetch(`${simulator.url}/v1/payments`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${shop.seller.accessToken}`,
        "content-type": "application/json",
        "x-idempotency-key": "key-1",
      },
      body: JSON.stringify(await shop.cardBody()),
      signal: AbortSignal.timeout(500),
    });
    await expect(request).rejects.toThrow();
    expect(await charges()).toBe(made);
  });

  it("answer any status with any headers", async () => {
    await plan({
      kind: "status",
      code: 429,
      headers: { "retry-after": "7" },
      body: { message: "x" },
    });
    const answer = await shop.post(await shop.cardBody());
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(answer.body).toEqual({ message: "x" });
    expect(await charges()).toBe(0);
  });

  it("slow a request down and then let it through", async () => {
    await plan({ kind: "latency", ms: 50 });
    const start = performance.now();
    expect((await shop.post(await shop.cardBody())).status).toBe(201);
    expect(performance.now() - start).toBeGreaterThan(45);
  });

  it("strike as often as asked, after letting some through", async () => {
    await plan({ kind: "status", code: 503 }, { skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      statuses.push((await shop.post(await shop.cardBody())).status);
    }
    expect(statuses).toEqual([201, 503, 503, 201]);
  });

  it("strike only what they match", async () => {
    await plan({ kind: "status", code: 503 }, { times: "always" });
    const other = await openShop(simulator);
    expect((await other.post(await other.cardBody())).status).toBe(201);
    expect((await shop.get("/v1/payments/search")).status).toBe(200);
    expect((await shop.post(await shop.cardBody())).status).toBe(503);
  });

  it("refuse a plan that they do not understand", async () => {
    await expect(plan("explode")).rejects.toThrow();
    await expect(plan("hang", { match: { path: "^(" } })).rejects.toThrow("regular expression");
  });
});

describe("the simulator's state file", () => {
  it("brings payments, tokens, keys, the ledger and the clock back after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simulator-"));
    const dataFile = join(folder, "state", "simulator.json");
    const first = await bootSimulator({ dataFile });
    const shop = await openShop(first);
    const body = await shop.cardBody({ external_reference: "kept" });
    const { id } = (await shop.post(body, "key-1")).body;
    const held = await shop.pay({ capture: false });
    await first.control("POST", "/clock", { advanceMs: 3_600_000 });
    await first.close();
    expect(JSON.parse(await readFile(dataFile, "utf8")).payments).toHaveLength(2);

    const second = await bootSimulator({ dataFile });
    const token = shop.seller.accessToken;
    const read = await second.call("GET", `/v1/payments/${id}`, undefined, { token });
    expect(read.body).toMatchObject({ id, external_reference: "kept" });
    const again = await second.call("POST", "/v1/payments", body, { token, key: "key-1" });
    expect([again.status, again.body.id]).toEqual([200, id]);
    expect(await second.control("GET", "/summary?externalReference=kept")).toMatchObject({
      charges: 1,
    });
    expect((await second.control("GET", "/clock")).aheadByMs).toBeGreaterThan(3_590_000);
    await second.control("POST", "/clock", { advanceMs: 8 * 24 * 3_600_000 });
    const expired = await second.call("GET", `/v1/payments/${held.id}`, undefined, { token });
    expect(expired.body.status_detail).toBe("expired");

    await second.control("POST", "/reset");
    const gone = await second.call("GET", `/v1/payments/${id}`, undefined, { token });
    expect(gone.status).toBe(401);
    await second.close();
    await rm(folder, { recursive: true });
  });
});
