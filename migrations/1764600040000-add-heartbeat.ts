import type { MigrationInterface, QueryRunner } from "typeorm";

/** The row that a readiness check writes. */
export class AddHeartbeat1764600040000 implements MigrationInterface {
  readonly name = "AddHeartbeat1764600040000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const suffix = isSqlite ? "" : " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
    const columns = "id varchar(40) NOT NULL PRIMARY KEY, beaten_at bigint NOT NULL";
    await runner.query(`CREATE TABLE heartbeat (${columns})${suffix}`);
    await runner.query("INSERT INTO heartbeat (id, beaten_at) VALUES ('gateway', 0)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE heartbeat");
  }
}
