/** Steps of an operation at which tests can end the process, to see that it is carried on. */
export const failpointSteps = [
  "before-claim",
  "after-claim",
  "after-send",
  "after-settle",
] as const;

/** Steps within an order that is paid cart by cart. */
export const cartSteps = [
  "after-authorize",
  "after-decision",
  "after-capture",
  "after-release",
] as const;
export type FailpointStep = (typeof failpointSteps)[number] | (typeof cartSteps)[number];

/** Called at each step; does nothing in production. */
export type Failpoints = (operation: string, step: FailpointStep) => void;

export const noFailpoints: Failpoints = () => {};

/**
 * Kills the process, as a crash would, at `operation:step`; the next one runs through. Whoever has started it may
 * name another step meanwhile, and is told once that holds.
 */
export function killAt(setting: string): Failpoints {
  let fatal = setting;
  process.on("message", (named: string) => {
    fatal = named;
    process.send?.("heard");
  });
  return (operation, step) => {
    if (fatal === `${operation}:${step}`) process.kill(process.pid, "SIGKILL");
  };
}
