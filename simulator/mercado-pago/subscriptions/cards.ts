import { spendCardToken } from "../card-tokens";
import type { Account, CardToken } from "../model";
import { findPaymentMethod } from "../payment-methods";
import type { World } from "../world";
import { invalid, refuse, SubscriptionRefusal } from "./errors";
import type { PayingMethod, Preapproval } from "./model";
import { validateCard } from "./recurring-payments";

/** A token that can be used here: unspent, of this seller, and with a security code, which saved cards need too. */
export function findCardToken(world: World, account: Account, id: unknown): CardToken {
  const token = world.cardTokens.get(String(id));
  // Choice: one that has expired is gone, like one that never was or that another seller's key made.
  const isKnown = token?.account === account.userId && token.expiresAt > world.clock.now();
  if (!token || !isKnown) throw refuse("Card token service not found", 404);
  if (token.usedBy !== null) throw refuse("Card token was used, please generate new");
  if (token.lacksSecurityCode) throw refuse("Card token was generated without cvv validation");
  return token;
}

/** The card behind a token, when the plan takes such cards. */
export function methodOf(world: World, preapproval: Preapproval, token: CardToken): PayingMethod {
  const { card } = token;
  const plan =
    preapproval.planId === null ? null : world.subscriptions.plans.get(preapproval.planId);
  const found = findPaymentMethod(preapproval.siteId, card.methodId ?? "");
  if (!found) throw cardRefusal(preapproval);
  const allowed = plan?.methodsAllowed;
  // Choice: the words of this refusal. A list that is empty, or has only empty members, allows everything.
  if (!isAllowed(allowed?.payment_types, found.type)) throw invalid("payment_method_id");
  if (!isAllowed(allowed?.payment_methods, found.id)) throw invalid("payment_method_id");
  return { methodId: found.id, card, cardId: String(world.newId()) };
}

function isAllowed(list: unknown, id: string): boolean {
  const ids = (Array.isArray(list) ? list : []).flatMap((one) =>
    typeof one?.id === "string" ? [one.id] : [],
  );
  return ids.length === 0 || ids.includes(id);
}

/** Spends the token on the check of its card. A payer's device that is not named can be reason enough to refuse. */
export function checkCard(
  world: World,
  preapproval: Preapproval,
  token: CardToken,
  method: PayingMethod,
): boolean {
  const payment = validateCard(world, preapproval, method);
  spendCardToken(token, payment.id);
  const lacksDevice = world.settings.subscriptions.needsDeviceId && preapproval.deviceId === null;
  return payment.status === "approved" && !lacksDevice;
}

/** A card that fails its check when a subscription is made. Peru was seen to answer in another form. */
export function cardRefusal({ siteId }: Preapproval): SubscriptionRefusal {
  const message = "CC_VAL_433 Credit card validation has failed";
  const rest =
    siteId === "MPE" ? { code: "cc_rejected_other_reason", status: 401 } : { status: 400 };
  return new SubscriptionRefusal(400, message, rest);
}
