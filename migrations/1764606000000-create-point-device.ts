import type { MigrationInterface, QueryRunner } from "typeorm";

/** Sellers' card readers. */
export class CreatePointDevice1764606000000 implements MigrationInterface {
  readonly name = "CreatePointDevice1764606000000";

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE point_device (${columns.join(", ")})${await suffixOf(runner)}`,
    );
    await runner.query(
      "CREATE UNIQUE INDEX point_device_of_account ON point_device (account_id, seller_id, provider_device_id)",
    );
    await runner.query("CREATE INDEX point_device_of_seller ON point_device (seller_id, id)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE point_device");
  }
}

const columns = [
  "id varchar(40) NOT NULL PRIMARY KEY",
  "marketplace_id varchar(40) NOT NULL",
  "seller_id varchar(40) NOT NULL",
  "account_id varchar(40) NOT NULL",
  "provider varchar(32) NOT NULL",
  "provider_device_id varchar(64) NOT NULL",
  "model varchar(64)",
  "status varchar(32) NOT NULL",
  "operating_mode varchar(32) NOT NULL",
  "provider_store_id varchar(64)",
  "provider_pos_id varchar(64)",
  "external_pos_id varchar(64)",
  "last_seen_at bigint NOT NULL",
  "created_at bigint NOT NULL",
  "updated_at bigint NOT NULL",
  "version integer NOT NULL",
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
