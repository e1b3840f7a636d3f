import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ControlMistake, defined, notifierSwitches, read } from "../core/control";
import { fullScope } from "./accounts";
import { balanceOf } from "./books";
import { cardOf, mintCardToken } from "./card-tokens";
import type { Account } from "./model";
import { movePayment, settleRefund } from "./moves";
import { announceConnection, type Message, messageAbout, prepareWebhook } from "./notifications";
import { codeMs } from "./oauth";
import { methodStatuses } from "./payment-methods";
import { viewPayment, viewRefund } from "./payment-view";
import { demoApplication } from "./seed";
import { siteIds } from "./sites";
import { defaultCardNumber, passesLuhn } from "./test-cards";
import { addAccount, viewAccount } from "./users";
import type { World } from "./world";

/** The switches that only Mercado Pago has, under `/_control`. They answer in our own words. */
export function registerControl(app: FastifyInstance, world: World): void {
  app.post("/_control/reset", (_request, reply) => {
    world.reset();
    return reply.code(204).send();
  });

  app.post("/_control/settings", (request, reply) => {
    Object.assign(world.settings, defined(read(settingsSchema, request)));
    return reply.send(world.settings);
  });

  registerAccountControl(app, world);
  registerNotificationControl(app, world);

  app.post("/_control/card-tokens", (request, reply) => {
    const body = read(cardTokenSchema, request);
    const account =
      body.publicKey === undefined
        ? world.accounts.get(body.userId ?? Number.NaN)
        : world.accounts.withPublicKey(body.publicKey);
    if (!account) throw new ControlMistake("No account has this publicKey or userId");
    const number = body.cardNumber ?? defaultCardNumber(account.siteId);
    if (!passesLuhn(number)) throw new ControlMistake("cardNumber fails the Luhn check");
    const expiry = { month: 11, year: 2035 };
    const card = cardOf(account, number, body.holder, expiry, { type: null, number: null });
    const extra = body.securityCode ? {} : { lacksSecurityCode: true };
    const { id } = mintCardToken(world, account, card, extra);
    return reply.code(201).send({ id, paymentMethodId: card.methodId ?? null });
  });

  app.post<{ Params: { id: string } }>("/_control/payments/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    if (!payment) throw new ControlMistake("No such payment");
    const body = read(paymentMoveSchema, request);
    const detail = body.status_detail ?? body.statusDetail ?? usualDetails[body.status];
    movePayment(world, payment, body.status, detail);
    return reply.send(viewPayment(world, payment));
  });

  app.post<{ Params: { id: string } }>("/_control/refunds/:id", (request, reply) => {
    const { status } = read(refundMoveSchema, request);
    const found = world.payments.withRefund(Number(request.params.id));
    if (!found) throw new ControlMistake("No such refund");
    const { payment, refund } = found;
    if (refund.status !== "in_process") throw new ControlMistake("The refund is final");
    settleRefund(world, payment, refund, status);
    return reply.send(viewRefund(world, payment, refund));
  });
}

function registerAccountControl(app: FastifyInstance, world: World): void {
  app.get("/_control/accounts", (_request, reply) =>
    reply.send({ accounts: [...world.accounts.accounts.values()].map(viewAccount) }),
  );

  app.post("/_control/accounts", (request, reply) => {
    const body = read(accountSchema, request);
    const account = addAccount(world, body.siteId, defined(body));
    const grant = {
      userId: account.userId,
      clientId: demoApplication.clientId,
      scope: fullScope,
      expiresAt: null,
    };
    const access = world.accounts.issueAccessToken({ ...grant, now: world.clock.now() });
    const refresh = world.accounts.issueRefreshToken(grant);
    return reply.code(201).send({
      ...viewAccount(account),
      accessToken: access.token,
      refreshToken: refresh.token,
    });
  });

  app.post<{ Params: { userId: string } }>("/_control/accounts/:userId", (request, reply) => {
    const account = accountOf(world, request.params.userId);
    Object.assign(account, defined(read(accountSwitches, request)));
    world.changed();
    return reply.send(viewAccount(account));
  });

  app.get<{ Params: { userId: string } }>("/_control/accounts/:userId/balance", (request, reply) =>
    reply.send(balanceOf(world, accountOf(world, request.params.userId).userId)),
  );

  // All money that moved, in double entries.
  app.get("/_control/postings", (_request, reply) => reply.send({ postings: world.postings }));

  app.post<{ Params: { userId: string } }>(
    "/_control/accounts/:userId/revoke",
    (request, reply) => {
      const { userId } = accountOf(world, request.params.userId);
      const { notify } = read(revocationSchema, request);
      world.accounts.revokeAll(userId);
      const action = "application.deauthorized";
      if (notify) announceConnection(world, userId, demoApplication.clientId, action);
      world.changed();
      return reply.code(204).send();
    },
  );

  app.post<{ Params: { userId: string } }>(
    "/_control/accounts/:userId/expire-tokens",
    (request, reply) => {
      const { userId } = accountOf(world, request.params.userId);
      world.accounts.expireAccessTokens(userId, world.clock.now());
      world.changed();
      return reply.code(204).send();
    },
  );

  app.get<{ Params: { userId: string } }>("/_control/accounts/:userId/grants", (request, reply) => {
    const { userId } = accountOf(world, request.params.userId);
    return reply.send(world.accounts.grantsOf(userId));
  });

  app.post<{ Params: { clientId: string } }>(
    "/_control/applications/:clientId",
    (request, reply) => {
      const application = world.accounts.applications.get(request.params.clientId);
      if (!application) throw new ControlMistake("No such application");
      Object.assign(application, defined(read(applicationSchema, request)));
      world.changed();
      const { clientId, redirectUri, requiresPkce, isForOrders = false } = application;
      return reply.send({ clientId, redirectUri, requiresPkce, isForOrders });
    },
  );

  app.post("/_control/oauth/codes", (request, reply) => {
    const body = read(codeSchema, request);
    const { userId } = accountOf(world, String(body.userId));
    const challenge =
      body.codeChallenge === undefined
        ? null
        : { value: body.codeChallenge, method: body.codeChallengeMethod };
    const { code } = world.accounts.issueCode({
      userId,
      clientId: body.clientId,
      scope: body.scope,
      expiresAt: world.clock.now() + codeMs,
      redirectUri: body.redirectUri ?? null,
      challenge,
    });
    world.changed();
    return reply.code(201).send({ code });
  });
}

function registerNotificationControl(app: FastifyInstance, world: World): void {
  app.post("/_control/notifications", (request, reply) => {
    const body = read(notificationSchema, request);
    const { url, tsUnit, ipn, signedId, topics, orderBody, ...others } = body;
    const { forgeSignature, omitSignature, ...switches } = others;
    const settings = { webhookUrl: url, tsUnit, ipn, signedId, topics, orderBody };
    Object.assign(world.notifier.switches, defined(switches));
    Object.assign(world.settings, defined(settings));
    if (forgeSignature !== undefined)
      world.settings.signature = forgeSignature ? "forged" : "valid";
    if (omitSignature !== undefined) world.settings.signature = omitSignature ? "none" : "valid";
    return reply.send({ switches: world.notifier.switches, settings: world.settings });
  });

  // Delivers at once, whatever the mode, and answers with what the receiver said.
  app.post("/_control/notifications/send", async (request, reply) => {
    const body = read(manualSchema, request);
    const payment = world.payments.get(Number(body.paymentId ?? body.dataId));
    const fallback: Message = {
      type: "payment",
      action: "payment.updated",
      dataId: body.dataId ?? body.paymentId ?? "0",
      account: body.userId ?? 0,
      clientId: demoApplication.clientId,
      at: world.clock.now(),
      version: 1,
      url: world.settings.webhookUrl,
    };
    const message = payment ? messageAbout(world, payment, "payment.updated") : fallback;
    const { dataId, url, type, action, userId } = body;
    const changed = { ...message, ...defined({ dataId, url, type, action, account: userId }) };
    return reply.send(await world.notifier.deliver(prepareWebhook(world, changed, 0, body)));
  });
}

function accountOf(world: World, userId: string): Account {
  const account = world.accounts.get(Number(userId));
  if (!account) throw new ControlMistake("No such account");
  return account;
}

const settingsSchema = z
  .object({
    unauthorizedShape: z.enum(["full", "code"]),
    releaseMs: z.number().int().nonnegative(),
    returnFeesOnRefund: z.boolean(),
    limitIntentReads: z.boolean(),
    insufficientBalanceCause: z.number().int(),
  })
  .partial();

const cardTokenSchema = z.object({
  publicKey: z.string().optional(),
  userId: z.coerce.number().optional(),
  holder: z.string().default("APRO"),
  cardNumber: z.string().regex(/^\d+$/).optional(),
  securityCode: z.boolean().default(true),
});

const accountSchema = z.object({
  siteId: z.enum(siteIds),
  userId: z.number().int().optional(),
  nickname: z.string().optional(),
});

const accountSwitches = z
  .object({
    lacksBalance: z.boolean(),
    refundsInProcess: z.boolean(),
    methodStatuses: z.record(z.string(), z.enum(methodStatuses)),
    interestFreeUpTo: z.number().int().nonnegative(),
  })
  .partial();

/** A changed password ends all tokens too, and nobody is told of it. */
const revocationSchema = z.object({ notify: z.boolean().default(true) });

const applicationSchema = z
  .object({
    clientSecret: z.string(),
    redirectUri: z.string().nullable(),
    requiresPkce: z.boolean(),
    isForOrders: z.boolean(),
  })
  .partial();

const codeSchema = z.object({
  userId: z.coerce.number(),
  clientId: z.string().default(demoApplication.clientId),
  redirectUri: z.string().optional(),
  scope: z.string().default(fullScope),
  codeChallenge: z.string().optional(),
  codeChallengeMethod: z.enum(["S256", "plain"]).default("S256"),
});

const notificationSchema = notifierSwitches.extend({
  url: z.string().optional(),
  tsUnit: z.enum(["s", "ms"]).optional(),
  ipn: z.boolean().optional(),
  signedId: z.enum(["as-sent", "lowercase", "other"]).optional(),
  topics: z.array(z.string()).nullable().optional(),
  orderBody: z.enum(["full", "minimal"]).optional(),
  forgeSignature: z.boolean().optional(),
  omitSignature: z.boolean().optional(),
});

const manualSchema = z.object({
  paymentId: z.coerce.string().optional(),
  dataId: z.coerce.string().optional(),
  userId: z.coerce.number().optional(),
  url: z.string().optional(),
  type: z.string().optional(),
  action: z.string().optional(),
  signature: z.enum(["valid", "forged", "none"]).optional(),
  ts: z.number().optional(),
  requestId: z.string().optional(),
  body: z.record(z.string(), z.unknown()).optional(),
});

const paymentStatuses = [
  "pending",
  "in_process",
  "authorized",
  "approved",
  "rejected",
  "cancelled",
  "refunded",
  "in_mediation",
  "charged_back",
] as const;

const paymentMoveSchema = z.object({
  status: z.enum(paymentStatuses),
  status_detail: z.string().optional(),
  statusDetail: z.string().optional(),
});

const refundMoveSchema = z.object({ status: z.enum(["approved", "rejected", "cancelled"]) });

const usualDetails: Record<(typeof paymentStatuses)[number], string> = {
  pending: "pending_waiting_payment",
  in_process: "pending_review_manual",
  authorized: "pending_capture",
  approved: "accredited",
  rejected: "cc_rejected_other_reason",
  cancelled: "by_admin",
  refunded: "refunded",
  in_mediation: "pending",
  charged_back: "in_process",
};
