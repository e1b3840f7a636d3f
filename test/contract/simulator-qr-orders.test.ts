import { type InPersonShop, openInPersonShop, qrOrder } from "../support/in-person";
import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";

const minute = 60_000;

describe("simulated QR codes", () => {
  let simulator: TestSimulator;
  let shop: InPersonShop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });
  const pay = (body: Json) => simulator.control("POST", "/qr/pay", body);
  const scan = (data: string) => simulator.control("POST", "/qr/scan", { data });

  describe("of Orders", () => {
    beforeEach(async () => {
      shop = await openInPersonShop(simulator);
    });
    const codesOf = (answer: Json) => [
      answer.status,
      answer.body.errors.map((one: Json) => one.code),
    ];
    const create = (mode: string, extra?: Json) =>
      shop.call("POST", "/v1/orders", qrOrder(shop.reader.externalPosId, mode, extra));

    it.each([
      ["static", false, true],
      ["dynamic", true, false],
      ["hybrid", true, true],
    ])("%s: a code of its own %s, the printed one %s", async (mode, hasOwn, hasPrinted) => {
      const { status, body: order } = await create(mode);
      expect(status).toBe(201);
      expect(order).toMatchObject({
        status: "created",
        total_amount: "50.00",
        config: { qr: { mode } },
        transactions: { payments: [{ status: "created", status_detail: "ready_to_process" }] },
      });
      expect(order.type_response !== undefined).toBe(hasOwn);
      const { qrCode } = shop.reader;
      if (hasPrinted) expect(await scan(qrCode)).toMatchObject({ id: order.id });
      else await expect(scan(qrCode)).rejects.toThrow("Nothing is to be paid");
      await pay({ data: hasOwn ? order.type_response.qr_data : qrCode });
      const paid = await shop.read(order.id);
      expect(paid.status).toBe("processed");
      expect(paid.transactions.payments[0]).toMatchObject({
        paid_amount: "50.00",
        provider: "mercadopago",
        payment_method: { id: "account_money", type: "account_money" },
      });
      await expect(pay({ data: qrCode })).rejects.toThrow("Nothing is to be paid");
      expect(await shop.ledger()).toMatchObject([{ type: "charge", amountMinor: 5000 }]);
    });

    it("stay open when a payment is refused", async () => {
      const { body: order } = await create("static");
      await pay({ data: shop.reader.qrCode, outcome: "rejected_by_issuer", methodId: "visa" });
      expect(await shop.read(order.id)).toMatchObject({ status: "created" });
      await pay({ data: shop.reader.qrCode });
      expect(await shop.read(order.id)).toMatchObject({ status: "processed" });
    });

    it("have discounts by method", async () => {
      const discounts = { payment_methods: [{ type: "account_money", new_total_amount: "45.00" }] };
      const { body: order } = await create("static", { discounts });
      await pay({ data: shop.reader.qrCode });
      const paid = await shop.read(order.id);
      expect(paid.transactions.payments[0]).toMatchObject({
        amount: "50.00",
        paid_amount: "45.00",
      });
    });

    it("expire, are canceled, and are refunded as a whole for 180 days", async () => {
      const waiting = await create("static");
      await advance(16 * minute);
      expect(await shop.read(waiting.body.id)).toMatchObject({ status: "expired" });
      const second = await create("static");
      const cancel = await shop.call("POST", `/v1/orders/${second.body.id}/cancel`);
      expect([cancel.status, cancel.body.status]).toEqual([200, "canceled"]);
      const { body: order } = await create("static");
      await pay({ data: shop.reader.qrCode });
      const part = { transactions: [{ id: order.transactions.payments[0].id, amount: "1.00" }] };
      const path = `/v1/orders/${order.id}/refund`;
      const refused = await shop.call("POST", path, part);
      expect(codesOf(refused)).toEqual([400, ["unsupported_partially_refunds"]]);
      expect((await shop.call("POST", path)).body).toMatchObject({ status: "refunded" });
    });

    it("are refused when amounts do not agree", async () => {
      const other = await create("static", { total_amount: "51.00" });
      expect(codesOf(other)).toEqual([400, ["invalid_total_amount"]]);
      const items = [{ title: "Lunch", unit_price: "25.00", quantity: 1, unit_measure: "unit" }];
      const sum = await create("static", { items });
      expect(codesOf(sum)).toEqual([400, ["order_items_total_amount_mismatch"]]);
      const title = await create("static", { title: "Lunch" });
      expect(codesOf(title)).toEqual([400, ["unsupported_properties"]]);
      const nowhere = await shop.call("POST", "/v1/orders", qrOrder("NOWHERE", "static"));
      expect(codesOf(nowhere)).toEqual([404, ["pos_not_found"]]);
    });
  });

  describe("of in-store orders v2", () => {
    let place: string;
    const items = [
      { title: "Lunch", unit_price: 50, quantity: 1, unit_measure: "unit", total_amount: 50 },
    ];
    const body = (extra: Json = {}) => ({
      external_reference: `table_${Math.random()}`,
      title: "Lunch",
      description: "Table 4",
      total_amount: 50,
      items,
      sponsor: { id: 5550000 },
      ...extra,
    });
    beforeEach(async () => {
      shop = await openInPersonShop(simulator, "MLA", "intents");
      const { externalPosId } = shop.reader;
      place = `/instore/qr/seller/collectors/${shop.seller.userId}/pos/${externalPosId}/orders`;
    });
    const merchantOrder = async (id: number) =>
      (await shop.call("GET", `/merchant_orders/${id}`)).body;

    it("are put on a till, read, replaced and removed", async () => {
      const none = await shop.call("GET", place);
      expect([none.status, none.body.error]).toEqual([
        404,
        "point_of_sale_in_store_order_not_found",
      ]);
      const put = await shop.call("PUT", place, body());
      expect([put.status, put.body]).toEqual([204, undefined]);
      const withStore = place.replace("/pos/", "/stores/any/pos/");
      expect((await shop.call("PUT", withStore, body({ title: "Dinner" }))).status).toBe(204);
      expect((await shop.call("GET", place)).body).toMatchObject({
        title: "Dinner",
        total_amount: 50,
      });
      expect((await shop.call("DELETE", place)).status).toBe(204);
      await expect(scan(shop.reader.qrCode)).rejects.toThrow("Nothing is to be paid");
    });

    it("close a merchant order in parts", async () => {
      await shop.call("PUT", place, body());
      const first = await pay({ data: shop.reader.qrCode, amountMinor: 2000 });
      const { merchantOrderId } = first;
      expect(await merchantOrder(merchantOrderId)).toMatchObject({
        status: "opened",
        order_status: "partially_paid",
        paid_amount: 20,
        sponsor_id: 5550000,
      });
      await pay({ merchantOrderId, outcome: "insufficient_amount", methodId: "visa" });
      expect(await merchantOrder(merchantOrderId)).toMatchObject({
        order_status: "partially_paid",
      });
      await pay({ merchantOrderId });
      expect(await merchantOrder(merchantOrderId)).toMatchObject({
        status: "closed",
        order_status: "paid",
        payments: [{ status: "approved" }, { status: "rejected" }, { status: "approved" }],
      });
      await expect(scan(shop.reader.qrCode)).rejects.toThrow("Nothing is to be paid");
      expect((await shop.ledger()).filter(({ type }) => type === "charge")).toHaveLength(2);
    });

    it("make two merchant orders of two scans, and both can be paid", async () => {
      const reference = "two_scans";
      await shop.call("PUT", place, body({ external_reference: reference }));
      const scans = [await scan(shop.reader.qrCode), await scan(shop.reader.qrCode)];
      for (const { merchantOrderId } of scans) await pay({ merchantOrderId });
      const found = await shop.call(
        "GET",
        `/merchant_orders/search?external_reference=${reference}`,
      );
      expect(found.body).toMatchObject({
        total: 2,
        elements: [{ status: "closed" }, { status: "closed" }],
      });
      expect(await shop.ledger()).toHaveLength(2);
    });

    it("tell of refunds, and expire", async () => {
      await shop.call("PUT", place, body());
      const { merchantOrderId, paymentId } = await pay({ data: shop.reader.qrCode });
      await shop.call("POST", `/v1/payments/${paymentId}/refunds`, { amount: 10 });
      expect(await merchantOrder(merchantOrderId)).toMatchObject({
        order_status: "partially_reverted",
      });
      const { headers } = { headers: { "x-ttl-store-preference": "60" } };
      await shop.call("PUT", place, body(), { headers });
      const late = await scan(shop.reader.qrCode);
      await advance(61_000);
      expect(await merchantOrder(late.merchantOrderId)).toMatchObject({
        status: "expired",
        order_status: "expired",
      });
    });

    it("have codes for one sale", async () => {
      const codes = `/instore/orders/qr/seller/collectors/${shop.seller.userId}/pos/${shop.reader.externalPosId}/qrs`;
      const dynamic = await shop.call("POST", codes, body());
      expect(dynamic.status).toBe(201);
      await expect(scan(shop.reader.qrCode)).rejects.toThrow("Nothing is to be paid");
      expect(await pay({ data: dynamic.body.qr_data })).toMatchObject({ status: "processed" });
      const hybrid = await shop.call("PUT", codes, body());
      expect(await scan(shop.reader.qrCode)).toMatchObject({ id: hybrid.body.in_store_order_id });
    });

    it.each([
      ["invalid_title", { title: undefined }],
      ["invalid_items.unit_measure", { items: [{ ...items[0], unit_measure: undefined }] }],
      ["invalid_total_amount", { total_amount: 51 }],
      ["invalid_sponsor.id", { sponsor: { id: 1 } }],
      ["invalid_expiration_date", { expiration_date: "2020-01-01T00:00:00.000-04:00" }],
    ])("are refused with %s", async (error, extra) => {
      const answer = await shop.call("PUT", place, body(extra));
      expect([answer.status, answer.body.error]).toEqual([400, error]);
    });
  });

  describe("of the first call", () => {
    beforeEach(async () => {
      shop = await openInPersonShop(simulator, "MLA", "attempts");
    });

    it("answer like a preference, and name the integrator", async () => {
      const path = `/mpmobile/instore/qr/${shop.seller.userId}/${shop.reader.externalPosId}`;
      const sent = {
        external_reference: "table_9",
        sponsor_id: 5550000,
        items: [{ title: "Coffee", currency_id: "ARS", unit_price: 10.5, quantity: 2 }],
      };
      const answer = await shop.call("POST", path, sent);
      expect(answer.body).toMatchObject({
        total_amount: 21,
        sponsor_id: 5550000,
        marketplace: "NONE",
      });
      const { paymentId, merchantOrderId } = await pay({ data: shop.reader.qrCode });
      const payment = await shop.call("GET", `/v1/payments/${paymentId}`);
      expect(payment.body).toMatchObject({ sponsor_id: 5550000, external_reference: "table_9" });
      const order = await shop.call("GET", `/merchant_orders/${merchantOrderId}`);
      expect(order.body).toMatchObject({ status: "closed", preference_id: answer.body.id });

      const stranger = await shop.call("POST", path, { ...sent, sponsor_id: 1 });
      expect([stranger.status, stranger.body.error]).toEqual([400, "invalid_sponsor_id"]);
      await shop.call("POST", path, sent);
      expect((await shop.call("DELETE", path)).status).toBe(204);
      await expect(scan(shop.reader.qrCode)).rejects.toThrow("Nothing is to be paid");
    });
  });
});
