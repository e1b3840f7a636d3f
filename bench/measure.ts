import { readFileSync } from "node:fs";

/** One side of a comparison: a name, and a round of work that answers how many units it did in how long. */
export interface Side {
  readonly name: string;
  /** Does one round and answers its result; checks every answer. */
  round(): Promise<RoundResult>;
}

export interface RoundResult {
  /** Things done in a second, or any other figure that is better when larger. */
  readonly rate: number;
  /** CPU milliseconds of the measured process for each thing, where it is another process. */
  readonly cpuMs?: number;
}

export interface Comparison {
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
  readonly ours: RoundResult;
  readonly reference: RoundResult;
}

/**
 * Interleaves rounds of both sides (ours, theirs, theirs, ours, …) after a warm-up, and answers the median of
 * the ratios of neighbouring rounds: what else the machine does hits both alike.
 */
export async function compare(
  ours: Side,
  reference: Side,
  pairs: number,
  warmUpRounds = 1,
): Promise<Comparison> {
  for (let round = 0; round < warmUpRounds; round++) {
    await ours.round();
    await reference.round();
  }
  const ratios: number[] = [];
  const results: { ours: RoundResult[]; reference: RoundResult[] } = { ours: [], reference: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const oursFirst = pair % 2 === 0;
    const first = await (oursFirst ? ours : reference).round();
    const second = await (oursFirst ? reference : ours).round();
    const [a, b] = oursFirst ? [first, second] : [second, first];
    results.ours.push(a);
    results.reference.push(b);
    ratios.push(a.rate / b.rate);
  }
  return {
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    ours: summary(results.ours),
    reference: summary(results.reference),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function summary(results: readonly RoundResult[]): RoundResult {
  const rate = median(results.map((result) => result.rate));
  const cpu = results.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  return cpu.length === 0 ? { rate } : { rate, cpuMs: median(cpu) };
}

/** Prints a comparison with its targets. */
export function report(
  title: string,
  comparison: Comparison,
  options: { readonly target: number; readonly wanted?: number; readonly unit: string },
): void {
  const { ratio, lowest, highest, ours, reference } = comparison;
  const verdict = ratio >= options.target ? "met" : "MISSED";
  const wanted = options.wanted === undefined ? "" : `, wanted ${options.wanted}`;
  console.log(`\n${title}`);
  console.log(
    `  ratio ${ratio.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)}); target ${options.target}${wanted}: ${verdict}`,
  );
  console.log(`  ours       ${figure(ours, options.unit)}`);
  console.log(`  reference  ${figure(reference, options.unit)}`);
}

function figure({ rate, cpuMs }: RoundResult, unit: string): string {
  const cpu = cpuMs === undefined ? "" : `, ${cpuMs.toFixed(2)} ms CPU each`;
  return `${rate.toFixed(rate < 10 ? 2 : 0)} ${unit}${cpu}`;
}

/** Runs `work` for every index with so many at a time; answers the seconds it took. */
export async function withCallers(
  callers: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (next < count) await work(next++);
    }),
  );
  return (performance.now() - begun) / 1000;
}

/** CPU milliseconds that a process has used; undefined where the system does not tell. */
export function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // Fields 14 and 15 of stat, in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** A round over HTTP: so many calls by so many callers, with the CPU that the server's process used. */
export async function httpRound(
  pid: number | undefined,
  callers: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<RoundResult> {
  const before = cpuMsOf(pid);
  const seconds = await withCallers(callers, count, work);
  const after = cpuMsOf(pid);
  const rate = count / seconds;
  return before === undefined || after === undefined
    ? { rate }
    : { rate, cpuMs: (after - before) / count };
}
