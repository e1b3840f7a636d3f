import { workFacts } from "../../src/logging/work";
import type { TestGateway } from "./gateway";

/** Whether a worker is at it, which works whenever it likes. */
const isOfWorker = () => workFacts().job !== undefined;

/**
 * The statements that the gateway runs meanwhile, in their order: "read" with the table that it begins at, or
 * "write" for a unit of work. Those of workers are left out.
 */
export async function statementsDuring(
  { app: { database } }: TestGateway,
  act: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const { read, write } = database;
  database.read = (sql, ...rest) => {
    if (!isOfWorker()) statements.push(`read ${/\bFROM (\w+)/.exec(sql)?.[1]}`);
    return read.call(database, sql, ...rest);
  };
  database.write = <T>(...call: Parameters<typeof write<T>>) => {
    if (!isOfWorker()) statements.push("write");
    return write.call(database, ...call) as Promise<T>;
  };
  try {
    await act();
  } finally {
    Object.assign(database, { read, write });
  }
  return statements;
}

/** Every statement meanwhile, those inside of units of work too, by their first words. Those of workers are left out. */
export async function allStatementsDuring(
  { app: { database } }: TestGateway,
  act: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const note = (sql: string, isWorkers = isOfWorker()) => {
    const [, verb, table] = /^\s*(\w+)[\s\S]*?\b(?:FROM|INTO|UPDATE|SET)\s+(\w+)/i.exec(sql) ?? [];
    if (!isWorkers) statements.push(`${verb} ${table}`);
  };
  const { read, write } = database;
  database.read = (sql, ...rest) => {
    note(sql);
    return read.call(database, sql, ...rest);
  };
  database.write = <T>(...[work, within]: Parameters<typeof write<T>>) => {
    // A unit runs when its turn comes, in whatever work that is.
    const isWorkers = isOfWorker();
    return write.call(
      database,
      (unit) =>
        work({
          change(statement) {
            note(statement.sql, isWorkers);
            unit.change(statement);
          },
          read(sql, ...rest) {
            note(sql, isWorkers);
            return unit.read(sql, ...rest);
          },
          afterCommit: (callback) => unit.afterCommit(callback),
        }),
      within,
    ) as Promise<T>;
  };
  try {
    await act();
  } finally {
    Object.assign(database, { read, write });
  }
  return statements;
}
