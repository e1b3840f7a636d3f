import type { CallReport } from "../../../src/providers/http-client";
import { get, holdAnswers, post, server, serving } from "./http-fixtures";
import { httpText } from "./raw-server";

describe("429", () => {
  test("with a short Retry-After is sent once more, as it was", async () => {
    const waits: number[] = [];
    const http = await serving(
      (socket, nth) =>
        socket.write(nth === 1 ? httpText(429, "", { "Retry-After": "2" }) : httpText(201, "{}")),
      { timeoutMs: 10_000, wait: async (ms) => void waits.push(ms) },
    );
    expect(await http.send(post)).toMatchObject({ kind: "response", status: 201 });
    expect(waits).toEqual([2000]);
    expect(server?.heads).toHaveLength(2);
    expect(server?.heads[1]).toBe(server?.heads[0]);
  });

  test("a second time is given back", async () => {
    const http = await serving((socket) => socket.write(httpText(429, "", { "Retry-After": "0" })));
    expect(await http.send(post)).toMatchObject({ kind: "response", status: 429 });
    expect(server?.heads).toHaveLength(2);
  });

  test.each([
    ["a long one", "3"],
    ["a date", "Wed, 21 Oct 2026 07:28:00 GMT"],
    ["nonsense", "-1"],
  ])("with %s is given back at once", async (_name, value) => {
    const http = await serving((socket) =>
      socket.write(httpText(429, "", { "Retry-After": value })),
    );
    expect(await http.send(post)).toMatchObject({ kind: "response", status: 429 });
    expect(server?.heads).toHaveLength(1);
  });

  test("is not waited for beyond the deadline", async () => {
    const http = await serving(
      (socket) => socket.write(httpText(429, "", { "Retry-After": "2" })),
      { timeoutMs: 1_500 },
    );
    expect(await http.send(post)).toMatchObject({ kind: "response", status: 429 });
    expect(server?.heads).toHaveLength(1);
  });
});

describe("reports", () => {
  test("tell of each call, and nothing secret", async () => {
    const reports: CallReport[] = [];
    const http = await serving(
      (socket, nth) =>
        nth === 1
          ? socket.write(httpText(200, "{}", { "Correlation-Id": "5e1f-9" }))
          : socket.resetAndDestroy(),
      { onCall: (report) => reports.push(report), supportHeader: "correlation-id" },
    );
    await http.send(get);
    await http.send(post);
    expect(reports).toEqual([
      {
        provider: "MERCADO_PAGO",
        operation: "getPayment",
        method: "GET",
        status: 200,
        durationMs: expect.any(Number),
        outcome: "response",
        reason: null,
        supportId: "5e1f-9",
      },
      {
        provider: "MERCADO_PAGO",
        operation: "createPayment",
        method: "POST",
        status: null,
        durationMs: expect.any(Number),
        outcome: "unknown",
        reason: expect.stringMatching(/^the connection broke before the answer \([A-Z_]+\)$/),
        supportId: null,
      },
    ]);
    expect(JSON.stringify(reports)).not.toMatch(/query-value|token-value|body-value|key-1/);
  });

  test.each([
    ["what looks like no id", { "Correlation-Id": "ada@example.com" }, "correlation-id"],
    ["a header that nobody asks for", { "Correlation-Id": "5e1f-9" }, undefined],
  ])("leave out %s", async (_, headers, supportHeader) => {
    const reports: CallReport[] = [];
    const http = await serving((socket) => socket.write(httpText(200, "{}", headers)), {
      onCall: (report) => reports.push(report),
      supportHeader,
    });
    await http.send(get);
    expect(reports).toMatchObject([{ supportId: null }]);
  });

  test("that throw change nothing", async () => {
    const http = await serving((socket) => socket.write(httpText(200, "{}")), {
      onCall: () => {
        throw new Error("no disk");
      },
    });
    expect((await http.send(get)).kind).toBe("response");
  });
});

describe("a failing provider", () => {
  const breaker = { lastCalls: 4, atLeast: 4, threshold: 0.5, openForMs: 60_000 };

  test("is left alone for a while, and nothing is sent meanwhile", async () => {
    const http = await serving((socket) => socket.write(httpText(503, "")), { breaker });
    for (let i = 0; i < 4; i++) await http.send(post);
    expect(await http.send(post)).toEqual({
      kind: "not-sent",
      reason: "the provider keeps failing",
    });
    expect(server?.heads).toHaveLength(4);
  });

  test("is not one that refuses", async () => {
    const http = await serving((socket) => socket.write(httpText(400, "")), { breaker });
    for (let i = 0; i < 10; i++) await http.send(post);
    expect(server?.heads).toHaveLength(10);
  });

  test("is asked again after a while", async () => {
    const now = jest.spyOn(Date, "now");
    const start = 1_800_000_000_000;
    now.mockReturnValue(start);
    let isDown = true;
    const http = await serving((socket) => socket.write(httpText(isDown ? 503 : 200, "")), {
      breaker,
    });
    for (let i = 0; i < 4; i++) await http.send(post);
    expect((await http.send(post)).kind).toBe("not-sent");
    isDown = false;
    now.mockReturnValue(start + 60_000);
    expect((await http.send(post)).kind).toBe("response");
    expect((await http.send(post)).kind).toBe("response");
    now.mockRestore();
  });
});

test("more calls than may wait are turned away, unsent", async () => {
  const held = holdAnswers();
  const http = await serving(held.onRequest, { connections: 1, queued: 1 });
  const first = http.send(get);
  const second = http.send(get);
  expect(await http.send(post)).toEqual({ kind: "not-sent", reason: "too many calls are waiting" });
  await held.answerNext();
  expect((await first).kind).toBe("response");
  await held.answerNext();
  expect((await second).kind).toBe("response");
});

describe("an account whose calls are slow", () => {
  const of = (account: string) => ({ ...post, account, headers: { "x-account": account } });

  test("leaves a connection to the others", async () => {
    const held = holdAnswers();
    const http = await serving(held.onRequest, { connections: 4 });
    const slow = Array.from({ length: 5 }, () => http.send(of("slow")));
    const other = http.send(of("other"));
    while ((server?.heads.length ?? 0) < 4) await new Promise(setImmediate);
    const accounts = server?.heads.map((head) => /x-account: (\w+)/.exec(head)?.[1]);
    expect(accounts?.sort()).toEqual(["other", "slow", "slow", "slow"]);
    for (let i = 0; i < 6; i++) await held.answerNext();
    const results = await Promise.all([...slow, other]);
    expect(results.map(({ kind }) => kind)).toEqual(Array(6).fill("response"));
  });

  test("fills its own part of the queue only", async () => {
    const held = holdAnswers();
    const http = await serving(held.onRequest, { connections: 2, queued: 2 });
    const slow = [http.send(of("slow")), http.send(of("slow"))];
    expect(await http.send(of("slow"))).toEqual({
      kind: "not-sent",
      reason: "too many calls are waiting",
    });
    const others = [http.send(of("other")), http.send(get)];
    for (let i = 0; i < 4; i++) await held.answerNext();
    const results = await Promise.all([...slow, ...others]);
    expect(results.map(({ kind }) => kind)).toEqual(Array(4).fill("response"));
  });
});
