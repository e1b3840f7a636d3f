import { createHash, randomUUID } from "node:crypto";
import { createPool, type Pool } from "mysql2/promise";

/** A payment as the reference is asked for it. */
export interface Asked {
  readonly amount: number;
  readonly token: string;
  readonly email: string;
  readonly key: string;
}

/** What the provider answered. */
export interface Paid {
  readonly id: string;
  readonly status: string;
}

/** How much a reference keeps of a payment. Both steps are awaited before the caller is answered. */
export interface PlainStore {
  /** Before the provider is called. */
  before(asked: Asked): Promise<void>;
  /** After its answer. */
  after(asked: Asked, paid: Paid): Promise<void>;
}

/** What each reference keeps, by name. */
export const plainStores = {
  nothing: async (): Promise<PlainStore> => ({ before: async () => {}, after: async () => {} }),
  /** One INSERT after the answer: a crash between the two loses the payment. */
  row: oneRow,
  /** The gateway's guarantees, a statement at a time: ten round trips. */
  guarantees: async (url: string) => guarantees(url, runEach),
  /** The same guarantees, each transaction one text of several statements: two round trips. */
  "guarantees-as-text": async (url: string) => guarantees(url, runTogether),
} as const satisfies Record<string, (url: string) => Promise<PlainStore>>;

export type PlainStoreName = keyof typeof plainStores;

async function oneRow(url: string): Promise<PlainStore> {
  const pool = createPool({ uri: url, connectionLimit: 16 });
  await pool.query(
    "CREATE TABLE IF NOT EXISTS plain_row (id BIGINT AUTO_INCREMENT PRIMARY KEY, provider_id VARCHAR(32), status VARCHAR(32), amount DECIMAL(15,2), email VARCHAR(254), created_at DATETIME DEFAULT CURRENT_TIMESTAMP)",
  );
  return {
    before: async () => {},
    async after({ amount, email }, { id, status }) {
      await pool.query(
        "INSERT INTO plain_row (provider_id, status, amount, email) VALUES (?, ?, ?, ?)",
        [id, status, amount, email],
      );
    },
  };
}

interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

type RunTransaction = (pool: Pool, statements: readonly Statement[]) => Promise<void>;

/**
 * What one would write who has read about lost answers: the key, the intent and its event are committed before the call,
 * the outcome, its event and the key's end after the call.
 */
async function guarantees(url: string, run: RunTransaction): Promise<PlainStore> {
  const pool = createPool({ uri: url, connectionLimit: 16, multipleStatements: true });
  await pool.query(
    "CREATE TABLE IF NOT EXISTS plain_key (caller VARCHAR(40), client_key VARCHAR(128), request_hash CHAR(64), state VARCHAR(16), payment_id CHAR(36), PRIMARY KEY (caller, client_key))",
  );
  await pool.query(
    "CREATE TABLE IF NOT EXISTS plain_payment (id CHAR(36) PRIMARY KEY, provider_id VARCHAR(32), status VARCHAR(32), amount DECIMAL(15,2), email VARCHAR(254), created_at DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), updated_at DATETIME(3))",
  );
  await pool.query(
    "CREATE TABLE IF NOT EXISTS plain_event (id BIGINT AUTO_INCREMENT PRIMARY KEY, payment_id CHAR(36), type VARCHAR(32), status VARCHAR(32), created_at DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), KEY of_payment (payment_id, id))",
  );
  const ids = new Map<string, string>();
  const event = (id: string, type: string, status: string): Statement => ({
    sql: "INSERT INTO plain_event (payment_id, type, status) VALUES (?, ?, ?)",
    values: [id, type, status],
  });
  return {
    async before({ amount, token, email, key }) {
      const id = randomUUID();
      ids.set(key, id);
      const hash = createHash("sha256")
        .update(JSON.stringify([amount, token, email]))
        .digest("hex");
      await run(pool, [
        {
          sql: "INSERT INTO plain_key (caller, client_key, request_hash, state, payment_id) VALUES (?, ?, ?, ?, ?)",
          values: ["bench", key, hash, "STARTED", id],
        },
        {
          sql: "INSERT INTO plain_payment (id, status, amount, email) VALUES (?, ?, ?, ?)",
          values: [id, "PROCESSING", amount, email],
        },
        event(id, "CREATED", "PROCESSING"),
      ]);
    },
    async after({ key }, paid) {
      const id = ids.get(key) ?? "";
      ids.delete(key);
      await run(pool, [
        {
          sql: "UPDATE plain_payment SET provider_id = ?, status = ?, updated_at = CURRENT_TIMESTAMP(3) WHERE id = ?",
          values: [paid.id, paid.status, id],
        },
        event(id, "STATUS_CHANGED", paid.status),
        {
          sql: "UPDATE plain_key SET state = ? WHERE caller = ? AND client_key = ?",
          values: ["FINISHED", "bench", key],
        },
      ]);
    },
  };
}

async function runEach(pool: Pool, statements: readonly Statement[]): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.query("BEGIN");
    for (const { sql, values } of statements) await connection.query(sql, [...values]);
    await connection.query("COMMIT");
  } catch (fault) {
    await connection.query("ROLLBACK");
    throw fault;
  } finally {
    connection.release();
  }
}

async function runTogether(pool: Pool, statements: readonly Statement[]): Promise<void> {
  const text = ["BEGIN", ...statements.map(({ sql }) => sql), "COMMIT"].join("; ");
  await pool.query(
    text,
    statements.flatMap(({ values }) => values),
  );
}
