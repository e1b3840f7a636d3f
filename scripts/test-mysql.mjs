/**
 * Runs every suite that uses a database against the server that TEST_MYSQL_URL names, which should be a real MySQL: the
 * usual run has MariaDB there. Further arguments are Jest's.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";

const url = process.env.TEST_MYSQL_URL;
if (url === undefined) {
  console.log("SKIPPED: all suites on MySQL; set TEST_MYSQL_URL to a server to run them");
  process.exit(process.env.CI === undefined ? 0 : 1);
}

const connection = await createConnection(url);
const [[{ version }]] = await connection.query("SELECT VERSION() AS version");
await connection.end();
console.log(
  `The server at TEST_MYSQL_URL is ${/mariadb/i.test(version) ? "" : "MySQL "}${version}`,
);
if (/mariadb/i.test(version)) console.log("SKIPPED: a real MySQL; that server is MariaDB");
if (process.env.TEST_REDIS_URL === undefined) {
  console.log("SKIPPED: processes that wake each other; set TEST_REDIS_URL to run them");
}

const usesDatabase = /describeEachDatabase|databaseKinds|useDatabase/;
const suites = readdirSync("test", { recursive: true })
  .map((name) => join("test", name))
  .filter((name) => name.endsWith(".test.ts") && usesDatabase.test(readFileSync(name, "utf8")));
const { status } = spawnSync(
  process.execPath,
  ["node_modules/jest/bin/jest.js", ...process.argv.slice(2), "--runTestsByPath", ...suites],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
