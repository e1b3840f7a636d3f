import type { Database } from "../../database/database";
import type { Row, SqlValue } from "../../database/statement";
import { marks, type Table } from "../../database/table";
import type { MarketplaceId, SellerId } from "../../domain/ids";
import type { Scope } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import {
  type IdPlace,
  type List,
  orderById,
  type Page,
  type PageRequest,
  readPage,
} from "./list-page";
import { all, both, type Condition, ownedInScope } from "./scope-sql";

/** What every kind of thing that is read here has. */
interface Owned {
  readonly id: string;
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider: Provider;
  readonly status: string;
}

/** What a list may be narrowed to. All given parts must hold. A list by status needs an index of its table for it. */
export interface OwnedFilter<E extends Owned> {
  readonly statuses?: readonly E["status"][];
  readonly sellerId?: SellerId;
  readonly provider?: Provider;
  /** Columns, and what they must have. */
  readonly equal?: Partial<E>;
  readonly others?: readonly Condition[];
}

/** Reads a kind of thing that belongs to one seller, within a scope. Nothing else reads it for a caller. */
export class OwnedReader<E extends Owned> {
  readonly #table: Table<E>;

  constructor(
    private readonly database: Database,
    entity: new () => E,
  ) {
    this.#table = database.table(entity);
  }

  /** In the order of the ids; undefined where there is none in scope. */
  async byIds(scope: Scope, ids: readonly E["id"][]): Promise<(E | undefined)[]> {
    const ofIds = { sql: `t.id IN (${marks(ids)})`, values: ids };
    const { sql, values } = both(ownedInScope(scope, "t"), ofIds);
    const rows = await this.#select({ sql: `WHERE ${sql}`, values });
    return this.#table.inOrder(ids, rows);
  }

  async byId(scope: Scope, id: E["id"]): Promise<E | undefined> {
    return (await this.byIds(scope, [id]))[0];
  }

  /** A page of the list, newest first. */
  page(
    scope: Scope,
    filter: OwnedFilter<E>,
    request: PageRequest<IdPlace<E["id"]>>,
  ): Promise<Page<E>> {
    const list: List<IdPlace> = {
      table: this.#table.name,
      alias: "t",
      where: all([ownedInScope(scope, "t"), ...this.#conditionsOf(filter)]),
      statuses: filter.statuses,
      indexedByStatus: scope.sellerIds === "ALL",
      orderOf: (backward) => orderById("t", backward),
    };
    return readPage(list, request, async (rest) =>
      this.#table.eachFromRow(await this.#select(rest)),
    );
  }

  #select({ sql, values }: Condition): Promise<Row[]> {
    return this.database.read(`SELECT t.* FROM ${this.#table.name} t ${sql}`, values);
  }

  #conditionsOf({ sellerId, provider, equal = {}, others = [] }: OwnedFilter<E>): Condition[] {
    const conditions: Condition[] = [];
    const add = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
    if (sellerId !== undefined) add("t.seller_id = ?", sellerId);
    if (provider !== undefined) add("t.provider = ?", provider);
    if (Object.keys(equal).length > 0) conditions.push(this.#table.where(equal, "t"));
    return [...conditions, ...others];
  }
}
