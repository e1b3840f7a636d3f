import type { Logger } from "pino";
import { createLogger } from "../../src/logging/logger";
import type { Json } from "./simulator";

/** A logger for a gateway, and what it tells a person to look at. */
export function alertLogger(): { readonly alerts: Json[]; readonly logger: Logger } {
  const alerts: Json[] = [];
  const write = (text: string) => {
    const line = JSON.parse(text);
    if (line.alert === true) alerts.push(line);
  };
  return { alerts, logger: createLogger("warn", { write }) };
}
