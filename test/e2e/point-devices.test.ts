import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const shown =
  "id status operatingMode providerDeviceId model providerPosId externalPosId seller { id }";

describeEachDatabase("a seller's card readers", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    seller = await gateway.connectSeller("MLB");
  });

  const addReader = (switches: Json = {}): Promise<Json> =>
    gateway.simulator.control("POST", "/readers", {
      userId: seller.shop.seller.userId,
      ...switches,
    });
  /** What the provider lists is good for three seconds. */
  const list = async (credential: string = seller.key): Promise<Json[]> => {
    clock.advance(3_001);
    const document = `query ($sellerId: ID!) { pointDevices(sellerId: $sellerId) { ${shown} } }`;
    return (await gateway.data(document, { sellerId: seller.id }, credential)).pointDevices;
  };
  const read = async (id: string, credential: string = seller.key): Promise<Json> =>
    (
      await gateway.data(
        `query ($id: ID!) { pointDevice(id: $id) { ${shown} events { edges { node { type to actor { kind } } } } } }`,
        { id },
        credential,
      )
    ).pointDevice;
  const enable = (deviceId: string, credential: string = seller.key): Promise<Json> =>
    gateway.mutate(
      "enablePointIntegration",
      { deviceId },
      `pointDevice { ${shown} } stepsAtDevice`,
      credential,
    );
  const remove = (deviceId: string): Promise<Json> =>
    gateway.mutate(
      "removePointDevice",
      { deviceId },
      `pointDevice { ${shown} } stepsAtDevice`,
      seller.key,
    );
  const modeAt = async (reader: Json): Promise<string> =>
    (await gateway.simulator.control("GET", `/readers/${reader.id}`)).mode;

  test("are listed as the provider has them, each with one id for good", async () => {
    expect(await list()).toEqual([]);
    const reader = await addReader();
    const [device, ...others] = await list();
    expect(others).toEqual([]);
    expect(device).toMatchObject({
      status: "FREE",
      operatingMode: "INTEGRATED",
      providerDeviceId: reader.id,
      model: reader.id.split("__")[0],
      seller: { id: seller.id },
    });
    expect(await list()).toEqual([device]);
    const node = await gateway.data(
      "query ($id: ID!) { node(id: $id) { ... on PointDevice { status } } seller(id: $seller) { pointDevices { id } } }".replace(
        "$id: ID!",
        "$id: ID!, $seller: ID!",
      ),
      { id: device.id, seller: seller.id },
    );
    expect(node).toEqual({
      node: { status: "FREE" },
      seller: { pointDevices: [{ id: device.id }] },
    });
  });

  test("of more than a page are all there", async () => {
    for (let each = 0; each < 52; each++) await addReader();
    expect(await list()).toHaveLength(52);
  });

  test("are asked for once, however many tills begin at once", async () => {
    await addReader();
    const document = "query ($sellerId: ID!) { pointDevices(sellerId: $sellerId) { id } }";
    const all = await Promise.all(
      Array.from({ length: 20 }, () => gateway.data(document, { sellerId: seller.id }, seller.key)),
    );
    expect(new Set(all.map(({ pointDevices }) => pointDevices[0].id)).size).toBe(1);
  });

  test("take orders once that was asked for and somebody started them anew", async () => {
    const reader = await addReader({ mode: "STANDALONE" });
    const [device] = await list();
    expect(device.operatingMode).toBe("STANDALONE");
    const { pointDevice, stepsAtDevice, userErrors } = await enable(device.id);
    expect(userErrors).toEqual([]);
    expect(pointDevice).toMatchObject({ id: device.id, operatingMode: "INTEGRATED" });
    expect(stepsAtDevice[0]).toMatch(/off, and on again/);
    expect(await modeAt(reader)).toBe("PDV");
    // Once more is the same.
    expect((await enable(device.id)).pointDevice).toEqual(pointDevice);
    expect((await read(device.id)).events.edges.map(({ node }: Json) => node)).toEqual([
      { type: "POINT_DEVICE_FOUND", to: "FREE", actor: { kind: "PROVIDER" } },
      { type: "POINT_DEVICE_UPDATED", to: "FREE", actor: { kind: "SELLER" } },
    ]);
  });

  test("that were removed stay so while they are listed, and come back when asked for", async () => {
    const reader = await addReader();
    const [device] = await list();
    const { pointDevice, userErrors } = await remove(device.id);
    expect(userErrors).toEqual([]);
    expect(pointDevice).toMatchObject({ status: "REMOVED", operatingMode: "STANDALONE" });
    expect(await modeAt(reader)).toBe("STANDALONE");
    expect(await list()).toEqual([pointDevice]);
    expect((await remove(device.id)).pointDevice).toEqual(pointDevice);
    expect((await enable(device.id)).pointDevice.status).toBe("FREE");
    expect((await list())[0].status).toBe("FREE");
  });

  test("that the account has no more are REMOVED, and the same ones again when it has", async () => {
    const reader = await addReader();
    const [device] = await list();
    await gateway.simulator.control("DELETE", `/readers/${reader.id}`);
    expect(await list()).toMatchObject([{ id: device.id, status: "REMOVED" }]);
    const { userErrors } = await enable(device.id);
    expect(userErrors).toMatchObject([
      { code: "DEVICE_NOT_USABLE", path: ["input", "deviceId"], provider: "MERCADO_PAGO" },
    ]);
    await addReader({ id: reader.id });
    expect(await list()).toMatchObject([{ id: device.id, status: "FREE" }]);
  });

  test.each<[string, string, (first: Json) => Json, string | null]>([
    ["without a store", "MLB", () => ({ posId: null }), "store_pos_not_found"],
    ["of another model", "MLB", () => ({ model: "GERTEC_MP35P" }), "terminal_not_allowed_action"],
    ["of another country", "MPE", () => ({}), "unsupported_site"],
    ["beside another one", "MLB", ({ posId }) => ({ posId }), null],
  ])("%s cannot take orders, and the answer says why", async (_, site, switches, providerCode) => {
    seller = await gateway.connectSeller(site);
    const first = await addReader();
    const reader = await addReader({ mode: "STANDALONE", ...switches(first) });
    const device = (await list()).find(({ providerDeviceId }) => providerDeviceId === reader.id);
    const answer = await enable(device.id);
    expect(answer).toMatchObject({ pointDevice: null, stepsAtDevice: null });
    expect(answer.userErrors).toMatchObject([
      { code: "DEVICE_NOT_USABLE", path: ["input", "deviceId"], providerCode, retryable: false },
    ]);
    expect(await modeAt(reader)).toBe("STANDALONE");
  });

  test("of another seller answer like those that do not exist", async () => {
    await addReader();
    const [device] = await list();
    const other = await gateway.connectSeller("MLB");
    const missing = "pdv_00000000000000000000000000";
    expect(await read(device.id, other.key)).toBe(null);
    expect(await read(missing, other.key)).toBe(null);
    const [foreign, unknown] = [
      await enable(device.id, other.key),
      await enable(missing, other.key),
    ];
    expect(foreign).toEqual(unknown);
    expect(foreign.userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "deviceId"] }]);
    const listed = await gateway.query(
      "query ($sellerId: ID!) { pointDevices(sellerId: $sellerId) { id } }",
      { sellerId: seller.id },
      other.key,
    );
    expect(listed.errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  });

  test("are shown as they were last while the provider is silent; a lost answer is looked up", async () => {
    const reader = await addReader({ mode: "STANDALONE" });
    const silent = (path: string, effect: unknown, method = "GET") =>
      gateway.simulator.control("POST", "/faults", {
        match: { method, path, account: seller.shop.seller.userId },
        effect,
      });
    await silent("/terminals/v1/list", { kind: "status", code: 500, body: {} });
    const document = "query ($sellerId: ID!) { pointDevices(sellerId: $sellerId) { id } }";
    const before = await gateway.query(document, { sellerId: seller.id }, seller.key);
    expect(before.errors).toMatchObject([{ extensions: { code: "PROVIDER_UNAVAILABLE" } }]);

    const [device] = await list();
    await silent("/terminals/v1/list", { kind: "status", code: 500, body: {} });
    expect(await list()).toEqual([device]);

    await silent("/terminals/v1/setup", "effect-then-drop", "PATCH");
    expect((await enable(device.id)).pointDevice.operatingMode).toBe("INTEGRATED");
    await silent("/terminals/v1/setup", "drop-before", "PATCH");
    expect((await remove(device.id)).userErrors).toMatchObject([
      { code: "PROVIDER_UNAVAILABLE", retryable: true },
    ]);
    expect(await modeAt(reader)).toBe("PDV");
  });

  test("are watched: one with its present state, a seller with what happens", async () => {
    await addReader({ mode: "STANDALONE" });
    const [device] = await list();
    const one = gateway.client(seller.key).iterate<Json>({
      query: `subscription ($id: ID!) { pointDeviceUpdated(id: $id) { status pointDevice { operatingMode } } }`,
      variables: { id: device.id },
    });
    const next = async () => (await one.next()).value.data.pointDeviceUpdated;
    expect(await next()).toEqual({
      status: "FREE",
      pointDevice: { operatingMode: "STANDALONE" },
    });
    await enable(device.id);
    expect(await next()).toEqual({ status: "FREE", pointDevice: { operatingMode: "INTEGRATED" } });
    await remove(device.id);
    expect(await next()).toEqual({
      status: "REMOVED",
      pointDevice: { operatingMode: "STANDALONE" },
    });
    await one.return?.();
    await eventually(async () => (await read(device.id)).status === "REMOVED");
  });
});
