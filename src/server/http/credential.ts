import type { Principal } from "../../domain/principal";

/** Longer than any credential that was ever issued; what is longer is not worth a look-up. */
const maxLength = 512;

/** The credential in an `Authorization` header or its like, undefined when there is none. */
export function bearerCredential(header: unknown): string | undefined {
  if (typeof header !== "string" || header.length > maxLength) return undefined;
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
}

/**
 * The credential that a client sends when it opens a socket. Browsers cannot set headers there, so tools
 * copy their headers into this object, in whatever case they were typed.
 */
export function credentialOfInit(payload: InitPayload = {}): string | undefined {
  return bearerCredential(authorizationOf(payload));
}

/** Whether a client that opens a socket does not say at all who it is. */
export function isAnonymousInit(payload: InitPayload = {}): boolean {
  return authorizationOf(payload) === undefined;
}

type InitPayload = Readonly<Record<string, unknown>>;

function authorizationOf(payload: InitPayload): unknown {
  return Object.entries(payload).find(([name]) => name.toLowerCase() === "authorization")?.[1];
}

/** Tells one credential from another; limits are counted by it. */
export function credentialId(principal: Principal): string {
  return principal.role === "WATCHER" ? principal.tokenId : principal.keyId;
}
