import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { parse } from "graphql";
import { demoCredentials, demoSellers, demoSubmerchants } from "../../src/demo";
import { firstDocument } from "../../src/server/pages/first-document";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { DemoGateway, isOpen } from "../support/demo-gateway";
import { eventually, type Json } from "../support/simulator";

// Every test starts processes, some of them several times.
jest.setTimeout(240_000);

const root = resolve(__dirname, "../..");
const [seller] = demoSellers;
const first = firstDocument(demoCredentials.marketplace);
const metricsToken = "metrics-of-the-test";

const createPayment = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { payment { id status } userErrors { code message } }
}`;
const refundPayment = `mutation ($input: RefundPaymentInput!) {
  refundPayment(input: $input) { payment { status } userErrors { code message } }
}`;
const readPayment = "query ($id: ID!) { payment(id: $id) { status } }";

async function pay(gateway: DemoGateway): Promise<Json> {
  const { id: cardToken } = await gateway.control("/card-tokens", { publicKey: seller.publicKey });
  const input = {
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    amount: "100.50",
    currency: "ARS",
    cardToken,
    methodId: "visa",
    installments: 1,
    payer: { email: `${randomUUID()}@testuser.com` },
  };
  const { body } = await gateway.query(createPayment, { input });
  expect(body.errors).toBeUndefined();
  return body.data.createPayment.payment;
}

describe("npm start in an empty folder", () => {
  let gateway: DemoGateway;
  beforeAll(async () => {
    gateway = await DemoGateway.prepare({ METRICS_TOKEN: metricsToken });
    await gateway.start();
  });
  afterAll(() => gateway.remove());

  const page = (path: string) =>
    fetch(`${gateway.url}${path}`, { headers: { accept: "text/html" } });

  test("says what to open, and with which key", async () => {
    await eventually(() => gateway.log.includes("Stop with Ctrl-C."));
    for (const text of [
      `${gateway.url}/graphql `,
      `${gateway.url}/graphiql `,
      `${gateway.url}/checkout-demo `,
      gateway.simulatorUrl,
      demoCredentials.marketplace,
      ...demoSellers.map(({ id }) => id),
    ]) {
      expect(gateway.log).toContain(text);
    }
  });

  test("is alive and ready", async () => {
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });

  test("keeps its data below ./data", () => {
    expect(existsSync(join(gateway.folder, "data/gateway.sqlite"))).toBe(true);
  });

  test("leads from / to a page that leads to all others", async () => {
    const response = await page("/");
    expect(response.url).toBe(`${gateway.url}/graphql`);
    const links = [...(await response.text()).matchAll(/<a href="([^"]+)">/g)].map(([, to]) => to);
    expect(links).toEqual(["/graphiql", "/sandbox", "/checkout-demo", "/schema.graphql"]);
    for (const link of links) expect((await page(`${link}`)).status).toBe(200);
  });

  test("serves the schema that the project has committed", async () => {
    const committed = readFileSync(join(root, "schema.graphql"), "utf8");
    expect(await (await page("/schema.graphql")).text()).toBe(committed);
  });

  test("fills the demo's key and the first document into the explorers", async () => {
    const [start, settings] = await Promise.all(
      ["/graphiql", "/sandbox"].map(async (path) => {
        const html = await (await page(path)).text();
        const [, json = ""] =
          /<script type="application\/json" id="\w+">(.*)<\/script>/.exec(html) ?? [];
        return JSON.parse(json);
      }),
    );
    expect(start).toEqual({
      query: first.query,
      headers: expect.stringContaining(demoCredentials.marketplace),
    });
    expect(settings.initialState).toMatchObject({
      document: first.query,
      headers: first.headers,
      sharedHeaders: first.headers,
    });
  });

  test("answers the first document", async () => {
    expect(parse(first.query).definitions).toHaveLength(2);
    const response = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${demoCredentials.marketplace}`,
      },
      body: JSON.stringify({ query: first.query, operationName: "FirstLook" }),
    });
    const { data, errors } = (await response.json()) as Json;
    expect(errors).toBeUndefined();
    expect(data.viewer).toEqual({ role: "MARKETPLACE", mayMoveMoney: true });
    const sellers = data.sellers.edges.map(({ node }: Json) => node);
    const accountOf = (provider: string, publicKey: string | null) => [
      { provider, status: "CONNECTED", publicKey },
    ];
    const made = [
      ...demoSellers.map(({ id, name, publicKey }) => ({
        ...{ id, name },
        accounts: accountOf("MERCADO_PAGO", publicKey),
      })),
      ...demoSubmerchants.map(({ id, name }) => ({
        ...{ id, name },
        accounts: accountOf("PAYU", null),
      })),
    ];
    expect(sellers).toEqual(made.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
  });

  describeInBrowser("in a browser", () => {
    test("shows a payment's life in GraphiQL while it happens", async () => {
      const browser = await launchBrowser();
      try {
        const tab = await browser.newPage();
        await tab.goto(`${gateway.url}/graphiql`);
        await tab.waitForSelector(".graphiql-query-editor .CodeMirror");
        await tab.click(".graphiql-execute-button");
        await (await tab.waitForSelector("[role=menuitem] >> text=Watch")).click();
        const shown = (): Promise<string> =>
          tab.evaluate(
            `document.querySelector(".result-window .CodeMirror").CodeMirror.getValue()`,
          );
        await subscribed(gateway);
        // Slow enough for a person, and for the browser, to see each state.
        await gateway.control("/faults", {
          match: { method: "POST", path: "^/v1/payments" },
          effect: { kind: "latency", ms: 700 },
          times: 2,
        });
        const paid = pay(gateway);
        await eventually(async () => (await shown()).includes('"status": "PROCESSING"'));
        const { id } = await paid;
        await eventually(async () => (await shown()).includes('"status": "APPROVED"'));
        const input = { idempotencyKey: randomUUID(), paymentId: id, amount: "50.25" };
        await gateway.query(refundPayment, { input });
        await eventually(async () => (await shown()).includes('"status": "PARTIALLY_REFUNDED"'));
        expect(await shown()).toMatch(/"formatted": "ARS\s50\.25"/);
      } finally {
        await browser.close();
      }
    });
  });
});

describe("a gateway that is stopped and started again", () => {
  let gateway: DemoGateway;
  beforeEach(async () => {
    gateway = await DemoGateway.prepare();
    await gateway.start();
  });
  afterEach(() => gateway.remove());

  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s ends with 0, and the simulator with it",
    async (signal) => {
      const { id, status } = await pay(gateway);
      expect(status).toBe("APPROVED");
      expect(await gateway.kill(signal)).toBe(0);
      expect(await isOpen(gateway.url)).toBe(false);
      expect(await isOpen(gateway.simulatorUrl)).toBe(false);

      // Both have kept what happened.
      await gateway.start();
      const input = { idempotencyKey: randomUUID(), paymentId: id, amount: "50.25" };
      const { body } = await gateway.query(refundPayment, { input });
      expect(body.data.refundPayment).toEqual({
        payment: { status: "PARTIALLY_REFUNDED" },
        userErrors: [],
      });
    },
  );

  test("by kill -9 has lost nothing, and leaves no simulator behind", async () => {
    const { id } = await pay(gateway);
    expect(await gateway.kill("SIGKILL")).toBe("SIGKILL");
    await eventually(async () => !(await isOpen(gateway.simulatorUrl)));
    await gateway.start();
    const { body } = await gateway.query(readPayment, { id });
    expect(body.data.payment.status).toBe("APPROVED");
  });
});

describe("a gateway that cannot start", () => {
  let gateway: DemoGateway;
  beforeEach(async () => {
    gateway = await DemoGateway.prepare();
  });
  afterEach(() => gateway.remove());

  /** Something else that listens on a free port. */
  const occupy = async () => {
    const server = createServer((_request, response) => response.end("hello"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    return { port: String(port), release: () => server.close() };
  };

  test("says that its port is in use", async () => {
    const { port, release } = await occupy();
    expect(await gateway.runToEnd({ PORT: port })).toEqual({
      code: 1,
      errors: `The gateway did not start: port ${port} is in use; stop what listens there, or set PORT to another port\n`,
    });
    release();
    await eventually(async () => !(await isOpen(gateway.simulatorUrl)));
  });

  test("says that the simulator's port is in use", async () => {
    const { port, release } = await occupy();
    expect(await gateway.runToEnd({ SIMULATOR_MERCADO_PAGO_PORT: port })).toEqual({
      code: 1,
      errors: `The gateway did not start: port ${port} is in use; stop what listens there, or set SIMULATOR_MERCADO_PAGO_PORT to another port\n`,
    });
    release();
  });

  test("says that another process has its database file", async () => {
    await gateway.start();
    const { code, errors } = await gateway.runToEnd();
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^The gateway did not start: another process \(\d+\) uses this database file.*\n$/,
    );
    // The first one is not disturbed, nor is its simulator.
    expect((await pay(gateway)).status).toBe("APPROVED");
  });

  test("says that the database cannot be reached", async () => {
    const { code, errors } = await gateway.runToEnd({ DATABASE_URL: "mysql://root@127.0.0.1:9/x" });
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^The gateway did not start: the database cannot be used: .*ECONNREFUSED.*\n$/,
    );
  });

  test("reads .env, and tells what is wrong there", async () => {
    writeFileSync(join(gateway.folder, ".env"), "LOG_LEVEL=loud\nSANDBOX=maybe\nDEMO=\n");
    expect(await gateway.runToEnd({ SANDBOX: "true" })).toEqual({
      code: 78,
      errors: [
        "The configuration is not valid:",
        "  LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent",
        "",
      ].join("\n"),
    });
  });
});

describe("a Node.js that is too old", () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [, needed, major, minor] = /^>=((\d+)\.(\d+))\.0$/.exec(engines.node) ?? [];
  const entries = ["src/main.js", "src/admin.js", "simulator/main.js"];

  const runOn = (version: string, entry: string, ...args: string[]) => {
    const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const load = `process.argv.splice(1, 0, "${entry}"); require("${join(root, "dist", entry)}")`;
    return spawnSync(process.execPath, ["--eval", `${pretend}; ${load}`, ...args], {
      encoding: "utf8",
    });
  };

  test.each(entries)("is told by %s which one is needed, in a sentence", (entry) => {
    for (const version of ["6.17.1", "20.20.2", `${major}.${Number(minor) - 1}.9`]) {
      expect(runOn(version, entry)).toMatchObject({
        status: 78,
        stdout: "",
        stderr: `Node.js ${needed} or newer is needed. This is ${version} (${process.execPath}).\n`,
      });
    }
  });

  test.each([`${needed}.0`, `${Number(major) + 1}.0.0`, "100.0.0"])("is not %s", (version) => {
    expect(runOn(version, "src/admin.js", "--help")).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("in production", () => {
  const secrets = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://pay.example",
    DATABASE_URL: "sqlite:./data/gateway.sqlite",
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    CURSOR_SECRET: randomBytes(16).toString("hex"),
    MERCADO_PAGO_WEBHOOK_SECRETS: randomBytes(32).toString("hex"),
  };
  let gateway: DemoGateway;
  beforeEach(async () => {
    gateway = await DemoGateway.prepare();
  });
  afterEach(() => gateway.remove());

  test("it does not start without secrets, and names each", async () => {
    expect(await gateway.runToEnd({ NODE_ENV: "production" })).toEqual({
      code: 78,
      errors: [
        "The configuration is not valid:",
        "  ENCRYPTION_KEYS must be set in production",
        "  CURSOR_SECRET must be set in production",
        "  MERCADO_PAGO_WEBHOOK_SECRETS must be set in production",
        "  PUBLIC_URL must be set in production: providers send their notifications there",
        "  DATABASE_URL must be set in production: mysql://, or sqlite:/path for one process",
        "",
      ].join("\n"),
    });
  });

  test("it does not make the demo marketplace", async () => {
    const { code, errors } = await gateway.runToEnd({ ...secrets, DEMO: "true" });
    expect(code).toBe(78);
    expect(errors).toContain("DEMO must not be true in production");
  });

  test("it takes no demo key, not even from a database that knows them, and serves no pages", async () => {
    // Sealed under the same key, since a start with another one is refused.
    await gateway.start({ ENCRYPTION_KEYS: secrets.ENCRYPTION_KEYS });
    expect(await gateway.kill("SIGTERM")).toBe(0);
    // What the demo's key has sealed does not open with another one.
    const { DATABASE_URL } = secrets;
    const ENCRYPTION_KEYS = `${secrets.ENCRYPTION_KEYS},demo:ZGVtby1rZXktZGVtby1rZXktZGVtby1rZXktZGVtby0=`;
    const resealed = await gateway.admin(["reseal"], { DATABASE_URL, ENCRYPTION_KEYS });
    expect(resealed.code).toBe(0);
    await gateway.start(secrets);

    for (const credential of Object.values(demoCredentials)) {
      const { status, body } = await gateway.query("{ viewer { role } }", {}, credential);
      expect(status).toBe(401);
      expect(body.errors[0].extensions.code).toBe("UNAUTHENTICATED");
    }
    const html = { headers: { accept: "text/html" } };
    for (const path of ["/graphiql", "/checkout-demo", "/checkout-demo/settings.json"]) {
      expect((await fetch(`${gateway.url}${path}`, html)).status).toBe(404);
    }
    expect(await (await fetch(`${gateway.url}/graphql`, html)).text()).not.toContain("<html");
    expect(gateway.log).not.toContain(demoCredentials.marketplace);
    // Nor is there a simulator.
    expect(await isOpen(gateway.simulatorUrl)).toBe(false);
  });
});

/** Chromium: CHROMIUM_PATH, or where Debian puts it. Left out aloud without one; CI must have one. */
/** The gateway counts who watches. */
function subscribed(gateway: DemoGateway): Promise<void> {
  return eventually(async () => {
    const response = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${metricsToken}` },
    });
    return /^gateway_subscriptions 1$/m.test(await response.text());
  });
}
