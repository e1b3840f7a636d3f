import { randomUUID } from "node:crypto";
import { type AccessWorld, type Asker, makeAccessWorld, pay, payer } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import type { Json } from "../support/simulator";

describeEachDatabase("privacy", (database) => {
  let world: AccessWorld;
  beforeAll(async () => {
    world = await makeAccessWorld(database);
  });
  afterAll(() => world.stop());

  describe("a partner is shown a payer that nobody recognises", () => {
    const fields = "payer { email firstName lastName identification { type number } }";
    const shown = {
      email: "a***@***",
      firstName: "A***",
      lastName: "P***",
      identification: { type: "DNI", number: "1***" },
    };
    const documents: [string, string, (data: Json) => Json][] = [
      ["a payment", `query ($id: ID!) { payment(id: $id) { ${fields} } }`, (data) => data.payment],
      [
        "a node",
        `query ($id: ID!) { node(id: $id) { ... on Payment { ${fields} } } }`,
        ({ node }) => node,
      ],
      [
        "a list",
        `{ payments(filter: { externalReference: "order-of-the-matrix" }) { edges { node { ${fields} } } } }`,
        ({ payments }) => payments.edges[0].node,
      ],
      [
        "a seller's list",
        `query ($seller: ID!) { seller(id: $seller) { payments(sort: CREATED_AT_ASC, first: 1) { edges { node { ${fields} } } } } }`,
        ({ seller }) => seller.payments.edges[0].node,
      ],
      [
        "a refund's payment",
        `query ($refund: ID!) { node(id: $refund) { ... on Refund { payment { ${fields} } } } }`,
        ({ node }) => node.payment,
      ],
      [
        "an event's subject",
        `query ($event: ID!) { node(id: $event) { ... on Event { subject { ... on Payment { ${fields} } } } } }`,
        ({ node }) => node.subject,
      ],
    ];

    test.each(documents)("in %s", async (_where, document, read) => {
      const { gateway, credentials, payment, seller, refundId, eventId } = world;
      const variables = { id: payment.id, seller: seller.id, refund: refundId, event: eventId };
      const seen = async (asker: Asker) =>
        read(await gateway.data(document, variables, credentials[asker])).payer;
      expect(await seen("partner")).toEqual(shown);
      expect(await seen("seller")).toEqual(payer);
      expect(await seen("marketplace")).toEqual(payer);
    });

    test("in live updates, also beside others who watch the same", async () => {
      const { gateway, credentials, seller } = world;
      const { id } = await pay(gateway, seller, { payer, capture: false });
      const { credential } = await gateway.mutate(
        "createWatchToken",
        { paymentId: id },
        "credential",
      );
      const query = `subscription ($id: ID) { paymentUpdated(id: $id) { payment { ${fields} } event { subject { ... on Payment { ${fields} } } } } }`;
      const watchers = [credentials.partner, credentials.seller, credential].map((key) =>
        gateway.client(key).iterate<Json>({ query, variables: { id } }),
      );
      const next = () =>
        Promise.all(
          watchers.map(async (watcher) => {
            const { paymentUpdated: update } = (await watcher.next()).value.data;
            return [update.payment.payer, update.event.subject.payer];
          }),
        );
      const expected = [
        [shown, shown],
        [payer, payer],
        [null, null],
      ];
      expect(await next()).toEqual(expected);
      const input = { idempotencyKey: randomUUID(), paymentId: id };
      await gateway.mutate("cancelPayment", input, "payment { id }");
      expect(await next()).toEqual(expected);
      for (const watcher of watchers) await watcher.return?.();
    });
  });

  describe("a second marketplace", () => {
    test("sees its own things and nothing of the first, also where both use one name", async () => {
      const { gateway, payment, credentials } = world;
      const key = credentials.stranger;
      const own = await gateway.connectSeller("MLA", key);
      const input = await gateway.cardPayment(own, { externalReference: payment.reference });
      const paid = await gateway.mutate("createPayment", input, "payment { id }", key);
      const lists = `query ($reference: String!) {
        sellers { edges { node { id } } }
        payments { edges { node { id seller { id } } } }
        payment(externalReference: $reference) { id }
      }`;
      const {
        sellers,
        payments,
        payment: found,
      } = await gateway.data(lists, { reference: payment.reference }, key);
      expect(payments.edges).toEqual([{ node: { id: paid.payment.id, seller: { id: own.id } } }]);
      expect(found).toEqual({ id: paid.payment.id });
      expect(sellers.edges).toContainEqual({ node: { id: own.id } });

      const ofFirst = await gateway.data(lists, { reference: payment.reference });
      expect(ofFirst.payment).toEqual({ id: payment.id });
      for (const list of [ofFirst.sellers, ofFirst.payments]) {
        expect(JSON.stringify(list)).not.toContain(own.id);
      }
    });

    test("pays neither to the first one's sellers nor through their accounts", async () => {
      const { gateway, seller, credentials } = world;
      const input = await gateway.cardPayment(seller);
      const answer = await leavingNothing(gateway, () =>
        gateway.mutate("createPayment", input, "payment { id }", credentials.stranger),
      );
      expect(answer).toMatchObject({
        payment: null,
        userErrors: [{ code: "NOT_FOUND", path: ["input", "sellerId"] }],
      });
    });

    test("has idempotency keys of its own", async () => {
      const { gateway, seller, credentials } = world;
      const key = credentials.stranger;
      const input = await gateway.cardPayment(seller);
      const first = await gateway.mutate("createPayment", input, "replayed payment { id }");
      const own = await gateway.connectSeller("MLA", key);
      const same = {
        ...(await gateway.cardPayment(own)),
        idempotencyKey: input.idempotencyKey,
      };
      const second = await gateway.mutate("createPayment", same, "replayed payment { id }", key);
      expect(second).toMatchObject({ replayed: false, userErrors: [] });
      expect(second.payment.id).not.toBe(first.payment.id);
    });
  });
});
