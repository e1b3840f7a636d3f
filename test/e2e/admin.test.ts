import { readdirSync } from "node:fs";
import { AlertBook } from "../../src/alerts/alert-book";
import { dataSourceOptions } from "../../src/data-source";
import { openDatabase } from "../../src/database/open";
import { demoSellers } from "../../src/demo";
import { systemClock } from "../../src/domain/clock";
import { createIdFactory } from "../../src/security/ids";
import { describeEachDatabase, type TestDatabase } from "../support/databases";
import { DemoGateway } from "../support/demo-gateway";

jest.setTimeout(120_000);

const oldKey = `old:${Buffer.alloc(32, "old").toString("base64")}`;
const newKey = `new:${Buffer.alloc(32, "new").toString("base64")}`;

describeEachDatabase("commands for operators", (kind) => {
  let place: TestDatabase;
  let gateway: DemoGateway;
  beforeAll(async () => {
    place = await kind.create();
    gateway = await DemoGateway.prepare({ DATABASE_URL: place.url, ENCRYPTION_KEYS: oldKey });
  });
  afterAll(async () => {
    await gateway.remove();
    await place.drop();
  });

  const run = async (...args: string[]) => {
    const { code, output, errors } = await gateway.admin(args);
    expect([code, errors]).toEqual([0, ""]);
    return output;
  };

  test("make the first marketplace, with a key that works, is replaced and ends", async () => {
    const made = /^marketplace (mkt_\w+)\nkey {9}(gw_key_\w+)\n$/.exec(
      await run("marketplace", "create", "Feria del Sur"),
    );
    const [, id = "", first = ""] = made ?? [];
    expect(await run("marketplace", "list")).toBe(`${id}  Feria del Sur\n`);

    const [, second = ""] = /^key (gw_key_\w+)\n$/.exec(await run("key", "create", id)) ?? [];
    const third = await gateway.admin(["key", "create", id]);
    expect(third).toMatchObject({ code: 1, output: "" });
    expect(third.errors).toContain("two live keys");

    const keyId = (credential: string) => `key_${credential.split("_")[2]}`;
    expect(await run("key", "list", id)).toContain(keyId(first));
    await run("key", "revoke", id, keyId(first));
    expect(await run("key", "list", id)).not.toContain(keyId(first));

    await gateway.start();
    const ask = (credential: string) =>
      gateway.query("{ viewer { role marketplaceId } }", {}, credential);
    expect((await ask(second)).body.data).toEqual({
      viewer: { role: "MARKETPLACE", marketplaceId: id },
    });
    expect((await ask(first)).body.errors[0].extensions.code).toBe("UNAUTHENTICATED");
  });

  test("name what is not there", async () => {
    await gateway.kill("SIGTERM");
    const nobodys = "mkt_00000000000000000000000000";
    for (const args of [
      ["key", "create", nobodys],
      ["key", "list", nobodys],
      ["key", "revoke", nobodys, "key_00000000000000000000000000"],
    ]) {
      const { code, output, errors } = await gateway.admin(args);
      expect([code, output]).toEqual([1, ""]);
      expect(errors.trim().split("\n")).toHaveLength(1);
    }
  });

  test("have everything looked at now", async () => {
    expect(await run("look-now")).toBe("0 to be looked at\n");
  });

  test("list what a person must look at, and end it", async () => {
    const database = await openDatabase(dataSourceOptions(place.url));
    const ids = createIdFactory({ now: () => new Date(), offsetMs: 0 });
    const clock = { ...systemClock, offsetMs: 0 };
    const book = new AlertBook({ database, clock, ids, tell: () => {}, onFault: () => {} });
    const id = ids.next("Payment");
    await book.raiseNow({
      ...{ code: "PAYMENT_NOT_APPLIED", subject: { kind: "Payment", id }, sellerId: null },
      ...{ marketplaceId: ids.next("Marketplace"), facts: { reason: "another amount" } },
    });
    await database.close();

    const list = await run("alert", "list");
    expect(list).toMatch(
      /^alr_\w+ {2}PAYMENT_NOT_APPLIED {2}Payment pay_\w+ {2}mkt_\w+ {2}since .* 1x {2}.*another amount.*\n$/,
    );
    const alertId = list.slice(0, list.indexOf(" "));
    expect(await run("alert", "clear", alertId, "refunded by hand")).toBe(
      `${alertId} is cleared\n`,
    );
    expect(await run("alert", "list")).toBe("");
    const again = await gateway.admin(["alert", "clear", alertId, "again"]);
    expect(again).toEqual({ code: 1, output: "", errors: `there is no open alert ${alertId}\n` });
  });

  test("encrypt anew what an old key has encrypted", async () => {
    await gateway.start();
    await gateway.kill("SIGTERM");
    const both = { ENCRYPTION_KEYS: `${newKey},${oldKey}` };
    const answer = { code: 0, errors: "" };
    expect(await gateway.admin(["reseal"], both)).toEqual({
      ...answer,
      output: `${demoSellers.length} encrypted anew\n`,
    });
    expect(await gateway.admin(["reseal"], both)).toEqual({
      ...answer,
      output: "0 encrypted anew\n",
    });

    await gateway.start({ ENCRYPTION_KEYS: newKey });
    const { body } = await gateway.query(
      `mutation ($input: CreatePaymentInput!) {
        createPayment(input: $input) { payment { status rejection { code } } userErrors { code } }
      }`,
      {
        input: {
          idempotencyKey: "paid-under-the-new-key",
          sellerId: demoSellers[0].id,
          amount: "10.00",
          currency: demoSellers[0].currency,
          cardToken: "no-such-token",
          methodId: "visa",
          installments: 1,
          payer: { email: "ana.paz@testuser.com" },
        },
      },
    );
    // The seller's own token was opened and taken; it is the card's that the provider refuses.
    expect(body.data.createPayment.userErrors).toMatchObject([{ code: "CARD_TOKEN_INVALID" }]);
  });
});

test("a command without DATABASE_URL opens no database", async () => {
  const gateway = await DemoGateway.prepare();
  const { code, output, errors } = await gateway.admin(["marketplace", "create", "Nobody's"]);
  expect([code, output]).toEqual([1, ""]);
  expect(errors).toMatch(/^DATABASE_URL must be set: .*\n$/);
  expect(readdirSync(gateway.folder)).toEqual([]);
  await gateway.remove();
});

test.each([
  ["postgres://127.0.0.1/gateway", "DATABASE_URL must start with sqlite:, mysql:// or mariadb://"],
  ["mysql://127.0.0.1:1/gateway", "the database cannot be used: connect ECONNREFUSED 127.0.0.1:1"],
])(
  "a command and a start say what is wrong with %s in one line, without a stack",
  async (DATABASE_URL, reason) => {
    const gateway = await DemoGateway.prepare({ DATABASE_URL });
    for (const { code, errors } of [
      await gateway.admin(["marketplace", "list"]),
      await gateway.runToEnd(),
    ]) {
      expect(code).not.toBe(0);
      expect(errors).toContain(reason);
      expect(errors).not.toMatch(/^ +at /m);
    }
    await gateway.remove();
  },
);

describe("on SQLite", () => {
  test("a command says that the server runs", async () => {
    const gateway = await DemoGateway.prepare({ DATABASE_URL: "sqlite:./data/gateway.sqlite" });
    await gateway.start();
    const { code, errors } = await gateway.admin(["marketplace", "list"]);
    expect(code).toBe(1);
    expect(errors).toContain("another process");
    await gateway.remove();
  });
});
