import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import { toMajor } from "../sites";
import type { World } from "../world";
import type { App } from "./answers";
import { checkSponsor, inStoreRefusal, placeOf, replaceOrder } from "./in-store-orders";
import { cancelOrder } from "./order-moves";
import { newOrder } from "./order-request";

type Path = { Params: { userId: string; posId: string } };

const path = "/mpmobile/instore/qr/:userId/:posId";

const body = z.strictObject({
  external_reference: z.string().min(1),
  notification_url: z.url().optional(),
  sponsor_id: z.int().optional(),
  items: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        title: z.string(),
        currency_id: z.string().optional(),
        unit_price: z.number().positive(),
        quantity: z.int().positive(),
        description: z.string().optional(),
        picture_url: z.string().optional(),
      }),
    )
    .min(1),
});

/** The first call for QR codes, which answers like a preference. The amount is the sum of the items. */
export function registerMobileOrders(app: App, world: World): void {
  app.post<Path>(path, (request, reply) => {
    const place = placeOf(world, request, "attempts");
    const { caller, pos } = place;
    const result = body.safeParse(request.body ?? {});
    if (!result.success) {
      const isItem = result.error.issues[0]?.path[0] === "items";
      const code = isItem ? "invalid_items" : "invalid_parameters";
      throw inStoreRefusal(code, z.prettifyError(result.error));
    }
    const sent = result.data;
    checkSponsor(world, sent.sponsor_id, "invalid_sponsor_id");
    const { decimals } = caller.site;
    const amountMinor = sent.items.reduce(
      (sum, item) => sum + Math.round(item.unit_price * 10 ** decimals) * item.quantity,
      0,
    );
    const order = newOrder(
      world,
      caller,
      {
        api: "attempts",
        id: `${caller.account.userId}-${randomUUID()}`,
        amountMinor,
        externalReference: sent.external_reference,
        description: sent.items[0]?.title ?? null,
        expiresAt: null,
        request: sent,
      },
      { pos, mode: "static" },
    );
    replaceOrder(world, place, order);
    const answer: JsonObject = {
      id: order.id,
      items: sent.items,
      collector_id: caller.account.userId,
      total_amount: toMajor(amountMinor, decimals),
      external_reference: sent.external_reference,
      operation_type: "regular_payment",
      marketplace: "NONE",
      marketplace_fee: 0,
      sponsor_id: sent.sponsor_id ?? null,
      notification_url: sent.notification_url ?? null,
      site_id: caller.site.id,
      client_id: caller.clientId,
      expires: false,
      processing_modes: ["aggregator"],
    };
    return reply.send(answer);
  });

  // Choice: without an order there is nothing to remove, and that is no fault.
  app.delete<Path>(path, (request, reply) => {
    const { pos } = placeOf(world, request, "attempts");
    const order = world.inPerson.orderAtPos(pos.id);
    if (order !== undefined) cancelOrder(world, order, "canceled_by_api");
    return reply.code(204).send();
  });
}
