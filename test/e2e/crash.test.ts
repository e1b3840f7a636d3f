import { randomUUID } from "node:crypto";
import { demoCredentials, demoSellers, demoSubmerchants } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { answerConsent } from "../support/consent";
import { describeEachDatabase } from "../support/databases";
import { freePort } from "../support/free-port";
import { GatewayProcess } from "../support/process";
import { bootSimulator, eventually, type Json, type TestSimulator } from "../support/simulator";

// Each test ends a process twice and waits for leases; the suite is about survival, not speed.
jest.setTimeout(240_000);

const [seller] = demoSellers;
const [submerchant, otherSubmerchant] = demoSubmerchants;

/** What a mutation's payload has beside its errors, and what of it tells what to look for at the provider. */
const subjects: Record<string, [field: string, parts: string]> = {
  createPayout: ["payout", "providerReference"],
  transferFunds: ["transfer", "providerReference"],
};
const subjectOf = (mutation: string): [field: string, parts: string] =>
  subjects[mutation] ??
  (mutation.endsWith("Order") ? ["order", "payments { id }"] : ["payment", ""]);

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
      PAYU_API_URL: simulator.payu.url,
      // The lease follows from them: what a dead process left is taken up after two seconds.
      MERCADO_PAGO_TIMEOUT_MS: "1200",
      PAYU_TIMEOUT_MS: "1200",
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
    const [subject, parts] = subjectOf(name);
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { replayed ${subject} { id status ${parts} } userErrors { code message } } }`;
    const { [subject]: made, ...answer } = (await ask(document, { input }))[name];
    return { ...answer, made };
  };
  /** Repeats a mutation under its key until it has a definite end. */
  const insist = async (name: string, input: Record<string, unknown>, status: string) => {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const answer = await mutate(name, input);
      if (answer.made?.status === status) return answer;
      const [error] = answer.userErrors;
      const unfinished = error === undefined || error.code === "IDEMPOTENCY_IN_PROGRESS";
      if (!unfinished || Date.now() > deadline) throw new Error(JSON.stringify(answer));
      await new Promise((wait) => setTimeout(wait, 100));
    }
  };
  const cardTokenAt = async (accountId: string, holder = "APRO"): Promise<string> =>
    (await simulator.control("POST", "/card-tokens", { userId: Number(accountId), holder })).id;
  const newPayment = async (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    amount: "80.00",
    currency: "ARS",
    cardToken: await cardTokenAt(seller.providerAccountId),
    methodId: "visa",
    installments: 1,
    payer: { email: `${randomUUID()}@testuser.com` },
    ...extra,
  });
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
      expect(await mutate(name, input)).toMatchObject({ replayed: true, made: { status } });
      return answer.made;
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
      const { made: payment } = await mutate("createPayment", await newPayment());
      return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "30.00" };
    };
    const payment = await dieAndCarryOn(step, "refundPayment", prepare, "PARTIALLY_REFUNDED");
    expect(await effects(payment.id)).toEqual(["charge", "refund"]);
  });

  test.each(["after-claim", "after-send"])(
    "at capturePayment:%s has captured exactly once",
    async (step) => {
      const prepare = async () => {
        const { made: payment } = await mutate(
          "createPayment",
          await newPayment({ capture: false }),
        );
        return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "50.00" };
      };
      const payment = await dieAndCarryOn(step, "capturePayment", prepare, "APPROVED");
      expect(await effects(payment.id)).toEqual(["authorize", "capture"]);
    },
  );

  test.each(["after-claim", "after-send"])("at cancelPayment:%s has cancelled", async (step) => {
    const prepare = async () => {
      const { made: payment } = await mutate("createPayment", await newPayment({ capture: false }));
      return { idempotencyKey: randomUUID(), paymentId: payment.id };
    };
    const payment = await dieAndCarryOn(step, "cancelPayment", prepare, "CANCELLED");
    expect(await effects(payment.id)).toEqual(["authorize", "cancel"]);
  });

  /** A seller beside the demo's, who agrees as sellers do. */
  const second = { id: "", accountId: "" };
  beforeAll(async () => {
    const running = await GatewayProcess.start(settings);
    const { createSeller } = await ask(
      'mutation { createSeller(input: { reference: "second", name: "Second" }) { seller { id } } }',
      {},
    );
    const { id } = createSeller.seller;
    const { startSellerConnection } = await ask(
      "mutation ($id: ID!) { startSellerConnection(input: { sellerId: $id }) { authorizationUrl } }",
      { id },
    );
    const { userId } = await simulator.seller();
    await fetch(await answerConsent(startSellerConnection.authorizationUrl, { userId }));
    Object.assign(second, { id, accountId: String(userId) });
    await running.kill("SIGTERM");
  });

  const newOrder = async (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    provider: "MERCADO_PAGO",
    currency: "ARS",
    description: "Two shops",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: await Promise.all(
      [seller.id, second.id].map(async (sellerId, index) => ({
        sellerId,
        products: [{ name: "Book", unitPrice: "10.00", quantity: index + 1 }],
        cardToken: await cardTokenAt(index === 0 ? seller.providerAccountId : second.accountId),
        methodId: "visa",
      })),
    ),
    ...extra,
  });

  test.each([...failpointSteps, "after-authorize", "after-decision", "after-capture"])(
    "at createMarketplaceOrder:%s has taken every cart exactly once",
    async (step) => {
      const order = await dieAndCarryOn(
        step,
        "createMarketplaceOrder",
        () => newOrder(),
        "COMPLETED",
      );
      for (const { id } of order.payments) {
        expect(await effects(id)).toEqual(["authorize", "capture"]);
      }
    },
  );

  test.each(["after-authorize", "after-release"])(
    "at createMarketplaceOrder:%s has let every cart go when one was declined",
    async (step) => {
      const prepare = async () => {
        const order = await newOrder();
        const [first, other] = order.carts;
        const cardToken = await cardTokenAt(second.accountId, "FUND");
        return { ...order, carts: [first, { ...other, cardToken }] };
      };
      const order = await dieAndCarryOn(step, "createMarketplaceOrder", prepare, "REJECTED");
      const [held, declined] = order.payments;
      expect(await effects(held.id)).toEqual(["authorize", "cancel"]);
      expect(await effects(declined.id)).toEqual(["reject"]);
    },
  );

  const newMove = (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    sellerId: submerchant.id,
    amount: "1.00",
    currency: "PLN",
    ...extra,
  });
  const movesAt = async ({ providerReference }: Json): Promise<string[]> => {
    const path = `/ledger?externalReference=${providerReference}`;
    const { entries } = await simulator.payu.control("GET", path);
    return entries.map(({ type }: Json) => type);
  };

  const newSplitOrder = (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    provider: "PAYU",
    currency: "PLN",
    description: "Two shops",
    ipAddress: "127.0.0.1",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: [submerchant.id, otherSubmerchant.id].map((sellerId) => ({
      sellerId,
      fee: "0.50",
      products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
    })),
    ...extra,
  });
  /** PayU's orders that were made under our id, and what happened to their money. */
  const splitOrderAt = async (id: string) => {
    const { entries } = await simulator.payu.control("GET", `/ledger?externalReference=${id}`);
    const ids = new Set<string>(entries.map(({ paymentId }: Json) => paymentId));
    const types: string[] = entries.map(({ type }: Json) => type);
    // What sellers and marketplace get of a charge is booked with it.
    return { ids: [...ids], effects: types.filter((type) => type !== "credit") };
  };
  /** Has the buyer pay on PayU's page, and PayU tell of it. */
  const payAtPayu = async (id: string) => {
    const [orderId = ""] = (await splitOrderAt(id)).ids;
    await simulator.payu.moveOrder(orderId, "COMPLETED");
    await simulator.payu.control("POST", "/notifications/send", { orderId });
    await eventually(async () => {
      const document = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
      return (await ask(document, { id })).marketplaceOrder.status === "COMPLETED";
    });
  };

  test.each(failpointSteps)(
    "at createMarketplaceOrder:%s has made one order at PayU, which is paid once",
    async (step) => {
      const prepare = async () => newSplitOrder();
      const { id } = await dieAndCarryOn(step, "createMarketplaceOrder", prepare, "PENDING");
      const made = await splitOrderAt(id);
      expect(made).toEqual({ ids: [expect.any(String)], effects: ["pend"] });
      await simulator.payu.moveOrder(made.ids[0] ?? "", "COMPLETED");
      expect((await splitOrderAt(id)).effects).toEqual(["pend", "charge"]);
    },
  );

  test.each(failpointSteps)(
    "at refundMarketplaceOrder:%s has refunded each cart at PayU exactly once",
    async (step) => {
      await simulator.payu.control("POST", "/settings", { refundMs: null });
      const prepare = async () => {
        const { made } = await mutate("createMarketplaceOrder", newSplitOrder());
        await payAtPayu(made.id);
        return { idempotencyKey: randomUUID(), orderId: made.id };
      };
      const { id } = await dieAndCarryOn(step, "refundMarketplaceOrder", prepare, "COMPLETED");
      expect((await splitOrderAt(id)).effects).toEqual(["pend", "charge", "refund", "refund"]);
    },
  );

  test.each(failpointSteps)("at createPayout:%s has paid out exactly once", async (step) => {
    await simulator.payu.control("POST", "/settings", { payoutStepMs: null });
    const prepare = async () => newMove();
    const payout = await dieAndCarryOn(step, "createPayout", prepare, "PENDING");
    expect(await movesAt(payout)).toEqual(["payout"]);
  });

  test.each(failpointSteps)("at transferFunds:%s has moved it exactly once", async (step) => {
    const prepare = async () =>
      newMove({ direction: "SELLER_TO_MARKETPLACE", description: "Advertising" });
    const transfer = await dieAndCarryOn(step, "transferFunds", prepare, "COMPLETED");
    expect(await movesAt(transfer)).toEqual(["transfer"]);
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
    expect((await answer).made.status).toBe("APPROVED");
    expect(await ended).toBe(0);
  });
});
