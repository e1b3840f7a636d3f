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
    const fields = value as Readonly<Record<string, unknown>>;
    let text = "";
    for (const name of Object.keys(fields).sort()) {
      const field = fields[name];
      if (field === undefined || field === null) continue;
      text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${canonical(field)}`;
    }
    return `{${text}}`;
  }
  return JSON.stringify(value);
}
