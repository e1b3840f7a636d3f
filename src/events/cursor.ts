import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from "node:crypto";
import { refuse } from "../domain/errors";
import type { LogId } from "../domain/ids";

/** A place in a seller's or an order's log, or in a marketplace's stream. */
export interface Place {
  readonly streamId: LogId;
  readonly seq: bigint;
}

/**
 * Turns places into opaque text and back. Whoever holds one learns nothing from it, neither whose log it is of
 * nor how much has happened there. The same place is always the same text, so that clients can compare them.
 */
export interface Cursors {
  write(place: Place): string;
  /**
   * The place that `after` names in this log.
   * @throws Refusal CURSOR_INVALID for a text that is no cursor, and in the same words for a cursor of another log:
   * whose it is is nobody else's business.
   */
  seqIn(logId: LogId, after: string): bigint;
}

const idBytes = 30;
/** Of one length for all places: that of a number would tell its size. */
const bodyBytes = idBytes + 8;
const tagBytes = 16;

/**
 * Keys of their own, made from a secret of their own: cursors do not expire, and must outlive changes of the keys
 * that encrypt the database. The tag over the body is also what the encryption begins with, as in AES-SIV: no
 * random number is needed, and two places share a beginning only if they are the same.
 */
export function createCursors(secret: string): Cursors {
  const keyFor = (use: string) => Buffer.from(hkdfSync("sha256", secret, "", `cursor ${use}`, 32));
  const [tagKey, bodyKey] = [keyFor("tag"), keyFor("body")];
  const tagOf = (body: Buffer) =>
    createHmac("sha256", tagKey).update(body).digest().subarray(0, tagBytes);

  return {
    write: ({ streamId, seq }) => {
      const body = Buffer.alloc(bodyBytes);
      body.write(streamId, "latin1");
      body.writeBigUInt64BE(seq, idBytes);
      const tag = tagOf(body);
      const hidden = createCipheriv("aes-256-ctr", bodyKey, tag).update(body);
      return Buffer.concat([tag, hidden]).toString("base64url");
    },
    seqIn: (logId, after) => {
      const bytes = Buffer.from(after, "base64url");
      const tag = bytes.subarray(0, tagBytes);
      if (bytes.length === tagBytes + bodyBytes) {
        const cipher = createDecipheriv("aes-256-ctr", bodyKey, tag);
        const body = cipher.update(bytes.subarray(tagBytes));
        const isOurs = timingSafeEqual(tag, tagOf(body));
        if (isOurs && body.toString("latin1", 0, idBytes) === logId) {
          return body.readBigUInt64BE(idBytes);
        }
      }
      const message = "this is no cursor of this log; take one from an update";
      throw refuse("CURSOR_INVALID", message, ["after"]);
    },
  };
}
