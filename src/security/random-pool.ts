import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(4_096);
let place = pool.length;

/**
 * Random bytes, drawn from the system some thousands at a time: asking for each handful was some
 * 7 % of a payment's time. Good until the caller's turn of the event loop ends; every byte is given out once.
 */
export function randomPart(bytes: number): Buffer {
  if (place + bytes > pool.length) {
    randomFillSync(pool);
    place = 0;
  }
  place += bytes;
  return pool.subarray(place - bytes, place);
}
