import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import { authenticate, type Caller } from "../caller";
import { wireDate } from "../dates";
import { ApiError } from "../errors";
import { type Payment, refundedMinor } from "../model";
import { siteOf, toMajor } from "../sites";
import type { World } from "../world";
import type { App } from "./answers";
import type { InPersonOrder, MerchantOrder } from "./model";
import { paidMinor, paymentsOf } from "./qr-moves";

/** `/merchant_orders`: what came of the scans of older QR codes. */
export function registerMerchantOrders(app: App, world: World): void {
  app.get("/merchant_orders/search", (request, reply) => {
    const caller = authenticate(world, request);
    const text = z.string().optional();
    const query = z
      .object({
        external_reference: text,
        preference_id: text,
        status: text,
        sponsor_id: text,
        limit: z.coerce.number().int().positive().max(50).catch(50),
        offset: z.coerce.number().int().nonnegative().catch(0),
      })
      .parse(request.query);
    const found = [...world.inPerson.merchantOrders.values()]
      .filter(({ account }) => account === caller.account.userId)
      .flatMap((one) => {
        const order = world.inPerson.order(one.orderKey);
        return order === undefined ? [] : [viewMerchantOrder(world, order, one)];
      })
      .filter((one) =>
        (["external_reference", "preference_id", "status", "sponsor_id"] as const).every(
          (name) => query[name] === undefined || String(one[name]) === query[name],
        ),
      );
    const end = query.offset + query.limit;
    return reply.send({
      elements: found.slice(query.offset, end),
      next_offset: Math.min(end, found.length),
      total: found.length,
    });
  });

  app.get<{ Params: { id: string } }>("/merchant_orders/:id", (request, reply) => {
    const caller = authenticate(world, request);
    const one = world.inPerson.merchantOrders.get(Number(request.params.id));
    const order = one && world.inPerson.order(one.orderKey);
    if (!one || !order || !isOwn(caller, one)) {
      throw new ApiError(404, "not_found", "The merchant order was not found");
    }
    return reply.send(viewMerchantOrder(world, order, one));
  });
}

function isOwn(caller: Caller, one: MerchantOrder): boolean {
  return one.account === caller.account.userId;
}

function viewMerchantOrder(world: World, order: InPersonOrder, one: MerchantOrder): JsonObject {
  const { decimals, currency } = siteOf(order.siteId);
  const major = (minor: number) => toMajor(minor, decimals);
  const payments = paymentsOf(world, one);
  const paid = paidMinor(world, one);
  const refunded = payments.reduce((sum, payment) => sum + refundedMinor(payment), 0);
  const { sponsor, sponsor_id, items, notification_url } = order.request as JsonObject & {
    sponsor?: { id?: unknown };
  };
  return {
    id: one.id,
    status: one.status,
    order_status: orderStatus(order, payments, paid, refunded),
    external_reference: order.externalReference,
    preference_id: order.id,
    payments: payments.map((payment) => ({
      id: payment.id,
      transaction_amount: major(payment.amountMinor),
      total_paid_amount: payment.approvedAt === null ? 0 : major(payment.amountMinor),
      shipping_cost: 0,
      currency_id: currency,
      status: payment.status,
      status_detail: payment.statusDetail,
      operation_type: "regular_payment",
      date_approved: payment.approvedAt === null ? null : wireDate(payment.approvedAt),
      date_created: wireDate(payment.createdAt),
      last_modified: wireDate(payment.updatedAt),
      amount_refunded: major(refundedMinor(payment)),
    })),
    shipments: [],
    collector: { id: order.account, nickname: world.accounts.get(order.account)?.nickname },
    payer: { id: 0, email: "" },
    items: items ?? [],
    total_amount: major(order.amountMinor),
    paid_amount: major(paid),
    refunded_amount: major(refunded),
    shipping_cost: 0,
    site_id: order.siteId,
    sponsor_id: sponsor_id ?? sponsor?.id ?? null,
    marketplace: "NONE",
    notification_url: notification_url ?? null,
    application_id: order.clientId,
    cancelled: false,
    is_test: false,
    date_created: wireDate(one.createdAt),
    last_updated: wireDate(one.updatedAt),
  };
}

function orderStatus(
  order: InPersonOrder,
  payments: readonly Payment[],
  paid: number,
  refunded: number,
): string {
  if (refunded > 0) return refunded >= paid ? "reverted" : "partially_reverted";
  if (paid >= order.amountMinor) return "paid";
  if (paid > 0) return "partially_paid";
  if (payments.some(({ status }) => status === "in_process")) return "payment_in_process";
  return order.status === "expired" ? "expired" : "payment_required";
}
