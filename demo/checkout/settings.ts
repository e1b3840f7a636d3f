/** What the gateway serves beside the demo's pages. A shop has none of this: its server holds the keys. */
export interface Settings {
  readonly scriptUrl: string;
  /** Whether there is a page for an order of several sellers. */
  readonly hasOrderPage: boolean;
  readonly shops: readonly {
    readonly name: string;
    readonly sellerKey: string;
    readonly publishableKey: string;
  }[];
}

export interface Marketplace {
  readonly key: string;
  readonly sellers: readonly { readonly id: string; readonly name: string }[];
}

export function readSettings(): Promise<Settings> {
  return read("/checkout-demo/settings.json");
}

export function readMarketplace(): Promise<Marketplace> {
  return read("/checkout-demo/marketplace.json");
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
