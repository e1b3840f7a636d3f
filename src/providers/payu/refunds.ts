import type { Currency } from "../../domain/money";
import type { RefundObservation } from "../../domain/payment-observation";
import { objectOf } from "../json";
import type { EffectCall, Outcome, ReadCall, RefundOperations } from "../provider";
import { minorText } from "./amounts";
import { isSuccess, type PayuClient } from "./client";
import { refundErrors } from "./errors";
import { failureOf } from "./failures";
import { orderPath } from "./orders";
import { readRefund, readRefunds } from "./wire";

/** Refunds. Every order of ours has carts: each refund names its seller, and is never a plain one. */
export class PayuRefunds implements RefundOperations {
  constructor(private readonly client: PayuClient) {}

  /**
   * POST …/refunds. The same extRefundId with the same data answers the refund that is there. An amount other than
   * the one asked for is taken as it stands, since it is what the payer gets.
   */
  async create(
    command: Parameters<RefundOperations["create"]>[0],
    call: EffectCall,
  ): Promise<Outcome<RefundObservation>> {
    const { shop, providerAccountId } = call.credentials;
    const { amount } = command;
    const reply = await this.client.ask(shop, () => ({
      operation: "createRefund",
      method: "POST",
      path: refundsPath(command.providerPaymentId),
      body: {
        refund: {
          description: "Refund",
          amount: minorText(amount),
          currencyCode: amount.currency,
          extRefundId: call.idempotencyKey,
          extCustomerId: providerAccountId,
        },
      },
    }));
    if (reply.kind !== "answer") return reply;
    if (!isSuccess(reply)) return failureOf(reply, refundErrors);
    const answered = objectOf(objectOf(reply.json).refund);
    // Marketplace answers come without amount and status: then it is what we asked for.
    const whole = { amount: minorText(amount), ...answered };
    const refund = readRefund(whole, amount.currency);
    if (refund === undefined) return reply.unreadable("the answer is no readable refund");
    if (refund.reference != null && refund.reference !== call.idempotencyKey) {
      return reply.unreadable("the answer is about another refund");
    }
    return { kind: "accepted", value: refund };
  }

  /** GET …/refunds */
  async list(
    providerPaymentId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<readonly RefundObservation[]>> {
    const { shop } = call.credentials;
    const answer = await this.client.find(shop, "listRefunds", refundsPath(providerPaymentId));
    if (answer.kind !== "accepted") return answer;
    // "Not found" for an order without refunds, whose list is documented both ways.
    if (answer.value === null) return { kind: "accepted", value: [] };
    const refunds = readRefunds(answer.value.json, currency);
    return refunds === undefined
      ? answer.value.unreadable("the answer is no list of refunds")
      : { kind: "accepted", value: refunds };
  }

  /**
   * No limit is published, only that there is one (TRANS_TOO_OLD). Choice: none of ours, since a guess would refuse
   * what PayU still takes, or promise what it does not.
   */
  windowDays(): null {
    return null;
  }
}

function refundsPath(providerPaymentId: string): string {
  return `${orderPath(providerPaymentId)}/refunds`;
}
