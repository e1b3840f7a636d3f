/** Decides which web pages may talk to us, by the `Origin` that their browser sends. */
export function originPolicy(allowedOrigins: readonly string[]): (origin: string) => boolean {
  const exact = new Set(allowedOrigins.filter((origin) => !origin.endsWith(":*")));
  const anyPort = allowedOrigins
    .filter((origin) => origin.endsWith(":*"))
    .map((origin) => origin.slice(0, -":*".length));
  return (origin) =>
    exact.has(origin) ||
    anyPort.some(
      (base) =>
        origin === base ||
        (origin.startsWith(`${base}:`) && /^\d{1,5}$/.test(origin.slice(base.length + 1))),
    );
}
