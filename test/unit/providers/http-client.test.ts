import { createServer } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { clientFor, get, holdAnswers, post, server, serving } from "./http-fixtures";
import { httpText, type RawServer, startRawServer } from "./raw-server";

/** A port on which nothing listens: one that was just given back. */
async function refusedUrl(): Promise<string> {
  const closed = await startRawServer(() => undefined);
  await closed.close();
  return closed.url;
}

describe("an answer", () => {
  test.each<[string, (text: string) => Buffer]>([
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["identity", (text) => Buffer.from(text)],
    ["gzip, br", (text) => brotliCompressSync(gzipSync(text))],
  ])("is read although it comes as %s, which was not asked for", async (encoding, pack) => {
    const http = await serving((socket) => {
      const body = pack('{"a":"ñ"}');
      socket.write(`HTTP/1.1 200 X\r\nContent-Encoding: ${encoding}\r\n`);
      socket.write(`Content-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect(await http.send(get)).toMatchObject({ kind: "response", text: '{"a":"ñ"}' });
    expect(server?.heads[0]).toMatch(/^accept-encoding: identity\r$/m);
  });

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

test("a TLS handshake offers HTTP/1.1 alone", async () => {
  const hellos: Buffer[] = [];
  const plain = await startPlainText((bytes) => hellos.push(bytes));
  await clientFor(plain.url.replace("http:", "https:")).send(post);
  await plain.close();
  // The extension that names the protocols, as RFC 7301 lays it out: each behind its length.
  const http1Alone = Buffer.from("\0\x10\0\x0b\0\x09\x08http/1.1", "latin1");
  expect(hellos[0]?.includes(http1Alone)).toBe(true);
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
  await serving((socket) => socket.write(httpText(200, "{}")));
  await clientFor(`${server?.url}/payu/`).send({ ...get, path: "/api/v2_1/orders/1" });
  expect(server?.heads[0]).toMatch(/^GET \/payu\/api\/v2_1\/orders\/1 HTTP/);
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
    await serving(() => undefined);
    const http = clientFor(server?.url.replace("http:", "https:") ?? "", { timeoutMs: 30 });
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
    await http.close();
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
    const tooLarge = { kind: "unknown", reason: "the answer is too large", isUnreadable: true };
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

  test("an answer that is packed in a way that cannot be unpacked", async () => {
    const packed: [string, Buffer][] = [
      ["zstd", Buffer.from("{}")],
      ["gzip", Buffer.from("{}")],
      ["gzip", gzipSync(JSON.stringify({ bomb: "x".repeat(10_000) }))],
    ];
    const http = await serving(
      (socket, nth) => {
        const [encoding, body] = packed[nth - 1] ?? ["", Buffer.alloc(0)];
        socket.write(`HTTP/1.1 201 X\r\nContent-Encoding: ${encoding}\r\n`);
        socket.write(`Content-Length: ${body.length}\r\n\r\n`);
        socket.write(body);
      },
      { maxResponseBytes: 1_000 },
    );
    for (const _ of packed) {
      expect(await http.send(post)).toEqual({
        ...{ kind: "unknown", isUnreadable: true },
        reason: "the answer is compressed, and cannot be unpacked",
      });
    }
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

/** Answers any bytes, a TLS hello too, with text. */
async function startPlainText(
  onBytes: (bytes: Buffer) => void = () => undefined,
): Promise<Pick<RawServer, "url" | "close">> {
  const plain = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      onBytes(bytes);
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const address = plain.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => plain.close(() => resolve())),
  };
}
