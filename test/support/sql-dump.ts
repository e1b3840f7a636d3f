import BetterSqlite3 from "better-sqlite3";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import type { TestDatabase } from "./databases";

type Row = Record<string, unknown>;

/** A whole database as SQL text, one statement a line, in an order that can be run. */
export async function dumpDatabase({ url }: TestDatabase): Promise<string> {
  const lines = url.startsWith("sqlite:") ? dumpSqlite(fileOf(url)) : await dumpMysql(url);
  return `${lines.map((line) => line.replaceAll(/\s*\n\s*/g, " ")).join(";\n")};\n`;
}

/** Runs such a text in an empty database. */
export async function loadDatabase({ url }: TestDatabase, text: string): Promise<void> {
  if (url.startsWith("sqlite:")) {
    const database = new BetterSqlite3(fileOf(url));
    database.exec(text);
    database.close();
    return;
  }
  await onMysql(url, async (connection) => {
    const [[server]] = await connection.query<RowDataPacket[]>("SELECT VERSION() AS version");
    // MySQL has MariaDB's collation by another name, as the first migration says.
    const isMariadb = String(server?.version).includes("MariaDB");
    const own = isMariadb ? text : text.replaceAll("utf8mb4_nopad_bin", "utf8mb4_0900_bin");
    for (const line of own.split(";\n")) if (line.trim() !== "") await connection.query(line);
  });
}

function fileOf(url: string): string {
  return url.slice("sqlite:".length);
}

function dumpSqlite(file: string): string[] {
  const database = new BetterSqlite3(file, { readonly: true });
  const parts = database
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
    )
    .all() as { type: string; name: string; sql: string }[];
  const lines = parts.flatMap(({ type, name, sql }) => {
    if (type !== "table") return [sql];
    const rows = database.prepare(`SELECT * FROM ${name}`).all() as Row[];
    return [sql, ...rows.map((row) => insertOf(name, row))];
  });
  database.close();
  return lines;
}

function dumpMysql(url: string): Promise<string[]> {
  return onMysql(url, async (connection) => {
    const [tables] = await connection.query<RowDataPacket[]>("SHOW TABLES");
    const lines: string[] = [];
    for (const name of tables.map((row) => String(Object.values(row)[0])).sort()) {
      const [[made]] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE ${name}`);
      const [rows] = await connection.query<RowDataPacket[]>(`SELECT * FROM ${name}`);
      lines.push(String(made?.["Create Table"]), ...rows.map((row) => insertOf(name, row)));
    }
    return lines;
  });
}

function insertOf(table: string, row: Row): string {
  const values = Object.values(row).map((value) =>
    typeof value === "string" ? `'${plain(value)}'` : String(value ?? "NULL"),
  );
  return `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${values.join(", ")})`;
}

/** What means the same in both dialects; other text would need an escape of one of them. */
function plain(text: string): string {
  if (/[\\\n]/.test(text)) throw new Error(`this text means two things: ${text}`);
  return text.replaceAll("'", "''");
}

async function onMysql<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({
    uri: url,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  try {
    return await use(connection);
  } finally {
    await connection.end();
  }
}
