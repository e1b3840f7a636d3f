import type { Currency, Money } from "../../domain/money";
import type { RefundObservation } from "../../domain/payment-observation";
import type { Answer } from "../answer";
import { isObject } from "../json";
import type { EffectCall, Outcome, ReadCall, RefundOperations } from "../provider";
import { amountLiteral, toJson } from "./amounts";
import type { MercadoPagoClient } from "./client";
import { amountRefusal } from "./payment-request";
import { readId, readRefund } from "./wire";

interface RefundCommand {
  readonly providerPaymentId: string;
  readonly amount: Money;
  readonly isWhole: boolean;
}

/** Refunds (docs, refunds reference). */
export class MercadoPagoRefunds implements RefundOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  /** POST /v1/payments/{id}/refunds. A body without an amount refunds the whole payment. */
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
        body: command.isWhole ? "{}" : toJson({ amount: amountLiteral(command.amount) }),
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
    const answer = await this.client.get("listRefunds", refundsPath(providerPaymentId), call);
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

/** A repeated request answers 200 with nothing in it: done before, under the same key (measured). */
function readCreated(answer: Answer, command: RefundCommand): Outcome<RefundObservation | null> {
  const { json, isEmpty } = answer;
  if (isEmpty) return { kind: "accepted", value: null };
  const refund = readRefund(json, command.amount.currency);
  if (refund === undefined) return answer.unreadable("the answer is no readable refund");
  const paymentId = isObject(json) ? readId(json.payment_id) : null;
  if (paymentId !== null && paymentId !== command.providerPaymentId) {
    return answer.unreadable("the answer is about another payment");
  }
  if (refund.amount.minor !== command.amount.minor) {
    return answer.unreadable("the answer is about a refund of another amount");
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
  return { kind: "accepted", value: refunds };
}
