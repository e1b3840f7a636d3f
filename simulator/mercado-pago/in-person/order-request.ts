import { ulid } from "ulid";
import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import { siteOf, toMinor } from "../sites";
import type { World } from "../world";
import { OrderRefusal, orderRefusal, readOrderBody } from "./answers";
import { emvText } from "./emv";
import type { InPersonApi, InPersonOrder, PointOfSale, Reader } from "./model";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** An ISO 8601 duration between 30 seconds and 3 hours. */
const duration = z.string().refine((text) => {
  const ms = durationMs(text);
  return ms !== undefined && ms >= 30 * second && ms <= 3 * hour;
}, "must be a duration between PT30S and PT3H");

const amount = z.string().regex(/^\d{1,10}(\.\d{1,2})?$/, "must be an amount such as 10.00");

/** No personal data, and nothing but these letters (Mercado Pago docs: create order). */
const externalReference = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const shared = {
  external_reference: externalReference,
  expiration_time: duration.optional(),
  description: z.string().max(150).optional(),
  transactions: z.strictObject({ payments: z.array(z.strictObject({ amount })).min(1).max(1) }),
  integration_data: z
    .strictObject({
      platform_id: z.string().optional(),
      integrator_id: z.string().optional(),
      sponsor: z.strictObject({ id: z.string().regex(/^\d+$/) }).optional(),
    })
    .optional(),
};

const pointOrder = z.strictObject({
  ...shared,
  type: z.literal("point"),
  config: z.strictObject({
    point: z.strictObject({
      terminal_id: z.string(),
      print_on_terminal: z.enum(["seller_ticket", "no_ticket"]).optional(),
      ticket_number: z.string().max(20).optional(),
      screen_time: z.string().optional(),
    }),
    payment_method: z
      .strictObject({
        default_type: z.enum(["credit_card", "debit_card", "qr"]).optional(),
        default_installments: z.int().min(1).max(36).optional(),
        installments_cost: z.enum(["seller", "buyer"]).optional(),
      })
      .optional(),
  }),
});

const qrOrder = z.strictObject({
  ...shared,
  type: z.literal("qr"),
  total_amount: amount,
  config: z.strictObject({
    qr: z.strictObject({
      external_pos_id: z.string(),
      mode: z.enum(["static", "dynamic", "hybrid"]).default("static"),
    }),
  }),
  items: z
    .array(
      z.strictObject({
        title: z.string().max(150),
        unit_price: amount,
        quantity: z.int().positive(),
        unit_measure: z.string().optional(),
        external_code: z.string().max(30).optional(),
        external_categories: z.array(z.strictObject({ id: z.string() })).optional(),
      }),
    )
    .min(1)
    .optional(),
  discounts: z
    .strictObject({
      payment_methods: z.array(z.strictObject({ type: z.string(), new_total_amount: amount })),
    })
    .optional(),
  taxes: z.array(z.looseObject({})).optional(),
});

export type PointOrderRequest = z.infer<typeof pointOrder>;
export type QrOrderRequest = z.infer<typeof qrOrder>;

/** Reads the body of POST /v1/orders. Orders for payments online are not served here. */
export function readOrderRequest(body: unknown): PointOrderRequest | QrOrderRequest {
  const { type } = z.looseObject({ type: z.unknown() }).parse(body ?? {});
  if (type === "qr") return readOrderBody(qrOrder, body);
  if (type === "point" || type === undefined) return readOrderBody(pointOrder, body);
  throw orderRefusal(400, "invalid_order_type", "type must be point or qr");
}

/** The minimum that was met in a test account; those of the other countries are not known. */
const smallestMinor: Partial<Record<string, number>> = { MLM: 500 };

/** Minor units of an amount that is a text. Choice: decimals that the site lacks may be sent as zeros. */
export function readAmountText(
  text: string,
  caller: Caller,
  path: string,
  smallest = smallestMinor[caller.site.id] ?? 1,
): number {
  const minor = toMinor(Number(text), caller.site.decimals);
  if (minor !== undefined && minor >= smallest) return minor;
  const details = [
    `'${path}' - must be an amount that the country takes, and not below its minimum`,
  ];
  const message = "Properties have values that are not valid";
  throw new OrderRefusal(400, [{ code: "property_value", message, details }]);
}

/** Choice: an integrator's account must exist. The code is that of orders for payments online. */
export function checkSponsor(world: World, request: PointOrderRequest | QrOrderRequest): void {
  const id = request.integration_data?.sponsor?.id;
  if (id === undefined || world.accounts.get(Number(id)) !== undefined) return;
  throw orderRefusal(400, "order_invalid_sponsor_id", "The sponsor is not an active user");
}

export function durationMs(text: string): number | undefined {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text);
  if (parts === null || text === "PT") return undefined;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (hours ?? 0) * hour + (minutes ?? 0) * minute + (seconds ?? 0) * second;
}

/** An order that nobody paid ends after a quarter of an hour, unless it says otherwise. */
export const usualLifeMs = 15 * minute;

export interface NewOrder {
  api: InPersonApi;
  id: string;
  amountMinor: number;
  externalReference: string | null;
  description: string | null;
  expiresAt: number | null;
  request: JsonObject;
}

/** An order before anything happened to it, for whichever generation. */
export function newOrder(
  world: World,
  caller: Caller,
  order: NewOrder,
  place: { reader: Reader } | { pos: PointOfSale; mode: "static" | "dynamic" | "hybrid" },
): InPersonOrder {
  const now = world.clock.now();
  const isPoint = "reader" in place;
  return {
    ...order,
    key: world.newId(),
    type: isPoint ? "point" : "qr",
    account: caller.account.userId,
    clientId: caller.clientId,
    siteId: caller.site.id,
    status: "created",
    statusDetail: "created",
    transactionId: `PAY${ulid()}`,
    transactionDetail: isPoint ? "created" : "ready_to_process",
    tipMinor: 0,
    paymentId: null,
    unseenPaymentId: null,
    readerId: isPoint ? place.reader.id : null,
    posId: isPoint ? place.reader.posId : place.pos.id,
    qrMode: isPoint ? null : place.mode,
    qrData:
      isPoint || place.mode === "static"
        ? null
        : emvText(order.id, place.pos.name ?? "", siteOf(caller.site.id).country, true),
    createdAt: now,
    updatedAt: now,
    version: 1,
    refundedMinor: 0,
    refundIds: [],
    firstAnswer: null,
  };
}
