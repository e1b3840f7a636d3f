import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { paymentAtPayu } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

/** More than a worker takes up at once. */
const hangingCount = 24;

/** Calls of the one seller get no answer for 25 s, as long as a call may take. That is longer than a test waits. */
describeEachDatabase("while one seller's calls hang at Mercado Pago", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let hanging: ConnectedSeller;
  let other: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      notifications: { mode: "on", delayMs: 5 },
    });
    [hanging, other] = await Promise.all([gateway.connectSeller(), gateway.connectSeller()]);
  });
  afterAll(() => gateway.stop());

  const inReview = async (seller: ConnectedSeller): Promise<Json> => {
    const input = await gateway.cardPayment(seller, {}, "CONT");
    const { payment } = await gateway.mutate(
      "createPayment",
      input,
      "payment { id status providerPaymentId }",
    );
    expect(payment.status).toBe("IN_REVIEW");
    return payment;
  };
  const approve = ({ providerPaymentId }: Json) =>
    gateway.simulator.control("POST", `/payments/${providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
  const becomesApproved = (id: string) =>
    eventually(async () => {
      const document = "query ($id: ID!) { payment(id: $id) { status } }";
      return (await gateway.data(document, { id })).payment.status === "APPROVED";
    });
  const notify = (mode: "on" | "off") =>
    gateway.simulator.control("POST", "/notifications", { mode });
  /** Hangs every look at the seller's payments; answers how many do. */
  const hang = async (): Promise<() => Promise<number>> => {
    await gateway.simulator.control("DELETE", "/faults");
    const { id } = await gateway.simulator.control("POST", "/faults", {
      match: {
        method: "GET",
        path: "^/v1/payments/",
        account: String(hanging.shop.seller.userId),
      },
      times: 1_000,
      effect: "hang",
    });
    return async () => {
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.find((fault: Json) => fault.id === id).struck;
    };
  };

  test("notifications of others and of PayU are worked off at once", async () => {
    const reviewed = [];
    for (let i = 0; i < hangingCount; i++) reviewed.push(await inReview(hanging));
    const others = await inReview(other);
    const hangs = await hang();
    for (const payment of reviewed) await approve(payment);
    await eventually(async () => (await hangs()) >= 10);

    await approve(others);
    await becomesApproved(others.id);
    const made = await gateway.mutate(
      "createPayment",
      paymentAtPayu({ cardToken: await gateway.simulator.payu.cardToken() }),
      "payment { id }",
    );
    await becomesApproved(made.payment.id);
    // Bounded, so that those that hang do not fill the process.
    expect(await hangs()).toBe(10);
  });

  test("the schedule looks at payments of others", async () => {
    await notify("off");
    const reviewed = [];
    for (let i = 0; i < hangingCount; i++) reviewed.push(await inReview(hanging));
    const others = await inReview(other);
    const hangs = await hang();
    clock.advance(60_000);
    gateway.app.wakeJobs();
    await eventually(async () => (await hangs()) >= 10);
    await approve(others);
    clock.advance(60_000);
    gateway.app.wakeJobs();
    await becomesApproved(others.id);
  });
});
