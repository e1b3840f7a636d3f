import type { Card, Payment, PaymentStatus } from "../model";
import { openPayment } from "../moves";
import {
  findPaymentMethod,
  isCard,
  type PaymentMethod,
  paymentMethodsOf,
} from "../payment-methods";
import type { SiteId } from "../sites";
import { defaultCardNumber } from "../test-cards";
import type { World } from "../world";
import type { InPersonOrder } from "./model";

const day = 24 * 60 * 60 * 1000;

/** How a card or a phone comes out of it: what Orders calls it, and what the payment says. */
interface Outcome {
  status: PaymentStatus;
  detail: string;
}

/**
 * The ends that a card can meet, in the words of Orders. Choice: which detail of a payment each of them is;
 * the documents list both without joining them. `processing_error` makes no payment.
 */
const outcomes: Record<string, Outcome> = {
  accredited: { status: "approved", detail: "accredited" },
  in_review: { status: "in_process", detail: "pending_review_manual" },
  rejected_by_issuer: rejected("cc_rejected_other_reason"),
  rejected_other_reason: rejected("cc_rejected_other_reason"),
  insufficient_amount: rejected("cc_rejected_insufficient_amount"),
  bad_filled_card_data: rejected("cc_rejected_bad_filled_other"),
  high_risk: rejected("cc_rejected_high_risk"),
  required_call_for_authorize: rejected("cc_rejected_call_for_authorize"),
  max_attempts_exceeded: rejected("cc_rejected_max_attempts"),
  card_disabled: rejected("cc_rejected_card_disabled"),
  amount_limit_exceeded: rejected("cc_amount_rate_limit_exceeded"),
  invalid_installments: rejected("cc_rejected_invalid_installments"),
};

export const outcomeNames = [...Object.keys(outcomes), "processing_error"];

function rejected(detail: string): Outcome {
  return { status: "rejected", detail };
}

export function isApproval(outcome: string): boolean {
  return outcomes[outcome]?.status === "approved";
}

/** Choice: a card whose number nobody typed has the first digits of the site's test card of its kind. */
const numbers: Record<string, string> = {
  master: "5031755734530604",
  amex: "371180303257522",
  debvisa: "4189141221267633",
  debmaster: "5579053461482647",
  elo: "5067766783888311",
  debelo: "5067766783888311",
};

/** The method that pays: the one asked for, or the first of the site that suits the order. */
export function methodFor(
  siteId: SiteId,
  methodId: string | null,
  type: string | undefined,
): PaymentMethod | undefined {
  if (methodId !== null) return findPaymentMethod(siteId, methodId);
  return paymentMethodsOf(siteId).find((method) => method.type === (type ?? "credit_card"));
}

export interface Charge {
  outcome: string;
  method: PaymentMethod;
  amountMinor: number;
  installments: number;
}

/**
 * Makes the payment behind an order, like any other: with its entry in the ledger, refundable, announced.
 * Choice: a tip is part of the payment's amount. Undefined for an end without a payment.
 */
export function chargeOrder(
  world: World,
  order: InPersonOrder,
  { outcome, method, amountMinor, installments }: Charge,
): Payment | undefined {
  const end = outcomes[outcome];
  if (end === undefined) return undefined;
  const now = world.clock.now();
  const { request } = order;
  const notificationUrl = request.notification_url;
  const payment: Payment = {
    id: world.newId(),
    account: order.account,
    clientId: order.clientId,
    siteId: order.siteId,
    status: end.status,
    statusDetail: end.detail,
    methodId: method.id,
    methodType: method.type,
    amountMinor,
    applicationFeeMinor: 0,
    providerFeeMinor: 0,
    providerFeeReturnedMinor: 0,
    applicationFeeReturnedMinor: 0,
    chargedBackMinor: 0,
    captured: true,
    card: isCard(method) ? cardFor(order.siteId, method.id) : null,
    refunds: [],
    createdAt: now,
    updatedAt: now,
    approvedAt: null,
    expiresAt: now + 30 * day,
    version: 0,
    externalReference: order.externalReference,
    metadata: {},
    idempotencyKey: null,
    deviceId: null,
    request: {
      installments,
      description: order.description ?? undefined,
      notification_url: typeof notificationUrl === "string" ? notificationUrl : undefined,
      sponsor_id: sponsorOf(order),
      payer: { email: payerEmailOf(order) },
      // Choice: where the payment came from is told as the newest documents name the products.
      point_of_interaction: { type: order.type === "point" ? "POINT" : "INSTORE" },
    },
  };
  openPayment(world, payment);
  return payment;
}

function cardFor(siteId: SiteId, methodId: string): Card {
  const number = numbers[methodId] ?? defaultCardNumber(siteId);
  return {
    firstSix: number.slice(0, 6),
    lastFour: number.slice(-4),
    length: number.length,
    expirationMonth: 11,
    expirationYear: 2035,
    holder: "",
    identification: { type: null, number: null },
    methodId,
  };
}

function sponsorOf({ request }: InPersonOrder): number | undefined {
  const { sponsor_id, sponsor, integration_data } = request as {
    sponsor_id?: unknown;
    sponsor?: { id?: unknown };
    integration_data?: { sponsor?: { id?: unknown } };
  };
  const id = Number(sponsor_id ?? sponsor?.id ?? integration_data?.sponsor?.id);
  return Number.isNaN(id) ? undefined : id;
}

function payerEmailOf({ request }: InPersonOrder): string {
  return typeof request.payer_email === "string" ? request.payer_email : "in-person@testuser.com";
}
