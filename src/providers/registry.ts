import type { Provider } from "../domain/provider";
import type { ProviderAdapter } from "./provider";

/** The adapters that this gateway runs with. A provider that is not configured is not in it. */
export interface ProviderRegistry {
  get(name: Provider): ProviderAdapter | undefined;
  /** By the word in its webhook URL. */
  bySource(source: string): ProviderAdapter | undefined;
  all(): readonly ProviderAdapter[];
  /** Ends the connections of all. */
  close(): Promise<void>;
}

export function createRegistry(adapters: readonly ProviderAdapter[]): ProviderRegistry {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
  if (byName.size !== adapters.length) throw new TypeError("two adapters of one provider");
  return {
    get: (name) => byName.get(name),
    bySource: (source) => adapters.find((adapter) => adapter.webhooks.source === source),
    all: () => adapters,
    close: async () => {
      await Promise.all(adapters.map((adapter) => adapter.close()));
    },
  };
}
