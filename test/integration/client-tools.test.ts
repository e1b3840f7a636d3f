import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * What clients make code with accepts the schema. The tools are 133 MB, most of it one compiler for every platform, and so no
 * packages of the project's own: `npm ci --prefix test/client-tools` brings them. CI must have them.
 */
const tools = resolve("test/client-tools");
const isInstalled = existsSync(join(tools, "node_modules"));
if (!isInstalled && process.env.CI !== undefined) throw new Error("CI must have the client tools");
const describeWithTools = isInstalled ? describe : describe.skip;

const schema = resolve("schema.graphql");

const action = `nextAction {
  __typename
  ... on ShowQrCode { text imageBase64 pageUrl expiresAt }
  ... on ShowVoucher { pageUrl barcode digitableLine reference verificationCode expiresAt }
  ... on GoToPage { url mayBeFramed expiresAt }
  ... on CardChallenge { url creq expiresAt }
}`;
const operations = {
  Pay: `mutation ShopPay($input: CreatePaymentInput!) {
    createPayment(input: $input) { payment { id status ${action} } userErrors { code path message } }
  }`,
  Order: `mutation ShopOrder($input: CreateMarketplaceOrderInput!) {
    createMarketplaceOrder(input: $input) { order { id status ${action} } userErrors { code path } }
  }`,
  Watch: `subscription ShopWatch($id: ID!) {
    paymentUpdated(id: $id) { cursor status payment { id ${action} } }
  }`,
};

describeWithTools("what clients make code with", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "client-tools-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  /** What a program says, and how it ends. */
  const run = (script: string, ...args: string[]): Promise<{ code: number; said: string }> =>
    new Promise((done) => {
      execFile(process.execPath, [script, ...args], { cwd: folder }, (fault, stdout, stderr) =>
        done({ code: fault === null ? 0 : Number(fault.code ?? 1), said: `${stdout}${stderr}` }),
      );
    });

  test("GraphQL Code Generator makes types that tell one way to pay from two", async () => {
    const document = write("shop.graphql", Object.values(operations).join("\n"));
    const made = await run(join(tools, "codegen.cjs"), schema, document, folder);
    expect(made).toEqual({ code: 0, said: "" });
    for (const name of ["types.ts", "operations.ts"]) {
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/: any\b/);
    }
    const use = write(
      "use.ts",
      `import type { ShopPayMutation, ShopPayMutationVariables } from "./operations";
import type { PayWithInput } from "./types";
export const pix: PayWithInput = { pix: {} };
// @ts-expect-error two ways at once
export const both: PayWithInput = { pix: {}, blik: { code: "777123" } };
export const input: ShopPayMutationVariables["input"] = {
  idempotencyKey: "0123456789abcdef", amount: "10.00", currency: "BRL",
  payer: { email: "ana@testuser.com" }, payWith: pix,
};
export function creqOf({ createPayment: { payment } }: ShopPayMutation): string | null {
  const action = payment?.nextAction;
  return action?.__typename === "CardChallenge" ? (action.creq ?? null) : null;
}
`,
    );
    const tsc = resolve("node_modules/typescript/bin/tsc");
    const checked = await run(tsc, "--noEmit", "--strict", "--types", "", use);
    expect(checked).toEqual({ code: 0, said: "" });
  });

  test("Relay's compiler takes its nodes, its pages, its mutations and its subscriptions", async () => {
    const tagged = (name: string, text: string) =>
      write(`src/${name}.ts`, `import { graphql } from "react-relay";\ngraphql\`${text}\`;\n`);
    write("package.json", "{}");
    write("schema.graphql", readFileSync(schema, "utf8"));
    write(
      "relay.config.json",
      JSON.stringify({ src: "./src", schema: "./schema.graphql", language: "typescript" }),
    );
    tagged("Pay", operations.Pay.replace("ShopPay(", "PayMutation("));
    tagged("Order", operations.Order.replace("ShopOrder(", "OrderMutation("));
    tagged("Watch", operations.Watch.replace("ShopWatch(", "WatchSubscription("));
    // Refetched by itself, through `node`.
    tagged(
      "Receipt",
      `fragment Receipt_payment on Payment @refetchable(queryName: "ReceiptRefetchQuery") {
        id status amount { amount currency } ${action}
      }`,
    );
    tagged(
      "List",
      `fragment List_query on Query
        @refetchable(queryName: "ListPageQuery")
        @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
        payments(first: $count, after: $cursor) @connection(key: "List_payments") {
          edges { node { id ...Receipt_payment } }
        }
      }`,
    );
    tagged("Page", "query PageQuery { ...List_query }");
    const compiled = await run(join(tools, "node_modules/relay-compiler/cli.js"));
    expect([compiled.code, compiled.said]).toEqual([0, expect.not.stringContaining("rror")]);
    for (const artifact of [
      ...["PayMutation", "OrderMutation", "WatchSubscription", "PageQuery"],
      ...["ReceiptRefetchQuery", "ListPageQuery"],
    ]) {
      expect(existsSync(join(folder, `src/__generated__/${artifact}.graphql.ts`))).toBe(true);
    }
  });
});
