import type { Id, IdKind, SellerId } from "../../domain/ids";
import { isGiven } from "../given";
import { readId } from "../input";

/** What live updates are asked with. */
export interface WatchArguments {
  readonly id?: string | null;
  readonly sellerId?: string | null;
  readonly after?: string | null;
}

/** @throws Refusal WRONG_ID_KIND */
export function readWatch<K extends IdKind>(
  kind: K,
  { id, sellerId, after }: WatchArguments,
): { id?: Id<K>; sellerId?: SellerId; after?: string } {
  return {
    ...(isGiven(id) ? { id: readId(kind, id, ["id"]) } : {}),
    ...(isGiven(sellerId) ? { sellerId: readId("Seller", sellerId, ["sellerId"]) } : {}),
    ...(isGiven(after) ? { after } : {}),
  };
}
