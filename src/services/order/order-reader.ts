import type { Database } from "../../database/database";
import type { Row, SqlValue } from "../../database/statement";
import { marks, type Table } from "../../database/table";
import type { MarketplaceOrderId, SellerId } from "../../domain/ids";
import type { OrderStatus } from "../../domain/order-status";
import type { Scope } from "../../domain/principal";
import { type Provider, providers } from "../../domain/provider";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import {
  type IdPlace,
  type List,
  orderById,
  type Page,
  type PageRequest,
  readPage,
} from "../reading/list-page";
import { all, type Condition, paymentsInScope } from "../reading/scope-sql";

/** What a list of orders may be narrowed to. All given parts must hold. */
export interface OrderFilter {
  readonly statuses?: readonly OrderStatus[];
  /** Orders in which this seller has a cart. */
  readonly sellerId?: SellerId;
  readonly provider?: Provider;
  readonly externalReference?: string;
  readonly providerOrderId?: string;
}

/**
 * Reads orders within a scope: an order is in reach of who reaches one of its carts, and the carts are read in
 * scope as well, so that a seller sees its own and no other.
 */
export class OrderReader {
  readonly #orders: Table<MarketplaceOrderEntity>;
  readonly #payments: Table<PaymentEntity>;

  constructor(private readonly database: Database) {
    this.#orders = database.table(MarketplaceOrderEntity);
    this.#payments = database.table(PaymentEntity);
  }

  /** In the order of the ids; undefined where there is none in scope. */
  async byIds(
    scope: Scope,
    ids: readonly MarketplaceOrderId[],
  ): Promise<(MarketplaceOrderEntity | undefined)[]> {
    const where = all([ordersInScope(scope), { sql: `o.id IN (${marks(ids)})`, values: ids }]);
    const rows = await this.#select({ sql: `WHERE ${where.sql}`, values: where.values });
    return this.#orders.inOrder(ids, rows);
  }

  async byId(scope: Scope, id: MarketplaceOrderId): Promise<MarketplaceOrderEntity | undefined> {
    return (await this.byIds(scope, [id]))[0];
  }

  /** The newest order of the reference: callers may try again under one reference. */
  async byReference(scope: Scope, reference: string): Promise<MarketplaceOrderEntity | undefined> {
    const { sql, values } = all([
      ordersInScope(scope),
      ...conditionsOf(scope, { externalReference: reference }),
    ]);
    const rows = await this.#select({ sql: `WHERE ${sql} ORDER BY o.id DESC LIMIT 1`, values });
    return rows[0] && this.#orders.fromRow(rows[0]);
  }

  /** A page of the list, newest first. */
  page(
    scope: Scope,
    filter: OrderFilter,
    request: PageRequest<IdPlace<MarketplaceOrderId>>,
  ): Promise<Page<MarketplaceOrderEntity>> {
    const list: List<IdPlace> = {
      table: this.#orders.name,
      alias: "o",
      where: all([ordersInScope(scope), ...conditionsOf(scope, filter)]),
      statuses: filter.statuses,
      indexedByStatus: true,
      orderOf: (backward) => orderById("o", backward),
    };
    return readPage(list, request, async (rest) =>
      this.#orders.eachFromRow(await this.#select(rest)),
    );
  }

  #select({ sql, values }: Condition): Promise<Row[]> {
    return this.database.read(`SELECT o.* FROM marketplace_order o ${sql}`, values);
  }

  /** The carts' payments of several orders that the scope reaches, in the order of the carts. */
  async paymentsOf(
    scope: Scope,
    orderIds: readonly MarketplaceOrderId[],
  ): Promise<PaymentEntity[]> {
    const where = all([
      { sql: `p.order_id IN (${marks(orderIds)})`, values: orderIds },
      paymentsInScope(scope, "p"),
    ]);
    const rows = await this.database.read(
      `SELECT p.* FROM payment p WHERE ${where.sql} ORDER BY p.id`,
      where.values,
    );
    return this.#payments.readableRows(rows);
  }
}

function ordersInScope(scope: Scope): Condition {
  const tenant = { sql: "o.marketplace_id = ?", values: [scope.marketplaceId] };
  if (scope.sellerIds === "ALL" && scope.onlyPaymentId === undefined) return tenant;
  return all([tenant, hasCart(paymentsInScope(scope, cart))]);
}

/**
 * A cart's payment in a condition. The sign takes its columns from SQLite as ways to find it, and means nothing else:
 * for each order SQLite would go through all payments of the seller instead of the order's few.
 */
const cart = "+p";

/** Orders of which a cart's payment meets the condition. */
function hasCart({ sql, values }: Condition): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id AND ${sql})`,
    values,
  };
}

function conditionsOf(scope: Scope, filter: OrderFilter): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  if (filter.sellerId !== undefined) {
    // In scope as well: who else has a cart in its orders is no seller's business.
    const ofSeller = { sql: `${cart}.seller_id = ?`, values: [filter.sellerId] };
    conditions.push(hasCart(all([paymentsInScope(scope, cart), ofSeller])));
  }
  if (filter.provider !== undefined) add("o.provider = ?", filter.provider);
  if (filter.externalReference !== undefined) {
    add("o.external_reference = ?", filter.externalReference);
  }
  if (filter.providerOrderId !== undefined) {
    // All providers, so that the index, which begins with them, serves.
    add(
      `o.provider IN (${marks(providers)}) AND o.provider_order_id = ?`,
      ...providers,
      filter.providerOrderId,
    );
  }
  return conditions;
}
