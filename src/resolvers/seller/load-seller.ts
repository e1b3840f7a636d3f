import type { SellerId } from "../../domain/ids";
import type { SellerType } from "../../schema/seller/seller.type";
import type { RequestContext } from "../context";
import { toSeller } from "./seller.view";

/** The seller of something that is in sight, who is therefore in sight as well. */
export async function loadSeller(
  { loaders }: Pick<RequestContext, "loaders">,
  id: SellerId,
): Promise<SellerType> {
  const seller = await loaders.Seller.load(id);
  if (seller === undefined) throw new Error(`seller ${id} is gone`);
  return toSeller(seller);
}
