import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const script = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/**
 * What axe-core finds wrong with the page as it is now: each rule with the elements. The page's policy lets no foreign
 * script in, so the page has to be opened with `bypassCSP`.
 */
export async function violationsIn(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: script });
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    return (await axe.run()).violations;
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
