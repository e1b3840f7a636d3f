import type { MigrationInterface, QueryRunner } from "typeorm";

/** What sellers offer by subscription. */
export class CreateSubscriptionPlan1764605000000 implements MigrationInterface {
  readonly name = "CreateSubscriptionPlan1764605000000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const longText = isSqlite ? "text" : "mediumtext";
    const columns = [...shortColumns, ...longColumns.map((column) => column(longText))];
    await runner.query(
      `CREATE TABLE subscription_plan (${columns.join(", ")})${await suffixOf(runner)}`,
    );
    for (const index of indexes) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE subscription_plan");
  }
}

const shortColumns = [
  "id varchar(40) NOT NULL PRIMARY KEY",
  "marketplace_id varchar(40) NOT NULL",
  "seller_id varchar(40) NOT NULL",
  "account_id varchar(40) NOT NULL",
  "provider varchar(32) NOT NULL",
  "provider_account_id varchar(128) NOT NULL",
  "provider_plan_id varchar(64)",
  "external_reference varchar(64)",
  "status varchar(32) NOT NULL",
  "provider_status varchar(64)",
  "reason varchar(255) NOT NULL",
  "currency varchar(3) NOT NULL",
  "amount_minor bigint NOT NULL",
  "frequency integer NOT NULL",
  "frequency_type varchar(32) NOT NULL",
  "repetitions integer",
  "billing_day integer",
  "billing_day_proportional integer NOT NULL",
  "open_action_id varchar(40)",
  "provider_updated_at bigint",
  "created_at bigint NOT NULL",
  "updated_at bigint NOT NULL",
  "version integer NOT NULL",
];

const longColumns = [
  (type: string) => `free_trial ${type}`,
  (type: string) => `allowed_methods ${type}`,
  (type: string) => `back_url ${type} NOT NULL`,
  (type: string) => `checkout_url ${type}`,
  (type: string) => `failure ${type}`,
];

const indexes = [
  "CREATE UNIQUE INDEX subscription_plan_provider_id ON subscription_plan (provider, provider_plan_id)",
  "CREATE INDEX subscription_plan_of_seller ON subscription_plan (seller_id, id)",
  "CREATE INDEX subscription_plan_of_marketplace ON subscription_plan (marketplace_id, id)",
  "CREATE INDEX subscription_plan_by_status ON subscription_plan (marketplace_id, status, id)",
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
