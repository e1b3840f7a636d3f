import type { Currency, Money } from "../../domain/money";
import type { RefundObservation } from "../../domain/payment-observation";
import type { Answer } from "../answer";
import { isObject } from "../json";
import type { EffectCall, Outcome, ReadCall, RefundOperations } from "../provider";
import { distinctRefunds } from "../refund-list";
import { amountLiteral, toJson } from "./amounts";
import type { MercadoPagoClient } from "./client";
import { amountRefusal } from "./payment-request";
import { readId, readRefund } from "./wire";

interface RefundCommand {
  readonly providerPaymentId: string;
  readonly amount: Money;
}

/** Without this header a refund in process is told as a 400 of no cause, while the refund goes on (docs, Pix refunds). */
const showInProcess = { "x-render-in-process-refunds": "true" };

/** Refunds (docs, refunds reference). */
export class MercadoPagoRefunds implements RefundOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  /**
   * POST /v1/payments/{id}/refunds. The amount is always named: a body without one gives back whatever is left at
   * that moment, which can be another sum than the one that was asked for.
   */
  async create(
    command: RefundCommand,
    call: EffectCall,
  ): Promise<Outcome<RefundObservation | null>> {
    const refusal = amountRefusal(command.amount, "amount");
    if (refusal !== undefined) return { kind: "refused", refusal };
    const answer = await this.client.send(
      {
        operation: "createRefund",
        method: "POST",
        path: refundsPath(command.providerPaymentId),
        body: toJson({ amount: amountLiteral(command.amount) }),
        headers: showInProcess,
      },
      call,
    );
    return answer.kind === "accepted" ? readCreated(answer.value, command) : answer;
  }

  /** GET /v1/payments/{id}/refunds */
  async list(
    providerPaymentId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<readonly RefundObservation[]>> {
    const path = refundsPath(providerPaymentId);
    const answer = await this.client.get("listRefunds", path, call, showInProcess);
    return answer.kind === "accepted" ? readAll(answer.value, currency) : answer;
  }

  /** 180 days after approval, 90 in Peru (docs, refunds). Accounts carry Mercado Pago's site or ISO code. */
  windowDays(country: string | null): number {
    return country === "MPE" || country === "PE" ? 90 : 180;
  }
}

function refundsPath(providerPaymentId: string): string {
  return `/v1/payments/${encodeURIComponent(providerPaymentId)}/refunds`;
}

/**
 * A repeated request answers 200 with nothing in it (measured), and so may anything on the way: the list tells. An
 * amount other than the one asked for is taken as it stands, since it is what the payer gets.
 */
function readCreated(answer: Answer, command: RefundCommand): Outcome<RefundObservation | null> {
  const { json, isEmpty } = answer;
  if (isEmpty) return { kind: "accepted", value: null };
  const refund = readRefund(json, command.amount.currency);
  if (refund === undefined) return answer.unreadable("the answer is no readable refund");
  const paymentId = isObject(json) ? readId(json.payment_id) : null;
  if (paymentId !== null && paymentId !== command.providerPaymentId) {
    return answer.unreadable("the answer is about another payment");
  }
  return { kind: "accepted", value: refund };
}

/** All or nothing: a refund left out would look as if it had never been made. */
function readAll(answer: Answer, currency: Currency): Outcome<readonly RefundObservation[]> {
  const { json } = answer;
  if (!Array.isArray(json)) return answer.unreadable("the answer is no list of refunds");
  const refunds: RefundObservation[] = [];
  for (const item of json) {
    const refund = readRefund(item, currency);
    if (refund === undefined) return answer.unreadable("a refund cannot be read");
    refunds.push(refund);
  }
  return { kind: "accepted", value: distinctRefunds(refunds) };
}
