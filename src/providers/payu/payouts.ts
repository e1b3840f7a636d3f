import type { Clock } from "../../domain/clock";
import type { Currency } from "../../domain/money";
import type { PayoutObservation } from "../../domain/payout-observation";
import { objectOf, readText } from "../json";
import type { EffectCall, Outcome, PayoutOperations, ReadCall } from "../provider";
import { minorNumber, readMoney } from "./amounts";
import type { PayuBalances } from "./balances";
import { isSuccess, type PayuClient } from "./client";
import { payoutErrors, payoutExists } from "./errors";
import { failureOf } from "./failures";
import { payoutStatusOf } from "./statuses";
import { readEnvelope } from "./wire";

const historyPage = 100;
/** Pages of history that are looked through for one payout. */
const historyPages = 10;
const aMinuteMs = 60_000;
const aDayMs = 24 * 60 * aMinuteMs;

/** Payouts to sellers' bank accounts. */
export class PayuPayouts implements PayoutOperations {
  constructor(
    private readonly client: PayuClient,
    private readonly balances: PayuBalances,
    private readonly clock: Clock,
  ) {}

  /** POST /api/v2_1/payouts. A repeated extPayoutId is refused without naming the payout: the history names it. */
  async create(
    command: Parameters<PayoutOperations["create"]>[0],
    call: EffectCall,
  ): Promise<Outcome<PayoutObservation>> {
    const { amount, description, exchange } = command;
    const { shop, providerAccountId } = call.credentials;
    const reply = await this.client.ask(shop, ({ shopId }) => ({
      operation: "createPayout",
      method: "POST",
      path: "/api/v2_1/payouts",
      body: {
        shopId,
        account: { extCustomerId: providerAccountId },
        payout: {
          extPayoutId: call.idempotencyKey,
          amount: minorNumber(amount),
          currencyCode: amount.currency,
          description: description ?? undefined,
        },
        fxData:
          exchange === null
            ? undefined
            : {
                partnerId: exchange.partnerId,
                currencyCode: exchange.amount.currency,
                amount: minorNumber(exchange.amount),
                rate: Number(exchange.rate),
                tableId: exchange.tableId,
              },
      },
    }));
    if (reply.kind !== "answer") return reply;
    if (isSuccess(reply)) {
      const payout = readPayout(reply.json, amount.currency);
      if (payout === undefined)
        return { kind: "unknown", reason: "the answer is no readable payout" };
      if (payout.reference !== null && payout.reference !== call.idempotencyKey) {
        return { kind: "unknown", reason: "the answer is about another payout" };
      }
      return { kind: "accepted", value: payout };
    }
    if (readEnvelope(reply.json).codeLiteral !== payoutExists)
      return failureOf(reply, payoutErrors);
    // Our own, whose answer was lost: never a reason to pay again.
    const since = new Date(this.clock.now().getTime() - 30 * aDayMs);
    const seen = await this.findByReference(call.idempotencyKey, since, amount.currency, call);
    return seen.kind === "accepted" && seen.value !== null
      ? { kind: "accepted", value: seen.value }
      : { kind: "unknown", reason: "a payout of this id is there, and is not shown yet" };
  }

  /** GET /api/v2_1/payouts/{id}: of the last two weeks only, so that "not found" proves nothing. */
  async get(
    providerPayoutId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>> {
    const path = `/api/v2_1/payouts/${encodeURIComponent(providerPayoutId)}`;
    const answer = await this.client.get(call.credentials.shop, "getPayout", path);
    if (answer.kind === "refused") {
      return { kind: "unknown", reason: "PayU shows payouts of the last two weeks only" };
    }
    if (answer.kind !== "accepted") return answer;
    const payout = readPayout(answer.value.json, currency);
    if (payout === undefined)
      return { kind: "unknown", reason: "the answer is no readable payout" };
    return payout.providerPayoutId === providerPayoutId
      ? { kind: "accepted", value: payout }
      : { kind: "unknown", reason: "the answer is about another payout" };
  }

  /** There is no look-up by extPayoutId; the seller's history has it among its details. */
  async findByReference(
    reference: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>> {
    const query = {
      currency: null,
      from: new Date(since.getTime() - aMinuteMs),
      to: new Date(this.clock.now().getTime() + aDayMs),
      limit: historyPage,
    };
    for (let page = 0; page < historyPages; page++) {
      const seen = await this.balances.movements({ ...query, offset: page * historyPage }, call);
      if (seen.kind !== "accepted") return seen;
      const { items, total } = seen.value;
      const found = items.find((item) => item.type === "PAYOUT" && item.reference === reference);
      if (found?.providerId != null) return this.get(found.providerId, currency, call);
      if ((page + 1) * historyPage >= total) return { kind: "accepted", value: null };
    }
    return { kind: "unknown", reason: "the history is too long to be looked through" };
  }
}

function readPayout(json: unknown, currency: Currency): PayoutObservation | undefined {
  const payout = objectOf(objectOf(json).payout);
  const providerPayoutId = readText(payout.payoutId);
  if (providerPayoutId === null) return undefined;
  const providerStatus = readText(payout.status) ?? "PENDING";
  return {
    providerPayoutId,
    status: payoutStatusOf(providerStatus),
    providerStatus,
    amount: readMoney(payout.amount, currency) ?? null,
    reference: readText(payout.extPayoutId),
  };
}
