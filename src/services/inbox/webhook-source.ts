import type { Provider } from "../../domain/provider";

/** Whose notifications one set of secrets verifies: a provider's, or those of one of its shops. */
export interface WebhookSource {
  readonly provider: Provider;
  /** Empty where the provider has no shops. */
  readonly shop: string;
}

export function keyOfSource({ provider, shop }: WebhookSource): string {
  return `${provider} ${shop}`;
}
