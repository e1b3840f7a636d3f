import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(__dirname, "../../../golden/mercado-pago");

export function goldenText(name: string): string {
  return readFileSync(path.join(folder, `${name}.json`), "utf8");
}

/** An answer as Mercado Pago documents it, with some of it changed. */
export function golden(name: string, changes: object = {}): Record<string, unknown> {
  return { ...JSON.parse(goldenText(name)), ...changes };
}
