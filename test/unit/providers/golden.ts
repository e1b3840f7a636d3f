import { readFileSync } from "node:fs";
import path from "node:path";

/** Answers as a provider documents them. */
export function goldenOf(provider: "mercado-pago" | "payu") {
  const folder = path.join(__dirname, "../../golden", provider);
  const goldenText = (name: string): string =>
    readFileSync(path.join(folder, `${name}.json`), "utf8");
  return {
    goldenText,
    /** With some of it changed. */
    golden: (name: string, changes: object = {}): Record<string, unknown> => ({
      ...JSON.parse(goldenText(name)),
      ...changes,
    }),
  };
}
