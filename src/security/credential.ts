import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a credential is for; part of its text, so that leaked ones can be recognised. */
export const credentialKinds = {
  apiKey: "gw_key",
  publishableKey: "gw_pub",
  watchToken: "gw_watch",
} as const;
export type CredentialKind = keyof typeof credentialKinds;

const kindOf: ReadonlyMap<string, CredentialKind> = new Map([
  [credentialKinds.apiKey, "apiKey"],
  [credentialKinds.publishableKey, "publishableKey"],
  [credentialKinds.watchToken, "watchToken"],
]);

/** A credential in its parts: the row it belongs to, and the secret that proves it. */
export interface Credential {
  readonly kind: CredentialKind;
  /** The ULID part of the row's id. */
  readonly id: string;
  readonly secret: string;
}

/** `gw_key_<id>_<secret>_<checksum>`; the checksum refuses typing errors without a query. */
export function formatCredential({ kind, id, secret }: Credential): string {
  const body = `${credentialKinds[kind]}_${id}_${secret}`;
  return `${body}_${checksum(body)}`;
}

/** Undefined for anything that no `formatCredential` made. */
export function parseCredential(text: string): Credential | undefined {
  const match =
    /^(gw_key|gw_pub|gw_watch)_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9]{43})_([0-9a-f]{8})$/.exec(
      text,
    );
  const [, prefix, id, secret, sum] = match ?? [];
  const kind = kindOf.get(prefix ?? "");
  if (kind === undefined || id === undefined || secret === undefined) return undefined;
  if (checksum(`${prefix}_${id}_${secret}`) !== sum) return undefined;
  return { kind, id, secret };
}

/** 256 random bits in 43 letters and digits. */
export function newSecret(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  let number = BigInt(`0x${randomBytes(32).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 43; i++) {
    text += alphabet[Number(number % 62n)];
    number /= 62n;
  }
  return text;
}

export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** In constant time. */
export function matchesHash(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const known = Buffer.from(hash);
  return given.length === known.length && timingSafeEqual(given, known);
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
