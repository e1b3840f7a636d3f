import { UnusableDatabaseError } from "./database";

/**
 * Why the database cannot be used, in one line, where its surroundings are to blame: what drivers say when they cannot
 * connect or open the file. Undefined for all else: a statement that fails is a fault of ours.
 */
export function whyUnusable(fault: Error): string | undefined {
  if (fault instanceof UnusableDatabaseError) return fault.message;
  const { code } = fault as NodeJS.ErrnoException;
  const isDrivers = /^(E[A-Z]+|ER_\w+|SQLITE_\w+)$/.test(code ?? "");
  if (!isDrivers || fault.name === "QueryFailedError") return undefined;
  return `the database cannot be used: ${fault.message || code}`;
}
