import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Caller } from "../caller";
import { parseWireDate } from "../dates";
import { ApiError } from "../errors";
import { headerOf } from "../payment-routes";
import { toMinor } from "../sites";
import type { World } from "../world";
import { type App, authenticateAs } from "./answers";
import type { InPersonApi, InPersonOrder, PointOfSale } from "./model";
import { cancelOrder, openOrder } from "./order-moves";
import { newOrder } from "./order-request";

type Path = { Params: { userId: string; posId: string } };

const seller = "/instore/qr/seller/collectors/:userId";

const body = z.strictObject({
  external_reference: z.string().min(1),
  title: z.string().min(1),
  description: z.string().min(1),
  notification_url: z.url().optional(),
  expiration_date: z
    .string()
    .refine((text) => parseWireDate(text) !== undefined)
    .optional(),
  total_amount: z.number().positive(),
  items: z
    .array(
      z.strictObject({
        sku_number: z.string().optional(),
        category: z.string().optional(),
        title: z.string(),
        description: z.string().optional(),
        unit_price: z.number(),
        quantity: z.int().positive(),
        unit_measure: z.string(),
        total_amount: z.number(),
      }),
    )
    .min(1),
  taxes: z.array(z.strictObject({ type: z.string(), value: z.number() })).optional(),
  sponsor: z.strictObject({ id: z.int() }).optional(),
  cash_out: z.strictObject({ amount: z.number() }).optional(),
});

/** In-store orders v2: what the printed code of a point of sale leads to, or a code for one sale. */
export function registerInStoreOrders(app: App, world: World): void {
  // The path with the store is documented; the one without is used as well.
  for (const path of [
    `${seller}/stores/:storeId/pos/:posId/orders`,
    `${seller}/pos/:posId/orders`,
  ]) {
    app.put<Path>(path, (request, reply) => {
      const place = placeOf(world, request, "intents");
      replaceOrder(world, place, createInStore(world, place, request, "static"));
      return reply.code(204).send();
    });
  }

  app.get<Path>(`${seller}/pos/:posId/orders`, (request, reply) => {
    const { pos } = placeOf(world, request, "intents");
    const order = world.inPerson.orderAtPos(pos.id);
    if (order === undefined) throw noOrder();
    return reply.send({ ...order.request, in_store_order_id: order.id });
  });

  app.delete<Path>(`${seller}/pos/:posId/orders`, (request, reply) => {
    const { pos } = placeOf(world, request, "intents");
    const order = world.inPerson.orderAtPos(pos.id);
    if (order === undefined) throw noOrder();
    cancelOrder(world, order, "canceled_by_api");
    return reply.code(204).send();
  });

  // A code for one sale; with PUT the printed one works for it, too.
  const codes = "/instore/orders/qr/seller/collectors/:userId/pos/:posId/qrs";
  app.post<Path>(codes, (request, reply) => {
    const order = createInStore(world, placeOf(world, request, "intents"), request, "dynamic");
    openOrder(world, order);
    return reply.code(201).send({ in_store_order_id: order.id, qr_data: order.qrData });
  });
  app.put<Path>(codes, (request, reply) => {
    const place = placeOf(world, request, "intents");
    const order = createInStore(world, place, request, "hybrid");
    replaceOrder(world, place, order);
    return reply.code(201).send({ in_store_order_id: order.id, qr_data: order.qrData });
  });
}

export interface SalePlace {
  caller: Caller;
  pos: PointOfSale;
}

/** A point of sale has one order; the one before goes without a word. */
export function replaceOrder(world: World, { pos }: SalePlace, order: InPersonOrder): void {
  const before = world.inPerson.orderAtPos(pos.id);
  if (before !== undefined) cancelOrder(world, before, "canceled_by_api");
  openOrder(world, order);
}

export function placeOf(world: World, request: FastifyRequest<Path>, api: InPersonApi): SalePlace {
  const caller = authenticateAs(world, request, api);
  const { userId, posId } = request.params;
  const isNewer = api === "intents";
  if (String(caller.account.userId) !== userId) {
    const code = isNewer ? "invalid_collectorId" : "invalid_collector_id";
    throw inStoreRefusal(code, "The collector is not the caller");
  }
  const pos = world.inPerson.posWithExternalId(caller.account.userId, posId);
  if (pos === undefined) {
    throw inStoreRefusal("invalid_externalPosId", "The point of sale was not found");
  }
  return { caller, pos };
}

export function inStoreRefusal(code: string, message: string): ApiError {
  return new ApiError(400, code, message);
}

function noOrder(): ApiError {
  const code = "point_of_sale_in_store_order_not_found";
  return new ApiError(404, code, "The point of sale has no order");
}

function createInStore(
  world: World,
  { caller, pos }: SalePlace,
  request: FastifyRequest,
  mode: "static" | "dynamic" | "hybrid",
): InPersonOrder {
  const result = body.safeParse(request.body ?? {});
  if (!result.success) {
    const [issue] = result.error.issues;
    const names = (issue?.path ?? []).filter((part) => typeof part === "string");
    throw inStoreRefusal(`invalid_${names.join(".") || "id"}`, issue?.message ?? "");
  }
  const sent = result.data;
  const amountMinor = toMinor(sent.total_amount, caller.site.decimals);
  const sum = sent.items.reduce((all, item) => all + Math.round(item.total_amount * 100), 0);
  if (amountMinor === undefined || sum !== Math.round(sent.total_amount * 100)) {
    throw inStoreRefusal("invalid_total_amount", "The items do not add up to the total amount");
  }
  checkSponsor(world, sent.sponsor?.id, "invalid_sponsor.id");
  return newOrder(
    world,
    caller,
    {
      api: "intents",
      id: randomUUID(),
      amountMinor,
      externalReference: sent.external_reference,
      description: sent.description,
      expiresAt: endOf(world, request, sent.expiration_date),
      request: sent,
    },
    { pos, mode },
  );
}

/** The header counts in seconds. Choice: without either an order stays until it is paid or replaced. */
function endOf(world: World, request: FastifyRequest, date: string | undefined): number | null {
  const now = world.clock.now();
  const ttl = Number(headerOf(request, "x-ttl-store-preference"));
  if (date === undefined) return ttl > 0 ? now + ttl * 1_000 : null;
  const instant = parseWireDate(date);
  if (instant !== undefined && instant > now) return instant;
  throw inStoreRefusal("invalid_expiration_date", "expiration_date lies in the past");
}

export function checkSponsor(world: World, id: number | undefined, code: string): void {
  if (id !== undefined && world.accounts.get(id) === undefined) {
    throw inStoreRefusal(code, "The sponsor is not an active user");
  }
}
