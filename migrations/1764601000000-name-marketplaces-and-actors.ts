import type { MigrationInterface, QueryRunner } from "typeorm";

/** Rows that one statement fills: on MySQL each is a transaction of its own, which keeps nobody waiting for long. */
const batchSize = 2_000;

/**
 * Events and observations name their marketplace, and events name who made the change. Both columns may be null: while
 * processes of two releases run side by side, the older one writes rows without them.
 */
export class NameMarketplacesAndActors1764601000000 implements MigrationInterface {
  readonly name = "NameMarketplacesAndActors1764601000000";

  async up(runner: QueryRunner): Promise<void> {
    // MySQL undoes no change of a table: a migration that broke off finds what it has done.
    for (const [table, column, type] of columns) {
      if (await runner.hasColumn(table, column)) continue;
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    }
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    await inBatches(runner, "event", "subject_id", fillEvents(isSqlite));
    await inBatches(runner, "observation", "id", fillObservations());
    await runner.query(
      "CREATE INDEX event_of_marketplace ON event (marketplace_id, recorded_at, stream_id, seq)",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    await runner.query(`DROP INDEX event_of_marketplace${isSqlite ? "" : " ON event"}`);
    for (const [table, column] of columns) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
  }
}

const columns = [
  ["event", "marketplace_id", "varchar(40)"],
  ["event", "actor", "varchar(100)"],
  ["observation", "marketplace_id", "varchar(40)"],
] as const;

/** An event stands in the log of a seller or of an order. */
const marketplaceOfStream = `COALESCE(
  (SELECT s.marketplace_id FROM seller s WHERE s.id = event.stream_id),
  (SELECT o.marketplace_id FROM marketplace_order o WHERE o.id = event.stream_id))`;

const providerOfTopic = `COALESCE(
  (SELECT p.provider FROM payment p WHERE p.id = event.topic_id),
  (SELECT o.provider FROM marketplace_order o WHERE o.id = event.topic_id),
  (SELECT p.provider FROM payout p WHERE p.id = event.topic_id),
  (SELECT t.provider FROM transfer t WHERE t.id = event.topic_id),
  (SELECT a.provider FROM provider_account a WHERE a.id = event.topic_id))`;

const marketplaceOfSubject = `COALESCE(
  (SELECT p.marketplace_id FROM payment p WHERE p.id = observation.subject_id),
  (SELECT r.marketplace_id FROM refund r WHERE r.id = observation.subject_id),
  (SELECT o.marketplace_id FROM marketplace_order o WHERE o.id = observation.subject_id),
  (SELECT p.marketplace_id FROM payout p WHERE p.id = observation.subject_id),
  (SELECT t.marketplace_id FROM transfer t WHERE t.id = observation.subject_id))`;

/**
 * Which key asked for a change was not kept. What a look-up or a notification told of, the provider told of; but for payments
 * that an operator has brought back, and accounts, which jobs look after.
 */
const isToldByProvider =
  "source <> 'API' AND type <> 'PAYMENT_CREATED' AND type NOT LIKE 'ACCOUNT%'";

function fillEvents(isSqlite: boolean): string {
  const actor = isSqlite
    ? `'PROVIDER ' || ${providerOfTopic}`
    : `CONCAT('PROVIDER ', ${providerOfTopic})`;
  return `UPDATE event SET marketplace_id = ${marketplaceOfStream},
    actor = CASE WHEN ${isToldByProvider} THEN ${actor} END`;
}

function fillObservations(): string {
  return `UPDATE observation SET marketplace_id = ${marketplaceOfSubject}`;
}

async function inBatches(
  runner: QueryRunner,
  table: string,
  key: string,
  fill: string,
): Promise<void> {
  for (let after = ""; ; ) {
    const [last] = await runner.query(
      `SELECT ${key} AS place FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT 1 OFFSET ${batchSize}`,
      [after],
    );
    if (last === undefined) {
      await runner.query(`${fill} WHERE ${key} > ?`, [after]);
      return;
    }
    await runner.query(`${fill} WHERE ${key} > ? AND ${key} <= ?`, [after, last.place]);
    after = last.place;
  }
}
