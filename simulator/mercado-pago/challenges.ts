import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { isObject } from "../core/json-body";
import { sendPage } from "../core/page";
import type { Challenge, Payment } from "./model";
import { movePayment } from "./moves";
import { siteOf, toMajor } from "./sites";
import type { World } from "./world";

/** How long a payer has (docs: about five minutes). */
export const challengeMs = 5 * 60_000;

/**
 * What a cardholder of this name meets where 3-D Secure was asked for. The real test cards are on Mercado Pago's page only.
 * CHAL: the buttons decide, and silence is a refusal. CHFA: it fails, whatever the payer does. CHEX: it is over at once, and
 * stays pending, which the documents warn of.
 */
const endings: Readonly<Record<string, Challenge["ending"]>> = {
  CHAL: "BUTTONS",
  CHFA: "FAILS",
  CHEX: "STAYS_PENDING",
};

/** Everybody else is not asked. */
export function challengeFor(holder: string | undefined): Challenge | null {
  const ending = endings[holder?.trim().toUpperCase() ?? ""];
  if (ending === undefined) return null;
  // The real one is base64 of JSON as well: who is asked, and how.
  const facts = { threeDSServerTransID: randomBytes(16).toString("hex"), messageType: "CReq" };
  return { creq: Buffer.from(JSON.stringify(facts)).toString("base64url"), ending };
}

export function challengeUrl(world: World, payment: Payment): string {
  return `${world.baseUrl}/demo/challenges/${payment.id}`;
}

/** Whoever was not there in time is refused. */
export function planChallengeEnd(world: World, payment: Payment): void {
  const { challenge } = payment;
  if (!challenge || challenge.ending === "STAYS_PENDING") return;
  world.schedule.at(payment.createdAt + challengeMs, () => endChallenge(world, payment, false));
}

/** The bank's page, made for a frame: a form that posts `creq` opens it. */
export function registerChallenges(app: FastifyInstance, world: World): void {
  app.post<{ Params: { id: string } }>("/demo/challenges/:id", (request, reply) => {
    const payment = world.payments.get(Number(request.params.id));
    const { creq, answer } = isObject(request.body) ? request.body : ({} as never);
    if (!payment?.challenge || payment.challenge.creq !== creq) {
      return sendPage(reply.code(400), "Your bank", "This challenge is not valid", "");
    }
    const { ending } = payment.challenge;
    if (isWaiting(payment) && ending !== "STAYS_PENDING" && typeof answer === "string") {
      endChallenge(world, payment, answer === "confirm" && ending === "BUTTONS");
    }
    return isWaiting(payment) && ending !== "STAYS_PENDING"
      ? sendPage(reply, "Your bank", "Is it you?", form(payment))
      : sendEnd(reply);
  });
}

function isWaiting({ status, statusDetail }: Payment): boolean {
  return status === "pending" && statusDetail === "pending_challenge";
}

function endChallenge(world: World, payment: Payment, isConfirmed: boolean): void {
  if (!isWaiting(payment)) return;
  if (!isConfirmed) movePayment(world, payment, "rejected", "cc_rejected_3ds_challenge");
  else if (payment.captured) movePayment(world, payment, "approved", "accredited");
  else movePayment(world, payment, "authorized", "pending_capture");
}

function form({ challenge, siteId, amountMinor, card }: Payment): string {
  const { currency, decimals } = siteOf(siteId);
  const amount = `${currency} ${toMajor(amountMinor, decimals).toFixed(decimals)}`;
  return (
    `<p class="soft">Somebody pays with your card${card ? ` that ends in ${card.lastFour}` : ""}.</p>` +
    `<p id="amount" class="amount">${amount}</p>` +
    `<form method="post"><input type="hidden" name="creq" value="${challenge?.creq ?? ""}">` +
    `<button id="confirm" name="answer" value="confirm">Confirm</button> ` +
    `<button id="refuse" name="answer" value="refuse">Refuse</button></form>`
  );
}

/** Tells the page around it, as the real one does, whatever came of it. */
function sendEnd(reply: FastifyReply): FastifyReply {
  const script = `<script>parent.postMessage({ status: "COMPLETE" }, "*")</script>`;
  return sendPage(reply, "Your bank", "This is over", `<p>Go back to the shop.</p>${script}`);
}
