import type { Pool, PoolConnection, QueryError, RowDataPacket } from "mysql2";
import type { DataSource } from "typeorm";

/**
 * Runs a text. Several statements answer with a list of results. mysql2's promises capture a stack for each
 * query, a twentieth of a payment's time; its callbacks do not.
 */
export function query(on: Pool | PoolConnection, text: string): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    on.query<RowDataPacket[]>(text, (fault, rows) => {
      if (fault === null) resolve(rows);
      else reject(withoutText(fault));
    });
  });
}

/** Runs a text on a connection of the pool that is kept from others meanwhile. */
export async function withConnection<T>(
  pool: Pool,
  use: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await connect(pool);
  try {
    return await use(connection);
  } finally {
    connection.release();
  }
}

/** The pool that TypeORM has made. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { pool: Pool }).pool;
}

/**
 * Sets up every connection of the pool. Without it MariaDB reads two whole indexes and sorts what both have, where
 * one of them gives a page in order (seen in its plan for a seller's page among 200,000 payments).
 */
export async function prepareSessions(pool: Pool): Promise<void> {
  const text = "SET SESSION optimizer_switch = 'index_merge_intersection=off'";
  // It is first in the connection's own queue. One that cannot take it is broken, and its user will see that.
  pool.on("connection", (connection) => connection.query(text, () => {}));
  // The one connection that TypeORM has tried the pool with.
  await query(pool, text);
}

export function connect(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((fault, connection) => {
      if (fault === null) resolve(connection);
      else reject(fault);
    });
  });
}

/** Ends what is open on the connection; destroys the connection where it cannot be used any more. */
export async function rollback(connection: PoolConnection): Promise<void> {
  try {
    await query(connection, "ROLLBACK");
  } catch {
    connection.destroy();
  }
}

/** The driver hangs the statement on its faults, values and all; logs are no place for those. */
function withoutText(fault: QueryError & { sql?: string }): QueryError {
  delete fault.sql;
  return fault;
}
