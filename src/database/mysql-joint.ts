import { assertNot, assertRows, bind, literal, textsOf } from "./mysql-text";
import type { SqlValue, Statement } from "./statement";
import type { Counter, Shape } from "./statement-shape";

/** Units whose statements are made one at most: each row of a joint update is looked for among all of them. */
const jointSize = 16;

/**
 * The texts of units that are committed together. Units of the same statements (claims of payments, say) share
 * them: the first ones of all become one statement, then the second ones, and so on. For the server, eight rows
 * in one INSERT are a fraction of eight INSERTs. A fault anywhere is a fault of the whole; who is at fault shows
 * when each unit runs by itself.
 *
 * What a unit's statement sees of others is then what it would see if they ran at the same moment. A unit that
 * looks for what it is about to add must therefore add first, and look for others afterwards.
 */
export function jointTexts(units: readonly (readonly Statement[])[]): string[] {
  return alike(units).flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return (first ?? []).flatMap(textsOf);
    return first.flatMap((statement, place) =>
      joined(
        statement,
        same.map((unit) => unit[place] ?? statement),
      ),
    );
  });
}

/** Units with the same statements, in the order of the first of each. A unit that cannot be joined stays alone. */
function alike(units: readonly (readonly Statement[])[]): (readonly Statement[])[][] {
  const open = new Map<string, (readonly Statement[])[]>();
  const all: (readonly Statement[])[][] = [];
  for (const unit of units) {
    const canBeJoined = unit.every(({ shape, expectNone }) => shape !== undefined || expectNone);
    const key = canBeJoined ? unit.map(({ sql }) => numberOf(sql)).join() : undefined;
    const same = key === undefined ? undefined : open.get(key);
    if (same !== undefined && same.length < jointSize) {
      same.push(unit);
      continue;
    }
    const begun = [unit];
    all.push(begun);
    if (key !== undefined) open.set(key, begun);
  }
  return all;
}

/** Numbers stand for texts, which are long. Only texts of a known shape get one: there are few. */
const numbers = new Map<string, number>();

function numberOf(sql: string): number {
  const number = numbers.get(sql) ?? numbers.size;
  numbers.set(sql, number);
  return number;
}

function joined({ shape }: Statement, statements: readonly Statement[]): string[] {
  // Only what must find nothing comes without a shape.
  if (shape === undefined) return [assertNot(`EXISTS(${jointQuery(statements)})`)];
  switch (shape.kind) {
    case "insert":
      return [shape.into + statements.map(({ values }) => bind(shape.row, values)).join(", ")];
    case "update":
      return [jointUpdate(shape, statements), assertRows(statements.length)];
    case "advance":
      return jointAdvance(shape.counter, statements);
    case "numbered":
      return [jointNumbered(shape, statements)];
  }
}

const where = " WHERE ";

/** One query that finds what any of them would: planning many takes the server longer than running one. */
function jointQuery(statements: readonly Statement[]): string {
  const sql = statements[0]?.sql ?? "";
  const end = sql.indexOf(where) + where.length;
  if (end < where.length) throw new TypeError(`nothing to look for: ${sql}`);
  const conditions = statements.map(({ values }) => `(${bind(sql.slice(end), values)})`);
  return sql.slice(0, end) + conditions.join(" OR ");
}

function jointUpdate(
  { table, set, key, others }: Extract<Shape, { kind: "update" }>,
  statements: readonly Statement[],
): string {
  const rows = statements.map(({ values }) => values.map(literal));
  const keyAt = set.length;
  const changes = set.map((column, at) => {
    const value = rows[0]?.[at];
    if (rows.every((row) => row[at] === value)) return `${column} = ${value}`;
    const cases = rows.map((row) => `WHEN ${row[keyAt]} THEN ${row[at]}`);
    return `${column} = CASE ${key} ${cases.join(" ")} END`;
  });
  const matches = rows.map((row) =>
    [key, ...others].map((column, i) => `${column} = ${row[keyAt + i]}`).join(" AND "),
  );
  return `UPDATE ${table} SET ${changes.join(", ")} WHERE (${matches.join(") OR (")})`;
}

/**
 * Raises each counter as often as the statements do together. A single one leaves its new value in
 * `LAST_INSERT_ID`, so that the rows need not look for it.
 */
function jointAdvance({ table, key, value }: Counter, statements: readonly Statement[]): string[] {
  const steps = [...countsOf(statements.flatMap(({ values }) => values))];
  const [first] = steps;
  if (first !== undefined && steps.length === 1) {
    const [of, count] = first;
    return [
      `UPDATE ${table} SET ${value} = LAST_INSERT_ID(${value} + ${count}) WHERE ${key} = ${literal(of)}`,
      assertRows(1),
    ];
  }
  const cases = steps.map(([of, count]) => `WHEN ${literal(of)} THEN ${count}`);
  const keys = steps.map(([of]) => literal(of)).sort();
  return [
    `UPDATE ${table} SET ${value} = ${value} + CASE ${key} ${cases.join(" ")} END WHERE ${key} IN (${keys.join(", ")})`,
    assertRows(steps.length),
  ];
}

/** The rows of a counter get its last numbers, in their order. */
function jointNumbered(
  { counter, into, markers }: Extract<Shape, { kind: "numbered" }>,
  statements: readonly Statement[],
): string {
  const rows = statements.flatMap(({ values }) => chunks(values, markers.length));
  const counts = countsOf(rows.map((row) => row.at(-1) ?? null));
  const left = new Map(counts);
  const texts = rows.map((row) => {
    const of = row.at(-1) ?? null;
    const after = (left.get(of) ?? 0) - 1;
    left.set(of, after);
    const last =
      counts.size === 1
        ? "LAST_INSERT_ID()"
        : `(SELECT ${counter.value} FROM ${counter.table} WHERE ${counter.key} = ${literal(of)})`;
    let next = 0;
    return `(${markers.map((marker) => (marker === "?" ? literal(row[next++] ?? null) : `${last} - ${after}`)).join(", ")})`;
  });
  return `${into}VALUES ${texts.join(", ")}`;
}

function countsOf(values: readonly SqlValue[]): Map<SqlValue, number> {
  const counts = new Map<SqlValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function chunks(values: readonly SqlValue[], size: number): (readonly SqlValue[])[] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}
