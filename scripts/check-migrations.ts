import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comparableSource } from "../src/data-source";
import { faultsOfLanded } from "./landed-migrations";
import { withScratchDatabase } from "./scratch-database";

/**
 * Looks whether migrations that have landed are as they were. Runs all migrations on an empty database and compares the outcome with the entities; then takes them
 * back. On SQLite always, on MySQL where TEST_MYSQL_URL names a server (its database is not touched: a
 * scratch one is made beside it).
 */
async function main(): Promise<void> {
  const faults = faultsOfLanded();
  for (const fault of faults) console.error(fault);
  const folder = mkdtempSync(join(tmpdir(), "migrations-"));
  let differences = faults.length;
  differences += await check("SQLite", `sqlite:${join(folder, "check.sqlite")}`);
  rmSync(folder, { recursive: true });

  const mysqlUrl = process.env.TEST_MYSQL_URL;
  if (mysqlUrl === undefined) {
    if (process.env.CI !== undefined) throw new Error("CI must set TEST_MYSQL_URL");
    console.log("SKIPPED: migrations on MySQL; set TEST_MYSQL_URL to check them");
  } else {
    differences += await withScratchDatabase(mysqlUrl, "migrations", (url) => check("MySQL", url));
  }
  process.exitCode = differences === 0 ? 0 : 1;
}

async function check(label: string, url: string): Promise<number> {
  const source = await comparableSource(url).initialize();
  try {
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    for (const { query } of upQueries)
      console.error(`${label}: entities and migrations differ: ${query}`);
    for (const _ of source.migrations) await source.undoLastMigration();
    if (upQueries.length === 0) console.log(`${label}: entities and migrations agree`);
    return upQueries.length;
  } finally {
    await source.destroy();
  }
}

void main();
