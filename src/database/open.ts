import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { LRUCache } from "lru-cache";
import { DataSource, type DataSourceOptions } from "typeorm";
import { type Database, UnusableDatabaseError } from "./database";
import { MysqlDatabase } from "./mysql-database";
import { beatingLimits, mysqlDriver, servingLimits } from "./mysql-session";
import { SqliteDatabase } from "./sqlite-database";
import { SqliteLane } from "./sqlite-lane";
import type { OnUnreadable } from "./table";

/** Of `/proc/<pid>/stat`, counted behind the name: when the process began, in ticks since the boot. */
const startField = 19;

export interface OpenOptions {
  /** How long to wait for another process that migrates. */
  readonly migrationLockSeconds?: number;
  /** Told once of each row that a list leaves out, since it cannot be read. Absent: such a row fails the list. */
  readonly onUnreadable?: OnUnreadable;
}

/** Rows that have been told of. Where more than these are broken, they are told of again. */
const toldLimit = 1_000;

/** Lists are read again and again, and jobs come back: each row is told of once. */
function once(tell: OnUnreadable): OnUnreadable {
  const told = new LRUCache<string, true>({ max: toldLimit });
  return (fault) => {
    if (told.has(fault.message)) return;
    told.set(fault.message, true);
    tell(fault);
  };
}

const fail: OnUnreadable = (fault) => {
  throw fault;
};

/**
 * Opens the database that the options name, with its migrations run.
 * @throws UnusableDatabaseError where a person has to mend something first.
 */
export async function openDatabase(
  options: DataSourceOptions,
  { migrationLockSeconds = 60, onUnreadable }: OpenOptions = {},
): Promise<Database> {
  const tell = onUnreadable === undefined ? fail : once(onUnreadable);
  switch (options.type) {
    case "better-sqlite3":
      return openSqlite(options, tell);
    case "mysql":
    case "mariadb":
      return openMysql(options, migrationLockSeconds, tell);
    default:
      throw new Error(`unsupported database type ${options.type}`);
  }
}

async function openSqlite(
  options: Extract<DataSourceOptions, { type: "better-sqlite3" }>,
  onUnreadable: OnUnreadable,
): Promise<Database> {
  mkdirSync(dirname(options.database), { recursive: true, mode: 0o700 });
  // What is in it is for nobody else on this machine. SQLite gives the files beside it the mode of this one.
  closeSync(openSync(options.database, "a", 0o600));
  const unlock = lockFile(`${options.database}.lock`);
  try {
    await migrate(options, runMigrations);
    const lane = await SqliteLane.open(options.database);
    const reader = await new DataSource({
      ...options,
      migrations: [],
      readonly: true,
      enableWAL: false,
    }).initialize();
    const database = new SqliteDatabase(lane, reader, onUnreadable);
    const close = database.close.bind(database);
    database.close = async () => {
      await close();
      unlock();
    };
    return database;
  } catch (fault) {
    unlock();
    throw fault;
  }
}

async function openMysql(
  options: Extract<DataSourceOptions, { type: "mysql" | "mariadb" }>,
  migrationLockSeconds: number,
  onUnreadable: OnUnreadable,
): Promise<Database> {
  // One connection holds the lock, and one migrates.
  const two = { ...options, extra: { ...options.extra, connectionLimit: 2 } };
  await migrate(two, (source) => migrateAlone(source, migrationLockSeconds));
  const source = await new DataSource({
    ...options,
    migrations: [],
    driver: mysqlDriver(servingLimits),
  }).initialize();
  try {
    const beating = await new DataSource({
      ...options,
      entities: [],
      migrations: [],
      driver: mysqlDriver(beatingLimits),
      extra: { ...options.extra, connectionLimit: 1 },
    }).initialize();
    return new MysqlDatabase(source, beating, onUnreadable);
  } catch (fault) {
    await source.destroy();
    throw fault;
  }
}

async function migrate(
  options: DataSourceOptions,
  run: (source: DataSource) => Promise<void>,
): Promise<void> {
  const source = await new DataSource(options).initialize();
  try {
    await run(source);
  } finally {
    await source.destroy();
  }
}

async function runMigrations(source: DataSource): Promise<void> {
  await source.runMigrations({ transaction: "each" });
}

/**
 * Processes that start together must not migrate together: the first one does, the others wait.
 * @throws UnusableDatabaseError where they wait too long.
 */
async function migrateAlone(source: DataSource, lockSeconds: number): Promise<void> {
  const lock = "CONCAT(DATABASE(), '.migrations')";
  const runner = source.createQueryRunner();
  try {
    const [answer] = await runner.query(
      `SELECT GET_LOCK(${lock}, ${lockSeconds}) AS is_ours, IS_USED_LOCK(${lock}) AS holder`,
    );
    if (Number(answer?.is_ours) !== 1) {
      throw new UnusableDatabaseError(
        `another session (${answer?.holder}) has kept the lock for migrations for ${lockSeconds} s; end what it does, or wait for it, and start again`,
      );
    }
    await runMigrations(source);
    await runner.query(`SELECT RELEASE_LOCK(${lock})`);
  } finally {
    await runner.release();
  }
}

/**
 * Two processes on one SQLite file would each have a lane of their own and wake nobody but themselves, so
 * the second one is refused. A lock left by a process that died is taken over, also where its number was given to
 * another process since.
 */
function lockFile(path: string): () => void {
  for (let attempt = 1; ; attempt++) {
    try {
      const file = openSync(path, "wx", 0o600);
      writeSync(file, `${process.pid} ${birthOf(process.pid)}`);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 3) throw fault;
      const [pid, birth] = readFileSync(path, "utf8").split(" ");
      const owner = Number(pid);
      const isOwner = birth === undefined || birthOf(owner) === birth;
      if (owner !== process.pid && isAlive(owner) && isOwner) {
        throw new UnusableDatabaseError(
          `another process (${owner}) uses this database file; run one process on SQLite, or set DATABASE_URL to MySQL`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Tells a process from an earlier one of its number: the boot, and its start since then. Empty but on Linux. */
function birthOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it may have blanks and brackets of its own.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot}:${fields[startField]}`;
  } catch {
    return "";
  }
}
