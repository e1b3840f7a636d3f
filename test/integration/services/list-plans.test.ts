import "reflect-metadata";
import type { Database } from "../../../src/database/database";
import { jointTexts } from "../../../src/database/mysql-joint";
import type { Row, SqlValue, Statement } from "../../../src/database/statement";
import { systemClock } from "../../../src/domain/clock";
import type { Scope } from "../../../src/domain/principal";
import { MarketplaceOrderEntity } from "../../../src/entities/marketplace-order.entity";
import { PaymentEntity } from "../../../src/entities/payment.entity";
import { PayoutEntity } from "../../../src/entities/payout.entity";
import { OrderReader } from "../../../src/services/order/order-reader";
import { addingUnlessTwin } from "../../../src/services/payment/near-identical";
import { PaymentReader } from "../../../src/services/payment/payment-reader";
import { OwnedReader } from "../../../src/services/reading/owned-reader";
import { describeEachDatabase } from "../../support/databases";
import { useDatabase } from "../../support/open-database";
import { anId, anOrder, aPayment, aPayout } from "../../unit/resolvers/fixtures";

const scope: Scope = { marketplaceId: anId("Marketplace"), sellerIds: "ALL" };
const rowCount = 3000;

/** Two statuses are rare, and the rows that have them lie apart. */
function statusOf<S>(number: number, common: S): S | "FAILED" | "UNKNOWN" {
  if (number % 500 === 100) return "FAILED";
  return number % 500 === 101 ? "UNKNOWN" : common;
}

/** The newest first, as every list here is. */
const numbersOf = (...ends: number[]) =>
  Array.from({ length: rowCount }, (_, i) => rowCount - 1 - i).filter((number) =>
    ends.includes(number % 500),
  );

describeEachDatabase("the plan of a list", (kind) => {
  let database: Database;
  useDatabase(kind, async (opened) => {
    database = opened;
    const [payments, orders, payouts] = [
      database.table(PaymentEntity),
      database.table(MarketplaceOrderEntity),
      database.table(PayoutEntity),
    ];
    for (let from = 0; from < rowCount; from += 500) {
      const numbers = Array.from({ length: 500 }, (_, i) => from + i);
      await database.write((unit) => {
        const ofEach = <E extends object>(make: (number: number, providerId: string) => E) =>
          numbers.map((number) => make(number, `p-${number}`));
        const rows = ofEach((number, providerPaymentId) =>
          aPayment({
            id: anId("Payment", number),
            orderId: anId("MarketplaceOrder", number),
            sellerId: anId("Seller", number % 50 === 7 ? 7 : 0),
            providerPaymentId,
            fingerprint: `f-${number}`,
            status: statusOf(number, "APPROVED"),
          }),
        );
        unit.change(payments.insertAll(rows));
        const ordered = ofEach((number, providerOrderId) =>
          anOrder({
            id: anId("MarketplaceOrder", number),
            providerOrderId,
            status: statusOf(number, "COMPLETED"),
          }),
        );
        unit.change(orders.insertAll(ordered));
        const paidOut = ofEach((number, providerPayoutId) =>
          aPayout({
            id: anId("Payout", number),
            providerPayoutId,
            status: statusOf(number, "PAID"),
          }),
        );
        unit.change(payouts.insertAll(paidOut));
      });
    }
    if (database.kind === "mysql") {
      await database.read("ANALYZE TABLE payment, marketplace_order, payout");
    }
  });

  /** What `act` reads, and by which indexes the one statement that it takes finds the rows of `alias`. */
  const watch = async <T>(alias: string, act: () => Promise<T>) => {
    const statements: (readonly [string, readonly SqlValue[]])[] = [];
    const { read } = database;
    database.read = (sql, values = [], ...rest) => {
      statements.push([sql, values]);
      return read.call(database, sql, values, ...rest);
    };
    let found: T;
    try {
      found = await act();
    } finally {
      database.read = read;
    }
    expect(statements).toHaveLength(1);
    const [sql, values] = statements[0] as (typeof statements)[0];
    // MySQL 9 would draw a tree.
    const explain =
      database.kind === "sqlite" ? "EXPLAIN QUERY PLAN" : "EXPLAIN FORMAT=TRADITIONAL";
    const steps = await database.read(`${explain} ${sql}`, values);
    return { found, indexes: steps.flatMap((step) => indexOf(step, alias)).sort() };
  };
  const numberOf = ({ id }: { readonly id: string }) => Number(id.split("_")[1]);

  const rare = ["UNKNOWN", "FAILED"] as const;
  /** The rows of each status by the index, and those of the page by their ids. */
  const eachStatusBy = (index: string) => ["PRIMARY", index, index];

  test("of payments by statuses reads each status through the index", async () => {
    const reader = new PaymentReader(database);
    const page = (statuses: readonly (typeof rare)[number][]) =>
      watch("p", () => reader.page(scope, { statuses }, "CREATED_AT_DESC", { first: 10 }));
    const two = await page(rare);
    expect(two.indexes).toEqual(eachStatusBy("payment_by_status"));
    expect(two.found.items.map(({ payment }) => numberOf(payment))).toEqual(
      numbersOf(100, 101).slice(0, 10),
    );
    const one = await page(["FAILED"]);
    expect(one.indexes).toEqual(["payment_by_status"]);
    expect(one.found.items.map(({ payment }) => numberOf(payment))).toEqual(numbersOf(100));
  });

  test("of a seller's payments reads one index, in its order", async () => {
    const reader = new PaymentReader(database);
    const { found, indexes } = await watch("p", () =>
      reader.page(scope, { sellerId: anId("Seller", 7) }, "CREATED_AT_DESC", { first: 10 }),
    );
    expect(indexes).toEqual(["payment_of_seller"]);
    expect(found.items.map(({ payment }) => numberOf(payment) % 50)).toEqual(Array(10).fill(7));
  });

  test("of orders by statuses reads each status through the index", async () => {
    const reader = new OrderReader(database);
    const page = (statuses: readonly (typeof rare)[number][]) =>
      watch("o", () => reader.page(scope, { statuses }, { first: 10 }));
    const two = await page(rare);
    expect(two.indexes).toEqual(eachStatusBy("marketplace_order_by_status"));
    expect(two.found.items.map(numberOf)).toEqual(numbersOf(100, 101).slice(0, 10));
    const one = await page(["FAILED"]);
    expect(one.indexes).toEqual(["marketplace_order_by_status"]);
    expect(one.found.items.map(numberOf)).toEqual(numbersOf(100));
  });

  test("of payouts by statuses reads each status through the index", async () => {
    const reader = new OwnedReader(database, PayoutEntity);
    const page = (statuses: readonly (typeof rare)[number][]) =>
      watch("t", () => reader.page(scope, { statuses }, { first: 10 }));
    const two = await page(rare);
    expect(two.indexes).toEqual(eachStatusBy("payout_by_status"));
    expect(two.found.items.map(numberOf)).toEqual(numbersOf(100, 101).slice(0, 10));
    const one = await page(["FAILED"]);
    expect(one.indexes).toEqual(["payout_by_status"]);
    expect(one.found.items.map(numberOf)).toEqual(numbersOf(100));
  });

  test("of a seller's orders looks at each order's carts, not at the seller's payments", async () => {
    const reader = new OrderReader(database);
    const sellerId = anId("Seller");
    const { found, indexes } = await watch("p", () =>
      reader.page({ ...scope, sellerIds: [sellerId] }, { sellerId }, { first: 10 }),
    );
    // MySQL knows how many there are and chooses for itself.
    if (database.kind === "sqlite")
      expect(indexes).toEqual(["payment_of_order", "payment_of_order"]);
    expect(found.items.map(numberOf)).toEqual(
      Array.from({ length: 10 }, (_, i) => rowCount - 1 - i),
    );
  });

  test("of near-identical payments goes by fingerprints, for a group of payments too", async () => {
    const add = addingUnlessTwin(database, ["cc_rejected_high_risk"], systemClock);
    const statements: Statement[] = [];
    const change = (statement: Statement) => {
      if (statement.expectNone) statements.push(statement);
    };
    for (let number = 0; number < 16; number++) {
      add({ change }, aPayment({ id: anId("Payment", number), fingerprint: `f-${number}` }));
    }
    const [first] = statements;
    const { indexes } = await watch("payment", () =>
      database.read(first?.sql ?? "", first?.values ?? []),
    );
    expect(indexes).toEqual(["payment_twin"]);
    if (database.kind === "sqlite") return;
    const [text = ""] = jointTexts(statements.map((statement) => [statement]));
    const query = /EXISTS\((.*)\)$/s.exec(text)?.[1] ?? "";
    const group = await watch("payment", () => database.read(query));
    expect(group.indexes).toEqual(["payment_twin"]);
  });
});

/** The index by which a step of a plan finds rows of this alias; none for a step that does something else. */
function indexOf({ detail, table, type, key }: Row, alias: string): string[] {
  if (detail === undefined) {
    if (table !== alias) return [];
    return [type === "ALL" || type === "index" ? `all of ${key}` : String(key)];
  }
  const [, verb, of, index] = /^(SEARCH|SCAN) (\w+)(?:.*INDEX (\w+))?/.exec(String(detail)) ?? [];
  if (of !== alias) return [];
  if (verb === "SCAN") return [`all of ${index}`];
  return [index?.startsWith("sqlite_autoindex") ? "PRIMARY" : String(index)];
}
