import { type Database, UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import { notFound, refuse } from "../../domain/errors";
import { type Ppm, ppmOfPercent } from "../../domain/fee-policy";
import type { IdFactory, ProviderAccountId, SellerId } from "../../domain/ids";
import { type Principal, rightsOf, type Scope, scopeOf } from "../../domain/principal";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { SellerEntity } from "../../entities/seller.entity";
import type { EventLog } from "../../events/event-log";
import type { KnownSellers } from "../accounts/provider-accounts";
import {
  type IdPlace,
  type List,
  orderById,
  type Page,
  type PageRequest,
  readPage,
} from "../reading/list-page";
import { sellersInScope } from "../reading/scope-sql";

export interface SellerInput {
  readonly reference: string;
  readonly name: string;
  /** Null, in a change, takes it away. */
  readonly email?: string | null;
  readonly country?: string | null;
  readonly applicationFeePercent?: string | null;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly events: EventLog;
  readonly knownSellers: KnownSellers;
}

/** The use cases of sellers. */
export class SellerService {
  readonly #sellers: Table<SellerEntity>;
  readonly #accounts: Table<ProviderAccountEntity>;

  constructor(private readonly deps: Dependencies) {
    this.#sellers = deps.database.table(SellerEntity);
    this.#accounts = deps.database.table(ProviderAccountEntity);
  }

  /** In the order of the ids; undefined where there is none in scope. */
  byIds(scope: Scope, ids: readonly SellerId[]): Promise<(SellerEntity | undefined)[]> {
    const condition = sellersInScope(scope, "id", "marketplace_id");
    return this.#sellers.byIds(this.deps.database, ids, condition);
  }

  async byReference(scope: Scope, reference: string): Promise<SellerEntity | undefined> {
    const condition = sellersInScope(scope, "id", "marketplace_id");
    const rows = await this.deps.database.read(
      `SELECT * FROM seller WHERE reference = ? AND ${condition.sql}`,
      [reference, ...condition.values],
    );
    return rows[0] === undefined ? undefined : this.#sellers.fromRow(rows[0]);
  }

  /** A page of sellers, oldest first. */
  page(scope: Scope, request: PageRequest<IdPlace<SellerId>>): Promise<Page<SellerEntity>> {
    const list: List<IdPlace> = {
      table: this.#sellers.name,
      alias: "s",
      where: sellersInScope(scope, "s.id", "s.marketplace_id"),
      orderOf: (backward) => orderById("s", !backward),
    };
    return readPage(list, request, async ({ sql, values }) => {
      const rows = await this.deps.database.read(`SELECT s.* FROM seller s ${sql}`, values);
      return this.#sellers.eachFromRow(rows);
    });
  }

  /** Provider accounts by id, within scope. */
  accountsByIds(
    scope: Scope,
    ids: readonly ProviderAccountId[],
  ): Promise<(ProviderAccountEntity | undefined)[]> {
    const condition = sellersInScope(scope, "seller_id", "marketplace_id");
    return this.#accounts.byIds(this.deps.database, ids, condition);
  }

  /** @throws Refusal FORBIDDEN, or INVALID_INPUT when the reference is taken. */
  async create(principal: Principal, input: SellerInput): Promise<SellerEntity> {
    assertMayManage(principal);
    const now = this.deps.clock.now();
    const seller: SellerEntity = {
      id: this.deps.ids.next("Seller"),
      marketplaceId: principal.marketplaceId,
      reference: input.reference,
      name: input.name,
      email: input.email ?? null,
      country: input.country ?? null,
      feePpm: readFeePercent(input.applicationFeePercent) ?? null,
      createdAt: now,
      updatedAt: now,
    };
    await this.#unlessTaken(() =>
      this.deps.database.write((unit) => {
        unit.change(this.#sellers.insert(seller));
        this.deps.events.openStream(unit, seller.id);
      }),
    );
    return seller;
  }

  /** Changes what is given. @throws Refusal FORBIDDEN, NOT_FOUND, or INVALID_INPUT when the reference is taken. */
  async update(
    principal: Principal,
    id: SellerId,
    input: Partial<SellerInput>,
  ): Promise<SellerEntity> {
    assertMayManage(principal);
    const [seller] = await this.byIds(scopeOf(principal), [id]);
    if (seller === undefined) throw notFound("seller", ["input", "id"]);
    const { applicationFeePercent, ...same } = input;
    const feePpm = readFeePercent(applicationFeePercent);
    const changes = {
      ...same,
      ...(feePpm === undefined ? {} : { feePpm }),
      updatedAt: this.deps.clock.now(),
    };
    await this.#unlessTaken(() =>
      this.deps.database.write((unit) => {
        unit.change(this.#sellers.update(changes, { id }, 1));
        unit.afterCommit(() => this.deps.knownSellers.forget(id));
      }),
    );
    return Object.assign(new SellerEntity(), seller, changes);
  }

  async #unlessTaken(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (fault) {
      if (!(fault instanceof UniqueViolationError)) throw fault;
      throw refuse("INVALID_INPUT", "another seller has this reference", ["input", "reference"]);
    }
  }
}

/** Undefined leaves it as it is, null takes it away. @throws Refusal INVALID_INPUT */
function readFeePercent(percent: string | null | undefined): Ppm | null | undefined {
  if (percent === undefined || percent === null) return percent;
  const ppm = ppmOfPercent(percent);
  if (ppm !== undefined) return ppm;
  throw refuse("INVALID_INPUT", "must be from 0 to 100, with at most four decimals", [
    "input",
    "applicationFeePercent",
  ]);
}

function assertMayManage(principal: Principal): void {
  if (!rightsOf(principal).manageSellers) {
    throw refuse("FORBIDDEN", "only the marketplace manages sellers");
  }
}
