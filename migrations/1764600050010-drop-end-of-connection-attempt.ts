import type { MigrationInterface, QueryRunner } from "typeorm";

/** What has ended is found by its id, as in all tables; nothing asks for attempts by their end any more. */
export class DropEndOfConnectionAttempt1764600050010 implements MigrationInterface {
  readonly name = "DropEndOfConnectionAttempt1764600050010";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const table = isSqlite ? "" : " ON connection_attempt";
    await runner.query(`DROP INDEX connection_attempt_end${table}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("CREATE INDEX connection_attempt_end ON connection_attempt (expires_at)");
  }
}
