/** Plans and subscriptions have ids of 32 hexadecimal digits. No other text is put into a path. */
export function isSubscriptionId(id: string | null | undefined): id is string {
  return typeof id === "string" && /^[0-9a-z]{32}$/i.test(id);
}
