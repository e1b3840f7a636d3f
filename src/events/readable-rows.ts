import type { Row } from "../database/statement";

/**
 * So many rows as things, passing over those that cannot be read. Reads as many more as there are of those, so that what is
 * behind them is not missed.
 */
export async function readableRows<T>(
  limit: number,
  read: (count: number) => Promise<readonly Row[]>,
  toThings: (rows: readonly Row[]) => T[],
): Promise<T[]> {
  for (let passedOver = 0; ; ) {
    const rows = await read(limit + passedOver);
    const things = toThings(rows);
    const unreadable = rows.length - things.length;
    if (unreadable <= passedOver) return things;
    passedOver = unreadable;
  }
}
