// @ts-check
/**
 * The thread that writes to the SQLite file. A commit waits for the disk, and the driver blocks its thread
 * meanwhile: here that is nobody's loss. It is JavaScript, checked by the compiler, since a worker's file is
 * loaded by Node itself, also where tests run the sources.
 *
 * @typedef {import("./sqlite-lane").Step} Step
 * @typedef {import("./sqlite-lane").StepAnswer} StepAnswer
 * @typedef {import("./sqlite-lane").UnitFault} UnitFault
 * @typedef {import("./database").Statement} Statement
 */
const { parentPort, workerData } = require("node:worker_threads");
const BetterSqlite3 = require("better-sqlite3");

/** Distinct statement texts kept prepared. Ours are few. */
const preparedLimit = 500;

if (parentPort === null) throw new Error("this file is a worker's");
const port = parentPort;
/** @type {import("better-sqlite3").Database} */
const database = new BetterSqlite3(workerData.file);
for (const pragma of workerData.pragmas) database.pragma(pragma);

/** @type {Map<string, import("better-sqlite3").Statement>} */
const prepared = new Map();
/** What the open transaction has written so far. @type {{ unit: number, statement: Statement }[]} */
let written = [];
/** Units of the open transaction that failed. @type {Set<number>} */
let failed = new Set();

port.on("message", (/** @type {Step | "close"} */ message) => {
  if (message !== "close") return port.postMessage(run(message));
  database.close();
  port.close();
});
port.postMessage("ready");

/** @param {Step} step @returns {StepAnswer} */
function run({ parts, read, commit }) {
  /** @type {UnitFault[]} */
  const faults = [];
  try {
    if (!database.inTransaction) begin();
    for (const part of parts) {
      if (failed.has(part.unit)) continue;
      const fault = runPart(part);
      if (fault !== undefined) faults.push(fault);
    }
    /** @type {StepAnswer} */
    const answer = { faults };
    if (read !== undefined && !failed.has(read.unit)) {
      try {
        answer.rows = /** @type {import("./database").Row[]} */ (
          prepare(read.sql).all(read.values)
        );
      } catch (fault) {
        faults.push(describe(read.unit, fault));
        failed.add(read.unit);
        startOver();
      }
    }
    if (commit) execute("COMMIT");
    return answer;
  } catch (fault) {
    // The group as a whole could not be written (disk full, file locked): nobody's unit was.
    if (database.inTransaction) execute("ROLLBACK");
    return { faults, groupFault: describe(-1, fault) };
  }
}

function begin() {
  execute("BEGIN IMMEDIATE");
  written = [];
  failed = new Set();
}

/** @param {Step["parts"][number]} part @returns {UnitFault | undefined} */
function runPart({ unit, statements, undo }) {
  let fault;
  if (!undo) {
    for (const statement of statements) {
      fault = runStatement(unit, statement);
      if (fault !== undefined) break;
      written.push({ unit, statement });
    }
    if (fault === undefined) return undefined;
  }
  failed.add(unit);
  startOver();
  return fault;
}

/**
 * Undoes units at fault: takes the transaction back, and writes what the others had written once more. Faults
 * are rare; a savepoint for each unit would make SQLite copy every page that was touched before it.
 */
function startOver() {
  execute("ROLLBACK");
  execute("BEGIN IMMEDIATE");
  written = written.filter(({ unit }) => !failed.has(unit));
  for (const { unit, statement } of written) {
    const fault = runStatement(unit, statement);
    if (fault !== undefined)
      throw new Error(`a statement failed when it was run again: ${fault.message}`);
  }
}

/** @param {number} unit @param {Statement} statement @returns {UnitFault | undefined} */
function runStatement(unit, { sql, values, expectRows, expectNone }) {
  try {
    if (expectNone) {
      if (prepare(sql).get(values) === undefined) return undefined;
      return { unit, kind: "stale", message: "there is a row where none was expected" };
    }
    const { changes } = prepare(sql).run(values);
    if (expectRows === undefined || changes === expectRows) return undefined;
    return { unit, kind: "stale", message: `${changes} rows instead of ${expectRows}` };
  } catch (fault) {
    return describe(unit, fault);
  }
}

/** @param {number} unit @param {unknown} fault @returns {UnitFault} */
function describe(unit, fault) {
  const { message, code } = /** @type {{ message?: string, code?: string }} */ (fault);
  const isUnique = code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
  return { unit, kind: isUnique ? "unique" : "other", message: message ?? String(fault) };
}

/** @param {string} sql */
function execute(sql) {
  prepare(sql).run();
}

/** @param {string} sql */
function prepare(sql) {
  let statement = prepared.get(sql);
  if (statement === undefined) {
    if (prepared.size >= preparedLimit) prepared.clear();
    statement = database.prepare(sql);
    prepared.set(sql, statement);
  }
  return statement;
}
