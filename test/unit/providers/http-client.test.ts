import { createServer, type Socket } from "node:net";
import {
  type CallReport,
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from "../../../src/providers/http-client";
import { httpText, type RawServer, startRawServer } from "./raw-server";

const get: HttpRequest = {
  operation: "getPayment",
  method: "GET",
  path: "/v1/payments/1?secret=query-value",
  headers: { authorization: "Bearer token-value" },
};
const post: HttpRequest = {
  operation: "createPayment",
  method: "POST",
  path: "/v1/payments",
  headers: { "x-idempotency-key": "key-1" },
  body: '{"card":"body-value"}',
};

let server: RawServer | undefined;
let client: HttpClient | undefined;

function clientFor(url: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  client = new HttpClient({ provider: "MERCADO_PAGO", baseUrl: url, timeoutMs: 2_000, ...options });
  return client;
}

async function serving(
  onRequest: Parameters<typeof startRawServer>[0],
  options: Partial<HttpClientOptions> = {},
): Promise<HttpClient> {
  server = await startRawServer(onRequest);
  return clientFor(server.url, options);
}

/** A port on which nothing listens: one that was just given back. */
async function refusedUrl(): Promise<string> {
  const closed = await startRawServer(() => undefined);
  await closed.close();
  return closed.url;
}

afterEach(async () => {
  await server?.close();
  await client?.close();
  server = undefined;
  client = undefined;
});

describe("an answer", () => {
  test("comes with status, headers and text", async () => {
    const http = await serving((socket) =>
      socket.write(httpText(201, '{"id":1}', { "X-Request-Id": "r1" })),
    );
    const result = await http.send(post);
    expect(result).toMatchObject({ kind: "response", status: 201, text: '{"id":1}' });
    expect(result).toHaveProperty("headers.x-request-id", "r1");
    expect(server?.heads[0]).toMatch(/^POST \/v1\/payments HTTP\/1\.1\r\n/);
    expect(server?.heads[0]).toMatch(/\r\n\r\n\{"card":"body-value"\}$/);
  });

  test("in pieces, with letters split between them, is put together", async () => {
    const body = Buffer.from('{"name":"Ñandú łódź"}');
    const http = await serving((socket) => {
      socket.setNoDelay(true);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      for (const byte of body) socket.write(Buffer.of(byte));
    });
    expect(await http.send(get)).toMatchObject({ kind: "response", text: body.toString("utf8") });
  });

  test("that is a redirect is an answer, and is not followed", async () => {
    const http = await serving((socket, nth) =>
      socket.write(nth === 1 ? httpText(302, '{"orderId":"A"}', { Location: "/elsewhere" }) : ""),
    );
    expect(await http.send(post)).toMatchObject({
      kind: "response",
      status: 302,
      text: '{"orderId":"A"}',
    });
    expect(server?.heads).toHaveLength(1);
  });

  test("of 500 is an answer and is not asked for again", async () => {
    const http = await serving((socket) => socket.write(httpText(500, "")));
    expect(await http.send(post)).toMatchObject({ kind: "response", status: 500, text: "" });
    expect(server?.heads).toHaveLength(1);
  });

  test("after an interim answer is the last one", async () => {
    const http = await serving((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${httpText(200, "{}")}`),
    );
    expect(await http.send(get)).toMatchObject({ kind: "response", status: 200 });
  });

  test("leaves the connection open for the next request", async () => {
    const http = await serving((socket) => socket.write(httpText(200, "{}")), { connections: 1 });
    await http.send(get);
    await http.send(post);
    expect(server?.heads).toHaveLength(2);
    expect(server?.connections()).toBe(1);
  });
});

test("a GET and a DELETE carry no body and no length", async () => {
  const http = await serving((socket) => socket.write(httpText(200, "{}")));
  await http.send(get);
  await http.send({ operation: "x", method: "DELETE", path: "/x", headers: {} });
  for (const head of server?.heads ?? []) {
    expect(head).not.toMatch(/content-length|transfer-encoding/i);
    expect(head).toMatch(/\r\n\r\n$/);
  }
});

test("a base URL with a path puts it in front", async () => {
  server = await startRawServer((socket) => socket.write(httpText(200, "{}")));
  await clientFor(`${server.url}/payu/`).send({ ...get, path: "/api/v2_1/orders/1" });
  expect(server.heads[0]).toMatch(/^GET \/payu\/api\/v2_1\/orders\/1 HTTP/);
});

describe("not sent", () => {
  test("a refused connection", async () => {
    const result = await clientFor(await refusedUrl()).send(post);
    expect(result).toEqual({
      kind: "not-sent",
      reason: "no connection could be made (ECONNREFUSED)",
    });
  });

  test("a name that does not exist", async () => {
    const result = await clientFor("http://payments.invalid").send(post);
    expect(result.kind).toBe("not-sent");
  });

  test("a server that does not speak TLS", async () => {
    const plain = await startPlainText();
    const result = await clientFor(plain.url.replace("http:", "https:")).send(post);
    await plain.close();
    expect(result).toMatchObject({ kind: "not-sent" });
  });

  test("a TLS handshake that never ends, and nothing is written later", async () => {
    server = await startRawServer(() => undefined);
    const http = clientFor(server.url.replace("http:", "https:"), { timeoutMs: 30 });
    expect(await http.send(post)).toEqual({ kind: "not-sent", reason: "no connection in time" });
  });

  test("a request whose time ran out while it waited for a place", async () => {
    const now = jest.spyOn(performance, "now").mockReturnValue(0);
    const held = holdAnswers();
    const http = await serving(held.onRequest, { connections: 1 });
    const first = http.send(get);
    const second = http.send(post);
    now.mockReturnValue(2_000);
    await held.answerNext();
    expect((await first).kind).toBe("response");
    expect(await second).toEqual({ kind: "not-sent", reason: "no connection came free in time" });
    expect(server?.heads).toHaveLength(1);
    now.mockRestore();
  });

  test("a header that cannot be written", async () => {
    const http = await serving((socket) => socket.write(httpText(200, "{}")));
    const result = await http.send({ ...post, headers: { "x-device": "a\r\nb: c" } });
    expect(result).toMatchObject({ kind: "not-sent" });
    expect(server?.heads).toEqual([]);
  });

  test("a client that was closed", async () => {
    const http = await serving((socket) => socket.write(httpText(200, "{}")));
    await http.close();
    client = undefined;
    expect((await http.send(post)).kind).toBe("not-sent");
  });
});

describe("unknown", () => {
  const cases: [string, Parameters<typeof startRawServer>[0]][] = [
    ["a reset instead of an answer", (socket) => socket.resetAndDestroy()],
    ["an end instead of an answer", (socket) => socket.end()],
    ["a head that breaks off", (socket) => socket.end("HTTP/1.1 200 OK\r\nConte")],
    [
      "a body shorter than its length",
      (socket) => socket.end('HTTP/1.1 201 X\r\nContent-Length: 50\r\n\r\n{"id":1}'),
    ],
    [
      "a chunked body that breaks off",
      (socket) =>
        socket.end('HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"id":1}\r\n'),
    ],
    ["what is no HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")],
  ];
  test.each(cases)("%s", async (_name, onRequest) => {
    const http = await serving(onRequest);
    const result = await http.send(post);
    expect(result).toMatchObject({ kind: "unknown" });
    expect(server?.heads).toHaveLength(1);
  });

  test("no answer in time", async () => {
    const http = await serving(() => undefined, { timeoutMs: 50 });
    expect(await http.send(post)).toEqual({ kind: "unknown", reason: "no whole answer in time" });
  });

  test("a body that does not end in time", async () => {
    const http = await serving(
      (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
      { timeoutMs: 50 },
    );
    expect(await http.send(post)).toEqual({ kind: "unknown", reason: "no whole answer in time" });
  });

  test("an answer that is too large, announced or not", async () => {
    const tooLarge = { kind: "unknown", reason: "the answer is too large" };
    const http = await serving(
      (socket, nth) =>
        nth === 1
          ? socket.write(httpText(200, "x".repeat(101)))
          : socket.end(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(101)}`),
      { maxResponseBytes: 100 },
    );
    expect(await http.send(post)).toEqual(tooLarge);
    expect(await http.send(post)).toEqual(tooLarge);
  });

  test("the next request gets a connection of its own", async () => {
    const http = await serving((socket, nth) =>
      nth === 1 ? socket.resetAndDestroy() : socket.write(httpText(200, "{}")),
    );
    expect((await http.send(post)).kind).toBe("unknown");
    expect((await http.send(post)).kind).toBe("response");
    expect(server?.connections()).toBe(2);
  });
});

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
      (socket, nth) => (nth === 1 ? socket.write(httpText(200, "{}")) : socket.resetAndDestroy()),
      { onCall: (report) => reports.push(report) },
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
      },
      {
        provider: "MERCADO_PAGO",
        operation: "createPayment",
        method: "POST",
        status: null,
        durationMs: expect.any(Number),
        outcome: "unknown",
        reason: expect.stringMatching(/^the connection broke before the answer \([A-Z_]+\)$/),
      },
    ]);
    expect(JSON.stringify(reports)).not.toMatch(/query-value|token-value|body-value|key-1/);
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

/** Keeps requests waiting until the test lets one be answered. */
function holdAnswers() {
  const answers: (() => void)[] = [];
  return {
    onRequest: (socket: Socket) => void answers.push(() => socket.write(httpText(200, "{}"))),
    answerNext: async () => {
      while (answers.length === 0) await new Promise(setImmediate);
      answers.shift()?.();
    },
  };
}

/** Answers any bytes, a TLS hello too, with text. */
async function startPlainText(): Promise<Pick<RawServer, "url" | "close">> {
  const plain = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const address = plain.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => plain.close(() => resolve())),
  };
}
