import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import type { World } from "../world";
import { orderRefusal } from "./answers";
import { readableMs } from "./find-order";
import type { InPersonOrder } from "./model";
import { viewOrder } from "./order-view";

const searchQuery = z.object({
  begin_date: z.iso.datetime({ offset: true }),
  end_date: z.iso.datetime({ offset: true }),
  external_reference: z.string().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  status_detail: z.string().optional(),
  page: z.coerce.number().int().positive().default(1),
  page_size: z.coerce.number().int().positive().max(100).default(20),
  sort_order: z.enum(["asc", "desc"]).default("desc"),
  sort_by: z.string().optional(),
});

/**
 * `GET /v1/orders`. The dates are mandatory, unlike those of payments. Choice: it finds orders of readers and
 * QR codes too; the documents of Point do not name the call, the official libraries have it.
 */
export function searchOrders(world: World, caller: Caller, rawQuery: unknown): JsonObject {
  const { begin_date, end_date } = z.looseObject({}).parse(rawQuery);
  if (begin_date === undefined || end_date === undefined) {
    throw orderRefusal(400, "required_search_params", "begin_date and end_date are required");
  }
  const result = searchQuery.safeParse(rawQuery);
  if (!result.success) {
    throw orderRefusal(400, "invalid_search_params", z.prettifyError(result.error));
  }
  const query = result.data;
  const from = Math.max(Date.parse(query.begin_date), world.clock.now() - readableMs);
  const to = Date.parse(query.end_date);
  const found = world.inPerson
    .ordersOf(caller.account.userId)
    .filter(
      (order) =>
        order.api === "orders" &&
        order.createdAt >= from &&
        order.createdAt <= to &&
        isAsked(order.externalReference, query.external_reference) &&
        isAsked(order.type, query.type) &&
        isAsked(order.status, query.status) &&
        isAsked(order.statusDetail, query.status_detail),
    );
  const sign = query.sort_order === "asc" ? 1 : -1;
  found.sort((left, right) => sign * (left.createdAt - right.createdAt || left.key - right.key));
  const { page, page_size: limit } = query;
  const offset = (page - 1) * limit;
  return {
    data: found
      .slice(offset, offset + limit)
      .map((order: InPersonOrder) => viewOrder(world, order)),
    // The numbers of the paging are texts (Mercado Pago docs: search orders).
    paging: {
      total: String(found.length),
      total_pages: String(Math.ceil(found.length / limit)),
      offset: String(offset),
      limit: String(limit),
    },
  };
}

function isAsked(value: string | null, asked: string | undefined): boolean {
  return asked === undefined || value === asked;
}
