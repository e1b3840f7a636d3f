import { createHash } from "node:crypto";
import { InboxDeliveryEntity } from "../../src/entities/inbox-delivery.entity";
import { webhookBodyBytes } from "../../src/server/http/webhooks";
import { describeEachDatabase } from "../support/databases";
import { TestGateway } from "../support/gateway";

/** The demo's. */
const secondKey = "payu-demo-second-key";

const filled = (unit: string | Buffer) => Buffer.alloc(webhookBodyBytes, unit);

describeEachDatabase("a notification's body", (database) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
  });
  afterAll(() => gateway.stop());

  const send = (body: Buffer, headers: Record<string, string> = {}, query = "") => {
    const signature = createHash("sha256").update(body).update(secondKey).digest("hex");
    return fetch(`${gateway.url}/webhooks/payu/demo${query}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "openpayu-signature": `sender=checkout;signature=${signature};algorithm=SHA-256`,
        ...headers,
      },
      body: new Uint8Array(body),
    });
  };
  /** The newest delivery, as the inbox reads it. */
  const newest = async () => {
    const [row] = await gateway.app.database.read(
      "SELECT * FROM inbox_delivery ORDER BY id DESC LIMIT 1",
    );
    if (row === undefined) throw new Error("nothing was stored");
    return gateway.app.database.table(InboxDeliveryEntity).fromRow(row);
  };

  test.each<[string, Buffer]>([
    ["of letters, as long as it may be", filled("x")],
    ["of 0xff, as long as it may be", filled(Buffer.from([0xff]))],
    ["of zeros, as long as it may be", filled(Buffer.from([0]))],
    ["of backslashes, as long as it may be", filled("\\")],
    ["of quotes, as long as it may be", filled("'\"")],
    ["of four-byte characters, as long as it may be", filled("\u{1F4DA}")],
    ["that breaks off within a character", Buffer.from("€").subarray(0, 2)],
    ["with half of a surrogate pair", Buffer.from([0x7b, 0xed, 0xa0, 0x80, 0x7d])],
    ["with a byte order mark", Buffer.from("\ufeff{}")],
    ["in latin1", Buffer.from('{"name":"Muñoz"}', "latin1")],
    ["that looks like a stored one", Buffer.from("base64:aGVsbG8=")],
    ["of nothing", Buffer.alloc(0)],
  ])("%s is stored and read back to the byte", async (_what, body) => {
    const answer = await send(body);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "stored" }]);
    const { rawBody } = await newest();
    expect(rawBody.equals(body)).toBe(true);
  });

  test("comes with headers and a query as long as they may be", async () => {
    const agent = "\u00ff".repeat(6_000);
    const value = "\u{1F4DA}".repeat(500);
    const query = `?about=${encodeURIComponent(value)}&broken=%ED%A0%80&%F0%9F=1`;
    const answer = await send(Buffer.from('{"of":"long headers"}'), { "user-agent": agent }, query);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "stored" }]);
    const delivery = await newest();
    expect(delivery.headers["user-agent"]).toBe(agent);
    expect(delivery.query.about).toBe(value);
    expect(JSON.stringify(delivery.query).isWellFormed()).toBe(true);
  });

  test("that is longer is refused", async () => {
    expect((await send(Buffer.alloc(webhookBodyBytes + 1, "x"))).status).toBe(413);
  });
});
