import type { MigrationInterface, QueryRunner } from "typeorm";

/** Where each round of looks at what has ended stands. */
export class CreateFollowUp1764600020000 implements MigrationInterface {
  readonly name = "CreateFollowUp1764600020000";

  async up(runner: QueryRunner): Promise<void> {
    const columns = [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "position varchar(40) NOT NULL",
      "due_at bigint",
      "attempts integer NOT NULL",
      "lease_token varchar(40)",
    ];
    await runner.query(`CREATE TABLE follow_up (${columns.join(", ")})${await suffixOf(runner)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE follow_up");
  }
}

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
