import type { ServerProcess } from "./processes";

/** What one round of work came to. */
export interface Round {
  /** A rate or a time; each benchmark says which. */
  readonly value: number;
  /** CPU of the measured process for each piece of work. */
  readonly cpuMs?: number;
}

/** One side of a comparison. Its rounds check every answer. */
export interface Side {
  readonly name: string;
  round(): Promise<Round>;
}

export interface Summary extends Round {
  readonly name: string;
}

export interface Comparison {
  /** Of the first side's value to the second one's: the median over pairs of neighbouring rounds. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
  readonly pairs: number;
  readonly first: Summary;
  readonly second: Summary;
}

/**
 * Interleaves rounds of both sides (A B, B A, A B, …) and takes the median of the ratios of neighbouring
 * rounds: what else the machine does meanwhile hits both alike. Both are warmed up before, at the same time:
 * Node runs a path at full speed after some thousands of calls only, and compiles it beside them until then.
 */
export async function compare(
  first: Side,
  second: Side,
  { pairs, warmUps = 1 }: { readonly pairs: number; readonly warmUps?: number },
): Promise<Comparison> {
  for (let i = 0; i < warmUps; i++) {
    await Promise.all([first.round(), second.round()]);
  }
  const ratios: number[] = [];
  const ofFirst: Round[] = [];
  const ofSecond: Round[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const turned = pair % 2 === 1;
    const earlier = await (turned ? second : first).round();
    const later = await (turned ? first : second).round();
    const [a, b] = turned ? [later, earlier] : [earlier, later];
    ofFirst.push(a);
    ofSecond.push(b);
    ratios.push(a.value / b.value);
  }
  return {
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    pairs,
    first: { name: first.name, ...summaryOf(ofFirst) },
    second: { name: second.name, ...summaryOf(ofSecond) },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
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

/** A round of so many calls by so many callers: calls in a second, and CPU of `server` for each. */
export async function rateRound(
  server: ServerProcess,
  callers: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<Round> {
  // Servers close connections that were idle for some seconds, as between two rounds.
  server.raw.close();
  const before = await server.usage();
  const seconds = await withCallers(callers, count, work);
  const after = await server.usage();
  return { value: count / seconds, cpuMs: (after.cpuMs - before.cpuMs) / count };
}

function summaryOf(rounds: readonly Round[]): Round {
  const value = median(rounds.map((round) => round.value));
  const cpu = rounds.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  return cpu.length === 0 ? { value } : { value, cpuMs: median(cpu) };
}
