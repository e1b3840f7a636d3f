import { demoCredentials, demoMarketplaceId } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const keyIdOf = (credential: string) => `key_${credential.split("_")[2]}`;

describeEachDatabase("who made a change", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  let partner: string;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      notifications: { mode: "on", delayMs: 5 },
    });
    seller = await gateway.connectSeller();
    const holder = { role: "PARTNER", name: "reader", sellerIds: [seller.id] } as const;
    partner = (await gateway.app.services.access.issueKey(demoMarketplaceId, holder)).credential;
  });
  afterAll(() => gateway.stop());

  const pay = async (credential?: string, holder = "APRO"): Promise<Json> => {
    const input = await gateway.cardPayment(seller, {}, holder);
    const selection = "payment { id status providerPaymentId }";
    return (await gateway.mutate("createPayment", input, selection, credential)).payment;
  };
  const actorsOf = async (id: string, credential?: string): Promise<Json[]> => {
    const document =
      "query ($id: ID!) { payment(id: $id) { events { edges { node { actor { kind reference } } } } } }";
    const { payment } = await gateway.data(document, { id }, credential);
    return payment.events.edges.map(({ node }: Json) => node.actor);
  };

  test("is told to all who see the event, and with which key only to whom the key concerns", async () => {
    const byMarketplace = await pay();
    const bySeller = await pay(seller.key);
    const marketplaceKey = keyIdOf(demoCredentials.marketplace);
    const twice = (kind: string, reference: string | null) => Array(2).fill({ kind, reference });

    expect(await actorsOf(byMarketplace.id)).toEqual(twice("MARKETPLACE", marketplaceKey));
    expect(await actorsOf(byMarketplace.id, seller.key)).toEqual(twice("MARKETPLACE", null));
    expect(await actorsOf(byMarketplace.id, partner)).toEqual(twice("MARKETPLACE", null));
    expect(await actorsOf(bySeller.id)).toEqual(twice("SELLER", keyIdOf(seller.key)));
    expect(await actorsOf(bySeller.id, seller.key)).toEqual(twice("SELLER", keyIdOf(seller.key)));
    expect(await actorsOf(bySeller.id, partner)).toEqual(twice("SELLER", null));
  });

  test("is not told to watch tokens", async () => {
    const { id: paymentId } = await pay();
    const { credential } = await gateway.mutate("createWatchToken", { paymentId }, "credential");
    const client = gateway.client(credential);
    const query = "subscription ($id: ID) { paymentUpdated(id: $id) { event { actor { kind } } } }";
    const updates = client.iterate<Json>({ query, variables: { id: paymentId } });
    const { value } = await updates.next();
    expect(value).toEqual({ data: { paymentUpdated: { event: { actor: null } } } });
    await updates.return?.();
  });

  test("is not mixed up between requests that are written together", async () => {
    const credentials = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? undefined : seller.key,
    );
    const payments = await Promise.all(credentials.map((credential) => pay(credential)));
    const actors = await Promise.all(payments.map(({ id }) => actorsOf(id)));
    for (const [i, of] of actors.entries()) {
      const reference = keyIdOf(credentials[i] ?? demoCredentials.marketplace);
      expect(of.map((actor) => actor.reference)).toEqual([reference, reference]);
    }
  });

  test("is the provider where a notification leads to a look", async () => {
    const { id, providerPaymentId } = await pay(seller.key, "CONT");
    await gateway.simulator.control("POST", `/payments/${providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
    await eventually(async () => (await actorsOf(id)).length === 3);
    for (const credential of [undefined, seller.key, partner]) {
      const last = { kind: "PROVIDER", reference: "MERCADO_PAGO" };
      expect((await actorsOf(id, credential)).at(-1)).toEqual(last);
    }
  });

  test("is the gateway where it carries on by itself", async () => {
    const [match, times] = [{ method: "POST", path: "^/v1/payments$" }, 1];
    // Nothing was charged, so that no look finds anything: the payment is sent again.
    const fault = { match, effect: "drop-before", times };
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    await gateway.simulator.control("POST", "/faults", fault);
    const { id, status } = await pay(seller.key);
    expect(status).toBe("UNKNOWN");
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await actorsOf(id)).length === 3;
    });
    const [asked, lost, found] = await actorsOf(id, seller.key);
    expect([asked.kind, lost.kind]).toEqual(["SELLER", "SELLER"]);
    expect(found).toEqual({ kind: "GATEWAY", reference: "repair-unknown-outcomes" });
  });

  test("nothing is written where nobody is named", async () => {
    const { database: db, services } = gateway.app;
    const before = await db.read("SELECT COUNT(*) AS total FROM event");
    const row = await pay();
    const after = await db.read("SELECT COUNT(*) AS total FROM event");
    expect(Number(after[0]?.total)).toBe(Number(before[0]?.total) + 2);
    const draft = await services.events.find(row.id, 2);
    if (draft === undefined || draft.marketplaceId === null) throw new Error("no event");
    const { marketplaceId, seq: _, recordedAt: __, actor: ___, ...others } = draft;
    await expect(
      db.write((unit) =>
        services.events.append(unit, { ...others, marketplaceId, subjectVersion: 3 }),
      ),
    ).rejects.toThrow("nobody is named");
    expect(await db.read("SELECT COUNT(*) AS total FROM event")).toEqual(after);
  });
});
