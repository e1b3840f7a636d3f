import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ControlMistake, defined, read, readQuery } from "../../core/control";
import type { JsonObject } from "../../core/json-body";
import type { World } from "../world";
import { announcePreapproval } from "./announcements";
import { attempt, endPreapproval, lastPayment } from "./billing";
import type { Invoice, PlannedOutcome, Preapproval } from "./model";
import { touch } from "./resources";

/** The switches of recurring billing, under `/_control/subscriptions`. Time is moved by `/_control/clock`. */
export function registerSubscriptionControl(app: FastifyInstance, world: World): void {
  const { subscriptions } = world;

  app.post("/_control/subscriptions/settings", (request, reply) => {
    Object.assign(world.settings.subscriptions, defined(read(settingsSchema, request)));
    return reply.send(world.settings.subscriptions);
  });

  app.get("/_control/subscriptions/outcomes", (_request, reply) =>
    reply.send({ outcomes: subscriptions.outcomes }),
  );
  app.post("/_control/subscriptions/outcomes", (request, reply) => {
    const body = read(outcomeSchema, request);
    const planned: PlannedOutcome = {
      id: world.newId(),
      kind: body.kind,
      preapprovalId: body.preapprovalId ?? null,
      payerEmail: body.payerEmail ?? null,
      account: body.userId ?? null,
      status: body.status,
      statusDetail: body.statusDetail ?? usualDetails[body.status],
      times: body.times === "always" ? null : body.times,
    };
    subscriptions.outcomes.push(planned);
    world.changed();
    return reply.code(201).send(planned);
  });
  app.delete("/_control/subscriptions/outcomes", (_request, reply) => {
    subscriptions.outcomes = [];
    world.changed();
    return reply.code(204).send();
  });

  app.get("/_control/subscriptions", (request, reply) => {
    const { userId, externalReference } = readQuery(listSchema, request);
    const found = [...subscriptions.preapprovals.values()].filter(
      (one) =>
        (userId === undefined || one.account === userId) &&
        (externalReference === undefined || one.externalReference === externalReference),
    );
    return reply.send({ subscriptions: found.map((one) => tell(world, one)) });
  });
  app.get<{ Params: { id: string } }>("/_control/subscriptions/:id", (request, reply) =>
    reply.send(tell(world, find(world, request.params.id))),
  );
  // Whatever its state: also back from the dead, as six cancelled ones were seen to come.
  app.post<{ Params: { id: string } }>("/_control/subscriptions/:id", (request, reply) => {
    const preapproval = find(world, request.params.id);
    const { status, announce } = read(moveSchema, request);
    if (status === "cancelled") {
      endPreapproval(world, preapproval, status, announce);
    } else {
      preapproval.status = status;
      touch(world, preapproval);
      if (announce) announcePreapproval(world, preapproval, "updated");
    }
    return reply.send(tell(world, preapproval));
  });
  // At once, and also where the provider would try no more.
  app.post<{ Params: { id: string } }>("/_control/subscriptions/:id/attempt", (request, reply) => {
    const preapproval = find(world, request.params.id);
    const invoice = subscriptions.invoicesOf(preapproval.id).at(-1);
    if (!invoice) throw new ControlMistake("The subscription has no invoice yet");
    attempt(world, preapproval, invoice);
    return reply.send(tell(world, preapproval));
  });
}

function find(world: World, id: string): Preapproval {
  const preapproval = world.subscriptions.preapprovals.get(id);
  if (!preapproval) throw new ControlMistake("No such subscription");
  return preapproval;
}

/** As it truly is, without the provider's delays and gaps. */
function tell(world: World, preapproval: Preapproval): JsonObject {
  const { id, planId, account, payerEmail, externalReference, status, version } = preapproval;
  return {
    id,
    planId,
    userId: account,
    payerEmail,
    externalReference,
    status,
    version,
    amountMinor: preapproval.amountMinor,
    cycle: preapproval.cycle,
    nextDueAt: asDate(preapproval.nextDueAt),
    paymentMethodId: preapproval.method?.methodId ?? null,
    invoices: world.subscriptions.invoicesOf(id).map((invoice) => tellInvoice(world, invoice)),
  };
}

function tellInvoice(world: World, invoice: Invoice): JsonObject {
  const { id, cycle, amountMinor, status, attempts, paymentIds, nextRetryAt, expiresAt } = invoice;
  return {
    id,
    cycle,
    amountMinor,
    status,
    attempts,
    paymentIds,
    paymentStatus: lastPayment(world, invoice)?.status ?? null,
    createdAt: asDate(invoice.createdAt),
    nextRetryAt: asDate(nextRetryAt),
    expiresAt: asDate(expiresAt),
  };
}

function asDate(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

const durationMs = z.number().int().min(0);

const settingsSchema = z
  .strictObject({
    firstChargeDelayMs: durationMs,
    batchMinute: z.number().int().min(0).max(59),
    cardChangeChargeMs: durationMs,
    firstDeclineCancelMs: durationMs,
    pauseBeforeCloseMs: durationMs,
    failedCyclesBeforePause: z.number().int().min(1),
    announcesFirstDecline: z.boolean(),
    trialsPerPayer: z.number().int().min(0),
    invoiceSearchLagMs: durationMs,
    preapprovalSearchLagMs: durationMs,
    hidesCancelled: z.boolean(),
    brokenLinks: z.boolean(),
    acceptsLocalBackUrls: z.boolean(),
    needsDeviceId: z.boolean(),
    notificationDelayMs: durationMs,
    notificationsNameSeller: z.boolean(),
    endedStatus: z.enum(["cancelled", "finished"]),
  })
  .partial();

const outcomeSchema = z.strictObject({
  kind: z.enum(["charge", "card_validation"]).default("charge"),
  preapprovalId: z.string().optional(),
  payerEmail: z.string().optional(),
  userId: z.coerce.number().optional(),
  status: z.enum(["approved", "rejected", "in_process"]).default("rejected"),
  statusDetail: z.string().optional(),
  times: z.union([z.number().int().min(1), z.literal("always")]).default(1),
});

const usualDetails: Record<PlannedOutcome["status"], string> = {
  approved: "accredited",
  rejected: "cc_rejected_insufficient_amount",
  in_process: "pending_contingency",
};

const listSchema = z.object({ userId: z.coerce.number(), externalReference: z.string() }).partial();

const moveSchema = z.strictObject({
  status: z.enum(["pending", "authorized", "paused", "cancelled"]),
  announce: z.boolean().default(true),
});
