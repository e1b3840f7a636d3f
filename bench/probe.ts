/**
 * Loaded into every measured process before its own code: answers over IPC what the process has used, so that
 * what is measured is the built program itself, with nothing added to it.
 */

/** What a process has used since its start. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** What JavaScript holds, buffers included. */
  readonly heapBytes: number;
}

export interface UsageRequest {
  readonly ask: "usage";
  readonly id: number;
  /** Collect garbage first; needs --expose-gc. */
  readonly collect: boolean;
}

export interface UsageAnswer {
  readonly answer: "usage";
  readonly id: number;
  readonly usage: Usage;
}

process.on("message", (message: Partial<UsageRequest>) => {
  if (message.ask !== "usage" || message.id === undefined) return;
  if (message.collect === true) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const usage = { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed + external };
  process.send?.({ answer: "usage", id: message.id, usage } satisfies UsageAnswer);
});
// The channel alone keeps no process alive, and none outlives the benchmark: whatever it still holds open, it ends.
process.channel?.unref();
process.on("disconnect", () => process.exit());
