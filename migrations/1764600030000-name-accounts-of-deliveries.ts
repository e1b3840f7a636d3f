import type { MigrationInterface, QueryRunner } from "typeorm";

/** Deliveries of one account are worked off without keeping those of others waiting. Earlier ones name none. */
export class NameAccountsOfDeliveries1764600030000 implements MigrationInterface {
  readonly name = "NameAccountsOfDeliveries1764600030000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE inbox_delivery ADD COLUMN account varchar(128)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE inbox_delivery DROP COLUMN account");
  }
}
