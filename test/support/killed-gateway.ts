import { randomUUID } from "node:crypto";
import { demoSellers } from "../../src/demo";
import { type DatabaseKind, describeEachDatabase, type TestDatabase } from "./databases";
import { freePort } from "./free-port";
import { dataAt } from "./http";
import { GatewayProcess } from "./process";
import { bootSimulator, type Json, type TestSimulator } from "./simulator";

const [seller] = demoSellers;

/** What a mutation's payload has beside its errors, and what of it tells what to look for at the provider. */
const subjects: Record<string, [field: string, parts: string]> = {
  createPayout: ["payout", "providerReference"],
  transferFunds: ["transfer", "providerReference"],
  createSubscriptionPlan: ["plan", ""],
  createBillingSubscription: ["subscription", ""],
  cancelSubscription: ["subscription", ""],
  createPointOrder: ["pointOrder", "providerOrderId device { status }"],
  cancelPointOrder: ["pointOrder", "providerOrderId device { status }"],
};
const subjectOf = (mutation: string): [field: string, parts: string] =>
  subjects[mutation] ??
  (mutation.endsWith("Order") ? ["order", "payments { id }"] : ["payment", ""]);

interface Surroundings {
  readonly simulator: TestSimulator;
  readonly place: TestDatabase;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * The gateway as a process is killed at each step of an operation, started again, and asked the same thing
 * under the same key, as a client would that lost its connection. The simulator keeps running and knows what
 * truly happened. A process that has carried on is the next one to be killed: starting one is what takes long.
 */
export class KilledGateway {
  #surroundings: Surroundings | undefined;
  #running: GatewayProcess | undefined;

  async open(kind: DatabaseKind): Promise<void> {
    const simulator = await bootSimulator();
    const place = await kind.create();
    const settings = {
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
      // Which one, it is told by `dieDuring`.
      FAILPOINT: "none",
    };
    this.#surroundings = { simulator, place, settings };
  }

  async close(): Promise<void> {
    const { simulator, place } = this.#opened;
    try {
      await this.stop();
    } finally {
      await simulator.close();
      await place.drop();
    }
  }

  get simulator(): TestSimulator {
    return this.#opened.simulator;
  }

  /** A process in place of the one that runs; set otherwise than the rest, where it has to be. */
  async start(settings: Record<string, string> = {}): Promise<GatewayProcess> {
    await this.stop();
    this.#running = await GatewayProcess.start({ ...this.#opened.settings, ...settings });
    return this.#running;
  }

  /** Tells the process to stop, which must end well whatever it has carried on. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) expect(await running.kill("SIGTERM")).toBe(0);
  }

  ask(document: string, variables: Record<string, unknown>): Promise<Json> {
    return dataAt(`http://127.0.0.1:${this.#opened.settings.PORT}`, document, variables);
  }

  async mutate(name: string, input: Record<string, unknown>): Promise<Json> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const [subject, parts] = subjectOf(name);
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { replayed ${subject} { id status ${parts} } userErrors { code message } } }`;
    const { [subject]: made, ...answer } = (await this.ask(document, { input }))[name];
    return { ...answer, made };
  }

  /** Has a process die at the step, and another one carry on. */
  async dieAndCarryOn(
    step: string,
    name: string,
    prepare: () => Promise<Record<string, unknown>>,
    status: string,
  ): Promise<Json> {
    await this.running();
    const input = await prepare();
    await this.dieDuring(`${name}:${step}`, () => this.mutate(name, input));
    const answer = await this.#insist(name, input, status);
    // And once more, after yet another start would be no different: the key answers for good.
    expect(await this.mutate(name, input)).toMatchObject({ replayed: true, made: { status } });
    return answer.made;
  }

  /** Has a process die during the call, and another one take its place. */
  async dieDuring(failpoint: string, call: () => Promise<unknown>): Promise<void> {
    const dying = await this.running();
    await dying.dieAt(failpoint);
    await expect(call()).rejects.toThrow();
    expect(await dying.ended).toBe("SIGKILL");
    this.#running = undefined;
    await this.running();
  }

  /** The process that runs; one is started where there is none. */
  async running(): Promise<GatewayProcess> {
    return this.#running ?? this.start();
  }

  async cardTokenAt(accountId: string, holder = "APRO"): Promise<string> {
    const wanted = { userId: Number(accountId), holder };
    return (await this.simulator.control("POST", "/card-tokens", wanted)).id;
  }

  async newPayment(extra: Record<string, unknown> = {}) {
    return {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "80.00",
      currency: "ARS",
      cardToken: await this.cardTokenAt(seller.providerAccountId),
      methodId: "visa",
      installments: 1,
      payer: { email: `${randomUUID()}@testuser.com` },
      ...extra,
    };
  }

  /** What truly happened to a payment. */
  async effects(paymentId: string): Promise<string[]> {
    const path = `/ledger?externalReference=${paymentId}`;
    const { entries } = await this.simulator.control("GET", path);
    return entries.map(({ type }: Json) => type);
  }

  /** Repeats a mutation under its key until it has a definite end. */
  async #insist(name: string, input: Record<string, unknown>, status: string): Promise<Json> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const answer = await this.mutate(name, input);
      if (answer.made?.status === status) return answer;
      const [error] = answer.userErrors;
      const unfinished = error === undefined || error.code === "IDEMPOTENCY_IN_PROGRESS";
      if (!unfinished || Date.now() > deadline) throw new Error(JSON.stringify(answer));
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }

  get #opened(): Surroundings {
    if (this.#surroundings === undefined) throw new Error("open it first");
    return this.#surroundings;
  }
}

/** Declares a suite of deaths, for each database. */
export function describeKilled(title: string, suite: (gateway: KilledGateway) => void): void {
  // Each test waits for a start and a lease; the suites are about survival, not speed.
  jest.setTimeout(240_000);
  describeEachDatabase(title, (kind) => {
    const gateway = new KilledGateway();
    beforeAll(() => gateway.open(kind));
    afterAll(() => gateway.close());
    suite(gateway);
  });
}
