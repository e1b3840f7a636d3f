import type { MigrationInterface, QueryRunner } from "typeorm";

/** Payers' consents to be charged by a schedule. */
export class CreateBillingSubscription1764605010000 implements MigrationInterface {
  readonly name = "CreateBillingSubscription1764605010000";

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.dataSource.options.type === "better-sqlite3";
    const longText = isSqlite ? "text" : "mediumtext";
    const columns = [...shortColumns, ...longColumns.map((name) => `${name} ${longText}`)];
    await runner.query(
      `CREATE TABLE billing_subscription (${columns.join(", ")})${await suffixOf(runner)}`,
    );
    for (const index of indexes) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DROP TABLE billing_subscription");
  }
}

const shortColumns = [
  "id varchar(40) NOT NULL PRIMARY KEY",
  "marketplace_id varchar(40) NOT NULL",
  "seller_id varchar(40) NOT NULL",
  "account_id varchar(40) NOT NULL",
  "plan_id varchar(40)",
  "provider varchar(32) NOT NULL",
  "provider_account_id varchar(128) NOT NULL",
  "provider_subscription_id varchar(64)",
  "external_reference varchar(64)",
  "status varchar(32) NOT NULL",
  "provider_status varchar(64)",
  "payer_email varchar(254) NOT NULL",
  "reason varchar(255) NOT NULL",
  "currency varchar(3) NOT NULL",
  "amount_minor bigint NOT NULL",
  "frequency integer NOT NULL",
  "frequency_type varchar(32) NOT NULL",
  "start_date bigint",
  "end_date bigint",
  "method_id varchar(64)",
  "card_id varchar(64)",
  "secondary_method_id varchar(64)",
  "next_charge_at bigint",
  "open_action_id varchar(40)",
  "provider_updated_at bigint",
  "created_at bigint NOT NULL",
  "updated_at bigint NOT NULL",
  "due_at bigint",
  "attempts integer NOT NULL",
  "lease_token varchar(40)",
  "version integer NOT NULL",
];

const longColumns = ["free_trial", "back_url", "checkout_url", "failure"];

const table = "billing_subscription";
const indexes = [
  `CREATE UNIQUE INDEX ${table}_provider_id ON ${table} (provider, provider_subscription_id)`,
  `CREATE INDEX ${table}_of_seller ON ${table} (seller_id, id)`,
  `CREATE INDEX ${table}_of_marketplace ON ${table} (marketplace_id, id)`,
  `CREATE INDEX ${table}_by_status ON ${table} (marketplace_id, status, id)`,
  `CREATE INDEX ${table}_of_plan ON ${table} (plan_id, id)`,
  `CREATE INDEX ${table}_by_reference ON ${table} (marketplace_id, external_reference, id)`,
  `CREATE INDEX ${table}_by_payer ON ${table} (marketplace_id, payer_email, id)`,
  `CREATE INDEX ${table}_by_next ON ${table} (marketplace_id, next_charge_at, id)`,
  `CREATE INDEX ${table}_due ON ${table} (due_at)`,
];

/** MySQL compares text byte by byte, as in the first tables. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
