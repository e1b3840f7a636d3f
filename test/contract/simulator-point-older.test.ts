import { type InPersonShop, openInPersonShop } from "../support/in-person";
import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";

const second = 1_000;
const minute = 60 * second;

describe("the older simulated APIs for card readers", () => {
  let simulator: TestSimulator;
  let shop: InPersonShop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });

  describe("payment intents", () => {
    const root = "/point/integration-api";
    let intents: string;
    beforeEach(async () => {
      shop = await openInPersonShop(simulator, "MLA", "intents");
      await shop.set({ pickUpMs: null });
      intents = `${root}/devices/${shop.reader.id}/payment-intents`;
    });
    const create = (body: Json = {}) =>
      shop.call("POST", intents, {
        amount: 1500,
        additional_info: { external_reference: "X" },
        ...body,
      });
    const read = async (id: string) =>
      (await shop.call("GET", `${root}/payment-intents/${id}`)).body;

    it("go from OPEN to FINISHED, which is not approved", async () => {
      const answer = await create();
      expect(answer.status).toBe(201);
      const { id } = answer.body;
      expect(answer.body).toMatchObject({ amount: 1500, device_id: shop.reader.id, state: "OPEN" });
      await shop.at("refresh");
      expect((await read(id)).state).toBe("ON_TERMINAL");
      await shop.at("tap", { outcome: "high_risk" });
      const intent = await read(id);
      expect(intent.state).toBe("FINISHED");
      const payment = await shop.call("GET", `/v1/payments/${intent.payment.id}`);
      expect(payment.body).toMatchObject({ status: "rejected", transaction_amount: 15 });
      const status = await shop.call("GET", `${root}/payment-intents/${id}/events`);
      expect(status.body).toMatchObject({ status: "FINISHED" });
    });

    it.each([
      ["ERROR", async () => shop.at("tap", { outcome: "processing_error" })],
      ["CANCELED", async () => shop.at("back")],
      ["ABANDONED", async () => advance(15 * minute)],
      [
        "CONFIRMATION_REQUIRED",
        async () => {
          await shop.at("tap", { processingMs: second });
          await shop.at("unplug");
          await advance(minute);
        },
      ],
    ])("end as %s", async (state, act) => {
      const { id } = (await create()).body;
      await shop.at("refresh");
      await act();
      const intent = await read(id);
      expect([intent.state, intent.payment]).toEqual([state, undefined]);
      const today = (await simulator.control("GET", "/clock")).now.slice(0, 10);
      const days = `startDate=2020-01-01&endDate=${today}`;
      const history = await shop.call("GET", `${root}/payment-intents/events?${days}`);
      expect(history.body.events).toMatchObject([{ payment_intent_id: id, status: state }]);
    });

    it("are refused while another one waits", async () => {
      await create();
      const answer = await create();
      expect([answer.status, answer.body.error]).toEqual([409, "conflict_error"]);
    });

    it("are canceled while they are OPEN only", async () => {
      const { id } = (await create()).body;
      const cancel = (which = id) => shop.call("DELETE", `${intents}/${which}`);
      expect((await cancel()).body).toEqual({ id });
      // Canceled and unknown look the same.
      for (const answer of [await cancel(), await cancel("nobody")]) {
        expect([answer.status, answer.body.code]).toEqual([404, "101"]);
      }
      const next = (await create()).body.id;
      await shop.at("refresh");
      expect((await cancel(next)).status).toBe(409);
    });

    it("cannot be got rid of in front of a reader on its own", async () => {
      const path = `${root}/devices/${shop.reader.id}`;
      const changed = await shop.call("PATCH", path, { operating_mode: "STANDALONE" });
      expect(changed.body).toEqual({ operating_mode: "STANDALONE" });
      await shop.at("unplug");
      await shop.at("plug");
      const { id } = (await create()).body;
      await shop.at("refresh");
      expect((await read(id)).state).toBe("OPEN");
      expect((await shop.call("DELETE", `${intents}/${id}`)).status).toBe(409);
    });

    it("take instalments in Brazil only", async () => {
      const payment = { type: "credit_card", installments: 3, installments_cost: "seller" };
      expect((await create({ payment })).status).toBe(400);
      expect((await create({ amount: 15.5 })).status).toBe(400);
      const brazil = await openInPersonShop(simulator, "MLB", "intents");
      const path = `${root}/devices/${brazil.reader.id}/payment-intents`;
      const { body } = await brazil.call("POST", path, { amount: 1500, description: "x", payment });
      await brazil.at("refresh");
      await brazil.at("tap");
      const intent = await brazil.call("GET", `${root}/payment-intents/${body.id}`);
      expect(intent.body.payment).toMatchObject({ installments: 3, type: "credit_card" });
    });

    it("are known to their seller only, and are limited when that is switched on", async () => {
      const { id } = (await create()).body;
      const other = await openInPersonShop(simulator, "MLA", "intents");
      expect((await other.call("GET", `${root}/payment-intents/${id}`)).status).toBe(404);
      await simulator.control("POST", "/settings", { limitIntentReads: true });
      await read(id);
      expect((await shop.call("GET", `${root}/payment-intents/${id}`)).status).toBe(429);
      await simulator.control("POST", "/settings", { limitIntentReads: false });
    });
  });

  describe("the API of the Android app", () => {
    const root = "/point/services/integrations/v1";
    let name: string;
    const enable = () =>
      shop.call(
        "POST",
        `/point/services/user/status/integrators?access_token=${shop.seller.accessToken}`,
        {
          id: shop.seller.userId,
        },
        { token: undefined },
      );
    beforeEach(async () => {
      shop = await openInPersonShop(simulator, "MLA", "attempts");
      name = shop.reader.name;
      await enable();
      await shop.set({ pickUpMs: null });
    });
    const create = (extra: Json = {}) =>
      shop.call("POST", root, {
        amount: 100,
        description: "taza",
        device_name: name,
        cc_type: "credit_card",
        ...extra,
      });
    const read = (id: number) => shop.call("GET", `${root}/${id}`);
    const devices = async () => (await shop.call("GET", `${root}/devices`)).body.devices;

    it("has to be switched on", async () => {
      const other = await openInPersonShop(simulator, "MLA", "attempts");
      expect((await other.call("GET", `${root}/devices`)).status).toBe(403);
    });

    it("keeps a device busy until the card was charged", async () => {
      const free = {
        name,
        caller: shop.seller.userId,
        status: { status: "FREE", payment_attempt: null },
      };
      expect(await devices()).toMatchObject([free]);
      const extra = { external_reference: "R1", payer_email: "ana@testuser.com" };
      const answer = await create(extra);
      const { id } = answer.body;
      expect([answer.status, answer.body]).toEqual([
        200,
        { status: "OPEN", id: expect.any(Number) },
      ]);
      expect((await read(id)).body).toEqual({ status: "OPEN", id });
      expect(await devices()).toMatchObject([{ status: { status: "BUSY", payment_attempt: id } }]);
      expect((await create()).status).toBe(400);
      await shop.at("refresh");
      await shop.at("tap", { outcome: "insufficient_amount" });
      // A refused card leaves the order for another one.
      expect((await read(id)).body).toEqual({ status: "OPEN", id });
      await shop.at("tap");
      expect((await read(id)).body).toEqual({
        status: "CLOSED",
        id,
        payment_id: expect.any(Number),
        payment_status: "approved",
        ...extra,
      });
      expect(await devices()).toMatchObject([free]);
      expect((await shop.ledger()).map(({ type }) => type)).toEqual(["reject", "charge"]);
    });

    it("removes an order in two ways", async () => {
      const first = (await create()).body.id;
      const byDevice = await shop.call("DELETE", `${root}/attempt/device/${name}`);
      expect([byDevice.status, byDevice.body]).toEqual([200, { status: "OK" }]);
      expect((await read(first)).status).toBe(404);
      const second_ = (await create()).body.id;
      const byId = await shop.call("DELETE", `${root}/${second_}`);
      expect([byId.status, byId.body]).toEqual([204, undefined]);
      const paying = (await create()).body.id;
      await shop.at("refresh");
      await shop.at("tap", { processingMs: second });
      expect((await shop.call("DELETE", `${root}/${paying}`)).status).toBe(400);
      await advance(second);
      expect((await read(paying)).body.payment_status).toBe("approved");
    });

    it("closes without a payment by the button Back, unless that is switched off", async () => {
      const { id } = (await create()).body;
      await shop.at("refresh");
      await shop.at("back");
      expect((await read(id)).body).toEqual({ status: "CLOSED", id });
      const locked = (await create({ disable_back_button: true })).body.id;
      await shop.at("refresh");
      await expect(shop.at("back")).rejects.toThrow();
      expect((await read(locked)).body).toEqual({ status: "OPEN", id: locked });
    });

    it("forgets a device", async () => {
      expect((await shop.call("DELETE", `${root}/devices/${name}`)).body).toEqual({ status: "OK" });
      expect(await devices()).toEqual([]);
      expect((await create()).status).toBe(404);
    });

    it.each([
      { description: "x".repeat(21) },
      { amount: "100" },
      { amount: 10.005 },
      { cc_type: "cash" },
      { device_name: undefined },
    ])("refuses %j", async (extra) => {
      expect((await create(extra)).status).toBe(400);
    });
  });
});
