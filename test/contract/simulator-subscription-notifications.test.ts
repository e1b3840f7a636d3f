import {
  bootSimulator,
  eventually,
  type ReceivedWebhook,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";
import { Club, day, hour, minute } from "../support/subscriptions";

describe("notifications of simulated subscriptions", () => {
  let simulator: TestSimulator;
  let receiver: WebhookReceiver;
  let club: Club;

  beforeEach(async () => {
    receiver = new WebhookReceiver();
    const webhookUrl = await receiver.listen();
    simulator = await bootSimulator({ webhookUrl, notifications: { mode: "on", delayMs: 1 } });
    club = await Club.open(simulator);
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  const about = (id: unknown) =>
    receiver.received.filter(({ query }) => query.get("data.id") === String(id));
  const told = (id: unknown, count: number) => eventually(() => about(id).length >= count);
  const versions = (webhooks: ReceivedWebhook[]) => webhooks.map(({ body }) => body.version);

  it("have bodies of their own, without the seller's name, for three topics", async () => {
    await club.moveTo("2027-01-15T12:00:00-04:00");
    const plan = await club.plan();
    const { id } = await club.join(plan.id);
    await club.advance(hour);
    const { invoices } = await club.truth(id);
    await told(plan.id, 1);
    await told(id, 2);
    await told(invoices[0].id, 2);
    const [first] = about(id);
    expect(Object.fromEntries(first?.query ?? [])).toEqual({
      "data.id": id,
      type: "subscription_preapproval",
    });
    expect(first?.headers["x-signature"]).toMatch(/^ts=\d+,v1=[0-9a-f]{64}$/);
    expect(first?.body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      type: "subscription_preapproval",
      action: "created",
      entity: "preapproval",
      version: 0,
      date: expect.stringMatching(/^2027-01-15T16:00:\d\dZ$/),
      application_id: 1010101010101010,
      data: { id },
    });
    expect(about(plan.id)[0]?.body).toMatchObject({
      type: "subscription_preapproval_plan",
      action: "created",
      entity: "preapproval_plan",
    });
    expect(about(invoices[0].id).map(({ body }) => [body.type, body.action])).toEqual([
      ["subscription_authorized_payment", "created"],
      ["subscription_authorized_payment", "updated"],
    ]);
    await told(invoices[0].paymentIds[0], 1);
    expect(about(invoices[0].paymentIds[0])[0]?.body.type).toBe("payment");
    await club.settings({ notificationsNameSeller: true });
    await club.put(id, { status: "paused" });
    await told(id, 3);
    expect(about(id)[2]?.body).toMatchObject({ action: "updated", user_id: club.seller.userId });
  });

  it("do not tell of a changed amount, of what was dropped, or of an invoice that ends unpaid", async () => {
    await club.moveTo("2027-01-15T12:00:00-04:00");
    const { id } = await club.authorized({ frequency_type: "days" });
    await club.put(id, { auto_recurring: { transaction_amount: 1600, frequency: 7 } });
    await club.put(id, { status: "paused" });
    await told(id, 2);
    expect(about(id).map(({ body }) => [body.action, body.version])).toEqual([
      ["created", 0],
      ["updated", 2],
    ]);
    await club.put(id, { status: "authorized" });
    await club.advance(hour);
    await club.decide({ times: "always" });
    await club.moveTo("2027-01-17T12:01:00-04:00");
    const [, unpaid] = (await club.truth(id)).invoices;
    expect(unpaid).toMatchObject({ status: "processed", attempts: 4 });
    // The pause is told after the invoice has ended: whoever sees it has seen all there is of the other.
    const { version } = await club.truth(id);
    await eventually(() => versions(about(id)).includes(version));
    await told(unpaid.id, 5);
    expect(versions(about(unpaid.id)).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("are silent about the end after a first decline, unless told otherwise", async () => {
    for (const announcesFirstDecline of [false, true]) {
      await club.settings({ announcesFirstDecline });
      await club.decide({});
      const { id } = await club.authorized();
      await club.advance(hour);
      const { version, status } = await club.truth(id);
      expect(status).toBe("cancelled");
      const other = await club.pending();
      await told(other.id, 1);
      await told(id, announcesFirstDecline ? 3 : 2);
      expect(versions(about(id)).includes(version)).toBe(announcesFirstDecline);
    }
  });

  it("are tried five times, and no longer once there is a newer state", async () => {
    await simulator.control("POST", "/notifications", { retryScaleMs: null });
    receiver.statuses.push(...Array(20).fill(500));
    const { id } = await club.pending();
    await told(id, 1);
    await eventually(
      async () =>
        (await simulator.control("GET", `/notifications?dataId=${id}`)).deliveries.length >= 1,
    );
    await club.advance(1_000);
    await told(id, 2);
    await eventually(
      async () =>
        (await simulator.control("GET", `/notifications?dataId=${id}`)).deliveries.length >= 2,
    );
    await club.advance(20 * minute);
    await told(id, 3);
    expect(versions(about(id))).toEqual([0, 0, 0]);
    await eventually(
      async () =>
        (await simulator.control("GET", `/notifications?dataId=${id}`)).deliveries.length >= 3,
    );
    receiver.statuses.length = 0;
    await club.put(id, { status: "cancelled" });
    await told(id, 4);
    await club.advance(day);
    expect(versions(about(id))).toEqual([0, 0, 0, 1]);
  });

  it("can come days late, behind newer ones", async () => {
    await club.settings({ notificationDelayMs: 11 * day });
    const { id } = await club.pending();
    await club.settings({ notificationDelayMs: 0 });
    await club.put(id, { status: "cancelled" });
    await told(id, 1);
    await club.advance(12 * day);
    await told(id, 2);
    expect(versions(about(id))).toEqual([1, 0]);
  });

  it("can be sent by hand, in the form of their topic", async () => {
    const { id } = await club.pending();
    await simulator.control("POST", "/notifications/send", {
      dataId: id,
      type: "subscription_preapproval",
      action: "updated",
      signature: "forged",
    });
    expect(about(id).at(-1)?.body).toMatchObject({ entity: "preapproval", data: { id } });
  });
});
