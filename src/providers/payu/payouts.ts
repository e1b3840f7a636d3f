import type { Clock } from "../../domain/clock";
import type { Currency } from "../../domain/money";
import type { PayoutObservation } from "../../domain/payout-observation";
import { objectOf, readName, readText } from "../json";
import type { BalanceMovement, EffectCall, Outcome, PayoutOperations, ReadCall } from "../provider";
import { minorNumber, readMoney } from "./amounts";
import type { PayuBalances } from "./balances";
import { isSuccess, type PayuClient } from "./client";
import { payoutErrors, payoutExists } from "./errors";
import { failureOf } from "./failures";
import { payoutStatusOf, payoutStatusOfMovement } from "./statuses";
import { readEnvelope } from "./wire";

/** Movements of a payout, in PayU's words: its money leaves the balance, and comes back from the bank. */
type MovementType = "PAYOUT" | "RETURN";

const historyPage = 100;
/** Pages of history that are looked through for one payout. */
const historyPages = 10;
const aMinuteMs = 60_000;
const aDayMs = 24 * 60 * aMinuteMs;
/** How long PayU shows a payout by its id. */
const shownForMs = 14 * aDayMs;

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
      if (payout === undefined) return reply.unreadable("the answer is no readable payout");
      if (payout.reference !== null && payout.reference !== call.idempotencyKey) {
        return reply.unreadable("the answer is about another payout");
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

  /**
   * GET /api/v2_1/payouts/{id}, of the last two weeks only; of older ones the seller's history may tell. It also tells
   * that the bank has sent the money back, for which the payout itself has no word of its own.
   */
  async get(
    providerPayoutId: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>> {
    const shown = await this.#shown(providerPayoutId, currency, call);
    if (shown.kind !== "accepted") return shown;
    const { value: payout } = shown;
    if (payout === null) {
      const ageMs = this.clock.now().getTime() - since.getTime();
      // A younger one is not shown yet. What has been booked of it is not believed to be its end.
      if (ageMs < shownForMs) return { kind: "unknown", reason: "PayU does not show the payout" };
      return this.#inHistory(providerPayoutId, ["RETURN", "PAYOUT"], since, call);
    }
    if (payout.status !== "PAID" && payout.status !== "CANCELLED") return shown;
    const history = await this.#inHistory(providerPayoutId, ["RETURN"], since, call);
    return history.kind === "accepted" && history.value.status === "RETURNED" ? history : shown;
  }

  /** There is no look-up by extPayoutId; the seller's history has it among its details. */
  async findByReference(
    reference: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>> {
    const found = await this.#movement(
      "PAYOUT",
      (item) => item.reference === reference,
      since,
      call,
    );
    if (found.kind !== "accepted") return found;
    const id = found.value?.providerId ?? null;
    return id === null ? { kind: "accepted", value: null } : this.get(id, since, currency, call);
  }

  /** Null: PayU does not show it, which of an older one proves nothing. */
  async #shown(
    providerPayoutId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>> {
    const path = `/api/v2_1/payouts/${encodeURIComponent(providerPayoutId)}`;
    const answer = await this.client.get(call.credentials.shop, "getPayout", path);
    if (answer.kind === "refused") {
      // PayU's documents do not say how it answers for a payout that it does not show. Choice: any refusal in PayU's own
      // form counts as "not shown".
      const { providerCode, credentialsRefused, message } = answer.refusal;
      return providerCode === undefined || credentialsRefused === true
        ? { kind: "unknown", reason: message }
        : { kind: "accepted", value: null };
    }
    if (answer.kind !== "accepted") return answer;
    const payout = readPayout(answer.value.json, currency);
    if (payout === undefined) return answer.value.unreadable("the answer is no readable payout");
    return payout.providerPayoutId === providerPayoutId
      ? { kind: "accepted", value: payout }
      : answer.value.unreadable("the answer is about another payout");
  }

  /** The payout as its movement tells it: by the first of these types that there is one of. */
  async #inHistory(
    providerPayoutId: string,
    types: readonly MovementType[],
    since: Date,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation>> {
    for (const type of types) {
      const isOfIt = (item: BalanceMovement) => item.providerId === providerPayoutId;
      const found = await this.#movement(type, isOfIt, since, call);
      if (found.kind !== "accepted") return found;
      if (found.value === null) continue;
      const { amount, status, reference } = found.value;
      const minor = amount.minor < 0n ? -amount.minor : amount.minor;
      const value = {
        providerPayoutId,
        status: payoutStatusOfMovement(type, status),
        providerStatus: `${type} ${status}`,
        amount: { ...amount, minor },
        reference,
      };
      return { kind: "accepted", value };
    }
    return { kind: "unknown", reason: "the seller's history does not show the payout" };
  }

  /** The newest movement of a type that is meant; null: there is none. */
  async #movement(
    type: MovementType,
    isMeant: (item: BalanceMovement) => boolean,
    since: Date,
    call: ReadCall,
  ): Promise<Outcome<BalanceMovement | null>> {
    const query = {
      type,
      currency: null,
      from: new Date(since.getTime() - aMinuteMs),
      to: new Date(this.clock.now().getTime() + aDayMs),
      limit: historyPage,
    };
    for (let page = 0; page < historyPages; page++) {
      const seen = await this.balances.movements({ ...query, offset: page * historyPage }, call);
      if (seen.kind !== "accepted") return seen;
      const { items, total } = seen.value;
      const found = items.find((item) => item.type === type && isMeant(item));
      if (found !== undefined) return { kind: "accepted", value: found };
      if ((page + 1) * historyPage >= total) return { kind: "accepted", value: null };
    }
    return { kind: "unknown", reason: "the history is too long to be looked through" };
  }
}

function readPayout(json: unknown, currency: Currency): PayoutObservation | undefined {
  const payout = objectOf(objectOf(json).payout);
  const providerPayoutId = readName(payout.payoutId);
  if (providerPayoutId === null) return undefined;
  const providerStatus = readName(payout.status) ?? "PENDING";
  return {
    providerPayoutId,
    status: payoutStatusOf(providerStatus),
    providerStatus,
    amount: readMoney(payout.amount, currency) ?? null,
    reference: readText(payout.extPayoutId),
  };
}
