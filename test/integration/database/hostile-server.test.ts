import "reflect-metadata";
import fc from "fast-check";
import type { DataSourceOptions } from "typeorm";
import { dataSourceOptions } from "../../../src/data-source";
import { type Database, UnusableDatabaseError } from "../../../src/database/database";
import { openDatabase } from "../../../src/database/open";
import { systemClock } from "../../../src/domain/clock";
import { MarketplaceEntity } from "../../../src/entities/marketplace.entity";
import { createIdFactory } from "../../../src/security/ids";
import { CuttableNetwork } from "../../support/cuttable-network";
import type { TestDatabase } from "../../support/databases";
import { describeWithOwnMariadb, OwnMariadb } from "../../support/own-mariadb";

const ids = createIdFactory(systemClock);

/** Settings of a server under which text would mean something else, were it not for what sessions are set to. */
const hostile: readonly { name: string; settings: readonly string[] }[] = [
  {
    name: "no backslash escapes, and quotes around names",
    settings: ["--sql-mode=NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,EMPTY_STRING_IS_NULL"],
  },
  {
    name: "gbk for every client",
    settings: ["--skip-character-set-client-handshake", "--character-set-server=gbk"],
  },
  {
    name: "Oracle's language",
    settings: ["--sql-mode=ORACLE"],
  },
  {
    name: "nothing strict, no commit of its own, locks for reads, another time and few rows",
    settings: [
      ...["--sql-mode=", "--autocommit=0", "--completion-type=CHAIN", "--sql-safe-updates=1"],
      ...["--transaction-isolation=SERIALIZABLE", "--default-time-zone=+05:30"],
      "--init-connect=SET sql_auto_is_null = 1, sql_select_limit = 1, sql_big_selects = 0",
    ],
  },
];

/** Each ends a literal, or a statement, where text is not written as the server reads it. */
const attacks = [
  "', 0); CREATE TABLE pwned (a int); -- ",
  "\\', 0); CREATE TABLE pwned (a int); -- ",
  "€', 0); CREATE TABLE pwned (a int); -- ",
  "\u00bf', 0); CREATE TABLE pwned (a int); -- ",
  '", 0); CREATE TABLE pwned (a int); -- ',
  "ends with a backslash \\",
  "\\\\' OR 1 = 1 -- ",
  "? ?? ; \0 \b \n \r \t \x1a % _",
  "ñ – żółw 🐢 縗\\",
  "",
];
const text = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: fc.constantFrom("'", "\\", '"', "€", "縗", "a", ";", "?"), maxLength: 12 }),
);

for (const { name, settings } of hostile)
  describeWithOwnMariadb(`a server with ${name}`, () => {
    let server: OwnMariadb;
    let place: TestDatabase;
    let database: Database;
    beforeAll(async () => {
      server = await OwnMariadb.start(settings);
      place = await server.kind.create();
      database = await openDatabase(dataSourceOptions(place.url, 4));
    });
    afterAll(async () => {
      await database?.close();
      await server?.stop();
    });

    const table = () => database.table(MarketplaceEntity);
    const named = (name: string): MarketplaceEntity => ({
      id: ids.next("Marketplace"),
      name,
      createdAt: new Date(),
    });
    const pwned = () =>
      database.read(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'pwned'",
      );

    test("takes every text for a value and for nothing else, in whatever statement it is", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
          const rows = texts.map(named);
          // Together: one INSERT, one UPDATE with a CASE, one look for what must not be there.
          await Promise.all(
            rows.map((row) =>
              database.write((unit) => {
                unit.change(table().insert({ ...row, name: "before" }));
                unit.change(table().update({ name: row.name }, { id: row.id, name: "before" }, 1));
                const sql = "SELECT 1 FROM marketplace WHERE id = ? AND name <> ?";
                unit.change({ sql, values: [row.id, row.name], expectNone: true });
              }),
            ),
          );
          for (const { id, name } of rows) {
            const sql = "SELECT id, name FROM marketplace WHERE id = ? AND name = ?";
            const found = [{ id, name }];
            expect(await database.read(sql, [id, name])).toEqual(found);
            expect(await database.read(sql, [id, name], { byKey: true })).toEqual(found);
            const locked = await database.write((unit) =>
              unit.read(sql, [id, name], { lock: true }),
            );
            expect(locked).toEqual(found);
          }
        }),
        { numRuns: 15 },
      );
      expect(await pwned()).toEqual([]);
    });

    test("finds text by an index whichever way it is written", async () => {
      for (const id of ["plain", "縗"]) {
        const [plan] = await database.read(
          "EXPLAIN FORMAT=TRADITIONAL SELECT * FROM marketplace WHERE id = ?",
          [id],
        );
        // What is not there is seen while the statement is planned: that takes an index, too.
        expect(`${plan?.type} ${plan?.Extra}`).not.toContain("ALL");
      }
    });

    test("refuses a text that is too long, and does not cut it", async () => {
      const row = named("x".repeat(4_000));
      await expect(database.write((unit) => unit.change(table().insert(row)))).rejects.toThrow(
        /Data too long/,
      );
      expect(await database.read("SELECT name FROM marketplace WHERE id = ?", [row.id])).toEqual(
        [],
      );
    });

    test("shows what others have committed, and a read leaves no transaction open", async () => {
      const row = named("changed elsewhere");
      await database.write((unit) => unit.change(table().insert(row)));
      const name = async () =>
        (await database.read("SELECT name FROM marketplace WHERE id = ?", [row.id]))[0]?.name;
      const other = await openDatabase(dataSourceOptions(place.url, 4));
      // So that each connection of the pool has read before.
      await Promise.all(Array.from({ length: 8 }, name));
      await other.write((unit) =>
        unit.change(other.table(MarketplaceEntity).update({ name: "anew" }, { id: row.id }, 1)),
      );
      expect(await Promise.all(Array.from({ length: 8 }, name))).toEqual(Array(8).fill("anew"));
      await other.close();
    });

    test("tells the time in UTC", async () => {
      const [row] = await database.read(
        `SELECT ${database.nowSql} AS now, NOW() = UTC_TIMESTAMP() AS utc`,
        [0],
      );
      expect(Number(row?.utc)).toBe(1);
      expect(Math.abs(Number(row?.now) - Date.now())).toBeLessThan(60_000);
    });
  });

/** As the set-up of a session has it. */
const mode = "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

describeWithOwnMariadb("a session that is not as it must be", () => {
  let server: OwnMariadb;
  let place: TestDatabase;
  let network: CuttableNetwork;
  let options: DataSourceOptions;
  beforeAll(async () => {
    server = await OwnMariadb.start(["--sql-mode="]);
    place = await server.kind.create();
    network = await CuttableNetwork.to(place.url);
    const through = new URL(place.url);
    through.port = new URL(network.url).port;
    options = dataSourceOptions(through.href, 8);
  });
  afterEach(() => network.mend());
  afterAll(async () => {
    await network?.close();
    await server?.stop();
  });

  test.each([
    ["a mode", mode, "'NO_BACKSLASH_ESCAPES'", /does not let a session have sql_mode = STRICT_ALL/],
    ["a character set", "NAMES utf8mb4 COLLATE utf8mb4_bin", "NAMES gbk", /character_set_client/],
    ["a commit", "autocommit = 1", "autocommit = 0", /autocommit = ON; it has OFF/],
    ["an isolation", "REPEATABLE READ", "SERIALIZABLE", /_isolation = REPEATABLE-READ/],
  ])("is not begun with: %s", async (_, from, to, reason) => {
    network.change(from, to);
    const opened = openDatabase(options);
    await expect(opened).rejects.toThrow(UnusableDatabaseError);
    await expect(opened).rejects.toThrow(reason);
  });

  test("is not begun with where the server refuses what it is told", async () => {
    network.change("utf8mb4_bin", "nothing_bin");
    await expect(openDatabase(options)).rejects.toThrow("Unknown collation");
  });

  test("is not used for anything", async () => {
    const database = await openDatabase(options);
    const ask = () =>
      Promise.allSettled(
        Array.from({ length: 8 }, () => database.read("SELECT @@sql_mode AS mode, SLEEP(0.05)")),
      );
    // The few that are there serve on; all that would have to be added are refused, again and again.
    network.change(mode, "''");
    for (const result of [...(await ask()), ...(await ask())]) {
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(UnusableDatabaseError);
      else expect(result.value[0]?.mode).toContain("STRICT_ALL_TABLES");
    }
    expect((await ask()).map(({ status }) => status)).toContain("rejected");
    network.mend();
    expect((await ask()).map(({ status }) => status)).toEqual(Array(8).fill("fulfilled"));
    await database.close();
  });
});
