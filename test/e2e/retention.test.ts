import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually } from "../support/simulator";

const dayMs = 24 * 3_600_000;

describeEachDatabase("an idempotency key", (database) => {
  let gateway: TestGateway;
  const clock = new MovableClock();
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, env: { KEEP_OPERATIONS_DAYS: "30" } });
  });
  afterAll(() => gateway.stop());

  test("is kept for as long as is set, and then names a new intent; the payment stays", async () => {
    const seller = await gateway.connectSeller();
    const input = await gateway.cardPayment(seller);
    const pay = async (changes: object = {}) => {
      const shown = "replayed payment { id status events { edges { node { to } } } }";
      return gateway.mutate("createPayment", { ...input, ...changes }, shown);
    };
    const { payment } = await pay();
    clock.advance(29 * dayMs);
    gateway.app.wakeJobs();
    expect(await pay()).toMatchObject({ replayed: true, payment: { id: payment.id } });

    clock.advance(2 * dayMs);
    await eventually(async () => {
      // A round rests for an hour when it is at its end.
      clock.advance(3_600_000);
      gateway.app.wakeJobs();
      return (await gateway.app.database.read("SELECT id FROM operation")).length === 0;
    });
    const again = await pay({ cardToken: await seller.cardToken() });
    expect(again).toMatchObject({ replayed: false, payment: { status: "APPROVED" } });
    expect(again.payment.id).not.toBe(payment.id);
    const document = "query ($id: ID!) { payment(id: $id) { events { edges { node { to } } } } }";
    const { payment: first } = await gateway.data(document, { id: payment.id });
    expect(first.events).toEqual(payment.events);
  });
});
