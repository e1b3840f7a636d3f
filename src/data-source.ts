import "reflect-metadata";
import { resolve } from "node:path";
import { DataSource, type DataSourceOptions } from "typeorm";
import { migrations } from "../migrations";
import { migratingLimits, mysqlDriver } from "./database/mysql-session";
import { bind } from "./database/mysql-text";
import { SnakeCaseNaming } from "./database/naming";
import { sqlitePragmas } from "./database/sqlite-pragmas";
import type { SqlValue } from "./database/statement";
import { entities } from "./entities";

/**
 * TypeORM's options for a database URL: `sqlite:./data/gateway.sqlite` or `mysql://user:password@host/name`
 * (or `mariadb://…`).
 * The schema only ever changes by migrations, never by itself.
 */
export function dataSourceOptions(url: string, poolSize = 16): DataSourceOptions {
  const shared = {
    entities,
    migrations,
    namingStrategy: new SnakeCaseNaming(),
    synchronize: false,
    logging: false,
  } as const;
  if (url.startsWith("sqlite:")) {
    return {
      ...shared,
      type: "better-sqlite3",
      database: resolve(url.slice("sqlite:".length)),
      enableWAL: true,
      prepareDatabase: (database: { pragma(text: string): unknown }) => {
        for (const pragma of sqlitePragmas) database.pragma(pragma);
      },
    };
  }
  if (url.startsWith("mysql://") || url.startsWith("mariadb://")) {
    return {
      ...shared,
      // Both servers take either scheme. TypeORM's schema comparison alone wants to know which one it is.
      type: url.startsWith("mariadb:") ? "mariadb" : "mysql",
      url,
      driver: mysqlDriver(migratingLimits),
      connectTimeout: 5_000,
      charset: "utf8mb4",
      timezone: "Z",
      extra: {
        connectionLimit: poolSize,
        // A unit of work travels as one text.
        multipleStatements: true,
        supportBigNumbers: true,
        // TypeORM's own statements, too. The driver would also look for markers where there are no values to put in.
        queryFormat: (text: string, values: readonly SqlValue[] = []) => bind(text, values),
      },
    };
  }
  throw new Error("DATABASE_URL must start with sqlite: or mysql://");
}

/**
 * A source whose entities can be compared with its tables. An entity has one name for a type, and SQLite and MySQL share
 * none for a text that is longer than 64 KiB: what is `text` in the entities is MEDIUMTEXT on MySQL.
 */
export function comparableSource(url: string): DataSource {
  const source = new DataSource(dataSourceOptions(url));
  if (source.options.type === "better-sqlite3") return source;
  const { driver } = source;
  const normalizeType = driver.normalizeType.bind(driver);
  driver.normalizeType = (column) =>
    column.type === "text" ? "mediumtext" : normalizeType(column);
  return source;
}
