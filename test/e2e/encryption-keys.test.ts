import { createKeyRing } from "../../src/security/key-ring";
import { sealedPlace } from "../../src/security/sealed-columns";
import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase, type TestDatabase } from "../support/databases";
import { DemoGateway } from "../support/demo-gateway";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually } from "../support/simulator";

jest.setTimeout(120_000);

const keyOf = (id: string, secret: string) =>
  `${id}:${Buffer.alloc(32, secret).toString("base64")}`;

describeEachDatabase("encryption keys", (kind) => {
  let place: TestDatabase;
  let gateway: DemoGateway;
  beforeAll(async () => {
    place = await kind.create();
    gateway = await DemoGateway.prepare({
      DATABASE_URL: place.url,
      ENCRYPTION_KEYS: keyOf("first", "right"),
    });
    await gateway.start();
    await gateway.kill("SIGTERM");
  });
  afterAll(async () => {
    await gateway.remove();
    await place.drop();
  });

  test.each([
    [
      "another key of the same name",
      keyOf("first", "wrong"),
      "key first is not the one that sealed what is stored under this name",
    ],
    [
      "the key that sealed is missing",
      keyOf("second", "right"),
      "key first is missing, under which provider_account.credentials_sealed is sealed; put it back behind the others, and reseal before it goes",
    ],
  ])("keep the gateway from starting where %s", async (_title, ENCRYPTION_KEYS, fault) => {
    expect(await gateway.runToEnd({ ENCRYPTION_KEYS })).toEqual({
      code: 1,
      errors: `The gateway did not start: ENCRYPTION_KEYS does not fit the database: ${fault}\n`,
    });
  });

  test("let it start where the old one stands behind a new one", async () => {
    const both = [keyOf("second", "right"), keyOf("first", "right")].join(",");
    await gateway.start({ ENCRYPTION_KEYS: both });
    expect(await gateway.kill("SIGTERM")).toBe(0);
  });

  test("that have been wrong leave payments behind that are found out with the right ones", async () => {
    const clock = new MovableClock();
    const { alerts, logger } = alertLogger();
    const running = await TestGateway.start({ database: kind, clock, logger });
    try {
      const seller = await running.connectSeller();
      const pay = async (effect: string) => {
        const match = { method: "POST", path: "^/v1/payments$" };
        await running.simulator.control("POST", "/faults", { match, effect });
        const input = await running.cardPayment(seller);
        return (await running.mutate("createPayment", input, "payment { id status }")).payment;
      };
      const made = await pay("effect-then-drop");
      const lost = await pay("drop-before");
      expect([made.status, lost.status]).toEqual(["UNKNOWN", "UNKNOWN"]);
      const other = createKeyRing(new Map([["demo", Buffer.alloc(32, "wrong")]]));
      const { database } = running.app;
      for (const { id } of await database.read("SELECT id FROM operation WHERE due_at > 0")) {
        const place = sealedPlace("operation", "command_sealed", String(id));
        const sealed = other.seal(JSON.stringify({}), place);
        await database.write((unit) =>
          unit.change({
            sql: "UPDATE operation SET command_sealed = ? WHERE id = ?",
            values: [sealed, String(id)],
          }),
        );
      }
      // The sellers' credentials open: the keys are right.
      await running.app.stop();
      await running.startApp();
      const statusOf = async (id: string) => {
        const document = "query ($id: ID!) { payment(id: $id) { status } }";
        return (await running.data(document, { id })).payment.status;
      };
      const isOpen = async (id: string) => {
        const sql = "SELECT id FROM operation WHERE due_at IS NOT NULL AND subject_id = ?";
        return (await running.app.database.read(sql, [id])).length > 0;
      };
      await eventually(async () => {
        clock.advance(20 * 60_000);
        running.app.wakeJobs();
        return (await statusOf(made.id)) === "APPROVED" && !(await isOpen(made.id));
      });
      // Nobody knows what to send: a person is told, and it stays open.
      expect([await statusOf(lost.id), await isOpen(lost.id)]).toEqual(["UNKNOWN", true]);
      await toldOf(
        alerts,
        expect.objectContaining({ msg: "what is stored of an operation does not open" }),
      );
    } finally {
      await running.stop();
    }
  });
});
