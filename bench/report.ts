import type { Comparison, Summary } from "./measure";

export interface Goal {
  /** What the ratio has to reach, or must not pass. */
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly hoped?: number;
}

/** Prints what was measured, and once more as a table when all is done. */
export class Report {
  readonly #rows: string[] = [];

  title(text: string): void {
    console.log(`\n${text}`);
  }

  line(label: string, text: string): void {
    console.log(`  ${label.padEnd(26)} ${text}`);
  }

  /** A comparison with what it was to reach, if anything. */
  comparison(what: string, found: Comparison, unit: string, goal: Goal = {}): void {
    const { ratio, lowest, highest, pairs, first, second } = found;
    const spread = `${figure(lowest)} to ${figure(highest)}`;
    this.line(what, `ratio ${figure(ratio)} (${spread} in ${pairs} pairs)${verdict(ratio, goal)}`);
    this.line(`  ${first.name}`, sideText(first, unit));
    this.line(`  ${second.name}`, sideText(second, unit));
    this.#rows.push(
      `| ${what} | ${figure(ratio)} | ${spread} | ${goalText(goal)} | ${sideText(first, unit)} | ${sideText(second, unit)} |`,
    );
  }

  /** All comparisons as a Markdown table. */
  table(): void {
    if (this.#rows.length === 0) return;
    console.log("\n| What | Ratio | Spread | Target | First | Second |");
    console.log("| --- | --- | --- | --- | --- | --- |");
    for (const row of this.#rows) console.log(row);
  }
}

function verdict(ratio: number, goal: Goal): string {
  const text = goalText(goal);
  if (text === "") return "";
  const met = ratio >= (goal.atLeast ?? 0) && ratio <= (goal.atMost ?? Number.POSITIVE_INFINITY);
  return `; target ${text}: ${met ? "met" : "MISSED"}`;
}

function goalText({ atLeast, atMost, hoped }: Goal): string {
  if (atLeast === undefined) return atMost === undefined ? "" : `at most ${atMost}`;
  return `at least ${atLeast}${hoped === undefined ? "" : `, hoped ${hoped}`}`;
}

function sideText({ value, cpuMs }: Summary, unit: string): string {
  const cpu = cpuMs === undefined ? "" : `, ${figure(cpuMs)} ms CPU each`;
  return `${figure(value)} ${unit}${cpu}`;
}

/** Three digits that count. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
