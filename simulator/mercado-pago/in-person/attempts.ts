import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import { ApiError } from "../errors";
import { toMinor } from "../sites";
import type { World } from "../world";
import { type App, authenticateAs, authenticateForOrder } from "./answers";
import { type InPersonOrder, isOpenOrder, type Reader } from "./model";
import { cancelOrder, openOrder, tapOf } from "./order-moves";
import { newOrder } from "./order-request";

const root = "/point/services/integrations/v1";

const attemptBody = z.object({
  amount: z.number().positive(),
  description: z.string().min(1).max(20),
  device_name: z.string().min(1),
  cc_type: z.enum(["credit_card", "debit_card"]),
  external_reference: z.string().optional(),
  disable_back_button: z.boolean().optional(),
  notification_url: z.url().optional(),
  payer_email: z.email().optional(),
});

/**
 * The API of the Android app with its reader, as its only document describes it. Choice, where that is
 * silent: refusals have the common shape of the older calls; a busy device is 400; an order never ends by
 * time; a refused card leaves it open.
 */
export function registerAttempts(app: App, world: World): void {
  // The one call whose token is in the query.
  app.post("/point/services/user/status/integrators", (request, reply) => {
    const query = z.object({ access_token: z.string().optional() }).parse(request.query);
    const { access_token } = query;
    if (access_token !== undefined) request.headers.authorization ??= `Bearer ${access_token}`;
    const { account } = authenticateAs(world, request, "attempts");
    const { id } = readAttempt(z.object({ id: z.coerce.number() }), request.body);
    if (id !== account.userId) throw refused(403, "forbidden", "The user is not the caller");
    world.inPerson.integrated.add(account.userId);
    world.changed();
    return reply.send({ status: "OK" });
  });

  app.post(root, (request, reply) => {
    const caller = callerOf(world, request);
    const body = readAttempt(attemptBody, request.body);
    const amountMinor = toMinor(body.amount, caller.site.decimals);
    if (amountMinor === undefined)
      throw refused(400, "bad_request", "amount has too many decimals");
    const reader = deviceOf(world, caller, body.device_name);
    if (world.inPerson.orderAtReader(reader.id) !== undefined) {
      throw refused(400, "bad_request", "The device has an order already");
    }
    const key = world.newId();
    const order = newOrder(
      world,
      caller,
      {
        api: "attempts",
        id: String(key),
        amountMinor,
        externalReference: body.external_reference ?? null,
        description: body.description,
        expiresAt: null,
        request: body,
      },
      { reader },
    );
    openOrder(world, order);
    return reply.send({ status: "OPEN", id: key });
  });

  app.get(`${root}/devices`, (request, reply) => {
    const { account } = callerOf(world, request);
    const devices = world.inPerson.readersOf(account.userId).map((reader) => {
      const order = world.inPerson.orderAtReader(reader.id);
      return {
        name: reader.name,
        caller: account.userId,
        id: reader.number,
        status: {
          status: order === undefined ? "FREE" : "BUSY",
          payment_attempt: order === undefined ? null : Number(order.id),
        },
      };
    });
    return reply.send({ devices });
  });

  app.delete<{ Params: { name: string } }>(`${root}/devices/:name`, (request, reply) => {
    const reader = deviceOf(world, callerOf(world, request), request.params.name);
    world.inPerson.readers.delete(reader.id);
    world.changed();
    return reply.send({ status: "OK" });
  });

  app.delete<{ Params: { name: string } }>(`${root}/attempt/device/:name`, (request, reply) => {
    const reader = deviceOf(world, callerOf(world, request), request.params.name);
    const order = world.inPerson.orderAtReader(reader.id);
    if (order === undefined) throw refused(404, "not_found", "The device has no order");
    remove(world, order);
    return reply.send({ status: "OK" });
  });

  app.get<{ Params: { id: string } }>(`${root}/:id`, (request, reply) =>
    reply.send(viewAttempt(world, ownAttempt(world, ownerOf(world, request), request.params.id))),
  );

  app.delete<{ Params: { id: string } }>(`${root}/:id`, (request, reply) => {
    remove(world, ownAttempt(world, ownerOf(world, request), request.params.id));
    return reply.code(204).send();
  });
}

/** Only accounts that switched the integration on may use it. */
function callerOf(world: World, request: FastifyRequest): Caller {
  const caller = authenticateAs(world, request, "attempts");
  if (world.inPerson.integrated.has(caller.account.userId)) return caller;
  throw refused(403, "forbidden", "The integration is not switched on");
}

function ownerOf(world: World, request: FastifyRequest): Caller {
  return authenticateForOrder(world, request, "attempts");
}

function refused(status: number, error: string, message: string): ApiError {
  return new ApiError(status, error, message);
}

function readAttempt<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw refused(400, "bad_request", z.prettifyError(result.error));
}

function deviceOf(world: World, caller: Caller, name: string): Reader {
  const found = world.inPerson.readersOf(caller.account.userId).find((one) => one.name === name);
  if (found) return found;
  throw refused(404, "not_found", "The device was not found");
}

/** An order that was removed is not there any more. One that the payer closed is. */
function ownAttempt(world: World, caller: Caller, id: string): InPersonOrder {
  const order = world.inPerson.orderWithId(id);
  const isThere =
    order?.api === "attempts" &&
    order.type === "point" &&
    order.account === caller.account.userId &&
    order.transactionDetail !== "canceled_by_api";
  if (order === undefined || !isThere) throw refused(404, "not_found", "The order was not found");
  return order;
}

/** Choice: neither an order that has ended can be removed, nor one whose card is being charged. */
function remove(world: World, order: InPersonOrder): void {
  if (!isOpenOrder(order) || tapOf(world, order) !== null) {
    throw refused(400, "bad_request", "The order's state does not allow this");
  }
  cancelOrder(world, order, "canceled_by_api");
}

function viewAttempt(world: World, order: InPersonOrder): JsonObject {
  const id = Number(order.id);
  // Nobody knows what became of a card whose answer is missing: for this API the order is still open.
  if (isOpenOrder(order) || order.status === "action_required") return { status: "OPEN", id };
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  return {
    status: "CLOSED",
    id,
    ...(payment === undefined ? {} : { payment_id: payment.id, payment_status: payment.status }),
    ...(order.externalReference === null ? {} : { external_reference: order.externalReference }),
    ...(order.request.payer_email === undefined ? {} : { payer_email: order.request.payer_email }),
  };
}
