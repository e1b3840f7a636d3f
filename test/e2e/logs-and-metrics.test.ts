import { randomUUID } from "node:crypto";
import { createLogger } from "../../src/logging/logger";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const metricsToken = "metrics-token-of-the-test-0123456789";

/** What an operator finds out from the log and from /metrics alone. */
describe("the log and the metrics", () => {
  const log: Json[] = [];
  const clock = new MovableClock();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      clock,
      env: { METRICS_TOKEN: metricsToken },
      logger: createLogger("debug", { write: (line) => void log.push(JSON.parse(line)) }),
    });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    log.length = 0;
  });

  const lines = (message: string): Json[] => log.filter(({ msg }) => msg === message);
  /** A request's line is written when its answer has left, which the client may see a moment earlier. */
  const requestLine = async (requestId: string): Promise<Json> => {
    const ofRequest = () => lines("request").find((line) => line.requestId === requestId);
    await eventually(() => ofRequest() !== undefined);
    return ofRequest();
  };
  const send = async (document: string, variables: object): Promise<[string, Json]> => {
    const requestId = randomUUID();
    const body = { query: document, variables };
    const response = await gateway.post(body, seller.key, { "x-request-id": requestId });
    return [requestId, await response.json()];
  };
  const createPayment = `mutation PayAtTheShop($input: CreatePaymentInput!) {
    createPayment(input: $input) { payment { id status } userErrors { code } } }`;
  const metric = async (name: string, labels: Record<string, string>): Promise<number> => {
    const response = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${metricsToken}` },
    });
    const found = (await response.text())
      .split("\n")
      .find(
        (line) =>
          line.startsWith(`${name}{`) &&
          Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
      );
    return Number(found?.split(" ").at(-1) ?? 0);
  };

  test("a start tells version, database, Redis, providers and keys by name, and no secret", async () => {
    await gateway.app.stop();
    await gateway.startApp();
    const [started] = lines("started");
    expect(started).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.version,
      environment: "test",
      database: { kind: "sqlite", version: expect.stringMatching(/^\d/) },
      redis: "none",
      encryptionKeys: [expect.any(String)],
    });
    expect(started.providers).toContain(`MERCADO_PAGO at ${gateway.simulator.url}`);
  });

  test("a payment's lines share its request, and name operation, object and seller", async () => {
    const [requestId, answer] = await send(createPayment, {
      input: await gateway.cardPayment(seller),
    });
    const { payment } = answer.data.createPayment;
    expect(payment.status).toBe("APPROVED");
    const facts = { requestId, subjectId: payment.id, sellerId: seller.id };
    expect(await requestLine(requestId)).toMatchObject({
      ...facts,
      operationName: "PayAtTheShop",
      operationId: expect.stringMatching(/^opr_/),
      status: 200,
    });
    const calls = lines("provider call");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ ...facts, operation: "createPayment", method: "POST" });
  });

  test("a refusal's code stands in the line of its request", async () => {
    const [requestId, answer] = await send(createPayment, {
      input: await gateway.cardPayment(seller, { amount: "0.00" }),
    });
    const [{ code }] = answer.data.createPayment.userErrors;
    expect(await requestLine(requestId)).toMatchObject({ errorCode: code });
  });

  test("an error's code stands in the line of its request", async () => {
    const [requestId, answer] = await send("query Broken { nothingOfThisName }", {});
    const [{ extensions }] = answer.errors;
    expect(await requestLine(requestId)).toMatchObject({ errorCode: extensions.code });
  });

  test("a look-up's call names the job and the payment, and not the request of whoever woke the job", async () => {
    const input = await gateway.cardPayment(seller, {}, "CONT");
    const { payment } = await gateway.mutate("createPayment", input, "payment { id status }");
    expect(payment.status).not.toBe("APPROVED");
    log.length = 0;
    clock.advance(20_000);
    gateway.app.wakeJobs();
    const call = () => lines("provider call").find(({ subjectId }) => subjectId === payment.id);
    await eventually(() => call() !== undefined);
    expect(call()).toMatchObject({ job: "look-up-payments", sellerId: seller.id });
    expect(call()).not.toHaveProperty("requestId");
  });

  test("payments are counted by provider, method and status; calls by HTTP method and status", async () => {
    const payments = { provider: "MERCADO_PAGO", method: "credit_card", status: "APPROVED" };
    const calls = {
      provider: "MERCADO_PAGO",
      operation: "createPayment",
      method: "POST",
      status: "201",
    };
    const before = [
      await metric("gateway_payment_statuses_total", payments),
      await metric("gateway_provider_calls_total", calls),
    ];
    await send(createPayment, { input: await gateway.cardPayment(seller) });
    expect([
      await metric("gateway_payment_statuses_total", payments),
      await metric("gateway_provider_calls_total", calls),
    ]).toEqual(before.map((count) => count + 1));
  });

  test("alerts are counted by their text", async () => {
    const { payment } = await gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller, {}, "CONT"),
      "payment { id providerPaymentId }",
    );
    const path = `^/v1/payments/${payment.providerPaymentId}$`;
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "GET", path },
      effect: {
        kind: "status",
        code: 200,
        body: {
          ...(await seller.shop.payment(Number(payment.providerPaymentId))),
          transaction_amount: 1,
        },
      },
    });
    clock.advance(20_000);
    gateway.app.wakeJobs();
    const alert = "an observation of a payment was not applied";
    await eventually(async () => (await metric("gateway_alerts_total", { alert })) > 0);
    expect(lines(alert)[0]).toMatchObject({ alert: true, paymentId: payment.id });
  });
});
