import { type InPersonShop, openInPersonShop } from "../support/in-person";
import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";

describe("simulated stores, points of sale and terminals", () => {
  let simulator: TestSimulator;
  let shop: InPersonShop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    shop = await openInPersonShop(simulator);
  });
  const codesOf = (answer: Json) => [
    answer.status,
    answer.body.errors.map((one: Json) => one.code),
  ];
  const causeOf = (answer: Json) => [answer.status, answer.body.cause[0].code];
  const location = {
    street_name: "Rua A",
    street_number: "10",
    city_name: "São Paulo",
    state_name: "São Paulo",
    latitude: -23.5,
    longitude: -46.6,
  };
  const stores = () => `/users/${shop.seller.userId}/stores`;
  const createStore = (extra: Json = {}) =>
    shop.call("POST", stores(), { name: "Centro", external_id: "CENTRO", location, ...extra });

  describe("stores", () => {
    it("are made, found, changed and removed", async () => {
      const hours = {
        monday: [
          { open: "08:00", close: "12:00" },
          { open: "13:00", close: "18:00" },
        ],
      };
      const made = await createStore({ business_hours: hours });
      expect(made.status).toBe(201);
      const { id } = made.body;
      expect(made.body).toMatchObject({
        name: "Centro",
        external_id: "CENTRO",
        business_hours: hours,
      });
      const found = await shop.call("GET", `${stores()}/search?external_id=CENTRO`);
      expect(found.body).toMatchObject({ paging: { total: 1 }, results: [{ id }] });
      const changed = await shop.call("PUT", `${stores()}/${id}`, { name: "Norte" });
      expect(changed.body).toMatchObject({ name: "Norte", external_id: "CENTRO" });
      expect((await shop.call("GET", `/stores/${id}`)).body.name).toBe("Norte");
      expect((await shop.call("DELETE", `${stores()}/${id}`)).body).toEqual({
        store: id,
        user: shop.seller.userId,
      });
      expect((await shop.call("GET", `/stores/${id}`)).status).toBe(404);
    });

    it.each([
      ["UNKNOWN_FIELD", { colour: "red" }],
      ["INVALID_NAME", { name: "" }],
      ["INVALID_LOCATION", { location: undefined }],
      ["INVALID_STREET_NUMBER", { location: { ...location, street_number: 10 } }],
      ["INVALID_STATE_NAME", { location: { ...location, state_name: "Sao Paulo" } }],
      ["INVALID_CITY_NAME", { location: { ...location, city_name: "Sao Paulo" } }],
      ["INVALID_LATITUDE", { location: { ...location, latitude: "-23.5" } }],
      ["INVALID_DAY", { business_hours: { lunes: [] } }],
      [
        "INVALID_BUSINESS_HOURS",
        { business_hours: { monday: Array(5).fill({ open: "01:00", close: "02:00" }) } },
      ],
      ["VALIDATION_ERROR", { external_id: "x".repeat(61) }],
    ])("are refused with %s", async (code, extra) => {
      expect(causeOf(await createStore(extra))).toEqual([400, code]);
    });

    it("belong to one user, and have a name of their own there", async () => {
      await createStore();
      expect(causeOf(await createStore())).toEqual([400, "VALIDATION_ERROR"]);
      const other = await openInPersonShop(simulator);
      expect((await other.call("GET", `${stores()}/search`)).status).toBe(403);
      const theirs = await other.call("GET", `/stores/${shop.reader.storeId}`);
      expect(causeOf(theirs)).toEqual([404, "INVALID_STORE_ID"]);
    });
  });

  describe("points of sale", () => {
    it("have pictures to print, in both calls", async () => {
      const store = (await createStore()).body;
      const older = await shop.call("POST", "/pos", {
        name: "Till 1",
        fixed_amount: true,
        store_id: store.id,
        external_id: "TILL1",
      });
      expect(older.status).toBe(201);
      expect(older.body).toMatchObject({
        status: "active",
        external_store_id: "CENTRO",
        qr: { image: expect.stringContaining("qr.png") },
        qr_code: expect.stringMatching(/^000201.*6304[0-9A-F]{4}$/),
      });
      const newer = await shop.call("POST", "/v2/pos", {
        name: "Till 2",
        external_store_id: "CENTRO",
        external_id: "TILL2",
        config: { qr: { operating_mode: "pdv" } },
      });
      expect(newer.status).toBe(201);
      expect(newer.body).toMatchObject({
        store_id: String(store.id),
        qr_response: { template_document: expect.stringContaining("poster.pdf") },
      });
      const list = await shop.call("GET", `/v2/pos?store_id=${store.id}`);
      expect(list.body.data.map((pos: Json) => pos.external_id)).toEqual(["TILL1", "TILL2"]);
      const { id } = newer.body;
      const patched = await shop.call("PATCH", `/v2/pos/${id}`, { name: "Till 3" });
      expect(patched.body.name).toBe("Till 3");
      expect((await shop.call("PUT", `/pos/${id}`, { name: "Till 4" })).body.name).toBe("Till 4");
      expect((await shop.call("DELETE", `/v2/pos/${id}`)).status).toBe(204);
      expect((await shop.call("GET", `/pos/${id}`)).status).toBe(404);
    });

    it.each([
      ["MISSING_BODY", undefined],
      ["UNKNOWN_FIELD_EXCEPTION", { colour: "red" }],
      ["NAME_TOO_LONG", { name: "x".repeat(46) }],
      ["INVALID_EXTERNAL_ID", { external_id: "TILL_1" }],
      ["EXTERNAL_ID_TOO_LONG", { external_id: "x".repeat(41) }],
      ["INVALID_STORE_ID", { store_id: undefined }],
      ["INEXISTENT_EXTERNAL_STORE_ID", { store_id: undefined, external_store_id: "NOWHERE" }],
    ])("are refused with %s", async (code, extra) => {
      const { storeId } = shop.reader;
      const body = { name: "Till", fixed_amount: true, store_id: storeId, external_id: "TILL" };
      const answer = await shop.call("POST", "/pos", extra && { ...body, ...extra });
      expect(causeOf(answer)).toEqual([400, code]);
    });

    it("are refused by the newer call in its own words, and made once under one key", async () => {
      const body = { store_id: String(shop.reader.storeId), external_id: "TILLX" };
      const create = (extra: Json = {}, key?: string) =>
        shop.call("POST", "/v2/pos", { ...body, ...extra }, { key });
      expect(codesOf(await create({ store_id: 5 }))).toEqual([400, ["bad_request"]]);
      expect(codesOf(await create({ store_id: "5" }))).toEqual([404, ["store_not_found"]]);
      const unknown = await create({ store_id: undefined, external_store_id: "NOWHERE" });
      expect(codesOf(unknown)).toEqual([400, ["invalid_external_store_id"]]);
      const first = await create({}, "one");
      expect((await create({}, "one")).body.id).toBe(first.body.id);
      expect(codesOf(await create({ name: "x" }, "one"))).toEqual([
        400,
        ["idempotency_key_already_used"],
      ]);
      expect(codesOf(await create())).toEqual([409, ["pos_already_exists"]]);
    });
  });

  describe("terminals", () => {
    const setup = (id: string, operating_mode: string) =>
      shop.call("PATCH", "/terminals/v1/setup", { terminals: [{ id, operating_mode }] });

    it("are listed with their place, and only by their seller", async () => {
      const { id, posId, storeId, externalPosId } = shop.reader;
      const terminal = {
        id,
        pos_id: String(posId),
        store_id: String(storeId),
        external_pos_id: externalPosId,
        operating_mode: "PDV",
      };
      const list = await shop.call("GET", `/terminals/v1/list?limit=500&pos_id=${posId}`);
      expect(list.body).toEqual({
        data: { terminals: [terminal] },
        paging: { total: 1, offset: 0, limit: 50 },
      });
      const none = await shop.call("GET", "/terminals/v1/list?store_id=1");
      expect(none.body.data.terminals).toEqual([]);
      await shop.set({ posId: null });
      const unplaced = await shop.call("GET", "/terminals/v1/list");
      expect(unplaced.body.data.terminals).toEqual([{ id, operating_mode: "PDV" }]);
    });

    it("are put under the API's command, and obey after they were started anew", async () => {
      await shop.set({ mode: "STANDALONE" });
      const answer = await setup(shop.reader.id, "PDV");
      expect(answer.body).toEqual({ terminals: [{ id: shop.reader.id, operating_mode: "PDV" }] });
      const { id } = await shop.ring();
      expect(await shop.read(id)).toMatchObject({ status: "created" });
      await shop.at("unplug");
      await shop.at("plug");
      expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
    });

    it("are refused", async () => {
      const { id, posId } = shop.reader;
      const { userId } = shop.seller;
      const other = await openInPersonShop(simulator);
      expect((await setup(other.reader.id, "PDV")).status).toBe(404);
      expect(codesOf(await setup(id, "SELF_SERVICE"))).toEqual([400, ["property_value"]]);
      const second = await simulator.control("POST", "/readers", {
        userId,
        posId,
        mode: "STANDALONE",
      });
      const occupied = await setup(second.id, "PDV");
      expect([occupied.status, Object.keys(occupied.body)]).toEqual([412, ["message"]]);
      const old = await simulator.control("POST", "/readers", {
        userId,
        model: "INGENICO_MOVE2500",
      });
      expect(codesOf(await setup(old.id, "PDV"))).toEqual([403, ["terminal_not_allowed_action"]]);
      await shop.set({ posId: null });
      expect(codesOf(await setup(id, "PDV"))).toEqual([403, ["store_pos_not_found"]]);
      const peru = await openInPersonShop(simulator, "MPE");
      const body = { terminals: [{ id: peru.reader.id, operating_mode: "PDV" }] };
      const site = await peru.call("PATCH", "/terminals/v1/setup", body);
      expect(codesOf(site)).toEqual([400, ["unsupported_site"]]);
    });
  });

  it("are there for the demo sellers from the start, and again after a reset", async () => {
    const token = "APP_USR-1010101010101010-112103-demo0b-5550002";
    const list = () => simulator.call("GET", "/terminals/v1/list", undefined, { token });
    const before = await list();
    expect(before.body.data.terminals).toMatchObject([
      { id: "NEWLAND_N950__SBX0000002", external_pos_id: "TILLB", operating_mode: "PDV" },
      { operating_mode: "STANDALONE" },
    ]);
    await simulator.control("POST", "/reset");
    expect((await list()).body).toEqual(before.body);
  });
});
