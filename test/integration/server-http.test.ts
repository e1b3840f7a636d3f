import { connect } from "node:net";
import { buildSchema, getIntrospectionQuery } from "graphql";
import { auth, startServer, type TestServer } from "./server-support";

let gateway: TestServer;
beforeAll(async () => {
  gateway = await startServer({
    demoCredential: "gw_key_demo",
    settings: { metricsToken: "metrics-token-0123456789" },
  });
});
afterAll(() => gateway.stop());

const codeOf = (answer: { errors?: readonly { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.[0]?.extensions.code;

describe("answers", () => {
  it("runs a query for a good credential and tells the request id", async () => {
    const response = await gateway.post(
      { query: "{ hello whoami }" },
      { ...auth, "x-request-id": "caller-id-42" },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-id")).toBe("caller-id-42");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ data: { hello: "world", whoami: "MARKETPLACE" } });
  });

  it("replaces a request id that is not plain", async () => {
    const response = await gateway.post({ query: "{ hello }" }, { ...auth, "x-request-id": "a b" });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("logs named facts only", async () => {
    await gateway.post(
      { query: 'mutation { pay(input: {cardToken: "tok_secret_1", amount: 1}) }' },
      { ...auth, "x-request-id": "logged-request" },
    );
    const line = gateway
      .log()
      .split("\n")
      .find((text) => text.includes('"logged-request"'));
    expect(JSON.parse(line ?? "{}")).toEqual({
      level: "info",
      time: expect.any(String),
      requestId: "logged-request",
      method: "POST",
      route: "/graphql",
      status: 200,
      durationMs: expect.any(Number),
      role: "MARKETPLACE",
      principal: "key_01JD0000000000000000000001",
      msg: "request",
    });
    expect(gateway.log()).not.toContain("tok_secret_1");
    expect(gateway.log()).not.toContain("Bearer");
  });
});

describe("errors", () => {
  it("masks what a resolver throws and logs it under the request id", async () => {
    const answer = await gateway.query("{ fault hello }");
    expect(answer).toEqual({
      status: 200,
      data: { fault: null, hello: "world" },
      errors: [
        {
          message: "Internal error",
          path: ["fault"],
          locations: [{ line: 1, column: 3 }],
          extensions: {
            code: "INTERNAL_SERVER_ERROR",
            retryable: true,
            requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          },
        },
      ],
    });
    const id = answer.errors?.[0]?.extensions.requestId as string;
    const line = gateway
      .log()
      .split("\n")
      .find((text) => text.includes(id) && text.includes("unexpected error"));
    expect(JSON.parse(line ?? "{}")).toMatchObject({
      level: "error",
      err: { message: "secret of the database", stack: expect.stringContaining("server-support") },
    });
  });

  it("masks a broken promise of the schema", async () => {
    const answer = await gateway.query("{ required }");
    expect(answer.errors).toMatchObject([
      {
        message: "Internal error",
        path: ["required"],
        extensions: { code: "INTERNAL_SERVER_ERROR" },
      },
    ]);
  });

  it("tells a refusal with all its errors", async () => {
    const answer = await gateway.query("{ refused }");
    const first = { code: "NOT_FOUND", retryable: false, path: ["id"] };
    expect(answer.status).toBe(200);
    expect(answer.errors?.[0]).toMatchObject({ message: "No such payment.", path: ["refused"] });
    expect(answer.errors?.[0]?.extensions).toEqual({
      ...first,
      errors: [
        { message: "No such payment.", ...first },
        {
          message: "No.",
          code: "PROVIDER_REFUSED",
          retryable: true,
          provider: "MERCADO_PAGO",
          providerCode: "2034",
        },
      ],
    });
  });

  it.each([
    ["a syntax error", "{ hello", "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", "{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
  ])("calls %s a bad request", async (_what, query, reason) => {
    const answer = await gateway.query(query);
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions).toEqual({
      code: "BAD_REQUEST",
      retryable: false,
      reason,
    });
  });

  it("does not quote variables", async () => {
    const query = "mutation Pay($input: PayInput!) { pay(input: $input) }";
    const missing = await gateway.query(query, { input: { cardToken: "tok_secret_2" } });
    expect(missing.status).toBe(400);
    expect(missing.errors?.[0]).toMatchObject({
      message:
        'Variable "$input" got invalid value; Field "amount" of required type "Int!" was not provided.',
      extensions: { code: "BAD_REQUEST" },
    });
    const tricky = { cardToken: { a: '; Field "tok_secret_3' }, amount: 1 };
    const wrong = await gateway.query(query, { input: tricky });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify([missing, wrong])).not.toContain("tok_secret");
    expect(gateway.paid).not.toContain("tok_secret_2");
  });

  it.each([
    ["that ran with others", ["1"]],
    ["that never ran", undefined],
  ])("refuses wrong variables of an operation %s", async (what, ids) => {
    const query = `query Known($ids: [ID!]!) { byIds(ids: $ids) { id } } # ${what}`;
    if (ids !== undefined) expect((await gateway.query(query, { ids })).status).toBe(200);
    const answer = await gateway.query(query, { ids: [null] });
    expect(answer).toEqual({
      status: 400,
      errors: [
        {
          message:
            'Variable "$ids" got invalid value at "ids[0]"; Expected non-nullable type "ID!" not to be null.',
          locations: [{ line: 1, column: 13 }],
          extensions: {
            ...{ code: "BAD_REQUEST", retryable: false, reason: "BAD_USER_INPUT" },
            path: ["ids", "0"],
          },
        },
      ],
    });
  });

  it.each([
    ["no JSON", "{", 400],
    ["an array", "[]", 400],
    ["a number", "7", 400],
    ["a batch", '[{"query":"{ hello }"}]', 400],
    ["no query", "{}", 400],
    ["a persisted query", '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}', 200],
    ["a body that is too large", JSON.stringify({ query: "#".repeat(300_000) }), 413],
    ["an unknown operation", '{"query":"query A { hello }","operationName":"B"}', 400],
    ["__proto__", '{"__proto__":{"query":"{ hello }"}}', 400],
  ])("answers JSON to %s", async (_what, body, status) => {
    const response = await gateway.post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch(/json/);
    const answer = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(codeOf(answer)).toBe("BAD_REQUEST");
  });

  it("answers JSON to other content types, addresses and methods", async () => {
    const text = await gateway.post("{ hello }", { ...auth, "content-type": "text/plain" });
    expect([text.status, codeOf((await text.json()) as never)]).toEqual([415, "BAD_REQUEST"]);
    const nowhere = await fetch(`${gateway.url}/nowhere`);
    expect([nowhere.status, codeOf((await nowhere.json()) as never)]).toEqual([404, "NOT_FOUND"]);
    const put = await fetch(`${gateway.url}/graphql`, {
      method: "PUT",
      headers: { ...auth, "content-type": "application/json" },
      body: "{}",
    });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  it("answers JSON to what is not HTTP", async () => {
    const { port } = new URL(gateway.url);
    const text = await new Promise<string>((resolve) => {
      let received = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("NONSENSE\r\n\r\n"));
      socket.on("data", (part) => {
        received += String(part);
      });
      socket.on("end", () => resolve(received));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      errors: [{ extensions: { code: "BAD_REQUEST" } }],
    });
  });

  it("refuses simple cross-site requests", async () => {
    const response = await fetch(`${gateway.url}/graphql?query={hello}`, { headers: auth });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain("CSRF");
  });
});

describe("credentials", () => {
  it.each([
    ["none", {}],
    ["an unknown one", { authorization: "Bearer wrong" }],
    ["another scheme", { authorization: "Basic Z29vZA==" }],
    ["an endless one", { authorization: `Bearer ${"x".repeat(1000)}` }],
  ])("answers 401 to %s, whatever is asked", async (_what, headers) => {
    for (const query of ["{ hello }", "{ nothing", getIntrospectionQuery()]) {
      const response = await gateway.post({ query }, headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(codeOf((await response.json()) as never)).toBe("UNAUTHENTICATED");
    }
  });

  it("masks a fault while a credential is looked up", async () => {
    const broken = await startServer({
      authenticate: async () => {
        throw new Error("secret of the key table");
      },
    });
    const answer = await broken.query("{ hello }");
    expect(answer.status).toBe(500);
    expect(answer.errors).toEqual([
      {
        message: "Internal error",
        extensions: {
          code: "INTERNAL_SERVER_ERROR",
          retryable: true,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
    await broken.stop();
  });
});

describe("introspection", () => {
  const query = getIntrospectionQuery();

  it("is open to keys, which also get suggestions", async () => {
    expect((await gateway.query(query)).data).toHaveProperty("__schema");
    expect((await gateway.query("{ helo }")).errors?.[0]?.message).toContain("Did you mean");
  });

  it("is closed to watch tokens, which get no suggestions either", async () => {
    const watch = { authorization: "Bearer watch" };
    for (const asked of [
      query,
      '{ __type(name: "Item") { name } }',
      "query A { ...B } fragment B on Query { __schema { description } }",
    ]) {
      const response = await gateway.post({ query: asked }, watch);
      expect(response.status).toBe(403);
      expect(codeOf((await response.json()) as never)).toBe("FORBIDDEN");
    }
    const typo = await gateway.post({ query: "{ helo }" }, watch);
    expect(((await typo.json()) as { errors: { message: string }[] }).errors[0]?.message).toBe(
      'Cannot query field "helo" on type "Query".',
    );
    expect((await gateway.post({ query: "{ __typename }" }, watch)).status).toBe(200);
  });

  it("is open to nobody's requests in development, and nothing else is", async () => {
    const development = await startServer({ settings: { environment: "development" } });
    expect((await development.post({ query }, {})).status).toBe(200);
    for (const asked of [
      "{ hello }",
      "{ __typename hello }",
      "{ ...A } fragment A on Query { hello __schema { description } }",
      "mutation { __typename }",
    ]) {
      const response = await development.post({ query: asked }, {});
      expect(response.status).toBe(401);
    }
    await development.stop();
  });
});

describe("limits on documents", () => {
  const nested = (depth: number) =>
    `{ plain { ${"owner { ".repeat(depth - 2)} id ${"} ".repeat(depth - 2)} } }`;

  it.each([
    ["depth", nested(11)],
    ["depth through fragments", `query { ...A } fragment A on Query ${nested(11)}`],
    ["aliases", `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(" ")} }`],
    [
      "directives",
      `{ hello ${"@include(if: true) @skip(if: false) ".repeat(1)} ${Array.from({ length: 10 }, (_, i) => `a${i}: hello @include(if: true)`).join(" ")} }`,
    ],
    ["tokens", `{ ${"hello ".repeat(1000)} }`],
    ["selections", fragmentsThatGrow(8)],
    [
      "cost",
      "{ items(first: 100) { edges { node { items(first: 100) { edges { node { id } } } } } } }",
    ],
  ])("refuses too much %s", async (_what, query) => {
    const answer = await gateway.query(query);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe("QUERY_TOO_COMPLEX");
    expect(JSON.stringify(answer)).not.toMatch(/\b(10|15|1000|2000|5000)\b/);
  });

  it("takes documents up to the limits", async () => {
    expect((await gateway.query(nested(10))).errors).toBeUndefined();
  });

  it("counts page sizes that come as variables", async () => {
    const query = `query Page($n: Int) { items(first: $n) { edges { node { items(first: $n) { edges { node { id } } } } } } }`;
    expect((await gateway.query(query, { n: 10 })).status).toBe(200);
    expect(codeOf(await gateway.query(query, { n: 100 }))).toBe("QUERY_TOO_COMPLEX");
    expect((await gateway.query(query, { n: 10 })).status).toBe(200);
  });

  it("refuses subscriptions over HTTP", async () => {
    const answer = await gateway.query("subscription { ticked { number } }");
    expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_REQUEST"]);
    expect(answer.errors?.[0]?.message).toContain("WebSocket");
  });
});

describe("rate limits", () => {
  it("turns an address away before anything is read", async () => {
    const limited = await startServer({
      settings: {
        rateLimits: {
          requestsPerMinutePerAddress: 2,
          pointsPerMinutePerPrincipal: 100,
          webhooksPerMinutePerAddress: 1,
        },
      },
    });
    await limited.post("{}", {});
    await limited.post("{}", {});
    const response = await limited.post("not even JSON", { origin: "https://shop.example" });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(await response.json()).toMatchObject({
      errors: [
        { extensions: { code: "RATE_LIMITED", retryable: true, retryAfter: expect.any(Number) } },
      ],
    });

    const webhook = () => fetch(`${limited.url}/webhooks/mercadopago`, { method: "POST" });
    expect((await webhook()).status).toBe(200);
    expect((await webhook()).status).toBe(429);
    await limited.stop();
  });

  it("takes an operation's cost from its credential", async () => {
    const limited = await startServer({
      settings: {
        rateLimits: {
          requestsPerMinutePerAddress: 1000,
          pointsPerMinutePerPrincipal: 202,
          webhooksPerMinutePerAddress: 1,
        },
      },
    });
    const query = "{ items(first: 100) { edges { node { id } } } }";
    expect((await limited.query(query)).status).toBe(200);
    expect((await limited.query(query)).status).toBe(200);
    const response = await limited.post({ query });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(codeOf((await response.json()) as never)).toBe("RATE_LIMITED");
    const other = await limited.post({ query }, { authorization: "Bearer watch" });
    expect(other.status).toBe(200);
    await limited.stop();
  });
});

describe("origins", () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });

  it("lets pages of allowed origins in, and no others", async () => {
    const allowed = await preflight("https://shop.example");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(allowed.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    const foreign = await preflight("https://evil.example");
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each([
    ["a page of an allowed origin", { origin: "https://shop.example" }, "https://shop.example"],
    ["a page of another", { origin: "https://evil.example" }, null],
    ["what is no page", {}, null],
  ])("answers %s in a way that caches keep apart", async (_what, headers, allowed) => {
    const answer = await gateway.post({ query: "{ hello }" }, { ...auth, ...headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(answer.headers.get("vary")).toBe("Origin");
  });
});

describe("pages", () => {
  const page = (url: string, accept = "text/html") => fetch(url, { headers: { accept } });
  const linksIn = (html: string) =>
    [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, to]) => to);

  it("begin where a browser opens /graphql, with all the others and nothing from elsewhere", async () => {
    const root = await fetch(`${gateway.url}/`, { redirect: "manual" });
    expect([root.status, root.headers.get("location")]).toEqual([302, "/graphql"]);
    const checkoutDemo = { shops: [], scriptUrl: "http://127.0.0.1:4010/js/v2" };
    const open = await startServer({
      checkoutDemo,
      settings: { environment: "development" },
    });
    const links = linksIn(await (await page(`${open.url}/graphql`)).text());
    expect(links).toEqual(["data:,", "/graphiql", "/sandbox", "/checkout-demo", "/schema.graphql"]);
    for (const path of links.slice(1)) expect((await page(`${open.url}${path}`)).status).toBe(200);
    const schema = await (await page(`${open.url}/schema.graphql`)).text();
    expect(buildSchema(schema).getQueryType()?.getFields()).toHaveProperty("whoami");
    await open.stop();
  });

  it("in production lead neither to the demo nor, without a key, to the schema", async () => {
    const checkoutDemo = { shops: [], scriptUrl: "http://127.0.0.1:4010/js/v2" };
    const open = await startServer({
      checkoutDemo,
      settings: { environment: "production" },
    });
    const links = linksIn(await (await page(`${open.url}/graphql`)).text());
    expect(links).toEqual(["data:,", "/graphiql", "/sandbox"]);
    for (const path of ["/checkout-demo", "/schema.graphql"]) {
      expect((await page(`${open.url}${path}`)).status).toBe(404);
    }
    for (const path of links.slice(1)) {
      const html = await (await page(`${open.url}${path}`)).text();
      expect(html).toContain("Bearer YOUR_API_KEY");
      expect(html).not.toMatch(/demo/i);
    }
    await open.stop();
  });

  it("are for browsers: a program gets JSON", async () => {
    const answer = await page(`${gateway.url}/graphql`, "*/*");
    expect(answer.headers.get("content-type")).toMatch(/json/);
  });

  it("have Apollo Sandbox with the key, the first document and this endpoint", async () => {
    const html = await (await page(`${gateway.url}/sandbox`)).text();
    const [, settings] = /id="settings">(.*)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(settings ?? "")).toMatchObject({
      endpointIsEditable: false,
      runTelemetry: false,
      initialState: {
        document: expect.stringContaining("FirstLook"),
        headers: { authorization: "Bearer gw_key_demo" },
        sharedHeaders: { authorization: "Bearer gw_key_demo" },
        includeCookies: false,
        pollForSchemaUpdates: false,
      },
    });
  });

  it("are not there without the sandbox", async () => {
    const bare = await startServer({ settings: { sandbox: false } });
    for (const path of ["/", "/graphiql", "/graphiql/graphiql.js", "/sandbox", "/schema.graphql"]) {
      expect((await fetch(`${bare.url}${path}`)).status).toBe(404);
    }
    const response = await fetch(`${bare.url}/graphql`, { headers: { accept: "text/html" } });
    expect(response.headers.get("content-type")).toMatch(/json/);
    await bare.stop();
  });

  describe("of the checkout demo", () => {
    const shop = { name: "Demo", sellerKey: "gw_key_seller", publishableKey: "gw_pub_page" };
    const marketplace = { key: "gw_key_marketplace", sellers: [] };
    const settings = { shops: [shop], scriptUrl: "http://127.0.0.1:4010/js/v2" };
    const checkoutDemo = { ...settings, marketplace };

    it("trust the provider's script and nothing else", async () => {
      const server = await startServer({ checkoutDemo });
      const response = await fetch(`${server.url}/checkout-demo`);
      expect(response.headers.get("content-security-policy")).toContain(
        "script-src 'self' http://127.0.0.1:4010;",
      );
      expect(await response.text()).toContain("/checkout-demo/checkout.js");
      await server.stop();
    });

    it("have the marketplace's key where orders are paid, and nowhere else", async () => {
      const server = await startServer({ checkoutDemo });
      const read = async (path: string) =>
        (await fetch(`${server.url}/checkout-demo${path}`)).json();
      expect(await read("/settings.json")).toEqual({ ...settings, hasOrderPage: true });
      expect(await read("/marketplace.json")).toEqual(marketplace);
      await server.stop();
      const single = await startServer({ checkoutDemo: settings });
      for (const path of ["/order", "/order.js", "/marketplace.json"]) {
        expect((await fetch(`${single.url}/checkout-demo${path}`)).status).toBe(404);
      }
      await single.stop();
    });

    it.each([
      ["in production", { checkoutDemo, settings: { environment: "production" as const } }],
      ["without the sandbox", { checkoutDemo, settings: { sandbox: false } }],
      ["without a seller to sell for", {}],
    ])("are not there %s", async (_where, overrides) => {
      const server = await startServer(overrides);
      for (const path of ["/checkout-demo", "/checkout-demo/settings.json"]) {
        expect((await fetch(`${server.url}${path}`)).status).toBe(404);
      }
      await server.stop();
    });
  });
});

it("answers what comes in while it closes in the form of all errors, and when to come again", async () => {
  const closing = await startServer();
  const { hostname, port } = new URL(closing.url);
  const body = JSON.stringify({ query: "{ hello }" });
  const request = [
    ...["POST /graphql HTTP/1.1", "host: localhost", "authorization: Bearer good"],
    ...["content-type: application/json", `content-length: ${body.length}`, "", body],
  ].join("\r\n");
  let answer = "";
  const socket = connect(Number(port), hostname);
  const answered = new Promise((resolve, reject) =>
    socket.on("close", resolve).on("error", reject),
  );
  socket.on("data", (data) => {
    answer += String(data);
  });
  await new Promise<void>((resolve) => socket.write(request.slice(0, 30), () => resolve()));
  // An answer to somebody else shows that the server has read what came before.
  await closing.query("{ hello }");
  const closed = closing.server.close();
  socket.write(request.slice(30));
  await answered;
  await closed;
  const [head = "", text = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 503 /);
  expect(head.toLowerCase()).toContain("retry-after: 5");
  expect(JSON.parse(text)).toEqual({
    errors: [
      {
        message: "The gateway is stopping. Nothing was done; send the request again.",
        extensions: { code: "INTERNAL_SERVER_ERROR", retryable: true },
      },
    ],
  });
});

describe("health", () => {
  it("tells that the process lives, and whether it may be used", async () => {
    let ready = true;
    const server = await startServer({
      isReady: async () => {
        if (!ready) throw new Error("no database");
        return true;
      },
    });
    const get = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await get("/healthz"), await get("/readyz")]).toEqual([200, 200]);
    ready = false;
    expect([await get("/healthz"), await get("/readyz")]).toEqual([200, 503]);
    ready = true;
    server.server.stopAccepting();
    expect([await get("/healthz"), await get("/readyz")]).toEqual([200, 503]);
    const response = await server.post({ query: "{ hello }" });
    expect([response.status, response.headers.get("connection")]).toEqual([200, "close"]);
    await server.stop();
  });

  it("shows metrics to the bearer of the token", async () => {
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
    const text = await metricsText();
    expect(text).toMatch(/gateway_graphql_operations_total\{type="query",transport="http"\} \d+/);
    expect(text).toContain('route="/graphql",status="200"');
  });

  it.each([
    ["of a document", "{ nothing }", "BAD_REQUEST"],
    ["of variables", "query Counted($ids: [ID!]!) { byIds(ids: $ids) { id } }", "BAD_REQUEST"],
    ["of a field", "{ refused hello }", "NOT_FOUND"],
  ])("counts an error %s once", async (_what, query, code) => {
    const pattern = new RegExp(`errors_total\\{code="${code}",transport="http"\\} (\\d+)`);
    const counted = async () => Number(pattern.exec(await metricsText())?.[1] ?? 0);
    await gateway.query(query, { ids: ["1"] });
    const before = await counted();
    await gateway.query(query, { ids: [null] });
    expect(await counted()).toBe(before + 1);
  });

  async function metricsText(): Promise<string> {
    const headers = { authorization: "Bearer metrics-token-0123456789" };
    return (await fetch(`${gateway.url}/metrics`, { headers })).text();
  }
});

function fragmentsThatGrow(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, i) => `fragment F${i} on Query { ${`...F${i + 1} `.repeat(3)} hello }`,
  );
  return `{ ...F0 } ${fragments.join(" ")} fragment F${levels} on Query { hello }`;
}

describe("the name that a request comes by", () => {
  let local: TestServer;
  beforeAll(async () => {
    const allowedHosts = { names: ["localhost", "pay.example"], ipAddresses: true };
    local = await startServer({ settings: { allowedHosts } });
  });
  afterAll(() => local.stop());

  /** The status, and the code of the first error. */
  const ask = (path: string, host: string, upgrade = ""): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(local.url);
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${upgrade || "connection: close"}\r\n\r\n`,
        ),
      );
      let answer = "";
      socket.on("error", reject).on("data", (data) => {
        answer += String(data);
      });
      socket.on("close", () => {
        const code = /"code":"(\w+)"/.exec(answer)?.[1] ?? "";
        resolve(`${answer.split(" ")[1]} ${code}`.trim());
      });
    });

  it.each(["localhost:4000", "pay.example", "127.0.0.1:4000", "[::1]:4000"])(
    "may be %s",
    async (host) => {
      expect(await ask("/nothing", host)).toBe("404 NOT_FOUND");
    },
  );

  it("may not be one that somebody pointed here, for pages, operations and sockets alike", async () => {
    for (const path of ["/graphql", "/graphiql", "/webhooks/mercadopago", "/metrics", "/nothing"]) {
      expect(await ask(path, "evil.example:4000")).toBe("421 FORBIDDEN");
    }
    const upgrade =
      "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws";
    expect(await ask("/graphql", "evil.example:4000", upgrade)).toBe("421 FORBIDDEN");
  });

  it("may be any for probes of the process's health", async () => {
    expect(await ask("/healthz", "10-0-0-7.pod.cluster")).toBe("200");
    expect(await ask("/readyz", "10-0-0-7.pod.cluster")).toBe("200");
  });
});
