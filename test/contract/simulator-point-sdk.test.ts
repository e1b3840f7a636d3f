import { MercadoPagoConfig, MerchantOrder, Order, Point } from "mercadopago";
import { AppConfig } from "mercadopago/dist/utils/config";
import { type InPersonShop, openInPersonShop, pointOrder } from "../support/in-person";
import { bootSimulator, type TestSimulator } from "../support/simulator";

/**
 * Mercado Pago's own library drives what it has clients for: orders, payment intents and their devices,
 * merchant orders. It has none for terminals, stores and points of sale.
 */
describe("the official Node SDK and payments in person", () => {
  const realBaseUrl = AppConfig.BASE_URL;
  let simulator: TestSimulator;

  beforeAll(async () => {
    simulator = await bootSimulator();
    // The library declares its base address read-only, but reads it anew for every call.
    Object.assign(AppConfig, { BASE_URL: simulator.url });
  });
  afterAll(async () => {
    Object.assign(AppConfig, { BASE_URL: realBaseUrl });
    await simulator.close();
  });
  const config = ({ seller }: InPersonShop) =>
    new MercadoPagoConfig({ accessToken: seller.accessToken });

  it("creates, reads, finds and refunds an order", async () => {
    const shop = await openInPersonShop(simulator);
    const order = new Order(config(shop));
    const created = await order.create({ body: pointOrder(shop.reader.id) });
    expect(created).toMatchObject({ type: "point", status: "created" });
    const id = String(created.id);
    await shop.at("refresh");
    await shop.at("tap");
    const paid = await order.get({ id });
    expect(paid).toMatchObject({
      status: "processed",
      transactions: { payments: [{ paid_amount: "50.00" }] },
    });
    const found = await order.search({
      options: {
        begin_date: "2020-01-01T00:00:00Z",
        end_date: "2099-01-01T00:00:00Z",
        external_reference: String(created.external_reference),
      },
    });
    expect(found.data?.map((one) => one.id)).toEqual([id]);
    const transaction = String(paid.transactions?.payments?.[0]?.id);
    const part = await order.refund({
      id,
      body: { transactions: [{ id: transaction, amount: "20.00" }] },
    });
    expect(part).toMatchObject({ status_detail: "partially_refunded" });
    expect(await order.refund({ id })).toMatchObject({ status: "refunded" });
  });

  it("cancels an order, and hears why it cannot", async () => {
    const shop = await openInPersonShop(simulator);
    await shop.set({ pickUpMs: null });
    const order = new Order(config(shop));
    const { id } = await order.create({ body: pointOrder(shop.reader.id) });
    expect(await order.cancel({ id: String(id) })).toMatchObject({ status: "canceled" });
    await expect(order.cancel({ id: String(id) })).rejects.toMatchObject({ status: 409 });
  });

  it("drives readers and payment intents", async () => {
    const shop = await openInPersonShop(simulator, "MLB", "intents");
    await shop.set({ pickUpMs: null });
    const point = new Point(config(shop));
    const { id: device_id, storeId, posId } = shop.reader;
    const request = { options: { store_id: String(storeId), pos_id: String(posId) } };
    expect(await point.getDevices({ request })).toMatchObject({ devices: [{ id: device_id }] });
    const mode = { operating_mode: "PDV" };
    expect(await point.changeDeviceOperatingMode({ device_id, request: mode })).toMatchObject(mode);
    const wish = { device_id, request: { amount: 1500, description: "Till 3" } };
    const first = await point.createPaymentIntent(wish);
    const canceled = { device_id, payment_intent_id: String(first.id) };
    expect(await point.cancelPaymentIntent(canceled)).toMatchObject({ id: first.id });
    const second = await point.createPaymentIntent(wish);
    const payment_intent_id = String(second.id);
    await shop.at("refresh");
    await shop.at("tap");
    const read = await point.searchPaymentIntent({ payment_intent_id });
    expect(read).toMatchObject({ state: "FINISHED", payment: { type: "credit_card" } });
    const status = await point.getPaymentIntentStatus({ payment_intent_id });
    expect(status).toMatchObject({ status: "FINISHED" });
    const days = { body: { options: { startDate: "2020-01-01", endDate: "2099-01-01" } } };
    const { events } = await point.getPaymentIntentList(days);
    expect(events?.map((event) => event.status)).toEqual(["CANCELED", "FINISHED"]);
  });

  it("reads and finds merchant orders", async () => {
    const shop = await openInPersonShop(simulator, "MLA", "attempts");
    const { externalPosId, qrCode } = shop.reader;
    await shop.call("POST", `/mpmobile/instore/qr/${shop.seller.userId}/${externalPosId}`, {
      external_reference: "sdk_table",
      items: [{ title: "Coffee", unit_price: 10, quantity: 1 }],
    });
    const { merchantOrderId } = await simulator.control("POST", "/qr/pay", { data: qrCode });
    const client = new MerchantOrder(config(shop));
    expect(await client.get({ merchantOrderId })).toMatchObject({
      status: "closed",
      order_status: "paid",
    });
    const found = await client.search({ options: { external_reference: "sdk_table" } });
    expect(found.elements).toMatchObject([{ id: merchantOrderId }]);
  });
});
