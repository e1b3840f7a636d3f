// @ts-check
/**
 * The thread that writes to the SQLite file. A commit waits for the disk, and the driver blocks its thread
 * meanwhile: here that is nobody's loss. It is JavaScript, checked by the compiler, since a worker's file is
 * loaded by Node itself, also where tests run the sources.
 *
 * @typedef {import("./sqlite-lane").WireStep} WireStep
 * @typedef {import("./sqlite-lane").WireStatement} WireStatement
 * @typedef {import("./sqlite-lane").StepAnswer} StepAnswer
 * @typedef {import("./sqlite-lane").UnitFault} UnitFault
 */
const { parentPort, workerData } = require("node:worker_threads");
const BetterSqlite3 = require("better-sqlite3");

if (parentPort === null) throw new Error("this file is a worker's");
const port = parentPort;
/** @type {import("better-sqlite3").Database} */
const database = new BetterSqlite3(workerData.file);
for (const pragma of workerData.pragmas) database.pragma(pragma);

const begin = database.prepare("BEGIN IMMEDIATE");
const commitAll = database.prepare("COMMIT");
const rollback = database.prepare("ROLLBACK");

/** Every SQL text so far, by its number. @type {string[]} */
const texts = [];
/** Statements that are kept prepared, by the number of their text. @type {(import("better-sqlite3").Statement | undefined)[]} */
const prepared = [];
/** What the open transaction has written so far. @type {{ unit: number, statement: WireStatement }[]} */
let written = [];
/** Units of the open transaction that failed. @type {Set<number>} */
let failed = new Set();

port.on("message", (/** @type {string} */ message) => {
  if (message !== "close") return port.postMessage(run(JSON.parse(message)));
  database.close();
  port.close();
});
port.postMessage("ready");

/** @param {WireStep} step @returns {StepAnswer} */
function run({ texts: newTexts, parts, read, commit }) {
  texts.push(...newTexts);
  /** @type {UnitFault[]} */
  const faults = [];
  try {
    if (!database.inTransaction) beginAnew();
    for (const part of parts) {
      if (failed.has(part.unit)) continue;
      const fault = runPart(part);
      if (fault !== undefined) faults.push(fault);
    }
    /** @type {StepAnswer} */
    const answer = { faults };
    if (read !== undefined && !failed.has(read.unit)) {
      const [text, values] = read.statement;
      try {
        answer.rows = /** @type {import("./statement").Row[]} */ (prepare(text).all(values));
      } catch (fault) {
        faults.push(describe(read.unit, fault));
        failed.add(read.unit);
        startOver();
      }
    }
    if (commit) commitAll.run();
    return answer;
  } catch (fault) {
    // The group as a whole could not be written (disk full, file locked): nobody's unit was.
    if (database.inTransaction) rollback.run();
    return { faults, groupFault: describe(-1, fault) };
  }
}

function beginAnew() {
  begin.run();
  written = [];
  failed = new Set();
}

/** @param {WireStep["parts"][number]} part @returns {UnitFault | undefined} */
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
  rollback.run();
  begin.run();
  written = written.filter(({ unit }) => !failed.has(unit));
  for (const { unit, statement } of written) {
    const fault = runStatement(unit, statement);
    if (fault !== undefined)
      throw new Error(`a statement failed when it was run again: ${fault.message}`);
  }
}

/** @param {number} unit @param {WireStatement} statement @returns {UnitFault | undefined} */
function runStatement(unit, [text, values, expected]) {
  try {
    const statement = prepare(text);
    if (expected === -1) {
      if (statement.get(values) === undefined) return undefined;
      return { unit, kind: "stale", message: "there is a row where none was expected" };
    }
    const { changes } = statement.run(values);
    if (expected === undefined || changes === expected) return undefined;
    return { unit, kind: "stale", message: `${changes} rows instead of ${expected}` };
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

/** @param {number} text */
function prepare(text) {
  let statement = prepared[text];
  if (statement === undefined) {
    statement = database.prepare(texts[text] ?? "");
    prepared[text] = statement;
  }
  return statement;
}
