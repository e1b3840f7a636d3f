import {
  createPool,
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type RowDataPacket,
} from "mysql2";
import { UnusableDatabaseError } from "./database";
import { query } from "./mysql-connection";

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

/** How long a session may take over things. */
export interface SessionLimits {
  /** To wait for a row or a table that somebody else holds. */
  readonly lockWaitSeconds: number;
  /** To run one statement; none where left out. MySQL knows such a limit for reads alone. */
  readonly statementSeconds?: number;
}

/**
 * For what callers wait for. Whoever comes to such a limit has changed nothing, and is told to try again; only a
 * server that says nothing at all leaves open what it did.
 */
export const servingLimits = {
  lockWaitSeconds: 5,
  statementSeconds: 10,
} as const satisfies SessionLimits;

/** For migrations: to copy a large table takes as long as it does, and whoever reads it is not to be waited for always. */
export const migratingLimits: SessionLimits = { lockWaitSeconds: 60 };

/** For readiness, which is asked every few seconds. */
export const beatingLimits: SessionLimits = { lockWaitSeconds: 1, statementSeconds: 1 };

/** The same for rows and for tables. */
export function lockWait(seconds: number): string {
  return `SET SESSION innodb_lock_wait_timeout = ${seconds}, SESSION lock_wait_timeout = ${seconds}`;
}

/** Sets a session up and reads it back, in one round trip. Every server and `sql_mode` reads this text alike. */
function setUp({ lockWaitSeconds, statementSeconds = 0 }: SessionLimits): string {
  return [
    `SET SESSION sql_mode = '${wanted.sql_mode}', NAMES utf8mb4 COLLATE utf8mb4_bin, ` +
      "SESSION autocommit = 1, SESSION completion_type = 0, SESSION time_zone = '+00:00', " +
      "SESSION sql_auto_is_null = 0, SESSION sql_big_selects = 1, SESSION sql_safe_updates = 0, " +
      `SESSION sql_select_limit = ${wanted.sql_select_limit}` +
      // MariaDB alone reads what stands in the first kind of comment, and MySQL 8 in the second.
      ` /*M!, SESSION max_statement_time = ${statementSeconds} */` +
      ` /*!80000 , SESSION max_execution_time = ${statementSeconds * 1_000} */`,
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    lockWait(lockWaitSeconds),
    // MariaDB reads two whole indexes and sorts what both have, where one of them gives a page in order (seen in its
    // plan for a seller's page among 200,000 payments). Without it a session is slower, and nothing else.
    "SET SESSION optimizer_switch = 'index_merge_intersection=off'",
    `SHOW SESSION VARIABLES WHERE Variable_name IN (${Object.keys(wanted)
      .map((name) => `'${name}'`)
      .join(", ")})`,
  ].join(";");
}

/**
 * mysql2 as TypeORM is to use it: nobody gets a connection of a pool before the session is as our texts need it, be it
 * for a payment or for a migration. A connection that cannot be set up so is destroyed.
 */
export function mysqlDriver(limits: SessionLimits) {
  const text = setUp(limits);
  return {
    createPool(options: PoolOptions): Pool {
      const pool = createPool(options);
      const ready = new WeakSet<PoolConnection>();
      const take = pool.getConnection.bind(pool);
      pool.getConnection = (callback) =>
        take((fault, connection) => {
          if (fault !== null || ready.has(connection)) return callback(fault, connection);
          prepare(connection, text).then(
            () => {
              ready.add(connection);
              callback(null, connection);
            },
            (refused) => {
              connection.destroy();
              callback(refused, connection);
            },
          );
        });
      return pool;
    },
  };
}

/** @throws UnusableDatabaseError, or the driver's fault. */
async function prepare(connection: PoolConnection, text: string): Promise<void> {
  const results = (await query(connection, text)) as unknown as RowDataPacket[][];
  assertSuitable(results.at(-1) ?? []);
}

function assertSuitable(rows: readonly RowDataPacket[]): void {
  const found = new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
  for (const [name, value] of Object.entries(wanted)) {
    const given = found.get(name);
    if (given === undefined && name.endsWith("_isolation")) continue;
    if (given === undefined || sorted(given) !== sorted(value)) {
      throw new UnusableDatabaseError(
        `the database server does not let a session have ${name} = ${value}; it has ${given ?? "no such variable"}`,
      );
    }
  }
}

/** A mode is a list in an order of the server's own. */
function sorted(value: string): string {
  return value.split(",").sort().join();
}
