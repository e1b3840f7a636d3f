import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { transformSync } from "@swc/core";
import { buildSchema, type GraphQLEnumType, parse, validate } from "graphql";
import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { demoCredentials, demoSellers } from "../../src/demo";
import { closeCodes } from "../../src/server/socket/live-socket";
import { DemoGateway } from "../support/demo-gateway";
import { eventually, type Json } from "../support/simulator";

/** What the documents show is run, so that it stays true. */
jest.setTimeout(180_000);

const root = resolve(__dirname, "../..");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "simulator/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const [seller] = demoSellers;
const schema = buildSchema(readFileSync(join(root, "schema.graphql"), "utf8"));

interface Block {
  readonly file: string;
  /** The text of the HTML comment right above it. */
  readonly mark: string;
  readonly language: string;
  readonly text: string;
  /** The block of JSON right below it: its variables. */
  readonly variables: string | undefined;
}

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function blocksOf(file: string): Block[] {
  const fences = /(?:<!-- ([^>]*) -->\n)?```(\w+)\n(.*?)```(?:\s*```json\n(.*?)```)?/gs;
  return [...textOf(file).matchAll(fences)].map(
    ([, mark = "", language = "", text = "", variables]) => ({
      file,
      mark,
      language,
      text,
      variables,
    }),
  );
}

const blocks = documents.flatMap(blocksOf);
const examples = blocks.filter(({ mark }) => mark.startsWith("example: "));

function marked(mark: string): Block {
  const [block, ...others] = blocks.filter((candidate) => candidate.mark === mark);
  if (block === undefined || others.length > 0) throw new Error(`not one block is marked ${mark}`);
  return block;
}

describe("links", () => {
  test.each(documents)("of %s lead to files and headings that exist", (file) => {
    const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", heading] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !headingsOf(textOf(target)).includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("GraphQL", () => {
  const graphql = blocks.filter(({ language }) => language === "graphql");
  test.each(graphql)("in $file ($mark) is valid", ({ text }) => {
    expect(validate(schema, parse(text))).toEqual([]);
  });
});

describe("facts", () => {
  test("README.md names the demo's key, seller and public key", () => {
    const { text } = marked("first-payment");
    expect(text).toContain(`KEY=${demoCredentials.marketplace}\n`);
    expect(text).toContain(`SELLER=${seller.id}\n`);
    expect(text).toContain(`public_key=${seller.publicKey}'`);
    expect(marked("first-subscription").text).toContain(seller.id);
  });

  test("README.md tells how to start and test", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    expect(marked("start-command").text).toBe("npm ci && npm start\n");
    expect(marked("test-command").text).toBe("npm ci && npm test\n");
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(["start", "test", "check", "bench"]),
    );
  });

  test("the guide explains every code that the gateway closes sockets with", () => {
    const explained = [...textOf("docs/api-guide.md").matchAll(/^\| ((?:\d{4}(?:, )?)+) /gm)];
    const codes = explained.flatMap(([, list = ""]) => list.split(", ").map(Number));
    expect(codes).toEqual(expect.arrayContaining(Object.values(closeCodes)));
  });

  test("the guide explains every piece of advice after a decline", () => {
    const advice = schema.getType("RejectionAdvice");
    for (const { name } of (advice as GraphQLEnumType).getValues()) {
      expect(textOf("docs/api-guide.md")).toContain(`| \`${name}\``);
    }
  });
});

describe("against a running gateway", () => {
  let gateway: DemoGateway;
  let clients: Client[];
  beforeAll(async () => {
    clients = [];
    gateway = await DemoGateway.prepare();
    await gateway.start();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await gateway.remove();
  });

  /** The example as it stands, but for the ports. */
  const here = (text: string) =>
    text
      .replaceAll("http://127.0.0.1:4000", gateway.url)
      .replaceAll("ws://127.0.0.1:4000", gateway.url.replace("http", "ws"))
      .replaceAll("http://127.0.0.1:4010", gateway.simulatorUrl);
  const paste = (shell: string, text: string) =>
    new Promise<string>((done, fail) => {
      execFile(shell, ["-c", here(text)], (fault, stdout, stderr) => {
        if (fault !== null || stderr !== "") fail(new Error(`${fault}\n${stderr}`));
        else done(stdout);
      });
    });
  const cardToken = async () =>
    (await gateway.control("/card-tokens", { publicKey: seller.publicKey })).id;

  const paymentIn = async (status: string): Promise<string> => {
    const input = {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "100.50",
      currency: "ARS",
      cardToken: await cardToken(),
      methodId: "visa",
      installments: 1,
      payer: { email: `${randomUUID()}@testuser.com` },
      capture: status !== "AUTHORIZED",
    };
    const { body } = await gateway.query(marked("example: create").text, { input });
    expect(body.data.createPayment.payment.status).toBe(status);
    return body.data.createPayment.payment.id;
  };
  const orderIn = async (status: string): Promise<string> => {
    const { text, variables = "" } = marked("example: create an order");
    const given: Json = {
      COMPLETED: {},
      AUTHORIZED: { capture: false, payWith: { card: { token: `TOK_approve_${randomUUID()}` } } },
      PENDING: { payWith: undefined },
    }[status];
    const input = { ...JSON.parse(variables).input, idempotencyKey: randomUUID(), ...given };
    const { body } = await gateway.query(text, { input });
    const { id } = body.data.createMarketplaceOrder.order;
    const query = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
    await eventually(
      async () => (await gateway.query(query, { id })).body.data.marketplaceOrder.status === status,
    );
    return id;
  };
  const deliveryAbout = async (subjectId: string): Promise<string> => {
    const query =
      "query ($id: ID) { webhookDeliveries(filter: { subjectId: $id, status: [DONE] }) { edges { node { id } } } }";
    let id: string | undefined;
    await eventually(async () => {
      const { body } = await gateway.query(query, { id: subjectId });
      id = body.data.webhookDeliveries.edges[0]?.node.id;
      return id !== undefined;
    });
    return id ?? "";
  };
  /** What an example is about: a payment, a notification of one, or an order, in the status that its mark names. */
  const thingFor = async ({ mark }: Block): Promise<Record<string, string>> => {
    if (mark.endsWith(" a subscription")) {
      const { text, variables = "" } = marked("example: subscribe");
      const { input } = JSON.parse(variables);
      const fresh = { idempotencyKey: randomUUID(), cardToken: await cardToken() };
      const { body } = await gateway.query(text, { input: { ...input, ...fresh } });
      const { id } = body.data.createBillingSubscription.subscription;
      return { id, subscriptionId: id };
    }
    if (mark.endsWith(" at a reader")) {
      const { body } = await gateway.query(marked("example: readers of a seller").text, {});
      return { deviceId: body.data.pointDevices[0].id };
    }
    const [, order, status] = / of (order |delivery )?([A-Z]+)$/.exec(mark) ?? [];
    if (status === undefined) return {};
    if (order === "delivery ") {
      const subjectId = await paymentIn(status);
      return { subjectId, id: await deliveryAbout(subjectId) };
    }
    const id = await (order === undefined ? paymentIn : orderIn)(status);
    return { id, [order === undefined ? "paymentId" : "orderId"]: id };
  };
  const client = (credential: string = demoCredentials.marketplace) => {
    const made = createClient({
      url: `${gateway.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${credential}` },
    });
    clients.push(made);
    return made;
  };

  test.each(["bash", "sh"])("the first payment works as pasted into %s", async (shell) => {
    const lines = (await paste(shell, marked("first-payment").text)).trim().split("\n");
    const [paid, refunded] = lines.map((line) => JSON.parse(line).data);
    expect(paid.createPayment).toMatchObject({ payment: { status: "APPROVED" }, userErrors: [] });
    expect(refunded.refundPayment).toMatchObject({
      refund: { status: "COMPLETED" },
      payment: { status: "PARTIALLY_REFUNDED" },
      userErrors: [],
    });
  });

  test("the first subscription shows the first payment's life, slowed down", async () => {
    const seen: string[] = [];
    client().subscribe<Json>(
      { query: marked("first-subscription").text },
      {
        next: ({ data }) => seen.push(data.paymentUpdated.status),
        error: () => {},
        complete: () => {},
      },
    );
    // Nothing tells that a seller is being watched; a payment that comes through does.
    await eventually(async () => {
      await paymentIn("APPROVED");
      return seen.includes("APPROVED");
    });
    seen.length = 0;
    expect(JSON.parse(await paste("bash", marked("slow-simulator").text))).not.toHaveProperty(
      "error",
    );
    await paste("bash", marked("first-payment").text);
    await eventually(() => seen.includes("PARTIALLY_REFUNDED"));
    expect(seen.filter((status, at) => status !== seen[at - 1]).slice(-3)).toEqual([
      "PROCESSING",
      "APPROVED",
      "PARTIALLY_REFUNDED",
    ]);
  });

  /** The answer, or the first of a subscription's. */
  const answerTo = async (query: string, variables: Json): Promise<Json> => {
    if (query.startsWith("subscription")) {
      const updates = client().iterate<Json>({ query, variables });
      const { value } = await updates.next();
      await updates.return?.();
      return value;
    }
    const { status, body } = await gateway.query(query, variables);
    expect(status).toBe(200);
    return body;
  };

  const runnable = examples.filter(({ language }) => language === "graphql");
  /** A place in the marketplace's stream behind which something has happened. */
  const placeBefore = async (act: () => Promise<unknown>): Promise<string> => {
    const { body } = await gateway.query("{ viewer { marketplace { cursor } } }", {});
    await act();
    return body.data.viewer.marketplace.cursor;
  };
  test.each(runnable)("$mark in $file is answered", async (block) => {
    const fresh: Record<string, string> = {
      cardToken: await cardToken(),
      token: await cardToken(),
      ...(await thingFor(block)),
      ...(block.mark.endsWith("the marketplace")
        ? { after: await placeBefore(() => paymentIn("APPROVED")) }
        : {}),
    };
    const variables = JSON.parse(block.variables ?? "{}", (name, value) => fresh[name] ?? value);
    const body = await answerTo(block.text, variables);
    expect(body.errors).toBeUndefined();
    for (const answer of Object.values<Json>(body.data)) {
      expect(answer).not.toBeNull();
      if (answer.userErrors !== undefined) expect(answer.userErrors).toEqual([]);
    }
  });

  test("an order is paid on the page that the buyer is sent to, as the guide says", async () => {
    const id = await orderIn("PENDING");
    const query = "query ($id: ID!) { marketplaceOrder(id: $id) { status redirectUrl } }";
    const read = async () => (await gateway.query(query, { id })).body.data.marketplaceOrder;
    const { redirectUrl } = await read();
    expect(redirectUrl).toContain(gateway.payuUrl);
    expect(await (await fetch(redirectUrl)).text()).toContain(">Pay</button>");
    const form = new URLSearchParams([...new URL(redirectUrl).searchParams, ["answer", "pay"]]);
    await fetch(redirectUrl.split("?")[0], { method: "POST", body: form, redirect: "manual" });
    await eventually(async () => (await read()).status === "COMPLETED");
  });

  test("what goes over the wire is as shown", async () => {
    const [block] = blocks.filter(({ mark }) => mark.startsWith("socket: "));
    if (block === undefined) throw new Error("no such block");
    const { paymentId } = await thingFor(block);
    const { body } = await gateway.query(marked("example: watch token of APPROVED").text, {
      input: { paymentId },
    });
    const { credential } = body.data.createWatchToken;

    const socket = new WebSocket(
      `${gateway.url.replace("http", "ws")}/graphql`,
      "graphql-transport-ws",
    );
    const received: Json[] = [];
    socket.on("message", (data) => received.push(JSON.parse(String(data))));
    await new Promise((done) => socket.once("open", done));
    for (const line of block.text.trim().split("\n")) {
      const message = line.slice(2);
      if (line.startsWith("→")) socket.send(message.replace("gw_watch_…", credential));
      else {
        await eventually(() => received.length > 0);
        const expected = JSON.parse(message, (_, value) =>
          value === "…" ? expect.any(String) : value,
        );
        expect(received.shift()).toEqual(expected);
      }
    }
    socket.close();
  });

  test("Apollo Client as shown pays, and sees it live", async () => {
    const { code } = transformSync(here(marked("example: apollo").text), {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    });
    // Browsers and newer Nodes have one.
    Object.assign(globalThis, { WebSocket });
    const exported: Json = {};
    new Function("exports", "require", code)(exported, require);
    const apollo = exported.connect(demoCredentials.marketplace);
    const { gql } = require("@apollo/client");

    const { data } = await apollo.mutate({
      mutation: gql(marked("example: create").text),
      variables: {
        input: {
          ...JSON.parse(marked("example: create").variables ?? "").input,
          idempotencyKey: randomUUID(),
          cardToken: await cardToken(),
          payer: { email: `${randomUUID()}@testuser.com` },
        },
      },
    });
    const { id } = data.createPayment.payment;
    const query = gql("query ($id: ID!) { payment(id: $id) { id status } }");
    await apollo.query({ query, variables: { id } });
    const watching = apollo
      .subscribe({
        query: gql(
          "subscription ($id: ID!) { paymentUpdated(id: $id) { status payment { id status } } }",
        ),
        variables: { id },
      })
      .subscribe(() => {});
    await gateway.query(marked("example: refund of APPROVED").text, {
      input: { idempotencyKey: randomUUID(), paymentId: id, amount: "20.00" },
    });
    // The update has changed what the cache holds.
    await eventually(
      () => apollo.readQuery({ query, variables: { id } }).payment.status === "PARTIALLY_REFUNDED",
    );
    watching.unsubscribe();
    apollo.stop();
  });
});
