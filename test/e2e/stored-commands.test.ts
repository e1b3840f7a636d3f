import { randomUUID } from "node:crypto";
import { readConfig } from "../../src/config";
import { createKeyRing } from "../../src/security/key-ring";
import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { orderComesTo, payMethod, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

const keyRing = createKeyRing(readConfig({ NODE_ENV: "test", DEMO: "true" }).encryptionKeys);
const placeOf = (operationId: string) => `operation.command_sealed.${operationId}`;

/** Operations whose request has not reached the provider: they are carried on from what is stored of them alone. */
describeEachDatabase("a stored command", (database) => {
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, logger });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const loseNext = (method: string, path: string) =>
    gateway.simulator.control("POST", "/faults", {
      match: { method, path, account: seller.shop.seller.userId },
      effect: "drop-before",
    });
  const operationOf = async (subjectId: string): Promise<Json> => {
    const rows = await gateway.app.database.read(
      "SELECT * FROM operation WHERE subject_id = ? ORDER BY id DESC LIMIT 1",
      [subjectId],
    );
    return rows[0];
  };
  /** Has what is stored be what another release would have stored. */
  const rewrite = async (subjectId: string, change: (stored: Json) => unknown) => {
    const { id, command_sealed } = await operationOf(subjectId);
    const stored = JSON.parse(keyRing.open(command_sealed, placeOf(id)));
    const sealed = keyRing.seal(JSON.stringify(change(stored)), placeOf(id));
    await gateway.app.database.write((unit) =>
      unit.change({
        sql: "UPDATE operation SET command_sealed = ? WHERE id = ?",
        values: [sealed, id],
      }),
    );
  };
  const withoutVersion = ({ v, ...command }: Json) => command;
  /** A payment's row, without the plan of its next look-up. */
  const paymentOf = async (id: string): Promise<Json> => {
    const [row] = await gateway.app.database.read("SELECT * FROM payment WHERE id = ?", [id]);
    const { due_at, attempts, lease_token, ...payment } = row as Json;
    return payment;
  };
  /** Lets the workers come to an operation; answers what a person is told of it. */
  const alertsOf = async (subjectId: string): Promise<Json[]> => {
    const told = () => alerts.filter((alert) => alert.subjectId === subjectId);
    clock.advance(20_000);
    gateway.app.wakeJobs();
    await eventually(() => told().length > 0);
    return told();
  };
  const effectsOf = async (id: string) => {
    const ledger = await seller.shop.ledger();
    return ledger.filter((entry) => entry.externalReference === id);
  };
  const finished = (subjectId: string) =>
    eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await operationOf(subjectId)).state === "FINISHED";
    });
  /** A payment that is UNKNOWN, and that the provider has never heard of. */
  const lostPayment = async (extra: Record<string, unknown> = {}): Promise<Json> => {
    await loseNext("POST", "^/v1/payments$");
    const input = await gateway.cardPayment(seller, extra);
    const { payment } = await gateway.mutate("createPayment", input, "payment { id status }");
    expect(payment.status).toBe("UNKNOWN");
    return payment;
  };

  describe("of before there were versions", () => {
    test("of a payment is sent as it was meant", async () => {
      const { id } = await lostPayment({
        capture: false,
        metadata: { shelf: { row: 3 } },
        additionalInfo: {
          items: [{ title: "Book", quantity: 2, unitPrice: "50.25" }],
          payer: { registeredAt: "2020-01-02T03:04:05.000Z" },
        },
      });
      await rewrite(id, withoutVersion);
      await finished(id);
      expect(await paymentOf(id)).toMatchObject({ status: "AUTHORIZED" });
      expect((await effectsOf(id)).map(({ type }) => type)).toEqual(["authorize"]);
    });

    test("of a capture takes no more than was asked for", async () => {
      const held = await gateway.mutate(
        "createPayment",
        await gateway.cardPayment(seller, { capture: false }),
        "payment { id providerPaymentId }",
      );
      const { id, providerPaymentId } = held.payment;
      await loseNext("PUT", `^/v1/payments/${providerPaymentId}$`);
      const asked = { idempotencyKey: randomUUID(), paymentId: id, amount: "40.00" };
      await gateway.mutate("capturePayment", asked, "payment { id }");
      await rewrite(id, withoutVersion);
      await finished(id);
      const document = "query ($id: ID!) { payment(id: $id) { status capturedAmount { amount } } }";
      expect((await gateway.data(document, { id })).payment).toEqual({
        status: "APPROVED",
        capturedAmount: { amount: "40.00" },
      });
      expect((await effectsOf(id)).map(({ type }) => type)).toEqual(["authorize", "capture"]);
    });

    test("of an order, and of a refund that had none, are carried on", async () => {
      await gateway.simulator.payu.control("POST", "/faults", {
        match: { method: "POST", path: "^/api/v2_1/orders$" },
        effect: "drop-before",
      });
      const input = threeCarts({ payMethod });
      const { order } = await gateway.mutate("createMarketplaceOrder", input, "order { id }");
      await rewrite(order.id, withoutVersion);
      await orderComesTo(gateway, clock, order.id, "COMPLETED");

      const paid = await gateway.mutate(
        "createPayment",
        await gateway.cardPayment(seller),
        "payment { id providerPaymentId }",
      );
      await loseNext("POST", `^/v1/payments/${paid.payment.providerPaymentId}/refunds$`);
      const asked = { idempotencyKey: randomUUID(), paymentId: paid.payment.id, amount: "10.00" };
      const { refund } = await gateway.mutate("refundPayment", asked, "refund { id }");
      await rewrite(refund.id, () => null);
      await finished(refund.id);
      const effects = await effectsOf(paid.payment.id);
      expect(effects.map(({ type }) => type)).toEqual(["charge", "refund"]);
    });
  });

  test.each<[string, (stored: Json) => unknown, string]>([
    [
      "of a version that is not known",
      (stored) => ({ ...stored, v: 7 }),
      "its command is of version 7",
    ],
    [
      "with a field that is not known",
      (stored) => ({ ...stored, tip: "5.00" }),
      "its command is not of the form of version 1: unrecognized_keys",
    ],
    [
      "with an amount of another type",
      (stored) => ({ ...stored, amount: 100.5 }),
      "its command is not of the form of version 1: amount invalid_type",
    ],
    ["that is no command", () => "a text", "its command is of no known form"],
  ])("%s stays, sends nothing, and a person is told", async (_what, change, reason) => {
    const { id } = await lostPayment();
    const before = await paymentOf(id);
    await rewrite(id, change);
    const { id: operationId, command_sealed, due_at } = await operationOf(id);
    expect(await alertsOf(id)).toEqual([
      expect.objectContaining({
        ...{ msg: "an operation is not understood", operation: "createPayment", reason },
        ...{ operationId, subjectId: id },
      }),
    ]);
    await eventually(async () => (await operationOf(id)).lease_token === null);
    const after = await operationOf(id);
    expect(after).toMatchObject({ state: "UNKNOWN", command_sealed });
    // On the schedule, and not at the end of a lease.
    expect(Number(after.due_at)).toBeGreaterThan(Number(due_at) + 60_000);
    expect(await paymentOf(id)).toEqual(before);
    expect(await effectsOf(id)).toEqual([]);
  });

  test("whose kind is not known stays, and a person is told", async () => {
    const { id } = await lostPayment();
    const before = await paymentOf(id);
    await gateway.app.database.write((unit) =>
      unit.change({
        sql: "UPDATE operation SET name = 'tipPayment' WHERE subject_id = ?",
        values: [id],
      }),
    );
    expect(await alertsOf(id)).toMatchObject([
      { operation: "tipPayment", reason: "no kind of operation has its name" },
    ]);
    expect(await paymentOf(id)).toEqual(before);
    expect(await effectsOf(id)).toEqual([]);
  });
});
