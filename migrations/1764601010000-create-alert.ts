import type { MigrationInterface, QueryRunner } from "typeorm";

/** What a person must look at. */
export class CreateAlert1764601010000 implements MigrationInterface {
  readonly name = "CreateAlert1764601010000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const facts = `facts ${isSqlite ? "text" : "mediumtext"} NOT NULL`;
    await runner.query(
      `CREATE TABLE alert (${[...columns, facts].join(", ")})${await suffixOf(runner)}`,
    );
    for (const index of indexes) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE alert");
  }
}

const columns = [
  "id varchar(40) NOT NULL PRIMARY KEY",
  "code varchar(40) NOT NULL",
  "subject_kind varchar(32) NOT NULL",
  "subject_id varchar(160) NOT NULL",
  "marketplace_id varchar(40)",
  "seller_id varchar(40)",
  "open_key varchar(240)",
  "first_seen_at bigint NOT NULL",
  "last_seen_at bigint NOT NULL",
  "seen_count integer NOT NULL",
  "cleared_at bigint",
  "cleared_because varchar(300)",
  "cleared_by varchar(100)",
];

const indexes = [
  "CREATE INDEX alert_of_marketplace ON alert (marketplace_id, cleared_at, id)",
  "CREATE INDEX alert_of_subject ON alert (subject_id, id)",
  "CREATE UNIQUE INDEX alert_open ON alert (open_key)",
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
