import type { MigrationInterface, QueryRunner } from "typeorm";

/** What the payer does next, beside the page that was kept so far. */
export class AddNextAction1764602000000 implements MigrationInterface {
  readonly name = "AddNextAction1764602000000";

  async up(runner: QueryRunner): Promise<void> {
    const text = runner.dataSource.options.type === "better-sqlite3" ? "text" : "mediumtext";
    await runner.query(`ALTER TABLE payment ADD COLUMN next_action ${text}`);
    await runner.query(`ALTER TABLE payment ADD COLUMN creq_sealed ${text}`);
    await runner.query(`ALTER TABLE marketplace_order ADD COLUMN next_action ${text}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE marketplace_order DROP COLUMN next_action");
    await runner.query("ALTER TABLE payment DROP COLUMN creq_sealed");
    await runner.query("ALTER TABLE payment DROP COLUMN next_action");
  }
}
