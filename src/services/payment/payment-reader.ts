import type { Database } from "../../database/database";
import type { Row, SqlValue } from "../../database/statement";
import { marks, type Table } from "../../database/table";
import { refuse } from "../../domain/errors";
import { isId, type PaymentId, type SellerId } from "../../domain/ids";
import { type Currency, maxMinor } from "../../domain/money";
import type { PaymentStatus } from "../../domain/payment-status";
import type { Scope } from "../../domain/principal";
import { type Provider, providers } from "../../domain/provider";
import { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import { SellerEntity } from "../../entities/seller.entity";
import { idsFrom } from "../../security/ids";
import {
  type IdPlace,
  type List,
  type Order,
  orderById,
  type Page,
  type PageRequest,
  readPage,
  readPlaces,
} from "../reading/list-page";
import { all, type Condition, paymentsInScope } from "../reading/scope-sql";

/** What a list of payments may be narrowed to. All given parts must hold. */
export interface PaymentFilter {
  readonly statuses?: readonly PaymentStatus[];
  readonly sellerId?: SellerId;
  readonly provider?: Provider;
  readonly currency?: Currency;
  readonly amountFrom?: bigint;
  readonly amountTo?: bigint;
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdTo?: Date;
  readonly externalReference?: string;
  /** Also that of the order at the provider that a payment is a cart of. */
  readonly providerPaymentId?: string;
}

export const paymentSorts = [
  "CREATED_AT_DESC",
  "CREATED_AT_ASC",
  "AMOUNT_DESC",
  "AMOUNT_ASC",
] as const;
export type PaymentSort = (typeof paymentSorts)[number];

/** What of a list's payments is read; all of it unless told. */
export interface Selection {
  /** Id and amount, which places in lists are made of, are read in any case. */
  readonly payment?: ReadonlySet<keyof PaymentEntity & string> | undefined;
  /** Reads the sellers along with their payments. */
  readonly seller?: ReadonlySet<keyof SellerEntity & string> | undefined;
}

/** A payment of a list. Of both, what was not selected is undefined. */
export interface ListedPayment {
  readonly payment: PaymentEntity;
  readonly seller: SellerEntity | undefined;
}

/** Reads payments within a scope. Nothing else reads them for a caller. */
export class PaymentReader {
  readonly #payments: Table<PaymentEntity>;
  readonly #sellers: Table<SellerEntity>;
  readonly #refunds: Table<RefundEntity>;

  constructor(private readonly database: Database) {
    this.#payments = database.table(PaymentEntity);
    this.#sellers = database.table(SellerEntity);
    this.#refunds = database.table(RefundEntity);
  }

  /** In the order of the ids; undefined where there is none in scope. */
  async byIds(scope: Scope, ids: readonly PaymentId[]): Promise<(PaymentEntity | undefined)[]> {
    const found = await this.#select(scope, {
      sql: `p.id IN (${marks(ids)})`,
      values: ids,
    });
    const byId = new Map(found.map((payment) => [payment.id, payment]));
    return ids.map((id) => byId.get(id));
  }

  async byId(scope: Scope, id: PaymentId): Promise<PaymentEntity | undefined> {
    return (await this.byIds(scope, [id]))[0];
  }

  /** The newest payment of the reference: callers may try again under one reference. */
  async byReference(scope: Scope, reference: string): Promise<PaymentEntity | undefined> {
    const condition = { sql: "p.external_reference = ?", values: [reference] };
    return (await this.#select(scope, condition, "ORDER BY p.id DESC LIMIT 1"))[0];
  }

  /** Refunds of several payments, oldest first. The payments were read in scope before. */
  async refundsOf(paymentIds: readonly PaymentId[]): Promise<RefundEntity[]> {
    const rows = await this.database.read(
      `SELECT * FROM refund WHERE payment_id IN (${marks(paymentIds)}) ORDER BY id`,
      paymentIds,
    );
    return this.#refunds.readableRows(rows);
  }

  /** Refunds by id, of payments in scope; undefined where there is none. */
  async refundsByIds(scope: Scope, ids: readonly string[]): Promise<(RefundEntity | undefined)[]> {
    const condition = paymentsInScope(scope, "p");
    const rows = await this.database.read(
      `SELECT r.* FROM refund r JOIN payment p ON p.id = r.payment_id
       WHERE r.id IN (${marks(ids)}) AND ${condition.sql}`,
      [...ids, ...condition.values],
    );
    return this.#refunds.inOrder(ids, rows);
  }

  /**
   * A page in a stable order: ids break ties.
   * @throws Refusal INVALID_INPUT for a page request that makes no sense, CURSOR_INVALID for another order's cursor.
   */
  async page(
    scope: Scope,
    filter: PaymentFilter,
    sort: PaymentSort,
    request: PageRequest,
    selection: Selection = {},
  ): Promise<Page<ListedPayment>> {
    const { providerPaymentId } = filter;
    const atProvider =
      providerPaymentId === undefined ? [] : [await this.#idsAtProvider(providerPaymentId)];
    const list: List<Place> = {
      table: this.#payments.name,
      alias: "p",
      where: all([paymentsInScope(scope, "p"), ...filterConditions(filter), ...atProvider]),
      statuses: filter.statuses,
      indexedByStatus: scope.sellerIds === "ALL" && !sortsByAmount(sort),
      orderOf: (backward) => orderOf(sort, backward),
    };
    const payment = this.#payments.columns(
      "p",
      selection.payment && new Set([...selection.payment, "id", "amountMinor"] as const),
    );
    const seller = selection.seller && this.#sellers.columns("s", selection.seller);
    const columns = [payment, seller].flatMap((shape) => shape?.sql || []).join(", ");
    const join = seller === undefined ? "" : "LEFT JOIN seller s ON s.id = p.seller_id";
    const placed = readPlaces(request, (cursor, argument) => readCursor(cursor, sort, argument));
    return readPage(list, placed, async ({ sql, values }) => {
      const rows = await this.database.read(
        `SELECT ${columns} FROM payment p ${join} ${sql}`,
        values,
      );
      return rows.map((row) =>
        this.#payments.orTell(() => ({ payment: payment.read(row), seller: seller?.read(row) })),
      );
    });
  }

  /**
   * The few payments that a provider knows by this id, whoever asks. Two reads by their indexes, which begin with the
   * provider: as one condition with "or", neither database would use them.
   */
  async #idsAtProvider(id: string): Promise<Condition> {
    const values = [...providers, id];
    const [own, carts] = await Promise.all([
      this.database.read(
        `SELECT id FROM payment WHERE provider IN (${marks(providers)}) AND provider_payment_id = ?`,
        values,
      ),
      this.database.read(
        `SELECT c.id FROM marketplace_order o JOIN payment c ON c.order_id = o.id WHERE o.provider IN (${marks(providers)}) AND o.provider_order_id = ?`,
        values,
      ),
    ]);
    const ids = [...own, ...carts].map((row) => String(row.id));
    return ids.length === 0 ? nothing : { sql: `p.id IN (${marks(ids)})`, values: ids };
  }

  async #select(scope: Scope, condition: Condition, tail = ""): Promise<PaymentEntity[]> {
    const where = all([paymentsInScope(scope, "p"), condition]);
    const rows: Row[] = await this.database.read(
      `SELECT p.* FROM payment p WHERE ${where.sql} ${tail}`,
      where.values,
    );
    return rows.map((row) => this.#payments.fromRow(row));
  }
}

const nothing: Condition = { sql: "1 = 0", values: [] };

/** The opaque place of a payment in a list with this order. */
export function pageCursor(payment: PaymentEntity, sort: PaymentSort): string {
  const place: Place = sortsByAmount(sort)
    ? { id: payment.id, amount: payment.amountMinor.toString() }
    : { id: payment.id };
  return Buffer.from(JSON.stringify([sort, place.id, place.amount])).toString("base64url");
}

interface Place extends IdPlace<PaymentId> {
  readonly amount?: string;
}

function readCursor(cursor: string, sort: PaymentSort, argument: "after" | "before"): Place {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const [order, id, amount]: unknown[] = Array.isArray(parts) ? parts : [];
    if (order === sort && typeof id === "string" && isId("Payment", id)) {
      if (!sortsByAmount(sort)) return { id };
      if (typeof amount === "string" && isMinor(amount)) return { id, amount };
    }
  } catch {
    // Falls through to the refusal.
  }
  throw refuse("CURSOR_INVALID", "this cursor is not from a list with this order", [argument]);
}

/** Whether an amount can be this: a larger number would be too much for SQLite. */
function isMinor(text: string): boolean {
  return /^\d{1,16}$/.test(text) && BigInt(text) <= maxMinor;
}

function sortsByAmount(sort: PaymentSort): boolean {
  return sort === "AMOUNT_ASC" || sort === "AMOUNT_DESC";
}

function orderOf(sort: PaymentSort, backward: boolean): Order<Place> {
  const isRising = (sort === "CREATED_AT_ASC" || sort === "AMOUNT_ASC") !== backward;
  const byId = orderById("p", isRising);
  if (!sortsByAmount(sort)) return byId;
  const [direction, sign] = isRising ? ["ASC", ">"] : ["DESC", "<"];
  return {
    sql: `p.amount_minor ${direction}, ${byId.sql}`,
    behind(place) {
      const amount = BigInt(place.amount ?? 0);
      const { sql, values } = byId.behind(place);
      return {
        sql: `(p.amount_minor ${sign} ? OR (p.amount_minor = ? AND ${sql}))`,
        values: [amount, amount, ...values],
      };
    },
  };
}

function filterConditions(filter: PaymentFilter): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  if (filter.sellerId !== undefined) add("p.seller_id = ?", filter.sellerId);
  if (filter.provider !== undefined) add("p.provider = ?", filter.provider);
  if (filter.currency !== undefined) add("p.currency = ?", filter.currency);
  if (filter.amountFrom !== undefined) add("p.amount_minor >= ?", filter.amountFrom);
  if (filter.amountTo !== undefined) add("p.amount_minor <= ?", filter.amountTo);
  // Ids begin with the time: the bound on the id lets the list's own index skip what is too old or too new.
  if (filter.createdFrom !== undefined) {
    add(
      "p.created_at >= ? AND p.id >= ?",
      filter.createdFrom.getTime(),
      idAround(filter.createdFrom, -1),
    );
  }
  if (filter.createdTo !== undefined) {
    add("p.created_at < ? AND p.id < ?", filter.createdTo.getTime(), idAround(filter.createdTo, 1));
  }
  if (filter.externalReference !== undefined) {
    add("p.external_reference = ?", filter.externalReference);
  }
  return conditions;
}

/** The smallest id of a payment made at this time, moved by whole minutes to be on the safe side. */
function idAround(time: Date, minutes: number): string {
  return idsFrom("Payment", new Date(time.getTime() + minutes * 60_000));
}
