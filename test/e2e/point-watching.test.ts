import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { openPointShop, type PointShop } from "../support/point";
import { eventually, type Json } from "../support/simulator";

jest.setTimeout(120_000);

describeEachDatabase("watching a card reader", (database) => {
  let gateway: TestGateway;
  let shop: PointShop;
  beforeAll(async () => {
    const clock = new MovableClock();
    gateway = await TestGateway.start({
      ...{ database, clock },
      env: { WS_MAX_SOCKETS_PER_PRINCIPAL: "100" },
      webSocket: { maxSubscriptionsPerSocket: 50 },
    });
    shop = await openPointShop(gateway, clock);
  });
  afterAll(() => gateway.stop());

  /** How often the gateway asked about the order, so far. */
  const looksAt = async ({ providerOrderId }: Json, effect: unknown) => {
    const { id } = await shop.fault("GET", `/v1/orders/${providerOrderId}`, effect, {
      times: "always",
    });
    return async (): Promise<number> => {
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.find((fault: Json) => fault.id === id).struck;
    };
  };
  const seconds = (count: number) => new Promise((passed) => setTimeout(passed, count * 1_000));

  test("asks the provider as often for 1,000 watchers of an order as for none", async () => {
    const { pointOrder } = await shop.create();
    const count = await looksAt(pointOrder, { kind: "latency", ms: 0 });
    const during = async (): Promise<number> => {
      const before = await count();
      await seconds(6);
      return (await count()) - before;
    };
    const alone = await during();
    expect(alone).toBeGreaterThanOrEqual(2);
    expect(alone).toBeLessThanOrEqual(7);

    let begun = 0;
    const query = "subscription ($id: ID!) { pointOrderUpdated(id: $id) { status } }";
    const seen: string[] = [];
    const clients = Array.from({ length: 20 }, () => gateway.client(shop.seller.key));
    for (const client of clients) {
      for (let each = 0; each < 50; each++) {
        client.subscribe<Json>(
          { query, variables: { id: pointOrder.id } },
          {
            next: ({ data }) => {
              const { status } = data.pointOrderUpdated;
              if (status === "CREATED") begun++;
              else seen.push(status);
            },
            error: () => {},
            complete: () => {},
          },
        );
      }
    }
    await eventually(() => begun === 1_000);
    expect(await during()).toBeLessThanOrEqual(alone + 1);
    await shop.at("refresh");
    await eventually(() => seen.length === 1_000);
    expect(new Set(seen)).toEqual(new Set(["AT_DEVICE"]));
    await Promise.all(clients.map((client) => client.dispose()));
    await shop.cancel({ orderId: pointOrder.id });
    await eventually(async () => (await shop.read(pointOrder.id)).status === "CANCELLED");
  });

  test("asks less and less often while the provider wants fewer questions", async () => {
    const { pointOrder } = await shop.create();
    const effect = { kind: "status", code: 429, body: { message: "too many requests" } };
    const count = await looksAt(pointOrder, effect);
    await seconds(12);
    expect(await count()).toBeGreaterThanOrEqual(2);
    // After 1, 2, 4 and 8 seconds.
    expect(await count()).toBeLessThanOrEqual(5);
    expect((await shop.read(pointOrder.id)).status).toBe("CREATED");
  });
});
