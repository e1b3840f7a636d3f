import "reflect-metadata";
import { isDeepStrictEqual } from "node:util";
import { DataSource } from "typeorm";
import type { ColumnMetadata } from "typeorm/metadata/ColumnMetadata";
import type { Database } from "../../../src/database/database";
import type { Actor } from "../../../src/domain/actor";
import { systemClock } from "../../../src/domain/clock";
import type { SettlementFacts } from "../../../src/domain/settlement";
import { entities } from "../../../src/entities";
import { actorText, WordsOnly } from "../../../src/entities/columns";
import { createIdFactory } from "../../../src/security/ids";
import { describeEachDatabase } from "../../support/databases";
import { useDatabase } from "../../support/open-database";

/**
 * More than a request of 256 KiB comes to as JSON, sealed and in base64: six bytes for a control character, four
 * thirds for base64.
 */
const longText = 2 * 1024 * 1024;
/** Takes four bytes, two units of UTF-16, and one character of a column. */
const wide = "\u{1F4DA}";

type Kind =
  | "id"
  | "word"
  | "varchar"
  | "int"
  | "flag"
  | "minor"
  | "time"
  | "text"
  | "json"
  | "settlement"
  | "actor"
  | "bytes";

/** What the code has in a column, told by what is read from it. */
function kindOf({ type, transformer, isPrimary, propertyName }: ColumnMetadata): Kind {
  // Read by forms of their own: no other text can be tried on them.
  if (propertyName === "settlement") return "settlement";
  if (transformer === actorText) return "actor";
  const read = Array.isArray(transformer) ? undefined : transformer?.from;
  switch (type) {
    case "varchar":
      if (transformer instanceof WordsOnly) return "word";
      return isPrimary ? "id" : "varchar";
    case "int":
      return read === undefined ? "int" : "flag";
    case "bigint":
      return read?.(0) instanceof Date ? "time" : "minor";
    case "text":
      if (read === undefined) return "text";
      return Buffer.isBuffer(read("{}")) ? "bytes" : "json";
    default:
      throw new Error(`columns of type ${String(type)} are not known here`);
  }
}

const awkward = `'"\\\u0000\u0001\n?${wide}`.repeat(longText / 11);

const longestOf = (words: readonly string[]) => words.toSorted((a, b) => b.length - a.length)[0];

/** As many fees as the adapters let through. */
const largestSettlement: SettlementFacts = {
  receivedMinor: -(10n ** 18n - 1n),
  refundedMinor: 10n ** 18n - 1n,
  chargedBackMinor: 10n ** 18n - 1n,
  fees: Array.from({ length: 100 }, () => ({
    ...{ kind: "APPLICATION" as const, payer: "SELLER" as const },
    ...{ minor: 10n ** 18n - 1n, refundedMinor: 10n ** 18n - 1n },
  })),
  releaseAt: new Date("2099-12-31T23:59:59.999Z"),
  releaseState: "RELEASED",
};

/** A text as long as its column. */
function longestActor(length: number): Actor {
  const sellerId = createIdFactory(systemClock).next("Seller");
  const kind = "MARKETPLACE";
  return { kind, reference: "r".repeat(length - `${kind}  ${sellerId}`.length), sellerId };
}

const largest: Readonly<Record<Kind, (column: ColumnMetadata) => unknown>> = {
  id: ({ length }) => wide.repeat(Number(length)),
  word: ({ transformer }) =>
    transformer instanceof WordsOnly ? longestOf(transformer.words) : undefined,
  varchar: ({ length }) => wide.repeat(Number(length)),
  int: () => 2_147_483_647,
  flag: () => true,
  minor: () => BigInt(Number.MAX_SAFE_INTEGER),
  time: () => new Date(8.64e15),
  text: () => awkward,
  json: () => ({ text: awkward }),
  settlement: () => largestSettlement,
  actor: ({ length }) => longestActor(Number(length)),
  bytes: () => Buffer.alloc(longText, 0xff),
};

/** For where the test is about another column of the row. */
const small: typeof largest = {
  ...largest,
  varchar: () => "",
  text: () => "",
  json: () => ({}),
  settlement: () => null,
  actor: () => null,
  bytes: () => Buffer.alloc(0),
};

describeEachDatabase("every column keeps the largest value that it may get", (kind) => {
  let database: Database;
  useDatabase(kind, (opened) => {
    database = opened;
  });
  const source = new DataSource({ type: "better-sqlite3", database: ":memory:", entities });
  beforeAll(() => source.initialize());
  afterAll(() => source.destroy());

  test.each(entities.map((entity) => [entity.name, entity] as const))(
    "of %s",
    async (_name, entity) => {
      const columns = source.getMetadata(entity).columns;
      const table = database.table<object>(entity);
      const isLong = ({ type }: ColumnMetadata) => type === "text";
      const rowOf = (own: (column: ColumnMetadata) => boolean) =>
        Object.fromEntries(
          columns.map((column) => [
            column.propertyName,
            (own(column) ? largest : small)[kindOf(column)](column),
          ]),
        );
      // One long text for each row, since all of them need not fit into one statement.
      const rows = [
        rowOf((column) => !isLong(column)),
        ...columns.filter(isLong).map((long) => rowOf((column) => column === long)),
      ];
      for (const row of rows) {
        await database.write((unit) => {
          unit.change({ sql: `DELETE FROM ${table.name}`, values: [] });
          unit.change(table.insert(row));
        });
        const [stored = {}] = await database.read(`SELECT * FROM ${table.name}`);
        const read = Object.fromEntries(Object.entries(table.fromRow(stored)));
        const names = columns.map(({ propertyName }) => propertyName);
        expect(names.filter((name) => !isDeepStrictEqual(read[name], row[name]))).toEqual([]);
      }
    },
  );
});
