import type { Logger } from "pino";
import type { Config } from "../config";
import type { Provider } from "../domain/provider";
import { providerModules } from "../providers";
import { type CallObserver, isFailed, type UnreadableObserver } from "../providers/http-client";
import type { ProviderAdapter } from "../providers/provider";
import { createRegistry, type ProviderRegistry } from "../providers/registry";
import type { AdapterTools, ProviderModule, ProviderSettings } from "../providers/settings";
import { unreadableAnswer } from "./alerts";
import type { Base } from "./base";

/** The providers, each call to which is counted and logged. */
export function createAdapters(
  config: Config,
  { clock, logger, metrics, alerts }: Pick<Base, "clock" | "logger" | "metrics" | "alerts">,
): ProviderRegistry {
  const onCall: CallObserver = (report) => {
    const { provider, operation, method, status, outcome, durationMs } = report;
    metrics.providerCalls.inc({ provider, operation, method, status: String(status ?? "none") });
    metrics.providerDuration.observe({ provider, operation, outcome }, durationMs / 1000);
    logger[isFailed(report) ? "info" : "debug"](report, "provider call");
  };
  const onUnreadable: UnreadableObserver = (report) =>
    void alerts.raiseNow(unreadableAnswer(report));
  return createRegistry(adaptersOf(config, { clock, onCall, onUnreadable }, logger));
}

/** The adapters of the providers that are set up. */
export function adaptersOf(config: Config, tools: AdapterTools, logger: Logger): ProviderAdapter[] {
  return Object.values<ProviderModule>(providerModules).flatMap((module) => {
    const settings = config.providers[module.name];
    if (!settings.isSetUp) return [];
    for (const warning of module.warningsOf(settings)) logger.warn(warning);
    return [module.create(settings, tools)];
  });
}

/** Where a provider's notifications reach us; null where the provider sends none. */
export function notificationUrl(
  config: Config,
  registry: ProviderRegistry,
  provider: Provider,
  shop: string,
): string | null {
  const source = registry.get(provider)?.webhooks.source;
  if (source === undefined) return null;
  return [config.publicUrl, "webhooks", source, ...(shop === "" ? [] : [shop])].join("/");
}

/** Providers that send sellers back here name where. */
export function redirectUriOf(config: Config, provider: Provider): string {
  const settings: ProviderSettings = config.providers[provider];
  if (settings.redirectUri === undefined) throw new Error(`${provider} sends nobody back here`);
  return settings.redirectUri;
}
