import { isObject } from "../core/json-body";
import type { Caller } from "./caller";
import { spendCardToken } from "./card-tokens";
import { challengeFor, planChallengeEnd } from "./challenges";
import { refusal } from "./errors";
import type { CardToken, Payment, PaymentStatus } from "./model";
import { openPayment } from "./moves";
import { findPaymentMethod, isCard, type PaymentMethod, waitingDetail } from "./payment-methods";
import { checkInstallments, type PaymentRequest, readPaymentRequest } from "./payment-request";
import { outcomeFor } from "./test-cards";
import { checkExpiry, checkNeeds, defaultOpenMs } from "./waiting";
import type { World } from "./world";
import { yapeOutcome } from "./yape";

const day = 24 * 60 * 60 * 1000;
/** A payment that nobody completes ends by itself (Mercado Pago docs: cancellations). */
const openForMs = 30 * day;
/** Choice: how long a held amount stays held. The documents read name no term. */
const authorizedForMs = 7 * day;

/** Makes a payment or throws the refusal. Nothing is changed, the card token neither, when it throws. */
export function createPayment(
  world: World,
  caller: Caller,
  body: unknown,
  headers: { idempotencyKey: string; deviceId: string | null },
): Payment {
  const now = world.clock.now();
  const request = readPaymentRequest(body, caller, now);
  const sent = isObject(body) ? body : {};
  const cardToken =
    request.token === undefined ? undefined : findToken(world, caller, request.token);
  const method = methodFor(request, caller, cardToken);
  if (isCard(method)) checkInstallments(sent.installments);
  else checkNeeds(method, sent);
  if (request.expiresAt !== undefined) checkExpiry(method, request.expiresAt - now);
  const card = cardToken && isCard(method) ? cardToken.card : null;
  const asksFor3ds = card !== null && sent.three_d_secure_mode === "optional";
  if (asksFor3ds && request.isBinary) throw refusal(1, "binary_mode must be false with 3DS");
  const challenge = asksFor3ds ? challengeFor(card.holder) : null;
  const result = challenge
    ? ({ status: "pending", detail: "pending_challenge" } as const)
    : resultFor(request, method, card?.holder);
  const payment: Payment = {
    id: world.newId(),
    account: caller.account.userId,
    clientId: caller.clientId,
    siteId: caller.site.id,
    status: result.status,
    statusDetail: result.detail,
    methodId: method.id,
    methodType: method.type,
    amountMinor: request.amountMinor,
    applicationFeeMinor: request.applicationFeeMinor,
    providerFeeMinor: 0,
    providerFeeReturnedMinor: 0,
    applicationFeeReturnedMinor: 0,
    chargedBackMinor: 0,
    captured: request.isCapturedAtOnce,
    card,
    challenge,
    refunds: [],
    createdAt: now,
    updatedAt: now,
    approvedAt: null,
    expiresAt:
      request.expiresAt ??
      now + (result.status === "authorized" ? authorizedForMs : defaultOpenMs(method, openForMs)),
    version: 0,
    externalReference: request.externalReference,
    metadata: request.metadata,
    idempotencyKey: headers.idempotencyKey,
    deviceId: headers.deviceId,
    request: sent,
  };
  if (cardToken) spendCardToken(cardToken, payment.id);
  openPayment(world, payment);
  planChallengeEnd(world, payment);
  return payment;
}

/**
 * The unused, unexpired token of this very account. Choice: a token that was used, expired or made
 * with another account's public key is answered like one that does not exist.
 */
function findToken(world: World, caller: Caller, id: string): CardToken {
  if (!/^[0-9a-f]{32}$/.test(id)) throw refusal(3003);
  const token = world.cardTokens.get(id);
  const isUsable =
    token !== undefined &&
    token.usedBy === null &&
    token.expiresAt > world.clock.now() &&
    token.account === caller.account.userId;
  if (!isUsable) throw refusal(2006);
  return token;
}

/** Choice: a method that is left out is inferred from the card, and must agree with it when given. */
function methodFor(
  request: PaymentRequest,
  caller: Caller,
  token: CardToken | undefined,
): PaymentMethod {
  const inferred = token?.card.methodId;
  const id = request.methodId ?? inferred;
  if (id === undefined) throw token ? refusal(2131) : refusal(4001);
  const method = findPaymentMethod(caller.site.id, id);
  if (!method) throw refusal(3028);
  if (token && method.id !== inferred) throw refusal(3028, "it is not the card's");
  if (!token && isCard(method)) throw refusal(2006, "a card payment needs a token");
  return method;
}

function resultFor(
  request: PaymentRequest,
  method: PaymentMethod,
  holder: string | undefined,
): { status: PaymentStatus; detail: string } {
  // Choice: account money is there or the payer would not have chosen it.
  if (method.type === "account_money") return { status: "approved", detail: "accredited" };
  if (holder === undefined) return { status: "pending", detail: waitingDetail(method) };
  const outcome = method.id === "yape" ? yapeOutcome(holder) : outcomeFor(holder);
  if (outcome.status === "in_process" && request.isBinary) {
    return { status: "rejected", detail: "cc_rejected_other_reason" };
  }
  if (outcome.status === "approved" && !request.isCapturedAtOnce) {
    return { status: "authorized", detail: "pending_capture" };
  }
  return outcome;
}
