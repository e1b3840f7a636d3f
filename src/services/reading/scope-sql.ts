import type { SqlValue } from "../../database/statement";
import { marks } from "../../database/table";
import type { Scope } from "../../domain/principal";

/** A condition and its values, to be put into a WHERE. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Sellers that the scope reaches, by the columns that every table of a seller's things has. */
export function sellersInScope(scope: Scope, column: string, marketplaceColumn: string): Condition {
  const tenant = { sql: `${marketplaceColumn} = ?`, values: [scope.marketplaceId] };
  if (scope.sellerIds === "ALL") return tenant;
  if (scope.sellerIds.length === 0) return { sql: "1 = 0", values: [] };
  return both(tenant, { sql: `${column} IN (${marks(scope.sellerIds)})`, values: scope.sellerIds });
}

/** Whatever else belongs to the sellers in reach; a watch token sees none of it. */
export function ownedInScope(scope: Scope, alias: string): Condition {
  if (scope.onlyPaymentId !== undefined) return { sql: "1 = 0", values: [] };
  return sellersInScope(scope, `${alias}.seller_id`, `${alias}.marketplace_id`);
}

/** Payments that the scope reaches. */
export function paymentsInScope(scope: Scope, alias: string): Condition {
  const sellers = sellersInScope(scope, `${alias}.seller_id`, `${alias}.marketplace_id`);
  if (scope.onlyPaymentId === undefined) return sellers;
  return both(sellers, { sql: `${alias}.id = ?`, values: [scope.onlyPaymentId] });
}

export function both(a: Condition, b: Condition): Condition {
  return { sql: `${a.sql} AND ${b.sql}`, values: [...a.values, ...b.values] };
}

/** All of the conditions; an empty list is true. */
export function all(conditions: readonly Condition[]): Condition {
  return conditions.reduce(both, { sql: "1 = 1", values: [] });
}
