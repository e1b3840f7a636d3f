import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { randomPart } from "./random-pool";

/** Keys by id; the first one seals, all of them open. */
export interface KeyRing {
  /**
   * Encrypts text for one place. `place` names table, column and row: sealed text that was moved elsewhere
   * does not open there.
   */
  seal(text: string, place: string): string;
  /** @throws when the text was changed, moved, or sealed under a key that is not on the ring. */
  open(sealed: string, place: string): string;
  /** The id of the key that `sealed` needs; to count what an old key still holds. */
  keyIdOf(sealed: string): string;
  readonly primaryKeyId: string;
  readonly keyIds: readonly string[];
  /** How every text begins that this key has sealed. Key ids have letters, digits and hyphens only. */
  prefixOf(keyId: string): string;
}

const version = "v1";
const ivBytes = 12;

/** AES-256-GCM with random 96-bit nonces. `keys`: id → 32 bytes; the first one is the primary. */
export function createKeyRing(keys: ReadonlyMap<string, Buffer>): KeyRing {
  const ring = new Map<string, KeyObject>();
  for (const [id, key] of keys) {
    if (key.length !== 32) throw new Error(`key ${id} must have 32 bytes`);
    ring.set(id, createSecretKey(key));
  }
  const primary = [...ring][0];
  if (primary === undefined) throw new Error("the key ring is empty");
  const [primaryKeyId, primaryKey] = primary;

  return {
    primaryKeyId,
    keyIds: [...ring.keys()],
    prefixOf: (keyId) => `${version}.${keyId}.`,
    seal(text, place) {
      const iv = randomPart(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", primaryKey, iv);
      cipher.setAAD(Buffer.from(`${version}.${primaryKeyId}.${place}`));
      const body = cipher.update(text, "utf8");
      // GCM holds nothing back: this only makes the tag.
      cipher.final();
      const parts = [iv, cipher.getAuthTag(), body].map((part) => part.toString("base64url"));
      return `${version}.${primaryKeyId}.${parts.join(".")}`;
    },
    open(sealed, place) {
      const [format, keyId = "", iv = "", tag = "", body = ""] = sealed.split(".");
      const key = ring.get(keyId);
      if (format !== version || key === undefined) {
        throw new Error(`sealed text of ${place} needs key ${keyId}, which is not on the ring`);
      }
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64url"));
      decipher.setAAD(Buffer.from(`${version}.${keyId}.${place}`));
      decipher.setAuthTag(Buffer.from(tag, "base64url"));
      const opened = [decipher.update(Buffer.from(body, "base64url")), decipher.final()];
      return Buffer.concat(opened).toString("utf8");
    },
    keyIdOf: (sealed) => sealed.split(".")[1] ?? "",
  };
}
