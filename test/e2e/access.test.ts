import matrix from "../golden/access-matrix.json";
import {
  documentOf,
  fieldOf,
  firstOf,
  inputs,
  queried,
  sightOf,
  type Variables,
  watched,
} from "../support/access-asks";
import { makeWaiting, type Waiting } from "../support/access-waiting";
import { type AccessWorld, type Asker, askers, makeAccessWorld } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing, lookAtNothing } from "../support/footprint";
import { fieldsOf, nodeTypes, selectionOf } from "../support/schema-walk";
import type { Json } from "../support/simulator";

/**
 * What each asker gets of each field; test/golden/access-matrix.json. "yes": a value. "null", "empty", "masked":
 * those. "hidden": the thing that has the field is null. "done": the mutation did it. Else the error's code.
 */
const { columns, ...tables } = matrix;
const wordsOf = (cells: string) => cells.split(/ +/);
const rowsOf = (table: keyof typeof tables): [string, string[]][] =>
  Object.entries(tables[table]).map(([name, cells]) => [name, wordsOf(cells)]);

describeEachDatabase("access", (database) => {
  let world: AccessWorld;
  let waiting: Waiting;
  beforeAll(async () => {
    world = await makeAccessWorld(database);
    waiting = await makeWaiting(world);
  });
  afterAll(() => world.stop());

  const askRoot = async (row: string, asker: Asker): Promise<string> => {
    const variables = queried[row]?.(world) ?? {};
    const document = documentOf(world, "query", row, variables);
    const answer = await world.gateway.query(document, variables, world.credentials[asker]);
    return sightOf(answer, (data) => data[fieldOf(row)]);
  };
  const watchRoot = async (row: string, asker: Asker): Promise<string> => {
    const variables = watched[row]?.(world) ?? {};
    const document = documentOf(world, "subscription", row, variables);
    const answer = await firstOf(world, document, variables, world.credentials[asker]);
    return sightOf(answer, (data) => data[fieldOf(row)]);
  };

  test("the matrix has a row for every query, mutation and subscription", () => {
    for (const root of ["Query", "Mutation", "Subscription"] as const) {
      const rows = new Set(rowsOf(root).map(([row]) => fieldOf(row)));
      expect([...rows].sort()).toEqual(
        fieldsOf(world.schema, root)
          .map(({ name }) => name)
          .sort(),
      );
    }
  });

  test("the matrix has a table for everything with an id, and a row for every field", () => {
    const fieldTables = Object.keys(tables).filter(
      (name) => !["Query", "Mutation", "Subscription"].includes(name),
    ) as (keyof typeof tables)[];
    expect(fieldTables).toEqual(expect.arrayContaining(nodeTypes(world.schema)));
    for (const table of fieldTables) {
      const fields = fieldsOf(world.schema, fieldOf(table)).map(({ name }) => name);
      expect([table, rowsOf(table).map(([row]) => row)]).toEqual([table, fields.sort()]);
    }
    expect(wordsOf(columns)).toEqual(askers);
  });

  test.each(rowsOf("Query"))("Query.%s answers as the matrix says", async (row, cells) => {
    const seen = [];
    for (const asker of askers) seen.push(await askRoot(row, asker));
    expect(seen).toEqual(cells);
  });

  test.each(rowsOf("Mutation"))("Mutation.%s does as the matrix says", async (row, cells) => {
    const act = async (asker: Asker) => {
      const input = given.get(asker);
      const document = documentOf(world, "mutation", row, { input });
      const answer = await world.gateway.query(document, { input }, world.credentials[asker]);
      return [asker, sightOf(answer, (data) => data[fieldOf(row)])];
    };
    const given = new Map<Asker, Variables | undefined>();
    const expected = askers.map((asker, index) => [asker, cells[index]] as const);
    for (const [asker, sight] of expected) {
      given.set(asker, await inputs[row]?.(world, asker));
      if (sight === "done") expect(await act(asker)).toEqual([asker, sight]);
    }
    const refused = expected.filter(([, sight]) => sight !== "done");
    // What was just done is looked at after some seconds, and would be taken for something that a refusal left.
    await lookAtNothing(world.gateway);
    await leavingNothing(world.gateway, async () => {
      for (const [asker, sight] of refused) expect(await act(asker)).toEqual([asker, sight]);
    });
  });

  test.each(rowsOf("Subscription"))(
    "Subscription.%s shows what the matrix says",
    async (row, cells) => {
      expect(await Promise.all(askers.map((asker) => watchRoot(row, asker)))).toEqual(cells);
    },
  );

  describe("of the fields of", () => {
    const idOf = (world: AccessWorld) => ({
      Payment: world.payment.id,
      Refund: world.refundId,
      MarketplaceOrder: world.order.id,
      Seller: world.seller.id,
      ProviderAccount: world.accountId,
      TestUser: world.testUserId,
      Event: world.eventId,
      "Event of an order": world.order.eventId,
      Payout: world.moves.payoutId,
      Transfer: world.moves.transferId,
      PointOrder: world.reader.orderId,
      "Event of an order at a card reader": world.reader.orderEventId,
      PointDevice: world.reader.deviceId,
      "Event of a card reader": world.reader.deviceEventId,
      SubscriptionPlan: world.subscriptions.planId,
      BillingSubscription: world.subscriptions.subscriptionId,
      "Event of a payout": world.moves.payoutEventId,
      "Event of a transfer": world.moves.transferEventId,
    });
    /** Things that have what those of the matrix have not, and watch tokens for them. */
    const othersWith = ({
      declined,
      order,
    }: AccessWorld): Record<string, Record<string, { id: string; watcher?: string }>> => ({
      Payment: {
        rejection: declined,
        pointOrder: declined,
        order: { id: order.paymentId, watcher: order.watcher },
        nextAction: waiting.payment,
        redirectUrl: waiting.payment,
      },
      MarketplaceOrder: { nextAction: waiting.order, redirectUrl: waiting.order },
    });
    const around = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    /** Of fields that cannot be asked without. */
    const argumentsTo: Record<string, string> = {
      balance: '(currency: "PLN")',
      operations: `(from: "${around[0]}", to: "${around[1]}", currency: "PLN")`,
    };
    const fieldText = (type: string, field: string) => {
      const found = fieldsOf(world.schema, type).find(({ name }) => name === field);
      if (found === undefined) throw new Error(`the schema has no ${type}.${field}`);
      return `${field}${argumentsTo[field] ?? ""} ${selectionOf(found.type)}`;
    };
    const askNode = async (table: keyof ReturnType<typeof idOf>, field: string, asker: Asker) => {
      const type = fieldOf(table);
      const other = othersWith(world)[table]?.[field];
      const id = other?.id ?? idOf(world)[table];
      const watcher = other?.watcher ?? world.credentials.watcher;
      const credential = asker === "watcher" ? watcher : world.credentials[asker];
      const document = `query ($id: ID!) { node(id: $id) { ... on ${type} { ${fieldText(type, field)} } } }`;
      const answer = await world.gateway.query(document, { id }, credential);
      return sightOf(answer, ({ node }) => node?.[field]);
    };
    const askOrder = async (type: "Cart" | "Buyer", field: string, asker: Asker) => {
      const { credentials, gateway, order } = world;
      const inside = type === "Cart" ? "carts" : "buyer";
      const document = `query ($id: ID!) { node(id: $id) { ... on MarketplaceOrder { ${inside} { ${fieldText(type, field)} } } } }`;
      const answer = await gateway.query(document, { id: order.id }, credentials[asker]);
      return sightOf(
        answer,
        ({ node }) => (type === "Cart" ? node?.carts[0] : node?.buyer)?.[field],
      );
    };
    const askPayer = async (type: "Payer" | "Identification", field: string, asker: Asker) => {
      const text = fieldText(type, field);
      const inside = type === "Payer" ? text : `identification { ${text} }`;
      const answer = await world.gateway.query(
        `query ($id: ID!) { payment(id: $id) { payer { ${inside} } } }`,
        { id: world.payment.id },
        world.credentials[asker],
      );
      return sightOf(answer, ({ payment }) => {
        const shown = type === "Payer" ? payment?.payer : payment?.payer?.identification;
        return shown?.[field];
      });
    };
    const askUpdate = async (
      row: keyof typeof watched,
      text: string,
      asker: Asker,
      read: (update: Json) => Json,
    ) => {
      const variables = watched[row]?.(world) ?? {};
      const whole = documentOf(world, "subscription", row, variables);
      const document = `${whole.slice(0, whole.lastIndexOf("{ cursor"))}{ ${text} } }`;
      const answer = await firstOf(world, document, variables, world.credentials[asker]);
      if (answer.errors?.[0].extensions.code === "NOT_FOUND") return "hidden";
      return sightOf(answer, (data) => read(data[row]));
    };
    const askViewer = async (field: string, asker: Asker) => {
      const document = `{ viewer { ${fieldText("Viewer", field)} } }`;
      const answer = await world.gateway.query(document, {}, world.credentials[asker]);
      return sightOf(answer, ({ viewer }) => viewer[field]);
    };
    const ask = (table: string, field: string, asker: Asker): Promise<string> => {
      switch (table) {
        case "PaymentUpdate":
          return askUpdate("paymentUpdated", fieldText(table, field), asker, (it) => it[field]);
        case "MarketplaceOrderUpdate": {
          const text = fieldText(table, field);
          return askUpdate("marketplaceOrderUpdated", text, asker, (it) => it[field]);
        }
        case "PayoutUpdate":
          return askUpdate("payoutUpdated", fieldText(table, field), asker, (it) => it[field]);
        case "PointDeviceUpdate": {
          const text = fieldText(table, field);
          return askUpdate("pointDeviceUpdated", text, asker, (it) => it[field]);
        }
        case "PointOrderUpdate": {
          const text = fieldText(table, field);
          return askUpdate("pointOrderUpdated", text, asker, (it) => it[field]);
        }
        case "SellerConnectionUpdate": {
          const text = fieldText(table, field);
          return askUpdate("sellerConnectionUpdated", text, asker, (it) => it[field]);
        }
        case "Event in an update": {
          const text = `event { ${fieldText("Event", field)} }`;
          return askUpdate("paymentUpdated", text, asker, ({ event }) => event[field]);
        }
        case "Payer":
        case "Identification":
          return askPayer(table, field, asker);
        case "Cart":
        case "Buyer":
          return askOrder(table, field, asker);
        case "Viewer":
          return askViewer(field, asker);
        default:
          return askNode(table as "Payment", field, asker);
      }
    };

    test.each([
      "Payment",
      "Payer",
      "Identification",
      "Refund",
      "MarketplaceOrder",
      "Cart",
      "Buyer",
      "Seller",
      "ProviderAccount",
      "TestUser",
      "Event",
      "Event in an update",
      "Event of an order",
      "Payout",
      "Transfer",
      "PointDevice",
      "PointOrder",
      "Event of an order at a card reader",
      "Event of a card reader",
      "SubscriptionPlan",
      "BillingSubscription",
      "Event of a payout",
      "Event of a transfer",
      "PaymentUpdate",
      "MarketplaceOrderUpdate",
      "PayoutUpdate",
      "PointDeviceUpdate",
      "PointOrderUpdate",
      "SellerConnectionUpdate",
      "Viewer",
    ] as const)("%s each asker sees what the matrix says", async (table) => {
      const seen: string[] = [];
      const expected: string[] = [];
      for (const [field, cells] of rowsOf(table)) {
        const shown = await Promise.all(askers.map((asker) => ask(table, field, asker)));
        seen.push(`${field}: ${shown.join(" ")}`);
        expected.push(`${field}: ${cells.join(" ")}`);
      }
      expect(seen).toEqual(expected);
    });
  });
});
