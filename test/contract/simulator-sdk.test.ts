import {
  CardToken,
  IdentificationType,
  Invoice,
  MercadoPagoConfig,
  OAuth,
  Payment,
  PaymentMethod,
  PaymentRefund,
  PreApproval,
  PreApprovalPlan,
  User,
  WebhookSignatureValidator,
} from "mercadopago";
import { AppConfig } from "mercadopago/dist/utils/config";
import {
  bootSimulator,
  eventually,
  type SimulatedSeller,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";

/**
 * Mercado Pago's own library, changed in nothing but its base address, must be able to drive the
 * simulator. What it sends and reads is the best description of the wire format there is.
 */
describe("the official Node SDK against the simulator", () => {
  const realBaseUrl = AppConfig.BASE_URL;
  const receiver = new WebhookReceiver();
  let simulator: TestSimulator;
  let seller: SimulatedSeller;

  beforeAll(async () => {
    simulator = await bootSimulator({
      webhookUrl: await receiver.listen(),
      notifications: { mode: "on", delayMs: 1 },
    });
    useBaseUrl(simulator.url);
    seller = await simulator.seller("MLA");
  });

  afterAll(async () => {
    useBaseUrl(realBaseUrl);
    await simulator.close();
    await receiver.close();
  });

  /** A config for one call only: the library writes the options of a call back into its config. */
  const config = () => new MercadoPagoConfig({ accessToken: seller.accessToken });

  async function cardToken(): Promise<string> {
    const token = await new CardToken(config()).create({
      body: {
        card_number: "4509953566233704",
        expiration_month: "11",
        expiration_year: "2035",
        security_code: "123",
      },
    });
    expect(token).toMatchObject({
      first_six_digits: "450995",
      last_four_digits: "3704",
      status: "active",
      luhn_validation: true,
    });
    expect(token.id).toMatch(/^[0-9a-f]{32}$/);
    return String(token.id);
  }

  async function createPayment(reference: string, extra: Record<string, unknown> = {}) {
    return new Payment(config()).create({
      body: {
        transaction_amount: 100.5,
        token: await cardToken(),
        installments: 1,
        payment_method_id: "visa",
        payer: { email: "buyer@testuser.com" },
        external_reference: reference,
        ...extra,
      },
      requestOptions: { meliSessionId: "device-1" },
    });
  }

  it("creates a payment and reads it back the same", async () => {
    const created = await createPayment("sdk-create");
    expect(created).toMatchObject({
      status: "approved",
      status_detail: "accredited",
      transaction_amount: 100.5,
      currency_id: "ARS",
      collector_id: seller.userId,
      captured: true,
      external_reference: "sdk-create",
    });
    expect(created.api_response.status).toBe(201);

    const read = await new Payment(config()).get({ id: Number(created.id) });
    expect({ ...read, api_response: null }).toEqual({ ...created, api_response: null });

    const { entries } = await simulator.control("GET", "/ledger?externalReference=sdk-create");
    expect(entries).toMatchObject([{ type: "charge", amountMinor: 10050, deviceId: "device-1" }]);
  });

  it("finds payments by external reference", async () => {
    const created = await createPayment("sdk-search");
    const found = await new Payment(config()).search({
      options: { external_reference: "sdk-search", sort: "date_created", criteria: "desc" },
    });
    expect(found.paging).toEqual({ total: 1, limit: 30, offset: 0 });
    expect(found.results?.map(({ id }) => id)).toEqual([created.id]);
  });

  it("authorizes and captures in whole and in part", async () => {
    const whole = await createPayment("sdk-capture-whole", { capture: false });
    expect(whole).toMatchObject({ status: "authorized", status_detail: "pending_capture" });
    expect(await new Payment(config()).capture({ id: Number(whole.id) })).toMatchObject({
      status: "approved",
      captured: true,
      transaction_amount: 100.5,
    });

    const part = await createPayment("sdk-capture-part", { capture: false });
    const captured = await new Payment(config()).capture({
      id: Number(part.id),
      transaction_amount: 40,
    });
    expect(captured).toMatchObject({ status: "approved", transaction_amount: 40 });
  });

  it("cancels an authorized payment", async () => {
    const created = await createPayment("sdk-cancel", { capture: false });
    const cancelled = await new Payment(config()).cancel({ id: Number(created.id) });
    expect(cancelled).toMatchObject({ status: "cancelled", status_detail: "by_collector" });
  });

  it("refunds in part, lists, reads one and refunds what is left", async () => {
    const created = await createPayment("sdk-refund");
    const id = Number(created.id);
    const part = await new PaymentRefund(config()).create({
      payment_id: id,
      body: { amount: 20.25 },
    });
    expect(part).toMatchObject({ payment_id: id, amount: 20.25, status: "approved" });
    expect(part.api_response.status).toBe(201);

    const rest = await new PaymentRefund(config()).total({ payment_id: id });
    expect(rest).toMatchObject({ payment_id: id, amount: 80.25 });

    const listed = await new PaymentRefund(config()).list({ payment_id: id });
    expect(Array.from(listed).map((refund) => refund.id)).toEqual([part.id, rest.id]);
    const one = await new PaymentRefund(config()).get({
      payment_id: id,
      refund_id: Number(part.id),
    });
    expect(one).toMatchObject({ id: part.id, amount: 20.25 });
    expect(await new Payment(config()).get({ id })).toMatchObject({
      status: "refunded",
      transaction_amount_refunded: 100.5,
    });
  });

  it("gets the original payment when it repeats a call under one idempotency key", async () => {
    const body = {
      transaction_amount: 10,
      token: await cardToken(),
      installments: 1,
      payer: { email: "buyer@testuser.com" },
      external_reference: "sdk-replay",
    };
    const requestOptions = { idempotencyKey: "sdk-replay-key" };
    const first = await new Payment(config()).create({ body, requestOptions });
    const second = await new Payment(config()).create({ body, requestOptions });
    expect(second.id).toBe(first.id);
    const summary = await simulator.control("GET", "/summary?externalReference=sdk-replay");
    expect(summary).toMatchObject({ charges: 1, chargedTotal: 10 });
  });

  it("tells a refusal by its cause code", async () => {
    const refused = createPayment("sdk-refused", { transaction_amount: -1 });
    await expect(refused).rejects.toMatchObject({ status: 400, causes: [{ code: 4037 }] });
  });

  it("retries a 429 by itself and charges once", async () => {
    await simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$", account: seller.userId },
      effect: { kind: "status", code: 429, headers: { "retry-after": "0" } },
    });
    const created = await createPayment("sdk-429");
    expect(created.status).toBe("approved");
    const summary = await simulator.control("GET", "/summary?externalReference=sdk-429");
    expect(summary.charges).toBe(1);
  });

  it("accepts the signature of a notification with the library's own validator", async () => {
    const created = await createPayment("sdk-webhook");
    const isIt = ({ query }: { query: URLSearchParams }) =>
      query.get("data.id") === String(created.id);
    await eventually(() => receiver.received.some(isIt));
    const webhook = receiver.received.find(isIt);
    expect(() =>
      WebhookSignatureValidator.validate({
        xSignature: webhook?.headers["x-signature"],
        xRequestId: webhook?.headers["x-request-id"],
        dataId: webhook?.query.get("data.id"),
        secret: "demo-webhook-secret",
        toleranceSeconds: 60,
      }),
    ).not.toThrow();
  });

  it("exchanges and refreshes OAuth grants", async () => {
    const client = { client_id: "1010101010101010", client_secret: "demo-client-secret" };
    const redirect_uri = "https://shop.example/oauth";
    const { code } = await simulator.control("POST", "/oauth/codes", {
      userId: seller.userId,
      redirectUri: redirect_uri,
    });
    const granted = await new OAuth(config()).create({ body: { ...client, code, redirect_uri } });
    expect(granted).toMatchObject({
      token_type: "bearer",
      expires_in: 15_552_000,
      user_id: seller.userId,
      live_mode: true,
    });
    const refreshed = await new OAuth(config()).refresh({
      body: { ...client, refresh_token: String(granted.refresh_token) },
    });
    expect(refreshed.refresh_token).not.toBe(granted.refresh_token);
    expect(refreshed.access_token).not.toBe(granted.access_token);
  });

  it("makes, changes and finds plans", async () => {
    const plans = new PreApprovalPlan(config());
    const created = await plans.create({
      body: {
        reason: "Yoga classes",
        back_url: "https://www.yoursite.com",
        auto_recurring: {
          frequency: 1,
          frequency_type: "months",
          repetitions: 12,
          billing_day: 10,
          billing_day_proportional: true,
          free_trial: { frequency: 1, frequency_type: "months" },
          transaction_amount: 1500,
          currency_id: "ARS",
        },
        payment_methods_allowed: { payment_types: [{}], payment_methods: [{}] },
      },
    });
    expect(created.api_response.status).toBe(201);
    expect(created).toMatchObject({ status: "active", collector_id: seller.userId });
    const id = String(created.id);
    expect(await new PreApprovalPlan(config()).get({ preApprovalPlanId: id })).toMatchObject({
      auto_recurring: { billing_day: 10, repetitions: 12 },
    });
    const updatePreApprovalPlanRequest = { status: "inactive" };
    await new PreApprovalPlan(config()).update({ id, updatePreApprovalPlanRequest });
    const found = await new PreApprovalPlan(config()).search({ options: { status: "cancelled" } });
    expect(found.results?.map((one) => one.id)).toEqual([id]);
  });

  it("makes, changes and finds subscriptions, and reads what they were charged", async () => {
    const plan = await new PreApprovalPlan(config()).create({
      body: {
        reason: "Gym",
        back_url: "https://www.yoursite.com",
        auto_recurring: {
          frequency: 1,
          frequency_type: "months",
          transaction_amount: 1500,
          currency_id: "ARS",
        },
      },
    });
    const joined = await new PreApproval(config()).create({
      body: {
        preapproval_plan_id: String(plan.id),
        payer_email: "buyer@testuser.com",
        external_reference: "sdk-subscription",
        card_token_id: await cardToken(),
        status: "authorized",
      },
    });
    expect(joined).toMatchObject({
      status: "authorized",
      reason: "Gym",
      payment_method_id: "visa",
    });
    const id = String(joined.id);
    await simulator.control("POST", "/clock", { advanceMs: 30 * 60_000 });
    expect(await new PreApproval(config()).get({ id })).toMatchObject({
      summarized: { charged_quantity: 1, charged_amount: 1500 },
    });
    const invoices = await new Invoice(config()).search({ options: { preapproval_id: id } });
    const [invoice] = invoices.results ?? [];
    expect(invoice).toMatchObject({ status: "processed", payment: { status: "approved" } });
    const read = await new Invoice(config()).get({ id: String(invoice?.id) });
    expect({ ...read, api_response: null }).toEqual({ ...invoice, api_response: null });

    const pending = await new PreApproval(config()).create({
      body: {
        reason: "Gym",
        payer_email: "buyer@testuser.com",
        back_url: "https://www.yoursite.com",
        auto_recurring: {
          frequency: 1,
          frequency_type: "months",
          transaction_amount: 1500,
          currency_id: "ARS",
        },
        status: "pending",
      },
    });
    const cancelled = await new PreApproval(config()).update({
      id: String(pending.id),
      body: { status: "cancelled" },
    });
    expect(cancelled.status).toBe("cancelled");
    const found = await new PreApproval(config()).search({ options: { status: "authorized" } });
    expect(found.results?.map((one) => one.id)).toEqual([id]);
    const refused = new PreApproval(config()).update({
      id: String(pending.id),
      body: { status: "authorized" },
    });
    await expect(refused).rejects.toMatchObject({
      message: "Invalid transition from cancelled to authorized",
      status: 400,
    });
  });

  it("reads the account, its payment methods and its document types", async () => {
    expect(await new User(config()).get()).toMatchObject({ id: seller.userId, site_id: "MLA" });
    const methods = await new PaymentMethod(config()).get();
    expect(Array.from(methods).map(({ id }) => id)).toContain("rapipago");
    const types = await new IdentificationType(config()).list();
    expect(Array.from(types).map(({ id }) => id)).toEqual(["DNI", "CI", "LE", "LC", "Otro"]);
  });
});

/** The library declares its base address read-only, but reads it anew for every call. */
function useBaseUrl(url: string): void {
  Object.assign(AppConfig, { BASE_URL: url });
}
