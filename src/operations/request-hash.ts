import { hash } from "node:crypto";

/**
 * SHA-256 over canonical JSON: keys sorted, absent values left out, bigints as text. Two requests are the
 * same intent when their validated arguments are, whatever fields they select.
 */
export function requestHash(operation: string, args: unknown): string {
  return hash("sha256", `${operation}\n${canonical(args)}`, "hex");
}

function canonical(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return `"${value}"`;
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined && field !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value);
}
