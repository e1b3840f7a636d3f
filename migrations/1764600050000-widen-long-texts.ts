import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * MySQL's TEXT holds 64 KiB, which an order or a notification within its limits exceeds; MEDIUMTEXT holds 16 MiB.
 * MySQL copies each table for it. SQLite's TEXT has no such limit.
 */
export class WidenLongTexts1764600050000 implements MigrationInterface {
  readonly name = "WidenLongTexts1764600050000";

  up(runner: QueryRunner): Promise<void> {
    return setType(runner, "mediumtext");
  }

  /** Fails, and changes nothing of the table, where a text is too long to go back. */
  down(runner: QueryRunner): Promise<void> {
    return setType(runner, "text");
  }
}

async function setType(runner: QueryRunner, type: "text" | "mediumtext"): Promise<void> {
  if (runner.dataSource.options.type === "better-sqlite3") return;
  for (const [table, columns] of Object.entries(longTexts)) {
    const changes = columns.map((column) => {
      const [name = "", ...nullability] = column.split(" ");
      return ["MODIFY", name, type, ...nullability].join(" ");
    });
    await runner.query(`ALTER TABLE ${table} ${changes.join(", ")}`);
  }
}

const longTexts = {
  api_key: ["seller_ids"],
  connection_attempt: ["verifier_sealed"],
  event: ["snapshot NOT NULL"],
  inbox_delivery: ["headers NOT NULL", "query NOT NULL", "raw_body NOT NULL"],
  marketplace_order: ["buyer NOT NULL", "redirect_url"],
  operation: ["command_sealed", "refusal"],
  payment: ["fees", "method", "payer NOT NULL", "metadata", "cart", "redirect_url"],
  payout: ["exchange", "failure"],
  provider_account: ["scopes NOT NULL", "credentials_sealed"],
  transfer: ["failure"],
} as const satisfies Record<string, readonly string[]>;
