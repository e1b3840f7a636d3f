import type { Logger } from "pino";
import { createLogger } from "../../src/logging/logger";
import { eventually, type Json } from "./simulator";

/** A logger for a gateway, and what it tells a person to look at. */
export function alertLogger(): { readonly alerts: Json[]; readonly logger: Logger } {
  const alerts: Json[] = [];
  const write = (text: string) => {
    const line = JSON.parse(text);
    if (line.alert === true) alerts.push(line);
  };
  return { alerts, logger: createLogger("warn", { write }) };
}

/** Waits until a person is told: a commit can be read a moment before its alert is written. */
export async function toldOf(
  alerts: readonly Json[],
  alert: { asymmetricMatch(other: unknown): boolean },
): Promise<void> {
  await eventually(() => alerts.some((each) => alert.asymmetricMatch(each))).catch(() => {
    expect(alerts).toContainEqual(alert);
  });
}
