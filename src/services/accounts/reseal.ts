import type { Database } from "../../database/database";
import type { KeyRing } from "../../security/key-ring";
import { sealedColumns, sealedPlace } from "../../security/sealed-columns";

/** Rows that are read at a time, and share a unit of work. */
const batchSize = 200;

/**
 * Seals everything anew that another key than the ring's first one has sealed. Servers may run meanwhile: a
 * row that changed since it was read is left alone, having been sealed under the first key by whoever
 * changed it, and is counted by the next run otherwise. Answers how many texts were sealed anew.
 * @throws when a text needs a key that is not on the ring.
 */
export async function resealAll(database: Database, keyRing: KeyRing): Promise<number> {
  let count = 0;
  for (const { table, column } of sealedColumns) {
    let after = "";
    for (;;) {
      const rows = await database.read(
        `SELECT id, ${column} AS sealed FROM ${table} WHERE id > ? AND ${column} IS NOT NULL ORDER BY id LIMIT ${batchSize}`,
        [after],
      );
      const texts = rows.map(({ id, sealed }) => ({ id: String(id), sealed: String(sealed) }));
      const stale = texts.filter(({ sealed }) => keyRing.keyIdOf(sealed) !== keyRing.primaryKeyId);
      if (stale.length > 0) {
        await database.write((unit) => {
          for (const { id, sealed } of stale) {
            const place = sealedPlace(table, column, id);
            const anew = keyRing.seal(keyRing.open(sealed, place), place);
            unit.change({
              sql: `UPDATE ${table} SET ${column} = ? WHERE id = ? AND ${column} = ?`,
              values: [anew, id, sealed],
            });
          }
        });
        count += stale.length;
      }
      const last = texts.at(-1);
      if (last === undefined || texts.length < batchSize) break;
      after = last.id;
    }
  }
  return count;
}
