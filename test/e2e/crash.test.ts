import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { demoCredentials, demoSellers } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeEachDatabase } from "../support/databases";
import { GatewayProcess } from "../support/process";
import { bootSimulator, eventually, type Json, type TestSimulator } from "../support/simulator";

// Each test ends a process twice and waits for leases; the suite is about survival, not speed.
jest.setTimeout(240_000);

const [seller] = demoSellers;

/**
 * The gateway as a process is killed at each step of an operation, started again, and asked the same thing
 * under the same key, as a client would that lost its connection. The simulator keeps running and knows what
 * truly happened.
 */
describeEachDatabase("a gateway that is killed", (kind) => {
  let simulator: TestSimulator;
  let place: Awaited<ReturnType<typeof kind.create>>;
  let settings: Record<string, string>;
  beforeAll(async () => {
    simulator = await bootSimulator();
    place = await kind.create();
    settings = {
      NODE_ENV: "test",
      DEMO: "true",
      PORT: String(await freePort()),
      DATABASE_URL: place.url,
      MERCADO_PAGO_API_URL: simulator.url,
      // The lease follows from it: what a dead process left is taken up after two seconds.
      MERCADO_PAGO_TIMEOUT_MS: "1200",
      LOG_LEVEL: "warn",
    };
  });
  afterAll(async () => {
    await simulator.close();
    await place.drop();
  });

  const ask = async (document: string, variables: Record<string, unknown>): Promise<Json> => {
    const response = await fetch(`http://127.0.0.1:${settings.PORT}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${demoCredentials.marketplace}`,
      },
      body: JSON.stringify({ query: document, variables }),
    });
    const { data, errors } = (await response.json()) as Json;
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const mutate = async (name: string, input: Record<string, unknown>): Promise<Json> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { replayed payment { id status } userErrors { code message } } }`;
    return (await ask(document, { input }))[name];
  };
  /** Repeats a mutation under its key until it has a definite end. */
  const insist = async (name: string, input: Record<string, unknown>, status: string) => {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const answer = await mutate(name, input);
      if (answer.payment?.status === status) return answer;
      const [error] = answer.userErrors;
      const unfinished = error === undefined || error.code === "IDEMPOTENCY_IN_PROGRESS";
      if (!unfinished || Date.now() > deadline) throw new Error(JSON.stringify(answer));
      await new Promise((wait) => setTimeout(wait, 100));
    }
  };
  const newPayment = async (extra: Record<string, unknown> = {}) => {
    const { id } = await simulator.control("POST", "/card-tokens", {
      userId: Number(seller.providerAccountId),
      holder: "APRO",
    });
    return {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "80.00",
      currency: "ARS",
      cardToken: id,
      methodId: "visa",
      installments: 1,
      payer: { email: `${randomUUID()}@testuser.com` },
      ...extra,
    };
  };
  const effects = async (paymentId: string): Promise<string[]> => {
    const { entries } = await simulator.control("GET", `/ledger?externalReference=${paymentId}`);
    return entries.map(({ type }: Json) => type);
  };

  /** Has a process die at the step, and another one carry on. */
  const dieAndCarryOn = async (
    step: string,
    name: string,
    prepare: () => Promise<Record<string, unknown>>,
    status: string,
  ): Promise<Json> => {
    const first = await GatewayProcess.start({ ...settings, FAILPOINT: `${name}:${step}` });
    const input = await prepare();
    await expect(mutate(name, input)).rejects.toThrow();
    expect(await first.ended).toBe("SIGKILL");
    const second = await GatewayProcess.start(settings);
    try {
      const answer = await insist(name, input, status);
      // And once more, after yet another start would be no different: the key answers for good.
      expect(await mutate(name, input)).toMatchObject({ replayed: true, payment: { status } });
      return answer.payment;
    } finally {
      expect(await second.kill("SIGTERM")).toBe(0);
    }
  };

  test.each(failpointSteps)("at createPayment:%s has charged exactly once", async (step) => {
    const payment = await dieAndCarryOn(step, "createPayment", () => newPayment(), "APPROVED");
    expect(await effects(payment.id)).toEqual(["charge"]);
  });

  test.each(failpointSteps)("at refundPayment:%s has refunded exactly once", async (step) => {
    const prepare = async () => {
      const { payment } = await mutate("createPayment", await newPayment());
      return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "30.00" };
    };
    const payment = await dieAndCarryOn(step, "refundPayment", prepare, "PARTIALLY_REFUNDED");
    expect(await effects(payment.id)).toEqual(["charge", "refund"]);
  });

  test.each(["after-claim", "after-send"])(
    "at capturePayment:%s has captured exactly once",
    async (step) => {
      const prepare = async () => {
        const { payment } = await mutate("createPayment", await newPayment({ capture: false }));
        return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "50.00" };
      };
      const payment = await dieAndCarryOn(step, "capturePayment", prepare, "APPROVED");
      expect(await effects(payment.id)).toEqual(["authorize", "capture"]);
    },
  );

  test.each(["after-claim", "after-send"])("at cancelPayment:%s has cancelled", async (step) => {
    const prepare = async () => {
      const { payment } = await mutate("createPayment", await newPayment({ capture: false }));
      return { idempotencyKey: randomUUID(), paymentId: payment.id };
    };
    const payment = await dieAndCarryOn(step, "cancelPayment", prepare, "CANCELLED");
    expect(await effects(payment.id)).toEqual(["authorize", "cancel"]);
  });

  test.each([
    ["after-claim", 0],
    ["after-send", 1],
  ])(
    "at createTestUser:%s has made %i, says that it is unknown, and makes no other",
    async (step, made) => {
      const accounts = async () => (await simulator.control("GET", "/accounts")).accounts.length;
      const before = await accounts();
      const document = `mutation ($input: CreateTestUserInput!) { createTestUser(input: $input) { password testUser { status } userErrors { code } } }`;
      const input = { idempotencyKey: randomUUID(), country: "AR" };
      const create = () => ask(document, { input });
      const first = await GatewayProcess.start({
        ...settings,
        FAILPOINT: `createTestUser:${step}`,
      });
      await expect(create()).rejects.toThrow();
      expect(await first.ended).toBe("SIGKILL");
      const second = await GatewayProcess.start(settings);
      try {
        // The answers of one who repeats the request, until the dead process's lease has run out.
        await eventually(async () => {
          const { createTestUser } = await create();
          return createTestUser.userErrors[0]?.code !== "IDEMPOTENCY_IN_PROGRESS";
        });
        expect((await create()).createTestUser).toEqual({
          password: null,
          testUser: { status: "UNKNOWN" },
          userErrors: [{ code: "OUTCOME_UNKNOWN" }],
        });
        expect((await accounts()) - before).toBe(made);
      } finally {
        expect(await second.kill("SIGTERM")).toBe(0);
      }
    },
  );

  test("told to stop, ends the call that is under way and leaves nothing open", async () => {
    const running = await GatewayProcess.start({ ...settings, MERCADO_PAGO_TIMEOUT_MS: "10000" });
    await simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$" },
      effect: { kind: "latency", ms: 1_000 },
    });
    const input = await newPayment();
    const answer = mutate("createPayment", input);
    // The fault is used up when the call has reached the simulator.
    await eventually(async () => {
      const { faults } = await simulator.control("GET", "/faults");
      return faults.every(({ times }: Json) => times === 0);
    });
    const ended = running.kill("SIGTERM");
    expect((await answer).payment.status).toBe("APPROVED");
    expect(await ended).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
