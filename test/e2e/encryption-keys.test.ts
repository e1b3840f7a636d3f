import { describeEachDatabase, type TestDatabase } from "../support/databases";
import { DemoGateway } from "../support/demo-gateway";

jest.setTimeout(120_000);

const keyOf = (id: string, secret: string) =>
  `${id}:${Buffer.alloc(32, secret).toString("base64")}`;

describeEachDatabase("encryption keys", (kind) => {
  let place: TestDatabase;
  let gateway: DemoGateway;
  beforeAll(async () => {
    place = await kind.create();
    gateway = await DemoGateway.prepare({
      DATABASE_URL: place.url,
      ENCRYPTION_KEYS: keyOf("first", "right"),
    });
    await gateway.start();
    await gateway.kill("SIGTERM");
  });
  afterAll(async () => {
    await gateway.remove();
    await place.drop();
  });

  test.each([
    [
      "another key of the same name",
      keyOf("first", "wrong"),
      "key first is not the one that sealed what is stored under this name",
    ],
    [
      "the key that sealed is missing",
      keyOf("second", "right"),
      "key first is missing, under which provider_account.credentials_sealed is sealed; put it back behind the others, and reseal before it goes",
    ],
  ])("keep the gateway from starting where %s", async (_title, ENCRYPTION_KEYS, fault) => {
    expect(await gateway.runToEnd({ ENCRYPTION_KEYS })).toEqual({
      code: 1,
      errors: `The gateway did not start: ENCRYPTION_KEYS does not fit the database: ${fault}\n`,
    });
  });

  test("let it start where the old one stands behind a new one", async () => {
    const both = [keyOf("second", "right"), keyOf("first", "right")].join(",");
    await gateway.start({ ENCRYPTION_KEYS: both });
    expect(await gateway.kill("SIGTERM")).toBe(0);
  });
});
