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

/** The pool that TypeORM has made. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { pool: Pool }).pool;
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
