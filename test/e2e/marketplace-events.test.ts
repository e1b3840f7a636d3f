import { randomUUID } from "node:crypto";
import { demoMarketplaceId } from "../../src/demo";
import type { SellerId } from "../../src/domain/ids";
import { foundMarketplace } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { appendAsJob, someEvent } from "../support/events";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { makeOrder, someBuyer } from "../support/orders";
import type { Json } from "../support/simulator";
import { closedByStop, refusalOf, type Watched, watch as watchWith } from "../support/watch";

const subscription = `subscription ($after: Cursor, $types: [EventType!], $sellerIds: [ID!]) {
  marketplaceEvents(after: $after, types: $types, sellerIds: $sellerIds) {
    cursor event { id cursor type subjectId to actor { kind } subject { id } }
  }
}`;
const page = `query ($after: Cursor, $first: Int, $types: [EventType!], $sellerIds: [ID!]) {
  events(after: $after, first: $first, types: $types, sellerIds: $sellerIds) {
    edges { cursor node { id type subjectId to } } pageInfo { endCursor hasNextPage hasPreviousPage }
  }
}`;

describeEachDatabase("marketplaceEvents and events", (database) => {
  let gateway: TestGateway;
  let a: ConnectedSeller;
  let b: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
    a = await gateway.connectSeller();
    b = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const watch = (variables: Record<string, unknown>, credential?: string) =>
    watchWith(gateway, subscription, variables, credential);
  const list = async (variables: Record<string, unknown>, credential?: string): Promise<Json> =>
    (await gateway.data(page, variables, credential)).events;
  const marketplaceCursor = async (credential?: string): Promise<string> =>
    (await gateway.data("{ viewer { marketplace { cursor } } }", {}, credential)).viewer.marketplace
      .cursor;
  const sellerCursor = async ({ id, key }: ConnectedSeller): Promise<string> =>
    (await gateway.data("query ($id: ID!) { seller(id: $id) { cursor } }", { id }, key)).seller
      .cursor;
  const pay = async (seller: ConnectedSeller): Promise<string> => {
    const input = await gateway.cardPayment(seller);
    const { payment, userErrors } = await gateway.mutate(
      "createPayment",
      input,
      "payment { id }",
      seller.key,
    );
    expect(userErrors).toEqual([]);
    return payment.id;
  };
  const refund = (paymentId: string) =>
    gateway.mutate("refundPayment", { idempotencyKey: randomUUID(), paymentId }, "refund { id }");
  const order = (sellers: readonly ConnectedSeller[]) =>
    Promise.all(
      sellers.map(async (seller) => ({
        sellerId: seller.id,
        products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
        cardToken: await seller.cardToken(),
        methodId: "visa",
      })),
    ).then((carts) =>
      makeOrder(gateway, {
        ...{ idempotencyKey: randomUUID(), provider: "MERCADO_PAGO", currency: "ARS" },
        ...{ description: "Two shops", buyer: someBuyer(), carts },
      }),
    );
  /** All that the list shows behind a cursor. */
  const all = async (variables: Record<string, unknown>, credential?: string): Promise<Json[]> => {
    const found: Json[] = [];
    let after = variables.after;
    for (;;) {
      const { edges, pageInfo } = await list({ ...variables, after, first: 7 }, credential);
      found.push(...edges);
      if (!pageInfo.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
  };
  const takeEvents = async (watched: Watched, count: number): Promise<Json[]> => {
    const seen: Json[] = [];
    while (seen.length < count) seen.push(await watched.next());
    return seen;
  };
  const partnerOf = async (...sellerIds: SellerId[]) =>
    (
      await gateway.app.services.access.issueKey(demoMarketplaceId, {
        role: "PARTNER",
        name: `partner ${randomUUID()}`,
        sellerIds,
      })
    ).credential;

  test("tell of payments of all sellers and of orders, live and in the list, each once and in one order", async () => {
    const after = await marketplaceCursor();
    const watched = watch({ after });
    const [ofA, ofB] = await Promise.all([pay(a), pay(b)]);
    await refund(ofA);
    const { id: orderId } = await order([a, b]);
    const listed = await all({ after });
    const seen = await takeEvents(watched, listed.length);
    expect(seen.map(({ cursor, event }) => [cursor, event.id])).toEqual(
      listed.map(({ cursor, node }) => [cursor, node.id]),
    );
    expect(new Set(listed.map(({ node }) => node.id)).size).toBe(listed.length);
    const subjects = new Set(listed.map(({ node }) => node.subjectId));
    expect([...subjects]).toEqual(expect.arrayContaining([ofA, ofB, orderId]));
    // Of one thing, in its own order.
    const ofOne = (id: string) =>
      listed.filter(({ node }) => node.subjectId === id).map(({ node }) => node.to);
    expect(ofOne(ofB)).toEqual(["PROCESSING", "APPROVED"]);
    expect(ofOne(orderId).at(-1)).toBe("COMPLETED");
    expect(seen.every(({ event }) => event.subject.id === event.subjectId)).toBe(true);
    watched.end();
  });

  test("miss nothing where the connection is lost before the first event was seen", async () => {
    const [after, ofSeller] = [await marketplaceCursor(), await sellerCursor(a)];
    const lost = [watch({ after }), watch({ after: ofSeller }, a.key)];
    // The sockets end without a word; nobody knows whether the subscriptions ever began.
    await Promise.all(
      lost.map(async ({ client }) => {
        await new Promise<void>((done) => client.on("connected", () => done()));
        client.terminate();
      }),
    );
    const id = await pay(a);
    for (const again of [watch({ after }), watch({ after: ofSeller }, a.key)]) {
      const seen = await takeEvents(again, 2);
      expect(seen.map(({ event }) => [event.subjectId, event.to])).toEqual([
        [id, "PROCESSING"],
        [id, "APPROVED"],
      ]);
      again.end();
    }
    // What was seen is not shown again.
    const [first] = await all({ after });
    expect((await all({ after: first?.cursor })).map(({ node }) => node.to)).toEqual(["APPROVED"]);
  });

  test("begin with what happens from now on, where no cursor is given", async () => {
    await pay(a);
    const watched = watch({});
    const first = watched.next();
    let seen: Json;
    void first.then((event) => {
      seen = event;
    });
    const later: string[] = [];
    while (seen === undefined) later.push(await pay(b));
    expect(later).toContain(seen.event.subjectId);
    watched.end();
  });

  test("are filtered by type and by seller; an order concerns whoever has a cart in it", async () => {
    const c = await gateway.connectSeller();
    const after = await marketplaceCursor();
    const ofC = await pay(c);
    const ofA = await pay(a);
    const both = await order([a, c]);
    const others = await order([a, b]);
    const subjects = (edges: Json[]) => new Set(edges.map(({ node }) => node.subjectId));
    const seen = subjects(await all({ after, sellerIds: [c.id] }));
    expect(seen.has(ofC) && seen.has(both.id)).toBe(true);
    expect(seen.has(ofA) || seen.has(others.id)).toBe(false);

    const types = ["PAYMENT_CREATED"];
    const created = await all({ after, types, sellerIds: [a.id, c.id] });
    expect(created.map(({ node }) => node.type)).toEqual(created.map(() => "PAYMENT_CREATED"));
    // One of their own each, and one in each order that they have a cart in.
    expect(created).toHaveLength(5);
    const watched = watch({ after, types, sellerIds: [c.id] });
    expect((await watched.next()).event.subjectId).toBe(ofC);
    watched.end();
  });

  test("show a seller its own log, and a partner that of the seller whom it names", async () => {
    const [after, marketplace] = [await sellerCursor(a), await marketplaceCursor()];
    const partner = await partnerOf(a.id, b.id);
    const ids = [await pay(a), await pay(b), await pay(a)];
    const { id: orderId } = await order([a, b]);
    const own = await all({ after }, a.key);
    expect(own.map(({ node }) => node.subjectId)).toEqual(expect.arrayContaining([ids[0], ids[2]]));
    expect(own.map(({ node }) => node.subjectId)).not.toContain(ids[1]);
    // The order is the marketplace's: a seller hears of its cart's payment.
    expect(own.map(({ node }) => node.subjectId)).not.toContain(orderId);
    const sellerIds = [a.id];
    expect(await all({ after, sellerIds }, partner)).toEqual(own);
    const watched = watch({ after, sellerIds }, partner);
    const [first] = await takeEvents(watched, 1);
    expect(first?.cursor).toBe(own[0]?.cursor);
    // A partner does not learn which key it was.
    expect(first?.event.actor).toEqual({ kind: "SELLER" });
    watched.end();

    const refused = async (variables: Json, credential: string) =>
      (await refusalOf(gateway, subscription, variables, credential))[0].extensions.code;
    expect(await refused({ sellerIds: [a.id, b.id] }, partner)).toBe("INVALID_INPUT");
    expect(await refused({}, partner)).toBe("INVALID_INPUT");
    expect(await refused({ after: marketplace }, a.key)).toBe("CURSOR_INVALID");
    expect(await refused({ sellerIds: [b.id] }, a.key)).toBe("NOT_FOUND");
  });

  test("refuse filters that name nothing, or nothing that may be seen, and cursors of other streams", async () => {
    const stranger = await foundMarketplace(gateway, 7);
    const strange = await gateway.connectSeller("MLA", stranger);
    const codeOf = async (variables: Json, credential?: string) => {
      const { errors } = await gateway.query(page, variables, credential);
      return errors?.[0].extensions.code;
    };
    expect(await codeOf({ types: [] })).toBe("INVALID_INPUT");
    expect(await codeOf({ sellerIds: [] })).toBe("INVALID_INPUT");
    expect(await codeOf({ sellerIds: [a.id, strange.id] })).toBe("NOT_FOUND");
    expect(await codeOf({ sellerIds: [demoMarketplaceId] })).toBe("WRONG_ID_KIND");
    expect(await codeOf({ sellerIds: Array(501).fill(a.id) })).toBe("INVALID_INPUT");
    expect(await codeOf({ after: await sellerCursor(a) })).toBe("CURSOR_INVALID");
    expect(await codeOf({ after: await marketplaceCursor(stranger) })).toBe("CURSOR_INVALID");
    expect(await codeOf({ first: 101 })).toBe("INVALID_INPUT");
    // Nobody sees across two marketplaces.
    const after = await marketplaceCursor();
    await pay(strange);
    expect(await all({ after })).toEqual([]);
    expect((await all({}, stranger)).map(({ node }) => node.to)).toEqual([
      "PROCESSING",
      "APPROVED",
    ]);
  });

  test("go on over a restart of the server, with the cursor that was seen last", async () => {
    const after = await marketplaceCursor();
    const watched = watch({ after });
    const id = await pay(a);
    const [first] = await takeEvents(watched, 2);
    expect(await closedByStop(gateway, watched)).toBe(1001);
    await gateway.startApp();
    const resumed = watch({ after: first?.cursor });
    expect((await resumed.next()).event).toMatchObject({ subjectId: id, to: "APPROVED" });
    const [live, paid] = [resumed.next(), await pay(b)];
    expect((await live).event).toMatchObject({ subjectId: paid, to: "PROCESSING" });
    resumed.end();
  });

  test("reach one subscriber from 1,000 sellers", async () => {
    const { database: db, services } = gateway.app;
    const marketplace = await services.access.authenticate(await foundMarketplace(gateway, 9));
    const key = (await services.access.issueKey(marketplace.marketplaceId, { role: "MARKETPLACE" }))
      .credential;
    const ready = await gateway.connectSeller("MLA", key);
    // All sellers but one have nothing but their logs, in which events are written as any unit writes them.
    const ids = Array.from(
      { length: 999 },
      (_, at) => `sel_${String(at).padStart(26, "0")}` as SellerId,
    );
    const now = Date.now();
    await db.write((unit) => {
      for (const id of ids) {
        unit.change({
          sql: "INSERT INTO seller (id, marketplace_id, reference, name, created_at, updated_at) VALUES (?, ?, ?, 'Shop', ?, ?)",
          values: [id, marketplace.marketplaceId, id, now, now],
        });
        services.events.openStream(unit, id);
      }
    });
    const after = await marketplaceCursor(key);
    const watched = watchWith(
      gateway,
      "subscription ($after: Cursor) { marketplaceEvents(after: $after) { cursor event { subjectId } } }",
      { after },
      key,
    );
    await Promise.all(
      ids.map((streamId) =>
        db.write((unit) =>
          appendAsJob(services.events, unit, {
            ...someEvent(streamId, streamId.replace("sel", "pay")),
            marketplaceId: marketplace.marketplaceId,
          }),
        ),
      ),
    );
    const seen = await takeEvents(watched, ids.length);
    expect(new Set(seen.map(({ event }) => event.subjectId)).size).toBe(ids.length);
    const input = await gateway.cardPayment(ready);
    const { payment } = await gateway.mutate("createPayment", input, "payment { id }", key);
    const [created] = await takeEvents(watched, 1);
    expect(created?.event.subjectId).toBe(payment.id);
    watched.end();
  });
});
