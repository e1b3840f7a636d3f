import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ControlMistake, defined, notifierSwitches, read } from "../core/control";
import { isObject, type JsonObject } from "../core/json-body";
import { type Message, orderMessage, payoutMessage, prepare, refundMessage } from "./notifications";
import { algorithms } from "./signature";
import type { World } from "./world";

export function registerNotificationControl(app: FastifyInstance, world: World): void {
  app.post("/_control/notifications", (request, reply) => {
    const body = read(switchesSchema, request);
    const { payoutUrl, algorithm, forgeSignature, omitSignature, ...switches } = body;
    Object.assign(world.notifier.switches, defined(switches));
    Object.assign(world.settings, defined({ payoutUrl, algorithm }));
    if (forgeSignature !== undefined)
      world.settings.signature = forgeSignature ? "forged" : "valid";
    if (omitSignature !== undefined) world.settings.signature = omitSignature ? "none" : "valid";
    return reply.send({ switches: world.notifier.switches, settings: world.settings });
  });

  // Delivers at once, whatever the mode, and answers with what the receiver said.
  app.post("/_control/notifications/send", async (request, reply) => {
    const given = read(manualSchema, request);
    const message = messageFor(world, given);
    const body = merge(message.body, given.body ?? {});
    const changed = { ...message, ...defined({ url: given.url }), body };
    return reply.send(await world.notifier.deliver(prepare(world, changed, given.signature)));
  });
}

function messageFor(world: World, given: z.infer<typeof manualSchema>): Message {
  const order = world.orders.get(given.orderId ?? "");
  const refunded = world.orders.withRefund(given.refundId ?? "");
  const payout = world.payouts.get(given.payoutId ?? "");
  const url = given.url ?? order?.notifyUrl ?? refunded?.order.notifyUrl ?? null;
  if (payout) return payoutMessage(world, payout);
  if (!order && !refunded) throw new ControlMistake("No such orderId, refundId or payoutId");
  if (url === null) throw new ControlMistake("The order has no notifyUrl; name a url");
  if (refunded) return refundMessage(refunded.order, refunded.refund, url);
  if (order) return orderMessage(order, url);
  throw new ControlMistake("Nothing to send");
}

/** Lays the members of one object over another's, however deep they are. */
function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = under[name];
    merged[name] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return merged;
}

const switchesSchema = notifierSwitches.extend({
  payoutUrl: z.string().optional(),
  algorithm: z.enum(algorithms).optional(),
  forgeSignature: z.boolean().optional(),
  omitSignature: z.boolean().optional(),
});

const manualSchema = z.object({
  orderId: z.string().optional(),
  refundId: z.string().optional(),
  payoutId: z.string().optional(),
  url: z.string().optional(),
  signature: z.enum(["valid", "forged", "none"]).optional(),
  /** Laid over the true body before it is signed. */
  body: z.record(z.string(), z.unknown()).optional(),
});
