/** The payment providers that the gateway routes to. */
export const providers = ["MERCADO_PAGO", "PAYU"] as const;
export type Provider = (typeof providers)[number];

/**
 * Whose credentials a call in a seller's name is made with: the seller's own, stored with the account, or those
 * of the marketplace's shop at the provider, which the adapter is set up with.
 */
export const credentialsOf = {
  MERCADO_PAGO: "SELLER",
  PAYU: "SHOP",
} as const satisfies Record<Provider, "SELLER" | "SHOP">;

/** How a seller's link to a provider stands. */
export const providerAccountStatuses = [
  "PENDING",
  "CONNECTED",
  "REFRESH_DUE",
  "RECONNECT_NEEDED",
  "DISCONNECTED",
] as const;
export type ProviderAccountStatus = (typeof providerAccountStatuses)[number];

/**
 * Account states in which calls in the seller's name may be made, while there are credentials. A seller that
 * has to connect again is paid until then: credentials that cannot be renewed still work up to their end.
 */
export const usableAccountStatuses: readonly ProviderAccountStatus[] = [
  "CONNECTED",
  "REFRESH_DUE",
  "RECONNECT_NEEDED",
];

/** What an account can be used for. Follows from the operation groups that its adapter has. */
export const capabilities = [
  "CARD_PAYMENTS",
  "OTHER_PAYMENT_METHODS",
  "SEPARATE_CAPTURE",
  "REFUNDS",
  "APPLICATION_FEE",
  "SPLIT_ORDERS",
  "BALANCES",
  "PAYOUTS",
  "BALANCE_TRANSFERS",
  "IN_PERSON",
  "SUBSCRIPTIONS",
] as const;
export type Capability = (typeof capabilities)[number];
