/**
 * Ends a server that keeps nothing when it is told to: by an exit of its own, since a process that a signal ends
 * leaves no CPU profile (BENCH_PROFILE).
 */
export function endOnSignal(): void {
  process.once("SIGTERM", () => process.exit());
}
