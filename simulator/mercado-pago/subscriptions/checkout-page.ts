import type { FastifyInstance, FastifyReply } from "fastify";
import { isObject, type JsonObject } from "../../core/json-body";
import { asHtml, sendPage } from "../../core/page";
import type { Caller } from "../caller";
import { cardOf, mintCardToken } from "../card-tokens";
import { ApiError } from "../errors";
import type { Account, CardToken } from "../model";
import { siteOf, toMajor } from "../sites";
import { defaultCardNumber, passesLuhn } from "../test-cards";
import type { World } from "../world";
import { announcePreapproval } from "./announcements";
import { beginCycles } from "./billing";
import { authorize, subscribeByLink } from "./create-preapproval";
import { refuse } from "./errors";
import type { Period, Plan, Preapproval } from "./model";
import { isGiven, readEmail } from "./requests";
import { touch } from "./resources";

/**
 * Where an `init_point` leads: the page on which a payer names a card and subscribes, to a plan or to what a seller
 * prepared. The real one asks for a login; here the payer types the e-mail address.
 */
export function registerSubscriptionPage(app: FastifyInstance, world: World): void {
  app.get("/subscriptions/checkout", (request, reply) => {
    const given = request.query as JsonObject;
    const offer = findOffer(world, given);
    return typeof offer === "string" ? sendDeadEnd(reply, offer) : sendForm(world, reply, offer);
  });

  app.post("/subscriptions/checkout", (request, reply) => {
    const given = isObject(request.body) ? request.body : {};
    const offer = findOffer(world, given);
    if (typeof offer === "string") return sendDeadEnd(reply, offer);
    try {
      const preapproval = subscribe(world, offer, given);
      if (preapproval.backUrl === null) return sendThanks(reply);
      const back = new URL(preapproval.backUrl);
      back.searchParams.set("preapproval_id", preapproval.id);
      return reply.redirect(back.href, 303);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return sendForm(world, reply.code(400), offer, { text: error.message, given });
    }
  });
}

type Offer = { plan: Plan } | { preapproval: Preapproval };

function findOffer(world: World, given: JsonObject): Offer | string {
  const { preapproval_id: id, preapproval_plan_id: planId } = given;
  // Measured since September 2026: with this parameter the page does not exist.
  if (isGiven(given.activation)) return "This page does not exist";
  if (isGiven(planId)) {
    const plan = world.subscriptions.plans.get(String(planId));
    if (!plan) return "This page does not exist";
    return plan.status === "active" ? { plan } : "This plan is not accepting subscriptions";
  }
  const preapproval = world.subscriptions.preapprovals.get(String(id));
  if (!preapproval) return "This page does not exist";
  if (preapproval.status === "pending") return { preapproval };
  return preapproval.status === "authorized"
    ? "This subscription is active already"
    : `This subscription is ${preapproval.status}`;
}

function subscribe(world: World, offer: Offer, given: JsonObject): Preapproval {
  const email = readEmail(given.payer_email);
  const { account, clientId } = "plan" in offer ? offer.plan : offer.preapproval;
  const seller = world.accounts.get(account);
  if (!seller) throw refuse("The seller is gone", 404);
  if ("plan" in offer) {
    const caller: Caller = { account: seller, site: siteOf(seller.siteId), clientId };
    return subscribeByLink(world, caller, offer.plan, email, readCard(world, seller, given));
  }
  const { preapproval } = offer;
  // The payer who pays has to be the one for whom the seller prepared it (seen by many).
  if (email.toLowerCase() !== preapproval.payerEmail.toLowerCase()) {
    throw refuse("This subscription is for a payer with another e-mail address");
  }
  authorize(world, preapproval, readCard(world, seller, given));
  touch(world, preapproval);
  announcePreapproval(world, preapproval, "updated");
  beginCycles(world, preapproval);
  return preapproval;
}

function readCard(world: World, seller: Account, given: JsonObject): CardToken {
  const number = String(given.card_number ?? "").replace(/[\s-]/g, "");
  if (!/^\d{13,19}$/.test(number) || !passesLuhn(number)) throw refuse("The card number is wrong");
  const holder = String(given.cardholder ?? "").trim();
  if (holder === "") throw refuse("The name on the card is missing");
  const expiry = { month: 11, year: 2035 };
  const card = cardOf(seller, number, holder, expiry, { type: null, number: null });
  return mintCardToken(world, seller, card);
}

function sendForm(
  world: World,
  reply: FastifyReply,
  offer: Offer,
  fault?: { text: string; given: JsonObject },
): FastifyReply {
  const terms = "plan" in offer ? offer.plan : offer.preapproval;
  const { currency, decimals } = siteOf(terms.siteId);
  const amount = toMajor(terms.amountMinor, decimals).toFixed(decimals);
  const { freeTrial } = terms;
  const seller = world.accounts.get(terms.account)?.nickname ?? "";
  const field = (name: string, label: string, usual: string, type = "text") => {
    const value = asHtml(String(fault?.given[name] ?? usual));
    return `<label>${label}<input name="${name}" type="${type}" value="${value}" required></label>`;
  };
  const idName = "plan" in offer ? "preapproval_plan_id" : "preapproval_id";
  return sendPage(
    reply,
    "Mercado Pago",
    asHtml(terms.reason),
    `<p id="seller" class="soft">${asHtml(seller)}</p>
<p id="amount"><strong class="amount">${currency} ${amount}</strong> ${every(terms)}</p>
${freeTrial === null ? "" : `<p id="trial">Free trial: ${count(freeTrial)}</p>`}
${fault === undefined ? "" : `<p id="fault" role="alert">${asHtml(fault.text)}</p>`}
<form method="post" action="/subscriptions/checkout">
<input type="hidden" name="${idName}" value="${terms.id}">
${field("payer_email", "Your e-mail address", "", "email")}
${field("card_number", "Card number", defaultCardNumber(terms.siteId))}
${field("cardholder", "Name on the card", "APRO")}
<button id="subscribe">Subscribe</button>
</form>`,
  );
}

function sendDeadEnd(reply: FastifyReply, text: string): FastifyReply {
  return sendPage(reply.code(404), "Mercado Pago", text, `<p id="fault">${text}.</p>`);
}

function sendThanks(reply: FastifyReply): FastifyReply {
  return sendPage(reply, "Mercado Pago", "Thank you", '<p id="status">You are subscribed.</p>');
}

function every(period: Period): string {
  const unit = period.frequencyType === "months" ? "month" : "day";
  return period.frequency === 1 ? `every ${unit}` : `every ${period.frequency} ${unit}s`;
}

function count({ frequency, frequencyType }: Period): string {
  return `${frequency} ${frequency === 1 ? frequencyType.slice(0, -1) : frequencyType}`;
}
