import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import { spendCardToken } from "../card-tokens";
import type { Card, CardToken } from "../model";
import { findPaymentMethod, isCard } from "../payment-methods";
import type { World } from "../world";
import { announcePreapproval } from "./announcements";
import { beginCycles, chargeSoon, endPreapproval } from "./billing";
import { checkCard, findCardToken, methodOf } from "./cards";
import { authorize } from "./create-preapproval";
import { invalid, missing, namelessRefusal, refuse } from "./errors";
import { type Preapproval, type PreapprovalStatus, preapprovalStatuses } from "./model";
import {
  bodyOf,
  isGiven,
  readAmount,
  readBackUrl,
  readCurrency,
  readText,
  recurringOf,
} from "./requests";
import { touch } from "./resources";

/**
 * Applies what the provider applies and silently drops all else, with the same status 200 (measured). What is refused
 * is refused before anything is changed.
 */
export function updatePreapproval(
  world: World,
  caller: Caller,
  preapproval: Preapproval,
  body: unknown,
  deviceId: string | null,
): void {
  const sent = bodyOf(body);
  const status = readStatus(sent.status);
  refuseTransition(preapproval, status);
  if (preapproval.status === "paused" && status !== undefined) {
    // Choice: what is sent beside the status of a paused one is dropped, like the end date that was measured.
    changeStatus(world, preapproval, status);
    return;
  }
  const edits = readEdits(world, caller, preapproval, sent);
  if (isGiven(sent.card_token_id)) {
    changeCard(world, caller, preapproval, sent.card_token_id, deviceId);
  } else if (preapproval.status === "pending" && status === "authorized") {
    throw missing("card_token_id");
  }
  applyEdits(world, preapproval, edits);
  if (status !== undefined && status !== preapproval.status) {
    changeStatus(world, preapproval, status);
  }
}

function readStatus(value: unknown): PreapprovalStatus | undefined {
  if (!isGiven(value)) return undefined;
  const status = preapprovalStatuses.find((one) => one === value);
  if (!status) throw invalid("status");
  return status;
}

function refuseTransition(preapproval: Preapproval, to: PreapprovalStatus | undefined): void {
  const from = preapproval.status;
  const impossible = refuse(`Invalid transition from ${from} to ${to}`);
  switch (from) {
    case "cancelled":
    case "finished":
      if (to !== undefined) throw impossible;
      throw refuse(`You can not modify a ${from} preapproval.`);
    case "paused":
      if (to === "authorized" || to === "cancelled") return;
      throw to === "pending" ? impossible : refuse("You can not modify a paused preapproval.");
    case "pending":
      if (to === "paused") throw impossible;
      return;
    case "authorized":
      if (to === "pending") throw impossible;
  }
}

function changeStatus(world: World, preapproval: Preapproval, status: PreapprovalStatus): void {
  if (status === "cancelled") {
    endPreapproval(world, preapproval, "cancelled", true);
    return;
  }
  preapproval.status = status;
  touch(world, preapproval);
  announcePreapproval(world, preapproval, "updated");
}

interface Edits {
  /** Nobody is told of a changed amount (measured). */
  amountMinor?: number;
  /** The token of a card in the second place. */
  token?: CardToken;
  told: Partial<Pick<Preapproval, "reason" | "backUrl" | "externalReference" | "secondaryMethod">>;
}

/** The fields that are known to be applied. A plan's own text stays above that of its subscriptions. */
function readEdits(
  world: World,
  caller: Caller,
  preapproval: Preapproval,
  sent: JsonObject,
): Edits {
  const recurring = recurringOf(sent);
  const edits: Edits = { told: {} };
  if (isGiven(recurring.transaction_amount)) {
    edits.amountMinor = readAmount(recurring.transaction_amount, caller.site);
    // Choice: a currency that comes with an amount must be right. Alone, it is dropped (measured).
    if (isGiven(recurring.currency_id)) readCurrency(recurring.currency_id, caller.site);
  }
  const reason = readText(sent, "reason");
  if (reason !== null && preapproval.planId === null) edits.told.reason = reason;
  const reference = readText(sent, "external_reference");
  if (reference !== null) edits.told.externalReference = reference;
  if (isGiven(sent.back_url)) edits.told.backUrl = readBackUrl(world, sent.back_url);
  return { ...edits, ...readSecondary(world, caller, preapproval, sent, edits.told) };
}

function applyEdits(world: World, preapproval: Preapproval, edits: Edits): void {
  const { amountMinor, token, told } = edits;
  // Nothing was paid with it, so that there is no payment to name.
  if (token) spendCardToken(token, 0);
  if (amountMinor !== undefined && amountMinor !== preapproval.amountMinor) {
    preapproval.amountMinor = amountMinor;
    touch(world, preapproval);
  }
  if (Object.keys(told).length === 0) return;
  Object.assign(preapproval, told);
  touch(world, preapproval);
  announcePreapproval(world, preapproval, "updated");
}

/**
 * A card by its token and its method, anything else by its method alone (Mercado Pago docs; never measured). Choice: a
 * card in the second place is not checked, and its token is spent when it is stored.
 */
function readSecondary(
  world: World,
  { account }: Caller,
  preapproval: Preapproval,
  sent: JsonObject,
  told: Edits["told"],
): Pick<Edits, "token" | "told"> {
  const { payment_method_id_secondary: id, card_token_id_secondary: tokenId } = sent;
  if (!isGiven(id)) {
    if (isGiven(tokenId)) throw missing("payment_method_id_secondary");
    return { told };
  }
  const method = findPaymentMethod(preapproval.siteId, String(id));
  if (!method) throw invalid("payment_method_id_secondary");
  if (!isCard(method)) {
    const secondaryMethod = { methodId: method.id, card: null, cardId: null };
    return { told: { ...told, secondaryMethod } };
  }
  if (!isGiven(tokenId)) throw missing("card_token_id_secondary");
  const token = findCardToken(world, account, tokenId);
  if (token.card.methodId !== method.id) throw invalid("payment_method_id_secondary");
  return { token, told: { ...told, secondaryMethod: methodOf(world, preapproval, token) } };
}

/** Also the way for a pending subscription to be completed without its page. */
function changeCard(
  world: World,
  { account }: Caller,
  preapproval: Preapproval,
  tokenId: unknown,
  deviceId: string | null,
): void {
  const token = findCardToken(world, account, tokenId);
  if (deviceId !== null) preapproval.deviceId = deviceId;
  if (preapproval.status === "pending") {
    authorize(world, preapproval, token, namelessRefusal());
    touch(world, preapproval);
    announcePreapproval(world, preapproval, "updated");
    beginCycles(world, preapproval);
    return;
  }
  const method = methodOf(world, preapproval, token);
  if (!checkCard(world, preapproval, token, method)) throw namelessRefusal();
  if (!isSameCard(preapproval.method?.card ?? null, token.card)) {
    preapproval.method = method;
    touch(world, preapproval);
    announcePreapproval(world, preapproval, "updated");
  }
  chargeSoon(world, preapproval);
}

/** The same card again changes nothing that can be seen (measured). */
function isSameCard(one: Card | null, other: Card): boolean {
  return (
    one !== null &&
    one.firstSix === other.firstSix &&
    one.lastFour === other.lastFour &&
    one.expirationMonth === other.expirationMonth &&
    one.expirationYear === other.expirationYear &&
    one.holder === other.holder
  );
}
