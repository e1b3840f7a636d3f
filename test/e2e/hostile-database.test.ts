import { CuttableNetwork } from "../support/cuttable-network";
import { DemoGateway } from "../support/demo-gateway";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { describeWithOwnMariadb, OwnMariadb } from "../support/own-mariadb";

const hostile = [
  ["no backslash escapes", ["--sql-mode=NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES"]],
  ["gbk", ["--skip-character-set-client-handshake", "--character-set-server=gbk", "--sql-mode="]],
] as const;

for (const [name, settings] of hostile)
  describeWithOwnMariadb(`a gateway over a server that is set to ${name}`, () => {
    let server: OwnMariadb;
    let gateway: TestGateway;
    let seller: ConnectedSeller;
    beforeAll(async () => {
      server = await OwnMariadb.start(settings);
      gateway = await TestGateway.start({ database: server.kind });
      seller = await gateway.connectSeller();
    });
    afterAll(async () => {
      await gateway?.stop();
      await server?.stop();
    });

    const pwned = () =>
      server.run("SELECT table_schema FROM information_schema.tables WHERE table_name = 'pwned'");

    const end = "', NULL, 1, NULL, NULL, 0, NULL); CREATE TABLE pwned (a int); -- ";
    test.each([end, `€${end}`, `\\${end}`])(
      "takes a stranger's notification for text: %s",
      async (body) => {
        const sent = await fetch(`${gateway.url}/webhooks/mercadopago?id=1234567&topic=payment`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        expect([200, 401]).toContain(sent.status);
        expect(await pwned()).toEqual([]);
      },
    );

    test.each([`Żółw's "quoted" \\ 50 % ? ñ`, `€\\${end}`])(
      "gives back what a payment was made with: %s",
      async (description) => {
        const { payment, userErrors } = await gateway.mutate(
          "createPayment",
          await gateway.cardPayment(seller, { description }),
          "payment { id status description }",
        );
        expect(userErrors).toEqual([]);
        expect(payment).toMatchObject({ status: "APPROVED", description });
        const document = "query ($id: ID!) { payment(id: $id) { description } }";
        expect((await gateway.data(document, { id: payment.id })).payment).toEqual({ description });
        expect(await pwned()).toEqual([]);
      },
    );
  });

describeWithOwnMariadb("a gateway whose sessions come otherwise than it sets them", () => {
  test("does not start, and says why in one line", async () => {
    const server = await OwnMariadb.start([]);
    const place = await server.kind.create();
    const network = await CuttableNetwork.to(place.url);
    network.change("NAMES utf8mb4 COLLATE utf8mb4_bin", "NAMES gbk");
    const gateway = await DemoGateway.prepare();
    const url = new URL(place.url);
    url.port = new URL(network.url).port;
    expect(await gateway.runToEnd({ DATABASE_URL: url.href })).toEqual({
      code: 1,
      errors:
        "The gateway did not start: the database server does not let a session have character_set_client = utf8mb4; it has gbk\n",
    });
    await gateway.remove();
    await network.close();
    await server.stop();
  });
});
