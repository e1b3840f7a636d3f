import type { Pool, PoolConnection, PoolOptions, RowDataPacket } from "mysql2";
import { createPool } from "mysql2";
import { UnusableDatabaseError } from "./database";

/**
 * What the meaning of our texts hangs on, and a server may have set otherwise: by variable, what a session must have.
 * Values are as `SHOW VARIABLES` tells them.
 */
const wanted: Readonly<Record<string, string>> = {
  character_set_client: "utf8mb4",
  character_set_connection: "utf8mb4",
  character_set_results: "utf8mb4",
  collation_connection: "utf8mb4_bin",
  // Strict: text that is too long is a fault, and never cut.
  sql_mode: "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
  autocommit: "ON",
  completion_type: "NO_CHAIN",
  // In a zone with summer time, the database's own clock would be ambiguous for an hour.
  time_zone: "+00:00",
  sql_auto_is_null: "OFF",
  sql_big_selects: "ON",
  sql_safe_updates: "OFF",
  sql_select_limit: "18446744073709551615",
  // Of the two names, MariaDB 10 knows the first and MySQL the second.
  tx_isolation: "REPEATABLE-READ",
  transaction_isolation: "REPEATABLE-READ",
};

/** What a session is not asked whether it has: without it, it is slower and nothing else. */
const swifter =
  // MariaDB reads two whole indexes and sorts what both have, where one of them gives a page in order (seen in its
  // plan for a seller's page among 200,000 payments).
  "SET SESSION optimizer_switch = 'index_merge_intersection=off'";

/** Sets a session up and reads it back, in one round trip. Every server and `sql_mode` reads this text alike. */
const setUp = [
  `SET SESSION sql_mode = '${wanted.sql_mode}', NAMES utf8mb4 COLLATE utf8mb4_bin, ` +
    "SESSION autocommit = 1, SESSION completion_type = 0, SESSION time_zone = '+00:00', " +
    "SESSION sql_auto_is_null = 0, SESSION sql_big_selects = 1, SESSION sql_safe_updates = 0, " +
    `SESSION sql_select_limit = ${wanted.sql_select_limit}`,
  "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
  swifter,
  `SHOW SESSION VARIABLES WHERE Variable_name IN (${Object.keys(wanted)
    .map((name) => `'${name}'`)
    .join(", ")})`,
].join(";");

/**
 * mysql2 as TypeORM is to use it: nobody gets a connection of a pool before the session is as our texts need it, be it
 * for a payment or for a migration. A connection that cannot be set up so is destroyed.
 */
export const mysqlDriver = {
  createPool(options: PoolOptions): Pool {
    const pool = createPool(options);
    const ready = new WeakSet<PoolConnection>();
    const take = pool.getConnection.bind(pool);
    pool.getConnection = (callback) => {
      take((fault, connection) => {
        if (fault !== null || ready.has(connection)) return callback(fault, connection);
        connection.query<RowDataPacket[][]>(setUp, (refused, results) => {
          const fault = refused ?? unsuitable(results.at(-1) ?? []);
          if (fault === undefined) {
            ready.add(connection);
            return callback(null, connection);
          }
          connection.destroy();
          callback(fault, connection);
        });
      });
    };
    return pool;
  },
};

function unsuitable(rows: readonly RowDataPacket[]): UnusableDatabaseError | undefined {
  const found = new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
  for (const [name, value] of Object.entries(wanted)) {
    const given = found.get(name);
    if (given === undefined && name.endsWith("_isolation")) continue;
    if (given === undefined || sorted(given) !== sorted(value)) {
      return new UnusableDatabaseError(
        `the database server does not let a session have ${name} = ${value}; it has ${given ?? "no such variable"}`,
      );
    }
  }
  return undefined;
}

/** A mode is a list in an order of the server's own. */
function sorted(value: string): string {
  return value.split(",").sort().join();
}
