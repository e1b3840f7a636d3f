import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import { wireDate } from "../dates";
import { ApiError } from "../errors";
import type { World } from "../world";
import { type App, authenticateAs, authenticateForOrder, pageOf } from "./answers";
import { intentState } from "./intent-view";
import type { InPersonOrder, Reader } from "./model";
import { cancelOrder, openOrder } from "./order-moves";
import { newOrder, usualLifeMs } from "./order-request";
import { changeMode, listReaders, viewTerminal } from "./terminals";

const sites: readonly string[] = ["MLA", "MLB", "MLM"];
const root = "/point/integration-api";

const intentBody = z.strictObject({
  amount: z.int().min(1),
  description: z.string().optional(),
  additional_info: z
    .strictObject({
      external_reference: z.string().max(64).optional(),
      print_on_terminal: z.boolean().optional(),
      ticket_number: z.string().max(20).optional(),
    })
    .optional(),
  payment: z
    .strictObject({
      type: z.enum(["credit_card", "debit_card", "voucher_card"]).optional(),
      installments: z.int().min(1).optional(),
      installments_cost: z.enum(["seller", "buyer"]).optional(),
      voucher_type: z.string().optional(),
    })
    .optional(),
});

const modeBody = z.strictObject({ operating_mode: z.enum(["PDV", "STANDALONE"]) });

type DevicePath = { Params: { deviceId: string } };
type IntentPath = { Params: { id: string } };

/** `/point/integration-api`: readers and payment intents, the generation before Orders. */
export function registerIntents(app: App, world: World): void {
  /** When each intent was read last, for those who want the limit of one read a second. */
  const readAt = new Map<string, number>();

  app.get(`${root}/devices`, (request, reply) => {
    const { account } = callerOf(world, request);
    const { rows, paging } = pageOf(
      listReaders(world, account.userId, request.query),
      request.query,
    );
    return reply.send({ devices: rows.map((reader) => viewDevice(world, reader)), paging });
  });

  app.patch<DevicePath>(`${root}/devices/:deviceId`, (request, reply) => {
    const reader = ownDevice(world, callerOf(world, request), request.params.deviceId);
    const { operating_mode } = readIntentBody(modeBody, request.body);
    changeMode(world, reader, operating_mode);
    return reply.send({ operating_mode });
  });

  // There is no idempotency here: every call is a new intent, or meets the one that is there.
  app.post<DevicePath>(`${root}/devices/:deviceId/payment-intents`, (request, reply) => {
    const caller = callerOf(world, request);
    const reader = ownDevice(world, caller, request.params.deviceId);
    const body = readIntentBody(intentBody, request.body);
    const isBrazilian = caller.site.id === "MLB";
    if (!isBrazilian && (body.payment !== undefined || body.description !== undefined)) {
      throw intentRefusal(400, "bad_request", "payment and description are for Brazil");
    }
    if (world.inPerson.orderAtReader(reader.id) !== undefined) {
      const message = "There is already a queued intent for the device";
      throw intentRefusal(409, "conflict_error", message);
    }
    const order = newOrder(
      world,
      caller,
      {
        api: "intents",
        id: randomUUID(),
        amountMinor: body.amount,
        externalReference: body.additional_info?.external_reference ?? null,
        description: body.description ?? null,
        // Choice: how long an intent waits is not documented; as long as an order.
        expiresAt: world.clock.now() + usualLifeMs,
        request: body,
      },
      { reader },
    );
    openOrder(world, order);
    return reply.code(201).send(viewIntent(world, order));
  });

  app.delete<{ Params: { deviceId: string; id: string } }>(
    `${root}/devices/:deviceId/payment-intents/:id`,
    (request, reply) => {
      const caller = ownerOf(world, request);
      const reader = ownDevice(world, caller, request.params.deviceId);
      const order = ownIntent(world, caller, request.params.id);
      // One that is canceled already looks like one that never was.
      if (order.readerId !== reader.id || order.status === "canceled") throw unknownIntent();
      // A reader on its own never fetches an intent, and cannot be rid of it (odoo/odoo#154962).
      if (order.status !== "created" || reader.runningMode !== "PDV") {
        throw intentRefusal(409, "conflict_error", "The intent cannot be canceled now");
      }
      cancelOrder(world, order, "canceled_by_api");
      return reply.send({ id: order.id });
    },
  );

  app.get(`${root}/payment-intents/events`, (request, reply) => {
    const { account } = callerOf(world, request);
    const dates = z.object({ startDate: z.iso.date(), endDate: z.iso.date() });
    const query = readIntentBody(dates, request.query);
    const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);
    // Choice: the history knows ends only, so that a lost intent that still waits is not in it.
    const ended = intentsOf(world, account.userId).filter(
      (order) =>
        !["OPEN", "ON_TERMINAL"].includes(intentState(order)) &&
        day(order.createdAt) >= query.startDate &&
        day(order.createdAt) <= query.endDate,
    );
    const events = ended.map((order) => ({
      payment_intent_id: order.id,
      status: intentState(order),
      created_on: wireDate(order.updatedAt),
    }));
    return reply.send({ events });
  });

  app.get<IntentPath>(`${root}/payment-intents/:id`, (request, reply) => {
    const order = ownIntent(world, ownerOf(world, request), request.params.id);
    const now = world.clock.now();
    const last = readAt.get(order.id);
    if (world.settings.limitIntentReads && last !== undefined && now - last < 1_000) {
      throw intentRefusal(429, "too_many_requests", "An intent can be read once a second");
    }
    readAt.set(order.id, now);
    return reply.send(viewIntent(world, order));
  });

  app.get<IntentPath>(`${root}/payment-intents/:id/events`, (request, reply) => {
    const order = ownIntent(world, ownerOf(world, request), request.params.id);
    return reply.send({ status: intentState(order), created_on: wireDate(order.updatedAt) });
  });
}

function callerOf(world: World, request: FastifyRequest): Caller {
  const caller = authenticateAs(world, request, "intents");
  if (sites.includes(caller.site.id)) return caller;
  throw intentRefusal(403, "forbidden", "The country has no such readers");
}

function ownerOf(world: World, request: FastifyRequest): Caller {
  return authenticateForOrder(world, request, "intents");
}

/** Choice: the common shape of the older calls, with the code where there is one. */
class IntentRefusal extends ApiError {
  readonly #code: string | undefined;

  constructor(status: number, error: string, message: string, code: string | undefined) {
    super(status, error, message);
    this.#code = code;
  }

  override body(): Record<string, unknown> {
    return { ...super.body(), ...(this.#code === undefined ? {} : { code: this.#code }) };
  }
}

function intentRefusal(status: number, error: string, message: string, code?: string): ApiError {
  return new IntentRefusal(status, error, message, code);
}

function unknownIntent(): ApiError {
  return intentRefusal(404, "not_found", "The intent was not found", "101");
}

function readIntentBody<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw intentRefusal(400, "bad_request", z.prettifyError(result.error));
}

function ownDevice(world: World, caller: Caller, id: string): Reader {
  const reader = world.inPerson.readers.get(id);
  if (reader?.account === caller.account.userId) return reader;
  throw intentRefusal(404, "not_found", "The device was not found");
}

function ownIntent(world: World, caller: Caller, id: string): InPersonOrder {
  const order = world.inPerson.orderWithId(id);
  const isOwn = order?.api === "intents" && order.account === caller.account.userId;
  if (order === undefined || !isOwn || order.type !== "point") throw unknownIntent();
  return order;
}

function intentsOf(world: World, account: number): InPersonOrder[] {
  return world.inPerson
    .ordersOf(account)
    .filter(({ api, type }) => api === "intents" && type === "point");
}

function viewDevice(world: World, reader: Reader): JsonObject {
  const { pos_id, ...terminal } = viewTerminal(world, reader);
  return { ...terminal, ...(pos_id === undefined ? {} : { pos_id: Number(pos_id) }) };
}

function viewIntent(world: World, order: InPersonOrder): JsonObject {
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  const asked = order.request.payment as JsonObject | undefined;
  const shown = payment && {
    id: String(payment.id),
    type: payment.methodType,
    installments: payment.request.installments,
  };
  return {
    id: order.id,
    device_id: order.readerId,
    amount: order.amountMinor,
    ...(order.description === null ? {} : { description: order.description }),
    ...(asked === undefined && shown === undefined ? {} : { payment: { ...asked, ...shown } }),
    additional_info: order.request.additional_info ?? {},
    payment_mode: "card",
    state: intentState(order),
  };
}
