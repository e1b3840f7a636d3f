import type { Database, SqlValue } from "../database/database";
import type { Table } from "../database/table";
import type { MarketplaceId, SellerId } from "../domain/ids";
import type { Scope } from "../domain/principal";
import type { Provider } from "../domain/provider";
import { pageSql } from "./list-page";
import { all, belongingsInScope, both, type Condition } from "./scope-sql";

/** What every kind of thing that is read here has. */
interface Belonging {
  readonly id: string;
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider: Provider;
  readonly status: string;
}

/** What a list may be narrowed to. All given parts must hold. A list by status needs an index of its table for it. */
export interface BelongingFilter<E extends Belonging> {
  readonly statuses?: readonly E["status"][];
  readonly sellerId?: SellerId;
  readonly provider?: Provider;
}

/** Reads a kind of thing that belongs to one seller, within a scope. Nothing else reads it for a caller. */
export class BelongingsReader<E extends Belonging> {
  readonly #table: Table<E>;

  constructor(
    private readonly database: Database,
    entity: new () => E,
  ) {
    this.#table = database.table(entity);
  }

  /** In the order of the ids; undefined where there is none in scope. */
  async byIds(scope: Scope, ids: readonly E["id"][]): Promise<(E | undefined)[]> {
    const marks = ids.map(() => "?").join(", ");
    const { sql, values } = both(belongingsInScope(scope, "t"), {
      sql: `t.id IN (${marks})`,
      values: ids,
    });
    const found = await this.#select({ sql: `WHERE ${sql}`, values });
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
  }

  async byId(scope: Scope, id: E["id"]): Promise<E | undefined> {
    return (await this.byIds(scope, [id]))[0];
  }

  /** Those before an id, newest first; one more than `limit` tells of further ones. */
  page(
    scope: Scope,
    filter: BelongingFilter<E>,
    before: E["id"] | undefined,
    limit: number,
  ): Promise<E[]> {
    const conditions = [belongingsInScope(scope, "t"), ...conditionsOf(filter)];
    if (before !== undefined) conditions.push({ sql: "t.id < ?", values: [before] });
    const list = {
      table: this.#table.name,
      alias: "t",
      where: all(conditions),
      statuses: filter.statuses,
      indexedByStatus: scope.sellerIds === "ALL",
    };
    return this.#select(pageSql(list, "t.id DESC", limit));
  }

  async #select({ sql, values }: Condition): Promise<E[]> {
    const rows = await this.database.read(`SELECT t.* FROM ${this.#table.name} t ${sql}`, values);
    return rows.map((row) => this.#table.fromRow(row));
  }
}

function conditionsOf<E extends Belonging>(filter: BelongingFilter<E>): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  if (filter.sellerId !== undefined) add("t.seller_id = ?", filter.sellerId);
  if (filter.provider !== undefined) add("t.provider = ?", filter.provider);
  return conditions;
}
