import type { Pool, PoolConnection, QueryError, RowDataPacket } from "mysql2";
import type { DataSource } from "typeorm";
import { DatabaseTimeoutError } from "./database";

/**
 * How long a text may be without its answer. The server gives up sooner, and tells why (see `servingLimits`); this is for
 * a server, or a network, that says nothing at all.
 */
const answerLimitMs = 15_000;
/** How long to wait for a connection, where others have them all or none can be made. */
const connectionLimitMs = 5_000;

/** A server that was made a replica keeps its connections, and the next one may lead to its successor. */
const readOnlyCodes: ReadonlySet<string> = new Set([
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION",
  "ER_READ_ONLY_MODE",
]);

/**
 * Runs a text. Several statements answer with a list of results. mysql2's promises capture a stack for each
 * query, a twentieth of a payment's time; its callbacks do not.
 * @throws DatabaseTimeoutError, with the connection destroyed: its answer would be taken for the next text's.
 */
export function query(connection: PoolConnection, text: string): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new DatabaseTimeoutError(`the database has not answered for ${answerLimitMs} ms`));
    }, answerLimitMs);
    connection.query<RowDataPacket[]>(text, (fault, rows) => {
      clearTimeout(timer);
      if (fault === null) return resolve(rows);
      if (readOnlyCodes.has(fault.code)) connection.destroy();
      reject(withoutText(fault));
    });
  });
}

/** Runs a text on whichever connection of the pool is free. */
export async function queryAny(pool: Pool, text: string): Promise<RowDataPacket[]> {
  const connection = await connect(pool);
  try {
    return await query(connection, text);
  } finally {
    connection.release();
  }
}

/** The pool that TypeORM has made. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { pool: Pool }).pool;
}

/**
 * Waits for a connection that is free.
 * @throws DatabaseTimeoutError where none becomes free in time; nothing was done then.
 */
export function connect(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new DatabaseTimeoutError(`no connection was free for ${connectionLimitMs} ms`));
    }, connectionLimitMs);
    pool.getConnection((fault, connection) => {
      clearTimeout(timer);
      if (fault !== null) reject(fault);
      else if (isLate) connection.release();
      else resolve(connection);
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
