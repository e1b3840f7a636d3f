import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { getIntrospectionQuery } from "graphql";
import { WebSocket } from "ws";
import { demoCredentials } from "../../src/demo";
import { RawSocket, until } from "../integration/server-support";
import { pay } from "../support/access-world";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { mutationBody } from "../support/refused-by";
import type { Json } from "../support/simulator";

let gateway: TestGateway;
let seller: ConnectedSeller;
let id: string;
let watchToken: string;
beforeAll(async () => {
  gateway = await TestGateway.start();
  seller = await gateway.connectSeller();
  ({ id } = await pay(gateway, seller));
  const made = await gateway.mutate("createWatchToken", { paymentId: id }, "credential");
  watchToken = made.credential;
});
afterAll(() => gateway.stop());

const socketFor = (credential: string) => RawSocket.ready(gateway.url, credential);

/** What the first answer on a socket of its own tells of errors. */
async function firstErrors(
  ask: (socket: RawSocket) => void,
  credential: string = demoCredentials.marketplace,
): Promise<Json[] | undefined> {
  const socket = await socketFor(credential);
  ask(socket);
  await until(() => socket.messages.length > 1);
  socket.socket.terminate();
  const { payload } = socket.messages[1] as Json;
  return Array.isArray(payload) ? payload : payload.errors;
}

function subscribed({ query, ...more }: { query: string; variables?: Json }, credential?: string) {
  return firstErrors((socket) => socket.subscribe("1", query, more), credential);
}

/** Text of a value with more levels than can be walked through. */
const bottomless = `${"[".repeat(9_000)}${"]".repeat(9_000)}`;

const codesOf = (errors: Json[] | undefined) => errors?.map(({ extensions }) => extensions.code);
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");

/** The same selection of a payment as it is asked for over HTTP, and over WebSocket. */
const asQuery = (selection: string) =>
  `query ($id: ID!) { payment(id: $id) { ${selection} } } ${fragmentsIn(selection)}`;
const asSubscription = (selection: string) =>
  `subscription ($id: ID!) { paymentUpdated(id: $id) { payment { ${selection} } } } ${fragmentsIn(selection)}`;

const growing = (levels: number) =>
  many(levels, (i) => `fragment F${i} on Payment { ...F${i + 1} ...F${i + 1} ...F${i + 1} id }`);
const fragments: Record<string, string> = {
  "...F0": `${growing(8)} fragment F8 on Payment { id }`,
  "...Endless": "fragment Endless on Payment { ...Endless }",
  "...Deep":
    "fragment Deep on Payment { seller { ...Deeper } } fragment Deeper on Seller { payments { edges { node { seller { payments { edges { node { amount { amount } } } } } } } } }",
};
const fragmentsIn = (selection: string) => fragments[selection] ?? "";

describe("a document is refused, over HTTP and over WebSocket alike,", () => {
  test.each([
    [
      "that is too deep",
      "seller { payments { edges { node { seller { payments { edges { node { amount { amount } } } } } } } } }",
    ],
    ["that is too deep through fragments", "...Deep"],
    ["with too many aliases", many(16, (i) => `a${i}: status`)],
    ["with too many aliases of __typename", many(16, (i) => `a${i}: __typename`)],
    [
      "with too many aliases, spread over the document",
      `${many(8, (i) => `a${i}: id`)} seller { ${many(8, (i) => `a${i}: id`)} }`,
    ],
    ["with too many directives", many(11, () => "id @include(if: true)")],
    ["with too many tokens", many(1_000, () => "id")],
    ["whose fragments grow", "...F0"],
    [
      "that costs too much",
      "seller { payments(first: 100) { edges { node { events(first: 100) { edges { node { id } } } } } } }",
    ],
  ])("%s", async (_what, selection) => {
    const { status, data, errors } = await gateway.query(asQuery(selection), { id });
    expect([status, data, codesOf(errors)]).toEqual([400, undefined, ["QUERY_TOO_COMPLEX"]]);
    const live = await subscribed({ query: asSubscription(selection), variables: { id } });
    expect(codesOf(live)).toEqual(["QUERY_TOO_COMPLEX"]);
    // What the limits are is for the guide to say, and not for one who feels along them.
    expect(JSON.stringify([errors, live])).not.toMatch(/\b(10|15|1000|2000|5000)\b/);
  });

  test("with more for each event than a subscription may ask", async () => {
    const node =
      "seller { id } amount { amount } capturedAmount { amount } refundedAmount { amount }";
    const listed = `seller { payments(first: 100) { edges { node { ${node} } } } }`;
    expect(await gateway.query(asQuery(listed), { id })).toMatchObject({ status: 200 });
    const live = await subscribed({ query: asSubscription(listed), variables: { id } });
    expect(codesOf(live)).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(JSON.stringify(live)).not.toMatch(/\b500\b/);
  });

  test("whose fragments never end", async () => {
    const { status, errors } = await gateway.query(asQuery("...Endless"), { id });
    expect([status, codesOf(errors)]).toEqual([400, ["BAD_REQUEST"]]);
    const live = await subscribed({ query: asSubscription("...Endless"), variables: { id } });
    expect(codesOf(live)).toEqual(["BAD_REQUEST"]);
  });

  test("with five of its errors, however many it has", async () => {
    const wrong = many(300, (i) => `nothing${i}`);
    const { status, errors } = await gateway.query(asQuery(wrong), { id });
    expect(status).toBe(400);
    const live = await subscribed({ query: asSubscription(wrong), variables: { id } });
    for (const told of [errors, live]) {
      expect(codesOf(told)).toEqual(Array(6).fill("BAD_REQUEST"));
      expect(told?.at(-1).message).toMatch(/^Too many validation errors/);
    }
  });

  test.each([
    ["an id", "ID!", "id: $v", "id"],
    ["a page's size", "Int", 'id: "pay_1"', "events(first: $v) { edges { node { id } } }"],
    ["a place", "Cursor", 'id: "pay_1"', "events(after: $v) { edges { node { id } } }"],
    ["a language", "Language!", 'id: "pay_1"', "rejection { buyerMessage(language: $v) }"],
  ])("whose variable for %s is nested without end", async (_what, type, argument, selection) => {
    const body = (query: string) =>
      `{"query":${JSON.stringify(query)},"variables":{"v":${bottomless}}}`;
    const query = `query ($v: ${type}) { payment(${argument}) { ${selection} } }`;
    const response = await gateway.post(body(query));
    expect(response.status).toBe(400);
    expect(codesOf(((await response.json()) as Json).errors)).toEqual(["BAD_REQUEST"]);

    const subscription = `subscription ($v: ${type}) { paymentUpdated(${argument}) { payment { ${selection} } } }`;
    const errors = await firstErrors((socket) =>
      socket.send(`{"type":"subscribe","id":"1","payload":${body(subscription)}}`),
    );
    expect(codesOf(errors)).toEqual(["BAD_REQUEST"]);
  });
});

describe("a document is taken, over HTTP and over WebSocket alike,", () => {
  test.each([
    ["with as many aliases as there may be", many(15, (i) => `a${i}: __typename`)],
    ["with as many directives as there may be", many(10, () => "id @include(if: true)")],
    [
      "as large as a payment's page in an app",
      "id status amount { amount currency formatted } refunds { id status amount { amount } } events(first: 100) { edges { cursor node { id type from to } } } seller { id name accounts { id provider status } } availableActions { action available reason { code message } }",
    ],
  ])("%s", async (_what, selection) => {
    expect((await gateway.query(asQuery(selection), { id })).errors).toBeUndefined();
    const live = await subscribed({ query: asSubscription(selection), variables: { id } });
    expect(live).toBeUndefined();
  });

  test("ten levels deep", async () => {
    const ten =
      "seller { payments { edges { node { seller { payments { edges { node { id } } } } } } } }";
    expect((await gateway.query(asQuery(ten), { id })).errors).toBeUndefined();
    const behindTwo =
      "seller { payments { edges { node { seller { payments { pageInfo { hasNextPage } } } } } } }";
    const live = await subscribed({ query: asSubscription(behindTwo), variables: { id } });
    expect(live).toBeUndefined();
  });
});

describe("a request", () => {
  const newSeller = () => mutationBody("createSeller", { reference: randomUUID(), name: "Shop" });

  test("of several documents runs none of them", async () => {
    const batches = [[newSeller()], [newSeller(), newSeller()], [], [[newSeller()]]];
    await leavingNothing(gateway, async () => {
      for (const batch of batches) {
        const response = await gateway.post(batch);
        expect(response.status).toBe(400);
        const { data, errors } = (await response.json()) as Json;
        expect([data, codesOf(errors)]).toEqual([undefined, ["BAD_REQUEST"]]);
      }
    });
  });

  test("of one document with too many mutations runs none of them", async () => {
    const query = `mutation ($input: CreateSellerInput!) { ${many(16, (i) => `a${i}: createSeller(input: $input) { seller { id } }`)} }`;
    await leavingNothing(gateway, async () => {
      const { status, errors } = await gateway.query(query, newSeller().variables);
      expect([status, codesOf(errors)]).toEqual([400, ["QUERY_TOO_COMPLEX"]]);
    });
  });

  test("by GET, or with a body that forms can send, changes nothing", async () => {
    const { query, variables } = newSeller();
    const address = new URL(`${gateway.url}/graphql`);
    address.searchParams.set("query", query);
    address.searchParams.set("variables", JSON.stringify(variables));
    const authorization = `Bearer ${demoCredentials.marketplace}`;
    const sameSite = { authorization, "apollo-require-preflight": "true" };
    await leavingNothing(gateway, async () => {
      expect((await fetch(address, { headers: { authorization } })).status).toBe(400);
      expect((await fetch(address, { headers: sameSite })).status).toBe(405);
      const form = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const posted = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { authorization },
        body: form,
      });
      expect(posted.status).toBe(415);
    });
  });

  test("that is too large is refused before it is read, a large one is read", async () => {
    const padded = (bytes: number) => ({
      query: "{ viewer { role } }",
      variables: { pad: "x".repeat(bytes) },
    });
    expect((await gateway.post(padded(200_000))).status).toBe(200);
    const response = await gateway.post(padded(300_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: "The request is too large.",
          extensions: { code: "BAD_REQUEST", retryable: false },
        },
      ],
    });
    const headers = await gateway.post(padded(1), undefined, { "x-pad": "x".repeat(20_000) });
    expect(headers.status).toBe(431);
  });
});

describe("the schema", () => {
  const introspection = getIntrospectionQuery();
  const partial = '{ viewer { role } __type(name: "Payment") { name } }';

  test("is told to every API key", async () => {
    const access = gateway.app.services.access;
    const { marketplaceId } = await access.authenticate(demoCredentials.marketplace);
    const partner = await access.issueKey(marketplaceId, {
      role: "PARTNER",
      name: "explorer",
      sellerIds: [seller.id],
    });
    for (const key of [demoCredentials.marketplace, seller.key, partner.credential]) {
      expect(await gateway.data(introspection, {}, key)).toHaveProperty("__schema.types");
      expect(await gateway.data(partial, {}, key)).toHaveProperty("__type.name", "Payment");
    }
  });

  test("is not told to nobody, and not to watch tokens, not even by suggestions", async () => {
    const misspelt = "{ paymet { id } }";
    for (const query of [introspection, partial, misspelt, "{ __typename }"]) {
      const { status, data, errors } = await gateway.query(query, {}, null);
      expect([status, data, codesOf(errors)]).toEqual([401, undefined, ["UNAUTHENTICATED"]]);
    }
    for (const query of [introspection, partial]) {
      const { status, data, errors } = await gateway.query(query, {}, watchToken);
      expect([status, data, codesOf(errors)]).toEqual([403, undefined, ["FORBIDDEN"]]);
    }
    const suggestion = "Did you mean";
    const told = async (credential: string) => [
      (await gateway.query(misspelt, {}, credential)).errors?.[0].message,
      (await subscribed({ query: "subscription { paymentUpdate { cursor } }" }, credential))?.[0]
        .message,
    ];
    for (const message of await told(seller.key)) expect(message).toContain(suggestion);
    for (const message of await told(watchToken)) expect(message).not.toContain(suggestion);
  });

  test("is told to anybody in development, and nothing else is", async () => {
    const development = await TestGateway.start({ env: { NODE_ENV: "development" } });
    try {
      expect((await development.query(introspection, {}, null)).status).toBe(200);
      for (const query of [partial, "{ providers { provider } }", "mutation { __typename }"]) {
        const { status, errors } = await development.query(query, {}, null);
        expect([status, codesOf(errors)]).toEqual([401, ["UNAUTHENTICATED"]]);
      }
    } finally {
      await development.stop();
    }
  });

  test.each([
    "query IntrospectionQuery { __schema { types { name } } }",
    partial,
    "subscription { __schema { queryType { name } } }",
    'subscription { __type(name: "Payment") { name } }',
    "subscription { __typename }",
  ])("is not told over WebSocket by %s", async (query) => {
    expect(new Set(codesOf(await subscribed({ query })))).toEqual(new Set(["BAD_REQUEST"]));
  });
});

describe("a socket", () => {
  test("is refused to pages of other origins, with a good key as without", async () => {
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      const socket = new WebSocket(
        `${gateway.url.replace("http", "ws")}/graphql`,
        "graphql-transport-ws",
        { origin, headers: { authorization: `Bearer ${demoCredentials.marketplace}` } },
      );
      socket.on("error", () => {});
      const [, response] = await once(socket, "unexpected-response");
      expect(response.statusCode).toBe(403);
      response.destroy();
    }
  });

  test("runs no queries and no mutations", async () => {
    const bodies = [
      { query: asQuery("id"), variables: { id } },
      { query: "{ viewer { role } }" },
      mutationBody("createSeller", { reference: randomUUID(), name: "Shop" }),
      mutationBody("createPayment", await gateway.cardPayment(seller)),
      { query: `query A { viewer { role } } ${asSubscription("id")}`, operationName: "A" },
    ];
    await leavingNothing(gateway, async () => {
      for (const body of bodies) {
        expect(codesOf(await subscribed(body))).toEqual(["BAD_REQUEST"]);
      }
    });
  });

  test("ends with 4408 when nobody says who it is, and with 4401 when it asks before", async () => {
    const hasty = await TestGateway.start({ webSocket: { initWaitMs: 50 } });
    try {
      expect(await new RawSocket(hasty.url).closed()).toMatchObject({ code: 4408 });
    } finally {
      await hasty.stop();
    }
    const early = new RawSocket(gateway.url);
    await early.opened();
    early.subscribe("1", asSubscription("id"), { variables: { id } });
    expect(await early.closed()).toMatchObject({ code: 4401 });
    expect(early.messages).toEqual([]);
  });

  test.each([
    ["another scheme", { authorization: `Basic ${demoCredentials.marketplace}` }],
    [
      "a key without its end",
      { authorization: `Bearer ${demoCredentials.marketplace.slice(0, -1)}` },
    ],
    ["a list of keys", { authorization: [`Bearer ${demoCredentials.marketplace}`] }],
    ["an endless key", { authorization: `Bearer ${"x".repeat(10_000)}` }],
  ])("ends with 4403 for %s", async (_what, payload) => {
    const socket = new RawSocket(gateway.url);
    await socket.opened();
    socket.send({ type: "connection_init", payload });
    expect(await socket.closed()).toEqual({ code: 4403, reason: "Forbidden" });
    expect(socket.messages).toEqual([]);
  });

  test.each([
    [
      "a message that is too large",
      JSON.stringify({ type: "ping", payload: { pad: "x".repeat(70_000) } }),
      1009,
    ],
    ["a list of messages", '[{"type":"ping"}]', 4400],
    ["a message that is no JSON", "{", 4400],
    ["a message of no known kind", '{"type":"query","id":"1"}', 4400],
    ["a document that is no text", '{"type":"subscribe","id":"1","payload":{"query":{}}}', 4400],
    ["a second connection_init", '{"type":"connection_init","payload":{}}', 4429],
  ])("ends for %s, and no other one does", async (_what, message, code) => {
    const bystander = await socketFor(seller.key);
    const socket = await socketFor(seller.key);
    socket.send(message);
    expect((await socket.closed()).code).toBe(code);
    bystander.subscribe("1", asSubscription("id"), { variables: { id } });
    expect(await bystander.next("next")).toEqual({ data: { paymentUpdated: { payment: { id } } } });
    bystander.socket.terminate();
  });
});
