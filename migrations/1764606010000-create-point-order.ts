import type { MigrationInterface, QueryRunner } from "typeorm";

/** Amounts that are sent to card readers, the reader that each keeps busy, and the payment that it ends with. */
export class CreatePointOrder1764606010000 implements MigrationInterface {
  readonly name = "CreatePointOrder1764606010000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const failure = `failure ${isSqlite ? "text" : "mediumtext"}`;
    await runner.query(
      `CREATE TABLE point_order (${[...columns, failure].join(", ")})${await suffixOf(runner)}`,
    );
    for (const index of indexes) await runner.query(index);
    await runner.query("ALTER TABLE point_device ADD COLUMN current_order_id varchar(40)");
    await runner.query("ALTER TABLE payment ADD COLUMN point_order_id varchar(40)");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE payment DROP COLUMN point_order_id");
    await runner.query("ALTER TABLE point_device DROP COLUMN current_order_id");
    await runner.query("DROP TABLE point_order");
  }
}

const columns = [
  "id varchar(40) NOT NULL PRIMARY KEY",
  "marketplace_id varchar(40) NOT NULL",
  "seller_id varchar(40) NOT NULL",
  "account_id varchar(40) NOT NULL",
  "device_id varchar(40) NOT NULL",
  "payment_id varchar(40)",
  "provider varchar(32) NOT NULL",
  "api varchar(32) NOT NULL",
  "provider_device_id varchar(64) NOT NULL",
  "provider_order_id varchar(64)",
  "provider_transaction_id varchar(64)",
  "external_reference varchar(64)",
  "status varchar(32) NOT NULL",
  "provider_status varchar(64)",
  "provider_status_detail varchar(128)",
  "currency varchar(3) NOT NULL",
  "amount_minor bigint NOT NULL",
  "paid_minor bigint",
  "tip_minor bigint NOT NULL",
  "description varchar(150)",
  "method varchar(32)",
  "installments integer",
  "installments_paid_by varchar(32)",
  "prints_ticket integer NOT NULL",
  "ticket_number varchar(20)",
  "expires_in_seconds integer NOT NULL",
  "open_action_id varchar(40)",
  "settled_because varchar(300)",
  "provider_updated_at bigint",
  "expires_at bigint NOT NULL",
  "created_at bigint NOT NULL",
  "updated_at bigint NOT NULL",
  "due_at bigint",
  "attempts integer NOT NULL",
  "lease_token varchar(40)",
  "version integer NOT NULL",
];

const indexes = [
  "CREATE UNIQUE INDEX point_order_provider_id ON point_order (provider, provider_order_id)",
  "CREATE INDEX point_order_of_seller ON point_order (seller_id, id)",
  "CREATE INDEX point_order_of_marketplace ON point_order (marketplace_id, id)",
  "CREATE INDEX point_order_by_status ON point_order (marketplace_id, status, id)",
  "CREATE INDEX point_order_of_device ON point_order (device_id, id)",
  "CREATE INDEX point_order_due ON point_order (due_at)",
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
