import { jointTexts } from "../../../src/database/mysql-joint";
import type { Statement } from "../../../src/database/statement";
import type { Counter } from "../../../src/database/statement-shape";

const counter: Counter = { table: "stream", key: "id", value: "last" };

const insert = (a: string, b: number): Statement => ({
  sql: "INSERT INTO t (a, b) VALUES (?, ?)",
  values: [a, b],
  shape: { kind: "insert", into: "INSERT INTO t (a, b) VALUES ", row: "(?, ?)" },
});
const update = (id: string, status: string, version: number): Statement => ({
  sql: "UPDATE t SET status = ?, version = ? WHERE id = ? AND version = ?",
  values: [status, version + 1, id, version],
  expectRows: 1,
  shape: {
    kind: "update",
    table: "t",
    set: ["status", "version"],
    key: "id",
    others: ["version"],
  },
});
const advance = (key: string): Statement => ({
  sql: "UPDATE stream SET last = last + 1 WHERE id = ?",
  values: [key],
  expectRows: 1,
  shape: { kind: "advance", counter },
});
const numbered = (text: string, key: string): Statement => ({
  sql: "INSERT INTO e (text, seq) SELECT ?, last FROM stream WHERE id = ?",
  values: [text, key],
  shape: {
    kind: "numbered",
    counter,
    into: "INSERT INTO e (text, seq) ",
    markers: ["?", "number"],
  },
});
const absent = (value: string): Statement => ({
  sql: "SELECT 1 FROM t WHERE a = ?",
  values: [value],
  expectNone: true,
});
const fault = (condition: string) => `SET @fault = 9223372036854775807 + ${condition}`;

test("rows of one table become one INSERT", () => {
  expect(jointTexts([[insert("x", 1)], [insert("it's", 2)], [insert("?", 3)]])).toEqual([
    "INSERT INTO t (a, b) VALUES ('x', 1), ('it''s', 2), ('?', 3)",
  ]);
});

test("changes of several rows become one, each still on its condition; equal values stand once", () => {
  expect(jointTexts([[update("a", "DONE", 1)], [update("b", "DONE", 7)]])).toEqual([
    "UPDATE t SET status = 'DONE', version = CASE id WHEN 'a' THEN 2 WHEN 'b' THEN 8 END " +
      "WHERE (id = 'a' AND version = 1) OR (id = 'b' AND version = 7)",
    fault("(ROW_COUNT() <> 2)"),
  ]);
});

test("two changes of the same row come to too few rows, and so to a fault of the whole", () => {
  const [change, check] = jointTexts([[update("a", "X", 1)], [update("a", "Y", 1)]]);
  expect(change).toContain("WHERE (id = 'a' AND version = 1) OR (id = 'a' AND version = 1)");
  expect(check).toBe(fault("(ROW_COUNT() <> 2)"));
});

test("one counter is raised once for all, and its rows get the last numbers in their order", () => {
  const unit = (text: string) => [advance("s"), numbered(text, "s")];
  expect(jointTexts([unit("first"), unit("second"), unit("third")])).toEqual([
    "UPDATE stream SET last = LAST_INSERT_ID(last + 3) WHERE id = 's'",
    fault("(ROW_COUNT() <> 1)"),
    "INSERT INTO e (text, seq) VALUES ('first', LAST_INSERT_ID() - 2), ('second', LAST_INSERT_ID() - 1), ('third', LAST_INSERT_ID() - 0)",
  ]);
});

test("several counters are raised by as much as each has rows", () => {
  const unit = (text: string, key: string) => [advance(key), numbered(text, key)];
  const last = (key: string) => `(SELECT last FROM stream WHERE id = '${key}')`;
  expect(jointTexts([unit("1", "z"), unit("2", "a"), unit("3", "z")])).toEqual([
    "UPDATE stream SET last = last + CASE id WHEN 'z' THEN 2 WHEN 'a' THEN 1 END WHERE id IN ('a', 'z')",
    fault("(ROW_COUNT() <> 2)"),
    `INSERT INTO e (text, seq) VALUES ('1', ${last("z")} - 1), ('2', ${last("a")} - 0), ('3', ${last("z")} - 0)`,
  ]);
});

test("looks for what must not be there become one", () => {
  expect(jointTexts([[absent("x")], [absent("y")]])).toEqual([
    fault("EXISTS(SELECT 1 FROM t WHERE (a = 'x') OR (a = 'y'))"),
  ]);
});

test("units of other statements stay apart, as do those of unknown shape, in the order in which they came", () => {
  const plain: Statement = { sql: "DELETE FROM t WHERE a = ?", values: ["x"] };
  expect(
    jointTexts([
      [insert("x", 1)],
      [plain],
      [insert("y", 2), absent("y")],
      [plain],
      [insert("z", 3)],
    ]),
  ).toEqual([
    "INSERT INTO t (a, b) VALUES ('x', 1), ('z', 3)",
    "DELETE FROM t WHERE a = 'x'",
    "INSERT INTO t (a, b) VALUES ('y', 2)",
    fault("EXISTS(SELECT 1 FROM t WHERE a = 'y')"),
    "DELETE FROM t WHERE a = 'x'",
  ]);
});

test("no more than sixteen share a statement", () => {
  const units = Array.from({ length: 40 }, (_, i) => [insert("x", i)]);
  expect(jointTexts(units)).toHaveLength(3);
});

test("a text with other markers than values is refused", () => {
  expect(() => jointTexts([[{ ...insert("x", 1), values: ["x"] }]])).toThrow(TypeError);
});
