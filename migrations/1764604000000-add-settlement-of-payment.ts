import type { MigrationInterface, QueryRunner } from "typeorm";

/** What became of a payment's money. Null in older rows, until their provider is next asked. */
export class AddSettlementOfPayment1764604000000 implements MigrationInterface {
  readonly name = "AddSettlementOfPayment1764604000000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const type = isSqlite ? "text" : "mediumtext";
    await runner.query(`ALTER TABLE payment ADD COLUMN settlement ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE payment DROP COLUMN settlement");
  }
}
