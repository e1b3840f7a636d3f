import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";

/** A database of its own for a test, as DATABASE_URL names it. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: "SQLite" | "MySQL";
  create(): Promise<TestDatabase>;
}

const sqlite: DatabaseKind = {
  name: "SQLite",
  async create() {
    const folder = mkdtempSync(join(tmpdir(), "gateway-test-"));
    return {
      url: `sqlite:${join(folder, "gateway.sqlite")}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

/** Databases on the server that the URL names; its user must be allowed to create them. */
export function mysqlAt(serverUrl: string): DatabaseKind {
  return {
    name: "MySQL",
    async create() {
      const name = `gateway_test_${process.pid}_${randomBytes(4).toString("hex")}`;
      const admin = await createConnection(serverUrl);
      await admin.query(`CREATE DATABASE ${name}`);
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      return {
        url: url.href,
        async drop() {
          await admin.query(`DROP DATABASE IF EXISTS ${name}`);
          await admin.end();
        },
      };
    },
  };
}

/**
 * The databases that this run can test: always SQLite, and MySQL or MariaDB where TEST_MYSQL_URL names a
 * server. CI must name one.
 */
export function databaseKinds(): DatabaseKind[] {
  const serverUrl = process.env.TEST_MYSQL_URL;
  if (serverUrl !== undefined) return [sqlite, mysqlAt(serverUrl)];
  if (process.env.CI !== undefined) throw new Error("CI must set TEST_MYSQL_URL");
  return [sqlite];
}

/** Declares a suite once for each database; says aloud which one is left out. */
export function describeEachDatabase(title: string, suite: (kind: DatabaseKind) => void): void {
  for (const kind of databaseKinds()) describe(`${title} (${kind.name})`, () => suite(kind));
  if (process.env.TEST_MYSQL_URL === undefined) {
    describe.skip(`${title} (MySQL; set TEST_MYSQL_URL to run it)`, () => {
      test("needs a server", () => {});
    });
  }
}
