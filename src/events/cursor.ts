import { createHmac, timingSafeEqual } from "node:crypto";
import { refuse } from "../domain/errors";
import { isId, type StreamId } from "../domain/ids";

/** A place in a seller's or an order's log. */
export interface Place {
  readonly streamId: StreamId;
  readonly seq: bigint;
}

/** Turns places into opaque text and back. Tagged, so that a made-up cursor is refused at once. */
export interface Cursors {
  write(place: Place): string;
  /** @throws Refusal CURSOR_INVALID */
  read(cursor: string, path: readonly string[]): Place;
}

const tagBytes = 9;

export function createCursors(secret: string): Cursors {
  const tagOf = (body: string) =>
    createHmac("sha256", secret).update(body).digest().subarray(0, tagBytes);
  return {
    write: ({ streamId, seq }) => {
      const body = `${streamId}.${seq}`;
      return Buffer.concat([tagOf(body), Buffer.from(body)]).toString("base64url");
    },
    read: (cursor, path) => {
      const bytes = Buffer.from(cursor, "base64url");
      const body = bytes.subarray(tagBytes).toString();
      const [streamId = "", seq = ""] = body.split(".");
      const tag = bytes.subarray(0, tagBytes);
      if (
        tag.length !== tagBytes ||
        !timingSafeEqual(tag, tagOf(body)) ||
        !(isId("Seller", streamId) || isId("MarketplaceOrder", streamId))
      ) {
        throw refuse(
          "CURSOR_INVALID",
          "this is no cursor of this log; take one from an update",
          path,
        );
      }
      return { streamId, seq: BigInt(seq) };
    },
  };
}
