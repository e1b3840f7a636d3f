import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The first tables. The statements are in the words that SQLite and MySQL share. On MySQL, text compares
 * byte by byte: idempotency keys and ids that differ in case, or in a blank at their end, are different.
 */
export class CreateInitialSchema1763700000000 implements MigrationInterface {
  readonly name = "CreateInitialSchema1763700000000";

  async up(runner: QueryRunner): Promise<void> {
    const suffix = await suffixOf(runner);
    for (const table of tables) {
      await runner.query(`CREATE TABLE ${table.name} (${table.columns.join(", ")})${suffix}`);
      for (const index of table.indexes) await runner.query(index);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...tables].reverse()) await runner.query(`DROP TABLE ${table.name}`);
  }
}

/** utf8mb4_bin, which both servers have, takes "a" and "a " for equal; what does not has two names. */
async function suffixOf(runner: QueryRunner): Promise<string> {
  if (runner.dataSource.options.type === "better-sqlite3") return "";
  const [{ version }] = await runner.query("SELECT VERSION() AS version");
  const collation = /mariadb/i.test(version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return ` ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}

const tables = [
  {
    name: "api_key",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "role varchar(32) NOT NULL",
      "holder varchar(64) NOT NULL",
      "seller_ids text",
      "secret_hash varchar(64) NOT NULL",
      "created_at bigint NOT NULL",
      "expires_at bigint",
      "revoked_at bigint",
    ],
    indexes: ["CREATE INDEX api_key_holder ON api_key (marketplace_id, holder)"],
  },
  {
    name: "connection_attempt",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40) NOT NULL",
      "provider varchar(32) NOT NULL",
      "caller varchar(40) NOT NULL",
      "state_hash varchar(64) NOT NULL",
      "verifier_sealed text",
      "move_from_other_seller integer NOT NULL",
      "created_at bigint NOT NULL",
      "expires_at bigint NOT NULL",
      "used_at bigint",
    ],
    indexes: [
      "CREATE INDEX connection_attempt_end ON connection_attempt (expires_at)",
      "CREATE UNIQUE INDEX connection_attempt_state ON connection_attempt (state_hash)",
    ],
  },
  {
    name: "credential_renewal",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "due_at bigint",
      "attempts integer NOT NULL",
      "lease_token varchar(40)",
    ],
    indexes: ["CREATE INDEX credential_renewal_due ON credential_renewal (due_at)"],
  },
  {
    name: "event",
    columns: [
      "subject_id varchar(40) NOT NULL",
      "subject_version integer NOT NULL",
      "stream_id varchar(40) NOT NULL",
      "seq bigint NOT NULL",
      "topic_id varchar(40) NOT NULL",
      "type varchar(32) NOT NULL",
      "from_status varchar(32)",
      "to_status varchar(32)",
      "source varchar(32) NOT NULL",
      "snapshot text NOT NULL",
      "occurred_at bigint NOT NULL",
      "recorded_at bigint NOT NULL",
      "PRIMARY KEY (subject_id, subject_version)",
    ],
    indexes: [
      "CREATE INDEX event_of_topic ON event (topic_id, seq)",
      "CREATE UNIQUE INDEX event_place ON event (stream_id, seq)",
    ],
  },
  {
    name: "event_stream",
    columns: ["stream_id varchar(40) NOT NULL PRIMARY KEY", "last_seq bigint NOT NULL"],
    indexes: [],
  },
  {
    name: "inbox_delivery",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "provider varchar(32) NOT NULL",
      "dedupe_key varchar(200) NOT NULL",
      "verdict varchar(32) NOT NULL",
      "headers text NOT NULL",
      "query text NOT NULL",
      "raw_body text NOT NULL",
      "result varchar(200)",
      "received_at bigint NOT NULL",
      "finished_at bigint",
      "due_at bigint",
      "attempts integer NOT NULL",
      "lease_token varchar(40)",
    ],
    indexes: [
      "CREATE INDEX inbox_due ON inbox_delivery (due_at)",
      "CREATE UNIQUE INDEX inbox_dedupe ON inbox_delivery (provider, dedupe_key)",
    ],
  },
  {
    name: "marketplace",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "name varchar(200) NOT NULL",
      "created_at bigint NOT NULL",
    ],
    indexes: [],
  },
  {
    name: "observation",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "payment_id varchar(40) NOT NULL",
      "source varchar(32) NOT NULL",
      "verdict varchar(32) NOT NULL",
      "reason varchar(300) NOT NULL",
      "provider_status varchar(64) NOT NULL",
      "provider_status_detail varchar(128)",
      "provider_updated_at bigint",
      "recorded_at bigint NOT NULL",
    ],
    indexes: ["CREATE INDEX observation_of_payment ON observation (payment_id, id)"],
  },
  {
    name: "operation",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40)",
      "caller varchar(40) NOT NULL",
      "name varchar(32) NOT NULL",
      "client_key varchar(128) NOT NULL",
      "request_hash varchar(64) NOT NULL",
      "state varchar(32) NOT NULL",
      "subject_id varchar(40) NOT NULL",
      "provider_key varchar(40) NOT NULL",
      "command_sealed text",
      "refusal text",
      "due_at bigint",
      "attempts integer NOT NULL",
      "lease_token varchar(40)",
      "created_at bigint NOT NULL",
      "finished_at bigint",
    ],
    indexes: [
      "CREATE INDEX operation_due ON operation (due_at)",
      "CREATE UNIQUE INDEX operation_claim ON operation (caller, name, client_key)",
    ],
  },
  {
    name: "payment",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40) NOT NULL",
      "account_id varchar(40) NOT NULL",
      "provider varchar(32) NOT NULL",
      "provider_account_id varchar(128) NOT NULL",
      "provider_payment_id varchar(64)",
      "external_reference varchar(64)",
      "status varchar(32) NOT NULL",
      "provider_status varchar(64)",
      "provider_status_detail varchar(128)",
      "currency varchar(3) NOT NULL",
      "amount_minor bigint NOT NULL",
      "capture_minor bigint",
      "application_fee_minor bigint",
      "refunded_minor bigint NOT NULL",
      "refund_reserved_minor bigint NOT NULL",
      "net_received_minor bigint",
      "fees text",
      "capture_with_payment integer NOT NULL",
      "method text",
      "payer text NOT NULL",
      "description varchar(600)",
      "statement_descriptor varchar(32)",
      "metadata text",
      "redirect_url text",
      "fingerprint varchar(64) NOT NULL",
      "open_action_id varchar(40)",
      "anomaly integer NOT NULL",
      "approved_at bigint",
      "expires_at bigint",
      "provider_updated_at bigint",
      "created_at bigint NOT NULL",
      "updated_at bigint NOT NULL",
      "due_at bigint",
      "attempts integer NOT NULL",
      "lease_token varchar(40)",
      "version integer NOT NULL",
    ],
    indexes: [
      "CREATE INDEX payment_due ON payment (due_at)",
      "CREATE INDEX payment_twin ON payment (fingerprint, created_at)",
      "CREATE INDEX payment_by_reference ON payment (marketplace_id, external_reference, id)",
      "CREATE INDEX payment_by_amount ON payment (marketplace_id, amount_minor, id)",
      "CREATE INDEX payment_by_status ON payment (marketplace_id, status, id)",
      "CREATE INDEX payment_of_marketplace ON payment (marketplace_id, id)",
      "CREATE INDEX payment_of_seller ON payment (seller_id, id)",
      "CREATE UNIQUE INDEX payment_provider_id ON payment (provider, provider_payment_id)",
    ],
  },
  {
    name: "provider_account",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40) NOT NULL",
      "provider varchar(32) NOT NULL",
      "provider_account_id varchar(128) NOT NULL",
      "status varchar(32) NOT NULL",
      "status_reason varchar(200)",
      "public_key varchar(128)",
      "scopes text NOT NULL",
      "live_mode integer NOT NULL",
      "country varchar(8)",
      "currency varchar(3)",
      "credentials_expire_at bigint",
      "credentials_refreshed_at bigint",
      "credentials_sealed text",
      "version integer NOT NULL",
      "created_at bigint NOT NULL",
      "updated_at bigint NOT NULL",
    ],
    indexes: [
      "CREATE INDEX provider_account_seller ON provider_account (seller_id)",
      "CREATE UNIQUE INDEX provider_account_owner ON provider_account (provider, provider_account_id)",
    ],
  },
  {
    name: "refund",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40) NOT NULL",
      "payment_id varchar(40) NOT NULL",
      "operation_id varchar(40)",
      "status varchar(32) NOT NULL",
      "provider_refund_id varchar(64)",
      "currency varchar(3) NOT NULL",
      "amount_minor bigint NOT NULL",
      "reason varchar(200)",
      "created_at bigint NOT NULL",
      "updated_at bigint NOT NULL",
      "version integer NOT NULL",
    ],
    indexes: [
      "CREATE UNIQUE INDEX refund_provider_id ON refund (payment_id, provider_refund_id)",
      "CREATE INDEX refund_of_payment ON refund (payment_id, id)",
    ],
  },
  {
    name: "seller",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "reference varchar(64) NOT NULL",
      "name varchar(200) NOT NULL",
      "email varchar(254)",
      "country varchar(2)",
      "fee_ppm integer",
      "created_at bigint NOT NULL",
      "updated_at bigint NOT NULL",
    ],
    indexes: ["CREATE UNIQUE INDEX seller_reference ON seller (marketplace_id, reference)"],
  },
  {
    name: "test_user",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "provider varchar(32) NOT NULL",
      "country varchar(2) NOT NULL",
      "description varchar(100)",
      "status varchar(32) NOT NULL",
      "provider_user_id varchar(64)",
      "nickname varchar(100)",
      "email varchar(254)",
      "created_at bigint NOT NULL",
      "updated_at bigint NOT NULL",
      "expires_at bigint NOT NULL",
      "version integer NOT NULL",
    ],
    indexes: ["CREATE INDEX test_user_alive ON test_user (provider, expires_at)"],
  },
  {
    name: "watch_token",
    columns: [
      "id varchar(40) NOT NULL PRIMARY KEY",
      "marketplace_id varchar(40) NOT NULL",
      "seller_id varchar(40) NOT NULL",
      "payment_id varchar(40) NOT NULL",
      "secret_hash varchar(64) NOT NULL",
      "created_at bigint NOT NULL",
      "expires_at bigint NOT NULL",
    ],
    indexes: [],
  },
];
