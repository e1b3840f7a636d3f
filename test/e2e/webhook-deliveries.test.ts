import { createHmac, randomUUID } from "node:crypto";
import { foundMarketplace } from "../support/access-world";
import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { footprint, leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { paymentAtPayu } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

const dayMs = 24 * 3_600_000;
const secret = "demo-webhook-secret";
/** As long as may be. */
const reason = "\u{1F4DA}".repeat(300);
const shown = `
  id provider shop status verdict signature { form keyNumber } about
  subject { __typename id } seller { id }
  headers { name value } query { name value } body dedupeKey repeats attempts result lastTry
  effects { type subjectId from to actor { kind reference } }
  receivedAt finishedAt nextTryAt parkedAt replays lastReplay { at by { kind reference } reason }`;
const replayed = `outcome result changes { type subjectId from to }
  notApplied { subjectId verdict reason } delivery { ${shown} }`;

describeEachDatabase("the inbox, as a marketplace sees it", (database) => {
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  const env: Record<string, string> = {
    MERCADO_PAGO_WEBHOOK_SECRETS: `the-next-secret-of-ours,${secret}`,
    WEBHOOK_TRIES: "3",
    KEEP_DELIVERIES_DAYS: "10",
    // The list is polled.
    RATE_LIMIT_POINTS_PER_MINUTE: "10000000",
  };
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      ...{ database, clock, logger, env },
    });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  const pay = async (of = seller, key?: string): Promise<Json> =>
    (
      await gateway.mutate(
        "createPayment",
        await gateway.cardPayment(of, {}, "CONT"),
        "payment { id status providerPaymentId }",
        key,
      )
    ).payment;
  const approve = ({ providerPaymentId }: Json) =>
    gateway.simulator.control("POST", `/payments/${providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
  const statusOf = async (id: string): Promise<string> =>
    (await gateway.data("query ($id: ID!) { payment(id: $id) { status } }", { id })).payment.status;

  interface Sent {
    readonly by?: string;
    readonly requestId?: string;
    readonly ts?: string;
    readonly userId?: number;
  }
  /** Sends a notification as Mercado Pago does; `by`: the secret that it is signed with. */
  const notify = (
    id: string,
    { by = secret, requestId = randomUUID(), ts = "1750000000", userId }: Sent = {},
  ): Promise<Response> => {
    const manifest = `id:${id};request-id:${requestId};ts:${ts};`;
    const v1 = createHmac("sha256", by).update(manifest).digest("hex");
    return fetch(`${gateway.url}/webhooks/mercadopago?data.id=${id}&type=payment`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-request-id": requestId,
        "x-signature": `ts=${ts},v1=${v1}`,
        "x-of-nobodys-business": "what a proxy added",
      },
      body: JSON.stringify({
        action: "payment.updated",
        type: "payment",
        data: { id },
        user_id: userId ?? seller.shop.seller.userId,
      }),
    });
  };
  const list = async (filter: Json, key?: string, page = ""): Promise<Json[]> => {
    const document = `query ($filter: WebhookDeliveryFilter) {
      webhookDeliveries(filter: $filter${page}) { edges { node { ${shown} } } } }`;
    const { webhookDeliveries } = await gateway.data(document, { filter }, key);
    return webhookDeliveries.edges.map(({ node }: Json) => node);
  };
  const one = async (id: string, key?: string): Promise<Json> => {
    const document = `query ($id: ID!) { webhookDelivery(id: $id) { ${shown} } }`;
    return (await gateway.data(document, { id }, key)).webhookDelivery;
  };
  const replay = (id: string, dryRun = false, key?: string): Promise<Json> =>
    gateway.mutate("replayWebhook", { id, reason, dryRun }, replayed, key);
  /** The only delivery about a payment, once it is there and as it should be. */
  const deliveryOf = async ({ id: subjectId }: Json, status: string): Promise<Json> => {
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await list({ subjectId })).some((each) => each.status === status);
    });
    const [only, ...others] = await list({ subjectId });
    expect(others).toEqual([]);
    return only;
  };
  const alertOf = async (code: string, subjectId: string): Promise<Json | undefined> =>
    (
      await gateway.app.database.read(
        "SELECT * FROM alert WHERE code = ? AND subject_id = ? ORDER BY id DESC",
        [code, subjectId],
      )
    )[0];

  test("one that was delivered tells what it is, how it was verified, and what it led to", async () => {
    const payment = await pay();
    await approve(payment);
    const requestId = randomUUID();
    expect((await notify(payment.providerPaymentId, { requestId })).status).toBe(200);
    const delivery = await deliveryOf(payment, "DONE");
    expect(delivery).toEqual({
      id: expect.stringMatching(/^inb_/),
      provider: "MERCADO_PAGO",
      shop: null,
      status: "DONE",
      verdict: "SIGNED",
      signature: { form: "id, request-id, ts", keyNumber: 2 },
      about: `payment ${payment.providerPaymentId}`,
      subject: { __typename: "Payment", id: payment.id },
      seller: { id: seller.id },
      headers: expect.arrayContaining([
        { name: "x-request-id", value: requestId },
        { name: "x-signature", value: "ts=1750000000,v1=[redacted]" },
      ]),
      query: [
        { name: "data.id", value: payment.providerPaymentId },
        { name: "type", value: "payment" },
      ],
      body: expect.stringContaining('"payment.updated"'),
      dedupeKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      repeats: 0,
      attempts: 1,
      result: "looked up",
      lastTry: null,
      effects: [
        {
          type: "PAYMENT_STATUS_CHANGED",
          subjectId: payment.id,
          from: "IN_REVIEW",
          to: "APPROVED",
          actor: { kind: "PROVIDER", reference: "MERCADO_PAGO" },
        },
      ],
      receivedAt: expect.any(String),
      finishedAt: expect.any(String),
      nextTryAt: null,
      parkedAt: null,
      replays: 0,
      lastReplay: null,
    });
    expect(JSON.stringify(delivery)).not.toContain("nobodys-business");
    expect(await one(delivery.id)).toEqual(delivery);
  });

  test("one that comes again is counted, and stands in the list once", async () => {
    const payment = await pay();
    const again = { requestId: randomUUID() };
    for (let times = 0; times < 3; times++) {
      expect((await notify(payment.providerPaymentId, again)).status).toBe(200);
    }
    expect(await deliveryOf(payment, "DONE")).toMatchObject({ repeats: 2, effects: [] });
  });

  test("a list is narrowed by all that can be given, and is read a page at a time", async () => {
    const payments = [await pay(), await pay(), await pay()];
    const from = new Date(clock.now().getTime() - 1);
    for (const payment of payments) {
      await notify(payment.providerPaymentId);
      await deliveryOf(payment, "DONE");
    }
    const to = new Date(clock.now().getTime() + 1);
    const since = { receivedFrom: from.toISOString(), receivedTo: to.toISOString() };
    const subjects = async (filter: Json, page?: string) =>
      (await list(filter, undefined, page)).map(({ subject }) => subject?.id);
    const newestFirst = payments.map(({ id }) => id).reverse();
    expect(await subjects(since)).toEqual(newestFirst);
    expect(await subjects({ ...since, provider: "MERCADO_PAGO", verdict: "SIGNED" })).toEqual(
      newestFirst,
    );
    expect(await subjects({ ...since, status: ["DONE", "WAITING"] })).toEqual(newestFirst);
    expect(await subjects({ ...since, status: ["PARKED"] })).toEqual([]);
    expect(await subjects({ ...since, provider: "PAYU" })).toEqual([]);
    expect(await subjects({ receivedTo: from.toISOString(), subjectId: payments[0]?.id })).toEqual(
      [],
    );
    expect(await subjects(since, ", first: 2")).toEqual(newestFirst.slice(0, 2));
    expect(await subjects(since, ", last: 1")).toEqual(newestFirst.slice(2));
  });

  test("nobody but its marketplace sees one, or replays it", async () => {
    const payment = await pay();
    await notify(payment.providerPaymentId);
    const { id } = await deliveryOf(payment, "DONE");
    const document = `query ($id: ID!) { webhookDelivery(id: $id) { id } webhookDeliveries { edges { node { id } } } }`;
    const stranger = await foundMarketplace(gateway, 1);
    expect(await gateway.data(document, { id }, stranger)).toEqual({
      webhookDelivery: null,
      webhookDeliveries: { edges: [] },
    });
    await leavingNothing(gateway, async () => {
      expect(await replay(id, false, stranger)).toMatchObject({
        delivery: null,
        userErrors: [{ code: "NOT_FOUND", path: ["input", "id"] }],
      });
      const mutation = `mutation ($id: ID!) { replayWebhook(input: { id: $id, reason: "mine" }) { outcome } }`;
      const refused = await gateway.query(mutation, { id }, seller.key);
      expect(refused.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    });
    const seen = await gateway.query(document, { id }, seller.key);
    expect(seen.errors?.map(({ extensions }) => extensions.code)).toContain("FORBIDDEN");
  });

  test("one that names another marketplace's seller is shown to the payment's marketplace alone", async () => {
    const strangersKey = await foundMarketplace(gateway, 2);
    const strangersSeller = await gateway.connectSeller("MLA", strangersKey);
    const payment = await pay();
    const { userId } = strangersSeller.shop.seller;
    await notify(payment.providerPaymentId, { userId });
    const delivery = await deliveryOf(payment, "DONE");
    expect(delivery).toMatchObject({ seller: { id: seller.id } });
    expect(await one(delivery.id, strangersKey)).toBeNull();
    expect(await list({}, strangersKey)).toEqual([]);
  });

  describe("that is forged", () => {
    test("is refused, kept as a sample, leads to nothing, and cannot be replayed", async () => {
      clock.advance(60_000);
      const payment = await pay();
      await approve(payment);
      expect((await notify(payment.providerPaymentId, { by: "not-the-secret" })).status).toBe(401);
      const [sample] = await list({ verdict: "FORGED" });
      expect(sample).toMatchObject({
        ...{ status: "REFUSED", verdict: "FORGED", signature: null, effects: [] },
        ...{ about: `payment ${payment.providerPaymentId}`, subject: null },
        result: "refused: its signature is not good",
      });
      await leavingNothing(gateway, async () => {
        for (const dryRun of [true, false]) {
          expect(await replay(sample?.id, dryRun)).toMatchObject({
            outcome: null,
            userErrors: [{ code: "ACTION_NOT_AVAILABLE", path: ["input", "id"] }],
          });
        }
      });
      expect(await statusOf(payment.id)).toBe("IN_REVIEW");
    });

    test("fills nothing, however many come", async () => {
      const count = async () =>
        Number(
          (
            await gateway.app.database.read(
              "SELECT COUNT(*) AS total FROM inbox_delivery WHERE verdict = 'forged'",
            )
          )[0]?.total,
        );
      for (let times = 0; times < 70; times++) {
        clock.advance(10_000);
        for (let each = 0; each < 2; each++) await notify("1", { by: "not-the-secret" });
      }
      expect(await count()).toBe(60);
    });
  });

  describe("that is replayed", () => {
    test("in a dry run says what would change, and changes nothing", async () => {
      const payment = await pay();
      await notify(payment.providerPaymentId);
      const { id } = await deliveryOf(payment, "DONE");
      expect(await replay(id, true)).toMatchObject({ outcome: "SAME", changes: [] });
      await approve(payment);
      const before = await footprint(gateway);
      const would = {
        type: "PAYMENT_STATUS_CHANGED",
        subjectId: payment.id,
        from: "IN_REVIEW",
        to: "APPROVED",
      };
      expect(await replay(id, true)).toMatchObject({
        ...{ outcome: "CHANGED", result: "looked up", changes: [would], notApplied: [] },
        delivery: { id, replays: 0, lastReplay: null, effects: [] },
      });
      expect(await footprint(gateway)).toEqual(before);
      expect(await statusOf(payment.id)).toBe("IN_REVIEW");
    });

    test("changes once what the provider shows, by whoever replays, however often", async () => {
      const payment = await pay();
      await notify(payment.providerPaymentId);
      const { id } = await deliveryOf(payment, "DONE");
      await approve(payment);
      const actor = { kind: "MARKETPLACE", reference: expect.stringMatching(/^key_/) };
      expect(await replay(id)).toMatchObject({
        outcome: "CHANGED",
        changes: [{ subjectId: payment.id, from: "IN_REVIEW", to: "APPROVED" }],
        delivery: {
          ...{ status: "DONE", replays: 1, attempts: 1 },
          lastReplay: { by: actor, reason, at: expect.any(String) },
          effects: [{ from: "IN_REVIEW", to: "APPROVED", actor }],
        },
      });
      expect(await replay(id)).toMatchObject({
        ...{ outcome: "SAME", changes: [] },
        delivery: { replays: 2, effects: [{ to: "APPROVED" }] },
      });
      const document = "query ($id: ID!) { payment(id: $id) { events { edges { node { to } } } } }";
      const { events } = (await gateway.data(document, { id: payment.id })).payment;
      expect(events.edges.map(({ node }: Json) => node.to)).toEqual([
        "PROCESSING",
        "IN_REVIEW",
        "APPROVED",
      ]);
    });

    test("with a contradiction quarantines it, and a dry run says so", async () => {
      const payment = await pay();
      // Takes this payment's reference at the provider, with another amount.
      const other = await seller.shop.pay({
        external_reference: payment.id,
        transaction_amount: 1,
      });
      await notify(String(other.id));
      let id = "";
      await eventually(async () => {
        gateway.app.wakeJobs();
        const [newest] = await list({});
        id = newest?.id;
        return newest?.about === `payment ${other.id}` && newest?.status === "DONE";
      });
      const judged = {
        ...{ outcome: "NOT_APPLIED", changes: [] },
        notApplied: [{ subjectId: payment.id, verdict: "QUARANTINED" }],
      };
      await leavingNothing(gateway, async () => {
        expect(await replay(id, true)).toMatchObject(judged);
      });
      expect(await replay(id)).toMatchObject(judged);
    });

    test("at PayU leads to a look, whatever its body says", async () => {
      await gateway.simulator.payu.control("POST", "/notifications", { mode: "on", delayMs: 5 });
      const fields = "payment { id providerPaymentId }";
      const { payment } = await gateway.mutate("createPayment", paymentAtPayu(), fields);
      await gateway.simulator.payu.moveOrder(payment.providerPaymentId, "COMPLETED");
      await eventually(async () => {
        gateway.app.wakeJobs();
        return (await list({ subjectId: payment.id })).some(({ status }) => status === "DONE");
      });
      const [newest] = await list({ subjectId: payment.id });
      expect(newest).toMatchObject({
        ...{ provider: "PAYU", shop: "demo", verdict: "SIGNED" },
        signature: { form: expect.stringMatching(/^body, /), keyNumber: 1 },
        subject: { __typename: "Payment", id: payment.id },
      });
      const header = newest?.headers.find(({ name }: Json) => name === "openpayu-signature");
      expect(header.value).toMatch(/signature=\[redacted\];/);
      expect(await replay(newest?.id, true)).toMatchObject({ outcome: "SAME" });
    });
  });

  test("one that comes to nothing is parked, tells a person, and is replayed once the cause is mended", async () => {
    const payment = await pay();
    await approve(payment);
    const { id: faultId } = await gateway.simulator.control("POST", "/faults", {
      match: { method: "GET", path: `^/v1/payments/${payment.providerPaymentId}$` },
      effect: { kind: "status", code: 404 },
      times: "always",
    });
    alerts.length = 0;
    await notify(payment.providerPaymentId);
    let parked: Json;
    await eventually(async () => {
      clock.advance(10 * 60_000);
      gateway.app.wakeJobs();
      [parked] = await list({ subjectId: payment.id });
      return parked?.status === "PARKED";
    });
    expect(parked).toMatchObject({
      ...{ attempts: 3, result: null, finishedAt: null, nextTryAt: null },
      ...{ parkedAt: expect.any(String), lastTry: expect.stringContaining("nothing") },
    });
    expect(await list({ status: ["PARKED"] })).toEqual([parked]);
    expect(await alertOf("DELIVERY_PARKED", parked?.id)).toMatchObject({ cleared_at: null });
    expect(alerts).toContainEqual(
      expect.objectContaining({ code: "DELIVERY_PARKED", deliveryId: parked?.id, attempts: 3 }),
    );

    await gateway.simulator.control("DELETE", `/faults/${faultId}`);
    await eventually(async () => (await replay(parked?.id)).delivery.status === "DONE");
    expect(await statusOf(payment.id)).toBe("APPROVED");
    await eventually(async () => {
      gateway.app.wakeJobs();
      const alert = await alertOf("DELIVERY_PARKED", parked?.id);
      return alert?.cleared_because === "the notification was replayed";
    });
  });

  test("one that breaks our own work is parked like any other", async () => {
    const payment = await pay();
    const write = (status: string) =>
      gateway.app.database.write((unit) =>
        unit.change({
          sql: "UPDATE payment SET status = ? WHERE id = ?",
          values: [status, payment.id],
        }),
      );
    await write("NO_STATUS_OF_OURS");
    await notify(payment.providerPaymentId);
    let parked: Json;
    await eventually(async () => {
      clock.advance(10 * 60_000);
      gateway.app.wakeJobs();
      [parked] = await list({ status: ["PARKED"] });
      return parked !== undefined;
    });
    expect(parked).toMatchObject({
      ...{ about: `payment ${payment.providerPaymentId}`, attempts: 3 },
      lastTry: expect.stringMatching(/^it failed here: \w+/),
    });
    expect(await replay(parked?.id, true)).toMatchObject({ outcome: "NO_ANSWER" });

    await write("IN_REVIEW");
    expect(await replay(parked?.id)).toMatchObject({ delivery: { status: "DONE" } });
    expect(await list({ status: ["PARKED"] })).toEqual([]);
  });

  test("a wrong secret raises an alert, and ends it once it is mended; samples can be replayed", async () => {
    clock.advance(3_600_000);
    const payment = await pay();
    await approve(payment);
    const source = "MERCADO_PAGO";
    // What the provider signs with is a secret that is not in the settings. The simulator's own notifications of the payment
    // are verified meanwhile: failing is the rule once there are more of these.
    let alert: Json | undefined;
    for (let times = 0; times < 6 || (times < 30 && alert?.cleared_at !== null); times++) {
      clock.advance(10_000);
      const sent = await notify(payment.providerPaymentId, { by: "the-secret-of-the-panel" });
      expect(sent.status).toBe(401);
      alert = await alertOf("WEBHOOKS_NOT_VERIFIED", source);
    }
    expect(alert).toMatchObject({ cleared_at: null });
    const [sample] = await list({ verdict: "FORGED" });

    await gateway.app.stop();
    env.MERCADO_PAGO_WEBHOOK_SECRETS = `${secret},the-secret-of-the-panel`;
    await gateway.startApp();
    // The payment's own look-up, when the gateway starts, may have been faster.
    const either = expect.stringMatching(/^(CHANGED|SAME)$/);
    expect(await replay(sample?.id, true)).toMatchObject({ outcome: either });
    expect(await replay(sample?.id)).toMatchObject({
      delivery: { verdict: "SIGNED", status: "DONE", signature: { keyNumber: 2 } },
    });
    expect(await statusOf(payment.id)).toBe("APPROVED");
    clock.advance(61_000);
    const good = await notify(payment.providerPaymentId, { by: "the-secret-of-the-panel" });
    expect(good.status).toBe(200);
    await eventually(async () => {
      clock.advance(1_000);
      gateway.app.wakeJobs();
      const alert = await alertOf("WEBHOOKS_NOT_VERIFIED", source);
      return alert?.cleared_because?.startsWith("notifications are verified again") === true;
    });
  });

  test("old ones go when they have ended", async () => {
    const payment = await pay();
    await notify(payment.providerPaymentId);
    const { id } = await deliveryOf(payment, "DONE");
    clock.advance(11 * dayMs);
    await eventually(async () => {
      // A round rests for an hour when it is at its end.
      clock.advance(3_600_000);
      gateway.app.wakeJobs();
      return (await one(id)) === null;
    });
    expect(await list({ verdict: "FORGED" })).toEqual([]);
  });
});
