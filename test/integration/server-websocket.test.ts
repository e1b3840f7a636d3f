import { once } from "node:events";
import { WebSocket } from "ws";
import { refuse } from "../../src/domain/errors";
import {
  marketplace,
  RawSocket,
  startServer,
  type TestServer,
  until,
  watcher,
} from "./server-support";

const ticked = "subscription { ticked { number viewer } }";

let gateway: TestServer;
beforeEach(async () => {
  gateway = await startServer();
});
afterEach(() => gateway.stop());

type Shown = { message: string; extensions: Record<string, unknown> };
const codesOf = (errors: unknown) => (errors as Shown[]).map((error) => error.extensions.code);

/** The HTTP status that answers a request to open a socket. */
async function refusalOf(url: string, options: { origin?: string; path?: string } = {}) {
  const { path = "/graphql", ...rest } = options;
  const socket = new WebSocket(url.replace("http", "ws") + path, "graphql-transport-ws", rest);
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  let body = "";
  for await (const part of response) body += String(part);
  return {
    status: response.statusCode,
    retryAfter: response.headers["retry-after"],
    body: JSON.parse(body),
  };
}

async function opensWith(options: { origin?: string }) {
  const raw = new RawSocket(gateway.url, options);
  await raw.opened();
  raw.socket.close();
}

describe("opening a socket", () => {
  it("is refused to pages of foreign origins, and open to apps, which have none", async () => {
    const { status, body } = await refusalOf(gateway.url, { origin: "https://evil.example" });
    expect(status).toBe(403);
    expect(codesOf(body.errors)).toEqual(["FORBIDDEN"]);
    expect((await refusalOf(gateway.url, { origin: "null" })).status).toBe(403);
    await opensWith({ origin: "https://shop.example" });
    await opensWith({ origin: "http://127.0.0.1:5173" });
    await opensWith({});
  });

  it("is refused at other addresses", async () => {
    expect((await refusalOf(gateway.url, { path: "/other" })).status).toBe(404);
  });

  it("is refused once an address, or the process, has enough", async () => {
    const webSocket = { maxSocketsPerAddress: 1 };
    const small = await startServer({ settings: { webSocket } });
    await RawSocket.ready(small.url);
    expect(await refusalOf(small.url)).toMatchObject({ status: 429, retryAfter: "10" });
    await small.stop();

    const full = await startServer({ settings: { webSocket: { maxSockets: 1 } } });
    const first = await RawSocket.ready(full.url);
    expect(await refusalOf(full.url)).toMatchObject({ status: 503, retryAfter: "5" });
    first.socket.close();
    await first.closed();
    await full.stop();
  });

  it("counts against the address's rate limit", async () => {
    const rateLimits = {
      requestsPerMinutePerAddress: 1,
      pointsPerMinutePerPrincipal: 1,
      webhooksPerMinutePerAddress: 1,
    };
    const limited = await startServer({ settings: { rateLimits } });
    await new RawSocket(limited.url).opened();
    expect((await refusalOf(limited.url)).status).toBe(429);
    await limited.stop();
  });
});

describe("signing in", () => {
  it.each([
    ["an unknown credential", { authorization: "Bearer wrong" }],
    ["a credential of another type", { authorization: { Bearer: "good" } }],
  ])("ends with 4403 for %s", async (_what, payload) => {
    const raw = new RawSocket(gateway.url);
    await raw.opened();
    raw.send({ type: "connection_init", payload });
    expect((await raw.closed()).code).toBe(4403);
    expect(raw.messages).toEqual([]);
  });

  it.each([
    ["no payload", undefined],
    ["no credential", {}],
  ])("ends with 4403 for %s where there are no explorers", async (_what, payload) => {
    const bare = await startServer({ settings: { sandbox: false } });
    const raw = new RawSocket(bare.url);
    await raw.opened();
    raw.send({ type: "connection_init", payload });
    expect((await raw.closed()).code).toBe(4403);
    expect(raw.messages).toEqual([]);
    await bare.stop();
  });

  it("may wait for an explorer's user, who sees nothing until then", async () => {
    const anonymous = new RawSocket(gateway.url);
    await anonymous.opened();
    anonymous.send({ type: "connection_init", payload: {} });
    await until(() => anonymous.messages.length === 1);
    anonymous.subscribe("1", ticked);
    await until(() => anonymous.messages.length === 2);
    expect(anonymous.messages).toEqual([
      { type: "connection_ack" },
      {
        type: "error",
        id: "1",
        payload: [
          expect.objectContaining({
            message: expect.stringContaining("has no credential"),
            extensions: expect.objectContaining({ code: "UNAUTHENTICATED" }),
          }),
        ],
      },
    ]);
    // Then with the key, as Apollo's explorer does: a client of its own for each subscription.
    const known = await RawSocket.ready(gateway.url);
    known.subscribe("1", ticked);
    await until(() => gateway.ticks.subscribers === 1);
    gateway.ticks.publish({ number: 1 });
    await until(() => known.messages.length === 2);
    expect(known.messages[1]).toMatchObject({ type: "next" });
    expect(anonymous.messages).toHaveLength(2);
    known.socket.close();
    await known.closed();
    await until(() => gateway.ticks.subscribers === 0);
  });

  it("does not wait for ever", async () => {
    const hasty = await startServer({ settings: { webSocket: { recheckMs: 50 } } });
    const raw = new RawSocket(hasty.url);
    await raw.opened();
    raw.send({ type: "connection_init", payload: {} });
    expect(await raw.closed()).toEqual({ code: 4403, reason: "Credential missing" });
    expect(raw.messages).toEqual([{ type: "connection_ack" }]);
    await hasty.stop();
  });

  it("takes the header's name in any case, as tools send it", async () => {
    const raw = new RawSocket(gateway.url);
    await raw.opened();
    raw.send({ type: "connection_init", payload: { Authorization: "bearer good" } });
    await until(() => raw.messages.length === 1);
    expect(raw.messages).toEqual([{ type: "connection_ack" }]);
  });

  it("has to happen in time, and before anything else", async () => {
    const hasty = await startServer({ settings: { webSocket: { initWaitMs: 20 } } });
    const silent = new RawSocket(hasty.url);
    expect((await silent.closed()).code).toBe(4408);
    await hasty.stop();

    const early = new RawSocket(gateway.url);
    await early.opened();
    early.subscribe("1", ticked);
    expect((await early.closed()).code).toBe(4401);
  });

  it("asks to come again while credentials cannot be looked up", async () => {
    const broken = await startServer({
      authenticate: async () => {
        throw new Error("secret of the key table");
      },
    });
    const raw = await RawSocket.ready(broken.url);
    expect(await raw.closed()).toEqual({ code: 1013, reason: "Try again later" });
    await broken.stop();
  });

  it("limits a credential's sockets", async () => {
    const small = await startServer({
      settings: { webSocket: { maxSocketsPerPrincipal: 1 } },
    });
    const first = await RawSocket.ready(small.url);
    const second = await RawSocket.ready(small.url);
    expect((await second.closed()).code).toBe(4430);
    const other = await RawSocket.ready(small.url, "watch");
    expect(other.messages).toEqual([{ type: "connection_ack" }]);
    first.socket.close();
    // The place is free once the server saw the closing.
    let third = await RawSocket.ready(small.url);
    while (third.closing !== undefined) third = await RawSocket.ready(small.url);
    expect(third.messages).toEqual([{ type: "connection_ack" }]);
    await small.stop();
  });
});

describe("a subscription", () => {
  it("gives its events to graphql-ws's own client", async () => {
    const events = gateway.client().iterate({ query: ticked });
    const first = events.next();
    await until(() => gateway.ticks.subscribers === 1);
    gateway.ticks.publish({ number: 7 });
    expect((await first).value).toEqual({ data: { ticked: { number: 7, viewer: "MARKETPLACE" } } });
    await events.return?.(undefined);
    await until(() => gateway.ticks.subscribers === 0);
  });

  it("frees its source when the client unsubscribes or goes away", async () => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", ticked);
    raw.subscribe("2", ticked);
    await until(() => gateway.ticks.subscribers === 2);
    raw.send({ type: "complete", id: "1" });
    await until(() => gateway.ticks.subscribers === 1);
    raw.socket.terminate();
    await until(() => gateway.ticks.subscribers === 0);
  });

  it.each([
    ["queries", "{ hello }"],
    ["mutations", 'mutation { pay(input: {cardToken: "a", amount: 1}) }'],
    ["introspection", "{ __schema { queryType { name } } }"],
  ])("is the only thing that runs: %s do not", async (_what, query) => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", query);
    expect(codesOf(await raw.next("error"))).toEqual(["BAD_REQUEST"]);
    expect(gateway.paid).toEqual([]);
    expect(raw.messages.filter(({ type }) => type === "next")).toEqual([]);
  });

  it.each([
    [
      "depth",
      `subscription { ticked { ${"... { ".repeat(2)} number ${"} ".repeat(2)} } } fragment A on Item { owner { owner { owner { owner { owner { owner { owner { owner { owner { owner { id } } } } } } } } } } }`,
      "BAD_REQUEST",
    ],
    [
      "aliases",
      `subscription { ticked { ${Array.from({ length: 16 }, (_, i) => `a${i}: number`).join(" ")} } }`,
      "QUERY_TOO_COMPLEX",
    ],
    [
      "directives",
      `subscription { ticked { ${Array.from({ length: 11 }, (_, i) => `a${i}: number @include(if: true)`).join(" ")} } }`,
      "QUERY_TOO_COMPLEX",
    ],
    ["tokens", `subscription { ticked { ${"number ".repeat(1000)} } }`, "QUERY_TOO_COMPLEX"],
    ["syntax errors", "subscription {", "BAD_REQUEST"],
    ["unknown fields", "subscription { nothing }", "BAD_REQUEST"],
  ])("is refused for %s", async (_what, query, code) => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", query);
    expect(codesOf(await raw.next("error"))).toEqual([code]);
    expect(gateway.ticks.subscribers).toBe(0);
  });

  it("does not quote variables", async () => {
    const raw = await RawSocket.ready(gateway.url);
    const query = "subscription A($id: ID) { ticked(id: $id) { number } }";
    raw.subscribe("1", query, { variables: { id: { token: "tok_secret" } } });
    const errors = (await raw.next("error")) as Shown[];
    expect(errors[0]?.message).toBe('Variable "$id" got invalid value; it is no ID.');
    expect(codesOf(errors)).toEqual(["BAD_REQUEST"]);
  });

  it("hides the schema from watch tokens", async () => {
    const raw = await RawSocket.ready(gateway.url, "watch");
    raw.subscribe("1", "subscription { ticke { number } }");
    const errors = (await raw.next("error")) as Shown[];
    expect(errors[0]?.message).toBe('Cannot query field "ticke" on type "Subscription".');
  });

  it("masks faults wherever they happen, and logs them", async () => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", "subscription { broken { number } }");
    expect(await raw.next("error", "1")).toMatchObject([
      { message: "Internal error", path: ["broken"] },
    ]);

    raw.subscribe("2", "subscription { dying { number } }");
    expect(await raw.next("next", "2")).toEqual({ data: { dying: { number: 1 } } });
    expect(await raw.next("error", "2")).toMatchObject([{ message: "Internal error" }]);

    raw.subscribe("3", ticked);
    await until(() => gateway.ticks.subscribers === 1);
    gateway.ticks.publish({ number: 2, fails: true });
    const third = (await raw.next("next", "3")) as { errors: Shown[] };
    expect(third).toMatchObject({ data: null, errors: [{ message: "Internal error" }] });
    expect(codesOf(third.errors)).toEqual(["INTERNAL_SERVER_ERROR"]);

    expect(JSON.stringify(raw.messages)).not.toContain("secret");
    for (const secret of ["feed", "stream", "event"]) {
      expect(gateway.log()).toContain(`secret of the ${secret}`);
    }
    expect(gateway.log()).toContain(String(third.errors[0]?.extensions.requestId));
    expect(raw.closing).toBeUndefined();
  });

  it("tells refusals as errors, which end the subscription, and not as events", async () => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", "subscription { refusing { number } }");
    expect(await raw.next("error", "1")).toMatchObject([
      { message: "Not one of ours.", extensions: { code: "CURSOR_INVALID", retryable: false } },
    ]);
    // The id is free again, and nothing of the first one is on its way.
    raw.subscribe("1", "subscription { ticked { number } }");
    await until(() => gateway.ticks.subscribers === 1);
    gateway.ticks.publish({ number: 3 });
    expect(await raw.next("next", "1")).toEqual({ data: { ticked: { number: 3 } } });
    expect(raw.closing).toBeUndefined();
  });

  it("masks a context that cannot be made", async () => {
    const broken = await startServer({
      makeContext: () => {
        throw new Error("secret of the context");
      },
    });
    const raw = await RawSocket.ready(broken.url);
    raw.subscribe("1", ticked);
    expect(codesOf(await raw.next("error"))).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify(raw.messages)).not.toContain("secret");
    await broken.stop();
  });

  it("is one of at most 20 on a socket", async () => {
    const raw = await RawSocket.ready(gateway.url);
    for (let i = 1; i <= 21; i++) raw.subscribe(String(i), ticked);
    expect(codesOf(await raw.next("error", "21"))).toEqual(["RATE_LIMITED"]);
    await until(() => gateway.ticks.subscribers === 20);
  });

  it("is not begun twice under one id, also where the first one was ended before it had begun", async () => {
    const raw = await RawSocket.ready(gateway.url);
    raw.subscribe("1", ticked);
    raw.send({ type: "complete", id: "1" });
    raw.subscribe("1", ticked);
    const [code] = await once(raw.socket, "close");
    expect(code).toBe(4409);
    await until(() => gateway.ticks.subscribers === 0);
  });

  it("is paid for from the same points as queries", async () => {
    const rateLimits = {
      requestsPerMinutePerAddress: 1000,
      pointsPerMinutePerPrincipal: 2,
      webhooksPerMinutePerAddress: 1,
    };
    const limited = await startServer({ settings: { rateLimits } });
    const raw = await RawSocket.ready(limited.url);
    await limited.query("{ hello }");
    raw.subscribe("1", ticked);
    await until(() => limited.ticks.subscribers === 1);
    raw.subscribe("2", ticked);
    const errors = (await raw.next("error", "2")) as Shown[];
    expect(codesOf(errors)).toEqual(["RATE_LIMITED"]);
    expect(errors[0]?.extensions.retryAfter).toBeGreaterThan(0);
    await limited.stop();
  });
});

describe("a socket ends", () => {
  it("when a message is too large or makes no sense", async () => {
    const large = await RawSocket.ready(gateway.url);
    large.subscribe("1", "#".repeat(70_000));
    expect((await large.closed()).code).toBe(1009);
    const senseless = await RawSocket.ready(gateway.url);
    senseless.send("{");
    expect((await senseless.closed()).code).toBe(4400);
  });

  it("when too many messages come", async () => {
    const raw = await RawSocket.ready(gateway.url);
    for (let i = 0; i < 60; i++) raw.send({ type: "ping" });
    expect((await raw.closed()).code).toBe(4431);
  });

  it("when its peer answers no pings", async () => {
    const quick = await startServer({ settings: { webSocket: { heartbeatMs: 20 } } });
    const alive = await RawSocket.ready(quick.url);
    const dead = new RawSocket(quick.url);
    await dead.opened();
    dead.send({ type: "connection_init", payload: { authorization: "Bearer good" } });
    await until(() => dead.messages.length === 1);
    dead.socket.pong = () => {};
    dead.socket.pause();
    let pings = 0;
    alive.socket.on("ping", () => pings++);
    await until(() => pings > 5);
    dead.socket.resume();
    expect((await dead.closed()).code).toBe(1006);
    expect(alive.closing).toBeUndefined();
    await quick.stop();
  });

  it("when its credential expires", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const server = await startServer({ clock: { now: () => now, offsetMs: 0 } });
    server.credentials.set("watch", watcher(new Date("2026-01-01T00:30:00Z")));
    const raw = await RawSocket.ready(server.url, "watch");
    now = new Date("2026-01-01T00:30:00Z");
    expect(await raw.closed()).toEqual({ code: 4403, reason: "Credential expired" });
    await server.stop();
  });

  it("when its credential is revoked or changed, but not when that cannot be told", async () => {
    let isBroken = false;
    let checks = 0;
    const credentials = new Map([
      ["a", marketplace],
      ["b", watcher()],
    ]);
    const server = await startServer({
      settings: { webSocket: { recheckMs: 20 } },
      authenticate: async (credential) => {
        checks++;
        if (isBroken) throw new Error("no database");
        const principal = credentials.get(credential);
        if (principal === undefined) throw refuse("UNAUTHENTICATED", "Revoked.");
        return principal;
      },
    });
    const [a, b] = [await RawSocket.ready(server.url, "a"), await RawSocket.ready(server.url, "b")];
    isBroken = true;
    const before = checks;
    await until(() => checks > before + 4);
    expect([a.closing, b.closing]).toEqual([undefined, undefined]);
    credentials.delete("a");
    credentials.set("b", watcher(new Date("2098-01-01")));
    isBroken = false;
    expect(await a.closed()).toEqual({ code: 4403, reason: "Credential refused" });
    expect(await b.closed()).toEqual({ code: 4403, reason: "Credential changed" });
    await server.stop();
  });

  it("with 1001 when the server stops, and no new one is opened", async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => RawSocket.ready(gateway.url)));
    sockets[0]?.subscribe("1", ticked);
    await until(() => gateway.ticks.subscribers === 1);
    gateway.server.stopAccepting();
    expect(await refusalOf(gateway.url)).toMatchObject({ status: 503 });
    await gateway.server.closeSockets();
    for (const socket of sockets) {
      expect(await socket.closed()).toEqual({ code: 1001, reason: "Going away" });
    }
    expect(gateway.ticks.subscribers).toBe(0);
  });
});
