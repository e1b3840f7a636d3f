import type { AlertDraft } from "../../domain/alerts";
import { kindOfId } from "../../domain/ids";
import type { FollowedRow } from "./followed-kind";

/** The subject of an alert, and whose it is. */
export function alertAbout({
  id,
  marketplaceId,
  sellerId = null,
}: Pick<FollowedRow, "marketplaceId"> & {
  readonly id: string;
  readonly sellerId?: FollowedRow["sellerId"] | null;
}): Pick<AlertDraft, "subject" | "marketplaceId" | "sellerId"> {
  const kind = kindOfId(id);
  if (kind === undefined) throw new Error(`${id} is no id`);
  return { subject: { kind, id }, marketplaceId, sellerId };
}
