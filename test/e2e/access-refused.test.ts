import matrix from "../golden/access-matrix.json";
import {
  documentOf,
  fieldOf,
  firstOf,
  inputs,
  queried,
  type Variables,
  watched,
} from "../support/access-asks";
import {
  type AccessWorld,
  type Asker,
  badCredentials,
  makeAccessWorld,
  outsiders,
} from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";

describeEachDatabase("refused access", (database) => {
  let world: AccessWorld;
  beforeAll(async () => {
    world = await makeAccessWorld(database);
  });
  afterAll(() => world.stop());

  describe("without a good credential", () => {
    const refused = { code: "UNAUTHENTICATED", retryable: false };

    test.each(Object.keys({ ...matrix.Query, ...matrix.Mutation }))(
      "%s is refused",
      async (row) => {
        const isQuery = row in matrix.Query;
        const variables = isQuery
          ? (queried[row]?.(world) ?? {})
          : { input: await inputs[row]?.(world, "stranger") };
        const document = documentOf(world, isQuery ? "query" : "mutation", row, variables);
        await leavingNothing(world.gateway, async () => {
          for (const name of badCredentials) {
            const answer = await world.gateway.query(document, variables, world.bad[name]);
            expect([name, answer.status, answer.data]).toEqual([name, 401, undefined]);
            expect(answer.errors).toEqual([{ message: expect.any(String), extensions: refused }]);
          }
        });
      },
    );

    test("it is not told whether one was revoked, has expired or never was", async () => {
      const texts = await Promise.all(
        (["revokedKey", "expiredToken", "unknownKey"] as const).map(async (name) =>
          (await world.gateway.post({ query: "{ viewer { role } }" }, world.bad[name])).text(),
        ),
      );
      expect(new Set(texts).size).toBe(1);
    });

    const watch = "subscription ($id: ID) { paymentUpdated(id: $id) { status } }";
    test.each(badCredentials.filter((name) => name !== "nothing"))(
      "a socket is closed with 4403: %s",
      async (name) => {
        const answer = await firstOf(world, watch, { id: world.payment.id }, world.bad[name]);
        expect(answer).toEqual({ closed: 4403 });
      },
    );

    test("a socket without a credential, as explorers open it, shows nothing", async () => {
      const answer = await firstOf(world, watch, { id: world.payment.id }, world.bad.nothing);
      expect(answer).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    });
  });

  describe("to what is not there, and to what is somebody else's, is answered alike", () => {
    /** Ids and references of the same form, of nothing; different ones stay different. */
    const ofNothing = <T>(value: T): T => {
      const text = JSON.stringify(value)
        .replace(
          // What differs stays different: a document may name several.
          /(pay|sel|ref|acc|key|tus|ord|pyo|trf|inb)_[0-9A-Z]{22}([0-9A-Z]{4})/g,
          "$1_7ZZZZZZZZZZZZZZZZZZZZZ$2",
        )
        .replace(world.payment.reference, "no-such-order")
        .replace(world.order.reference, "no-such-order")
        .replace(/"shop\d+"/, '"no-such-shop"');
      return JSON.parse(text);
    };
    /** All of an answer that a client can see, but for the time and the request's own id. */
    const bytesOf = async (document: string, variables: Variables, asker: Asker) => {
      const body = { query: document, variables };
      const response = await world.gateway.post(body, world.credentials[asker]);
      const headers = Object.fromEntries(response.headers);
      return {
        status: response.status,
        text: await response.text(),
        headers: { ...headers, date: "", "x-request-id": "" },
      };
    };

    test.each(Object.keys(queried))("Query.%s", async (row) => {
      const variables = queried[row]?.(world) ?? {};
      const document = documentOf(world, "query", row, variables);
      // What a page is there for.
      const isForPages = /^(cardIssuers|documentTypes|installmentPlans|paymentMethods)/.test(row);
      for (const asker of outsiders.filter((each) => each !== "page" || !isForPages)) {
        expect(await bytesOf(document, variables, asker)).toEqual(
          await bytesOf(document, ofNothing(variables), asker),
        );
      }
    });

    test("Query.node and Query.nodes, of every kind of thing", async () => {
      const { payment, order, refundId, seller, accountId, testUserId, eventId, moves } = world;
      const { subscriptions } = world;
      const ofOrder = [order.id, order.paymentId, order.refundId, order.eventId];
      const ids = [
        ...[payment.id, refundId, seller.id, accountId, testUserId, eventId],
        ...[...ofOrder, ...Object.values(moves), ...Object.values(subscriptions)],
      ];
      for (const asker of outsiders) {
        const one = "query ($id: ID!) { node(id: $id) { __typename id } }";
        for (const id of ids) {
          const foreign = await bytesOf(one, { id }, asker);
          expect(foreign.text).toBe('{"data":{"node":null}}\n');
          expect(foreign).toEqual(await bytesOf(one, { id: ofNothing(id) }, asker));
        }
        const all = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        expect(await bytesOf(all, { ids }, asker)).toEqual(
          await bytesOf(all, { ids: ofNothing(ids) }, asker),
        );
      }
    });

    const aboutNothing = ["createSeller", "createTestUser"];
    const aboutThings = Object.keys(inputs).filter((row) => !aboutNothing.includes(row));
    test.each(aboutThings)("Mutation.%s", async (row) => {
      const input = (await inputs[row]?.(world, "stranger")) ?? {};
      const document = documentOf(world, "mutation", row, { input });
      await leavingNothing(world.gateway, async () => {
        for (const asker of outsiders) {
          expect(await bytesOf(document, { input }, asker)).toEqual(
            await bytesOf(document, { input: ofNothing(input) }, asker),
          );
        }
      });
    });

    test.each([
      "paymentUpdated",
      "paymentUpdated of a seller",
      "marketplaceOrderUpdated",
      "marketplaceOrderUpdated of a seller",
    ])("Subscription.%s", async (row) => {
      const variables = watched[row]?.(world) ?? {};
      const document = documentOf(world, "subscription", row, variables);
      for (const asker of outsiders) {
        const credential = world.credentials[asker];
        const foreign = await firstOf(world, document, variables, credential);
        expect(foreign.errors).toEqual([expect.objectContaining({ path: [fieldOf(row)] })]);
        expect(foreign).toEqual(await firstOf(world, document, ofNothing(variables), credential));
      }
    });
  });
});
