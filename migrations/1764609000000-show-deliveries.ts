import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Deliveries tell whose they are, what became of them and why, and can be parked and replayed. All columns may be null: while
 * processes of two releases run side by side, the older one writes rows without them.
 */
export class ShowDeliveries1764609000000 implements MigrationInterface {
  readonly name = "ShowDeliveries1764609000000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    // MySQL undoes no change of a table: a migration that broke off finds what it has done.
    for (const [column, type] of columns) {
      if (await runner.hasColumn("inbox_delivery", column)) continue;
      const own = type === "text" && !isSqlite ? "mediumtext" : type;
      await runner.query(`ALTER TABLE inbox_delivery ADD COLUMN ${column} ${own}`);
    }
    for (const [name, of] of indexes) {
      await runner.query(`CREATE INDEX ${name} ON inbox_delivery (${of})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    for (const [name] of indexes) {
      await runner.query(`DROP INDEX ${name}${isSqlite ? "" : " ON inbox_delivery"}`);
    }
    for (const [column] of columns) {
      await runner.query(`ALTER TABLE inbox_delivery DROP COLUMN ${column}`);
    }
  }
}

const columns = [
  ["marketplace_id", "varchar(40)"],
  ["seller_id", "varchar(40)"],
  ["subject_id", "varchar(40)"],
  ["status", "varchar(32)"],
  ["signature_form", "varchar(64)"],
  ["signature_secret", "integer"],
  ["repeats", "integer"],
  ["effects", "text"],
  ["last_try", "varchar(200)"],
  ["parked_at", "bigint"],
  ["replays", "integer"],
  ["replayed_at", "bigint"],
  ["replayed_by", "varchar(100)"],
  ["replay_reason", "varchar(300)"],
] as const;

const indexes = [
  ["inbox_of_marketplace", "marketplace_id, id"],
  ["inbox_by_status", "marketplace_id, status, id"],
  ["inbox_of_subject", "subject_id, id"],
] as const;
