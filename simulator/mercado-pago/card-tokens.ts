import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../core/json-body";
import { accountOfPage, allowBrowsers } from "./browsers";
import { wireDate } from "./dates";
import { ApiError, refusal } from "./errors";
import type { Account, Card, CardToken } from "./model";
import { viewCard } from "./payment-view";
import { siteOf } from "./sites";
import { methodOfCard, passesLuhn } from "./test-cards";
import type { World } from "./world";

/** Seven days in prose, eight in the samples of the answer; the stricter one counts. */
const livesMs = 7 * 24 * 60 * 60 * 1000;

/** `/v1/card_tokens`, which a browser calls directly: card numbers go here and nowhere else. */
export function registerCardTokens(app: FastifyInstance, world: World): void {
  app.options("/v1/card_tokens", (_request, reply) =>
    allowBrowsers(reply)
      .header("access-control-allow-methods", "POST, OPTIONS")
      .header("access-control-allow-headers", "*")
      .header("access-control-max-age", "600")
      .code(204)
      .send(),
  );

  app.post("/v1/card_tokens", (request, reply) => {
    const account = accountOfPage(world, request, reply);
    const card = readCard(request.body, account, world.clock.now());
    const token = mintCardToken(world, account, card);
    return reply.code(201).send(viewCardToken(token, account));
  });

  app.get<{ Params: { id: string } }>("/v1/card_tokens/:id", (request, reply) => {
    const account = accountOfPage(world, request, reply);
    const token = world.cardTokens.get(request.params.id);
    if (!token || token.account !== account.userId) {
      throw new ApiError(404, "not_found", "Card token not found");
    }
    return reply.send(viewCardToken(token, account));
  });
}

export function mintCardToken(
  world: World,
  account: Account,
  card: Card,
  extra: Partial<CardToken> = {},
): CardToken {
  const now = world.clock.now();
  const token: CardToken = {
    id: randomBytes(16).toString("hex"),
    account: account.userId,
    card,
    createdAt: now,
    expiresAt: now + livesMs,
    usedBy: null,
    ...extra,
  };
  world.cardTokens.set(token.id, token);
  world.changed();
  return token;
}

/** A card token pays once. */
export function spendCardToken(token: CardToken, paymentId: number): void {
  token.usedBy = paymentId;
}

/** What is kept of a card. The number and the security code are not. */
export function cardOf(
  account: Account,
  number: string,
  holder: string,
  expiry: { month: number; year: number },
  identification: Card["identification"],
): Card {
  return {
    firstSix: number.slice(0, 6),
    lastFour: number.slice(-4),
    length: number.length,
    expirationMonth: expiry.month,
    expirationYear: expiry.year,
    holder,
    identification,
    methodId: methodOfCard(account.siteId, number),
  };
}

/** The documented tokenisation errors, which carry string codes. */
function readCard(body: unknown, account: Account, now: number): Card {
  if (!isObject(body)) throw refusal(1, "the body must be a JSON object");
  const number = String(body.card_number ?? "").replace(/[\s-]/g, "");
  const holder = isObject(body.cardholder) ? body.cardholder : {};
  const name = String(holder.name ?? "").trim();
  if (number === "") throw badCard("205", "card_number is empty");
  if (!/^\d{13,19}$/.test(number) || !passesLuhn(number)) throw badCard("E301", "card_number");
  const expiry = readExpiry(body, now);
  const securityCode = String(body.security_code ?? "");
  if (securityCode === "") throw badCard("224", "security_code is empty");
  const isAmex = methodOfCard(account.siteId, number) === "amex";
  if (!/^\d+$/.test(securityCode) || securityCode.length !== (isAmex ? 4 : 3)) {
    throw badCard("E302", "security_code");
  }
  // The server library sends cards without a holder; only a name that was sent can be wrong.
  if (body.cardholder !== undefined && name === "")
    throw badCard("221", "cardholder.name is empty");
  if (/\d/.test(name)) throw badCard("316", "cardholder.name");
  return cardOf(account, number, name, expiry, readIdentification(holder, account));
}

function readExpiry(body: JsonObject, now: number): { month: number; year: number } {
  const { expiration_month: rawMonth, expiration_year: rawYear } = body;
  if (rawMonth === undefined || rawMonth === "") throw badCard("208", "expiration_month is empty");
  if (rawYear === undefined || rawYear === "") throw badCard("209", "expiration_year is empty");
  const month = Number(rawMonth);
  const year = Number(rawYear) < 100 ? Number(rawYear) + 2000 : Number(rawYear);
  if (!Number.isInteger(month) || month < 1 || month > 12) throw badCard("325", "expiration_month");
  const isPast = Date.UTC(year, month) <= now;
  if (!Number.isInteger(year) || isPast) throw badCard("326", "expiration_year");
  return { month, year };
}

function readIdentification(holder: JsonObject, account: Account): Card["identification"] {
  if (!isObject(holder.identification)) return { type: null, number: null };
  const type = String(holder.identification.type ?? "");
  const number = String(holder.identification.number ?? "");
  const types = siteOf(account.siteId).documentTypes;
  if (type === "") throw badCard("212", "identification.type is empty");
  if (types.length > 0 && !types.some(({ id }) => id === type)) {
    throw badCard("322", "identification.type");
  }
  if (number === "") throw badCard("214", "identification.number is empty");
  if (!/^[A-Za-z0-9.-]{1,20}$/.test(number)) throw badCard("324", "identification.number");
  return { type, number };
}

function badCard(code: string, description: string): ApiError {
  return new ApiError(400, "bad_request", `The card data is not valid: ${description}`, [
    { code, description, data: null },
  ]);
}

function viewCardToken(token: CardToken, account: Account): JsonObject {
  const { card } = token;
  return {
    ...viewCard(card, token.createdAt),
    id: token.id,
    card_id: null,
    public_key: account.publicKey,
    status: token.usedBy === null ? "active" : "used",
    date_due: wireDate(token.expiresAt),
    luhn_validation: true,
    live_mode: true,
    require_esc: false,
    card_number_length: card.length,
    security_code_length: card.methodId === "amex" ? 4 : 3,
  };
}
