import { canonicalJson, isObject } from "../core/json-body";
import { invalid, refusal } from "./errors";
import { Fields } from "./fields";
import type { Order } from "./model";

export interface RefundRequest {
  description: string;
  /** Undefined asks for all that is left. */
  amountMinor: number | undefined;
  extRefundId: string | null;
  /** Whose money goes back; undefined leaves it to the carts. */
  seller: string | undefined;
  /** Two requests with the same one ask for the same refund. */
  fingerprint: string;
}

export function readRefundRequest(body: unknown, order: Order): RefundRequest {
  const raw = isObject(body) ? body.refund : undefined;
  if (!isObject(raw)) throw refusal("refundSectionMissing", "refund is required");
  const refund = Fields.of(body).requiredObject("refund");
  const currency = refund.text("currencyCode");
  if (currency !== undefined && currency !== order.currency) {
    throw invalid("refund.currencyCode", "is not the order's");
  }
  refund.oneOf("type", ["REFUND_PAYMENT_STANDARD", "FAST"]);
  const amountMinor = refund.digits("amount");
  const seller = refund.text("extCustomerId", 1024);
  return {
    description: refund.requiredText("description", 4000),
    amountMinor,
    extRefundId: refund.text("extRefundId", 1024) ?? null,
    seller,
    // An amount means the same as a text and as a number.
    fingerprint: canonicalJson({ ...raw, amount: amountMinor }),
  };
}
