import type { Database } from "../../database/database";
import type { KeyRing } from "../../security/key-ring";
import { sealedPlace } from "../../security/sealed-columns";

/** The key ring does not open what is stored: everything sealed would fail, one payment after the other. */
export class EncryptionKeysError extends Error {
  constructor(fault: string) {
    super(`ENCRYPTION_KEYS does not fit the database: ${fault}`);
    this.name = "EncryptionKeysError";
  }
}

/** Texts that a key is tried on. One that was damaged must not keep the gateway from starting. */
const samples = 3;

/**
 * Where sealed text is looked for, in the order in which it counts: what a seller needs, then what is under way, which
 * a process with a wrong key may have sealed.
 */
const places = [
  { table: "provider_account", column: "credentials_sealed", where: "TRUE" },
  { table: "operation", column: "command_sealed", where: "due_at IS NOT NULL" },
] as const;

/**
 * Checks the key ring against what is stored.
 * @throws EncryptionKeysError where a key is missing, or is another one than the one that sealed.
 */
export async function checkKeys(database: Database, keyRing: KeyRing): Promise<void> {
  const prefixes = keyRing.keyIds.map((id) => keyRing.prefixOf(id));
  for (const { table, column, where } of places) {
    const others = prefixes.map(() => `AND ${column} NOT LIKE ?`).join(" ");
    const [missing] = await database.read(
      `SELECT ${column} AS sealed FROM ${table} WHERE ${where} AND ${column} IS NOT NULL ${others} LIMIT 1`,
      prefixes.map((prefix) => `${prefix}%`),
    );
    if (missing !== undefined) {
      const keyId = keyRing.keyIdOf(String(missing.sealed));
      throw new EncryptionKeysError(
        `key ${keyId} is missing, under which ${table}.${column} is sealed; put it back behind the others, and reseal before it goes`,
      );
    }
  }
  for (const keyId of keyRing.keyIds) {
    if (await isOther(database, keyRing, keyId)) {
      throw new EncryptionKeysError(
        `key ${keyId} is not the one that sealed what is stored under this name`,
      );
    }
  }
}

async function isOther(database: Database, keyRing: KeyRing, keyId: string): Promise<boolean> {
  for (const { table, column, where } of places) {
    const rows = await database.read(
      `SELECT id, ${column} AS sealed FROM ${table} WHERE ${where} AND ${column} LIKE ? ORDER BY id DESC LIMIT ${samples}`,
      [`${keyRing.prefixOf(keyId)}%`],
    );
    if (rows.length === 0) continue;
    return !rows.some(({ id, sealed }) =>
      opens(keyRing, String(sealed), sealedPlace(table, column, String(id))),
    );
  }
  return false;
}

function opens(keyRing: KeyRing, sealed: string, place: string): boolean {
  try {
    keyRing.open(sealed, place);
    return true;
  } catch {
    return false;
  }
}
