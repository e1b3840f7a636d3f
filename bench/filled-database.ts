import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Database } from "../src/database/database";
import type { Row } from "../src/database/statement";
import { fillPayments, fillSellers, type Sample } from "./fill";
import { createMarketplace, prepare } from "./market";

export interface FilledDatabase {
  readonly url: string;
  readonly samples: readonly Sample[];
}

/**
 * A SQLite database with so many payments of 200 sellers. It is kept in the system's folder for temporary
 * files, under a name that changes with the migrations and with what is filled in.
 */
export async function filledSqlite(payments: number): Promise<FilledDatabase> {
  const folder = join(tmpdir(), "gateway-bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${payments}-${fingerprint()}.sqlite`);
  const samplesFile = `${file}.samples.json`;
  const url = `sqlite:${file}`;
  if (!existsSync(samplesFile)) {
    const making = `${file}.making`;
    for (const suffix of ["", "-wal", "-shm", ".lock"]) rmSync(making + suffix, { force: true });
    const samples = await prepare(`sqlite:${making}`, (database) => fill(database, payments));
    renameSync(making, file);
    writeFileSync(samplesFile, JSON.stringify(samples));
  }
  return { url, samples: JSON.parse(readFileSync(samplesFile, "utf8")) as Sample[] };
}

/** Fills any database, in the way that is fast on its kind. */
export async function fill(database: Database, payments: number): Promise<Sample[]> {
  await createMarketplace(database);
  await fillSellers(database, 200);
  const indexes = database.kind === "sqlite" ? await takeIndexes(database) : [];
  const samples = await fillPayments(database, { payments, sellers: 200 });
  for (const { sql } of indexes) await run(database, String(sql));
  return samples;
}

/** An index is made faster at once than row by row. */
async function takeIndexes(database: Database): Promise<Row[]> {
  const indexes = await database.read(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'payment' AND sql IS NOT NULL",
  );
  for (const { name } of indexes) await run(database, `DROP INDEX ${name}`);
  return indexes;
}

function run(database: Database, sql: string): Promise<void> {
  return database.write((unit) => unit.change({ sql, values: [] }));
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const migrations = resolve(__dirname, "../migrations");
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name) => join(migrations, name));
  for (const file of [...files, join(__dirname, "fill.js"), __filename]) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}
