import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { MovableClock } from "./clock";
import { contentEncodings, type FaultEffect, type Faults } from "./faults";
import type { Ledger } from "./ledger";
import type { Notifier } from "./notifier";
import type { Schedule } from "./schedule";

export interface Controlled {
  clock: MovableClock;
  schedule: Schedule;
  ledger: Ledger;
  faults: Faults;
  notifier: Notifier;
  changed(): void;
}

const count = z.coerce.number().int().nonnegative();

const clockSchema = z.object({ advanceMs: count, set: z.coerce.date() }).partial();

const effectSchema = z.union([
  z.enum([
    "drop-before",
    "hang",
    "effect-then-drop",
    "effect-then-500",
    "effect-then-hang",
    "garbage",
    "truncate",
  ]),
  z.object({ kind: z.enum(["latency", "effect-then-latency"]), ms: count }),
  z.object({
    kind: z.literal("effect-then-change"),
    changes: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal("effect-then-compress"),
    encoding: z.enum(contentEncodings).default("gzip"),
  }),
  z.object({
    kind: z.enum(["status", "effect-then-status"]),
    code: z.number().int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
]);

const faultSchema = z.object({
  match: z
    .object({
      method: z.string().optional(),
      path: z.string().refine(isPathMatch, "is no regular expression").optional(),
      account: z.coerce.string().optional(),
    })
    .default({}),
  times: z.union([count, z.literal("always")]).default(1),
  skip: count.default(0),
  effect: effectSchema,
});

/** The switches that every simulated provider shares, under `/_control`. */
export function registerSharedControl(app: FastifyInstance, world: Controlled): void {
  app.get("/_control/clock", (_request, reply) => reply.send(viewClock(world.clock)));
  app.post("/_control/clock", async (request, reply) => {
    const body = read(clockSchema, request);
    const now = world.clock.now();
    const target = body.set === undefined ? now + (body.advanceMs ?? 0) : body.set.getTime();
    if (target < now) throw new ControlMistake("Simulated time cannot run backwards; use reset");
    // Everything that falls due on the way happens before the answer, webhook retries included.
    await world.schedule.advanceTo(target);
    world.changed();
    return reply.send(viewClock(world.clock));
  });

  app.get("/_control/ledger", (request, reply) => {
    const query = readQuery(
      z.object({ account: z.string(), externalReference: z.string(), after: count }).partial(),
      request,
    );
    return reply.send({ entries: world.ledger.list(defined(query)) });
  });
  app.get("/_control/summary", (request, reply) => {
    const query = readQuery(
      z.object({ externalReference: z.string(), account: z.string().optional() }),
      request,
    );
    return reply.send(world.ledger.summary(query.externalReference, query.account));
  });

  app.get("/_control/faults", (_request, reply) => reply.send({ faults: world.faults.list() }));
  app.post("/_control/faults", (request, reply) => {
    const { match, times, skip, effect } = read(faultSchema, request);
    const fault = world.faults.add({
      match,
      skip,
      times: times === "always" ? null : times,
      effect: (typeof effect === "string" ? { kind: effect } : effect) as FaultEffect,
    });
    return reply.code(201).send(fault);
  });
  app.delete("/_control/faults", (_request, reply) => {
    world.faults.remove();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>("/_control/faults/:id", (request, reply) => {
    world.faults.remove(Number(request.params.id));
    return reply.code(204).send();
  });

  app.get("/_control/notifications", (request, reply) => {
    const filter = z.object({ account: z.string(), dataId: z.string() }).partial();
    return reply.send({
      switches: world.notifier.switches,
      held: world.notifier.heldCount,
      deliveries: world.notifier.deliveries.list(defined(readQuery(filter, request))),
    });
  });
  app.post("/_control/notifications/flush", async (request, reply) => {
    const body = read(z.object({ reverse: z.boolean().default(false) }), request);
    return reply.send({ delivered: await world.notifier.flush(body.reverse) });
  });
}

/** The switches of the notifier, for the provider that adds its own to them. */
export const notifierSwitches = z
  .object({
    mode: z.enum(["on", "off", "hold"]),
    delayMs: count,
    duplicate: count,
    duplicateKind: z.enum(["fresh", "identical"]),
    reorder: z.boolean(),
    retryScaleMs: count.nullable(),
    timeoutMs: count,
  })
  .partial();

/** A body that a control endpoint does not understand is the caller's mistake and says where. */
export class ControlMistake extends Error {}

export function read<Output>(schema: z.ZodType<Output>, request: FastifyRequest): Output {
  return check(schema, request.body ?? {});
}

export function readQuery<Output>(schema: z.ZodType<Output>, request: FastifyRequest): Output {
  return check(schema, request.query);
}

export function answerControlMistake(error: ControlMistake, reply: FastifyReply): FastifyReply {
  return reply.code(400).send({ message: error.message });
}

/** Drops the members that are undefined, which optional properties may not be. */
export function defined<T extends object>(
  value: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}

function check<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ControlMistake(z.prettifyError(result.error));
}

function isPathMatch(path: string): boolean {
  try {
    return !path.startsWith("^") || Boolean(new RegExp(path));
  } catch {
    return false;
  }
}

function viewClock(clock: MovableClock): { now: string; aheadByMs: number } {
  return { now: new Date(clock.now()).toISOString(), aheadByMs: clock.aheadByMs };
}
