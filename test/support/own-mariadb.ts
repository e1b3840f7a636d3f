import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { type DatabaseKind, mysqlAt } from "./databases";
import { freePort } from "./free-port";

/** What a gateway's own user is granted: everything but to be above the server's settings. */
const grants =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, LOCK TABLES, PROCESS";

const isRoot = userInfo().uid === 0;

/** A MariaDB of one test's own, with settings that the shared server must not have. */
export class OwnMariadb {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  /** @param settings of the server, as its command line takes them. @param dataBelow where its files are. */
  static async start(settings: readonly string[], dataBelow = tmpdir()): Promise<OwnMariadb> {
    const folder = mkdtempSync(join(dataBelow, "own-mariadb-"));
    const data = join(folder, "data");
    const user = isRoot ? ["--user=root"] : [];
    const small = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M"];
    const made = spawnSync(
      "mariadb-install-db",
      [
        ...["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal"],
        ...["--skip-test-db", ...user, ...small],
      ],
      { encoding: "utf8" },
    );
    if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
    const port = await freePort();
    const child = spawn(
      "mariadbd",
      [
        ...["--no-defaults", `--datadir=${data}`, `--port=${port}`, "--bind-address=127.0.0.1"],
        ...[`--socket=${join(folder, "socket")}`, ...user, ...small, ...settings],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
    const own = new OwnMariadb(folder, child, port);
    const deadline = Date.now() + 60_000;
    while (!(await own.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await own.stop();
        throw new Error(`mariadbd did not start:\n${log}`);
      }
      await new Promise((wait) => setTimeout(wait, 50));
    }
    await own.run("CREATE USER gateway@'127.0.0.1'");
    await own.run(`GRANT ${grants} ON *.* TO gateway@'127.0.0.1'`);
    return own;
  }

  /** Databases that are used without a privilege to be above the server's settings. */
  get kind(): DatabaseKind {
    return mysqlAt(`mysql://gateway@127.0.0.1:${this.port}/mysql`);
  }

  get rootUrl(): string {
    return `mysql://root@127.0.0.1:${this.port}/mysql`;
  }

  /** As root, in a session of its own. */
  async run(sql: string): Promise<unknown> {
    const connection = await createConnection(this.rootUrl);
    try {
      const [rows] = await connection.query(sql);
      return rows;
    } finally {
      await connection.end();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.run("SELECT 1");
      return true;
    } catch {
      return false;
    }
  }
}

const isThere = spawnSync("mariadbd", ["--version"]).status === 0;

/** `describe` for suites that start servers of their own; says aloud where there is no mariadbd to start. */
export function describeWithOwnMariadb(title: string, suite: () => void): void {
  if (isThere) return void describe(title, suite);
  if (process.env.CI !== undefined) throw new Error("CI must have mariadbd");
  describe.skip(`${title} (install mariadbd to run it)`, () => {
    test("needs a server", () => {});
  });
}
