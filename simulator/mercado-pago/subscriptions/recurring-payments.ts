import type { Card, Payment } from "../model";
import { openPayment } from "../moves";
import { findPaymentMethod } from "../payment-methods";
import { outcomeFor } from "../test-cards";
import type { World } from "../world";
import { dateOf } from "./calendar";
import type { Invoice, PayingMethod, PlannedOutcome, Preapproval } from "./model";

const month = 30 * 24 * 60 * 60 * 1000;

/** Takes the money of an invoice, or fails to: a payment like any other, that names its subscription. */
export function chargeInvoice(
  world: World,
  preapproval: Preapproval,
  invoice: Invoice,
  method: PayingMethod,
): Payment {
  const { repetitions, frequency, frequencyType, planId } = preapproval;
  return makePayment(world, preapproval, method, {
    kind: "recurring_payment",
    amountMinor: invoice.amountMinor,
    pointOfInteraction: {
      type: "SUBSCRIPTIONS",
      business_info: { unit: "online_payments", sub_unit: "recurring" },
      transaction_data: {
        subscription_id: preapproval.id,
        plan_id: planId,
        invoice_id: String(invoice.id),
        first_time_use: invoice.cycle === 0,
        user_present: false,
        billing_date: dateOf(invoice.createdAt),
        subscription_sequence: { number: invoice.cycle + 1, total: repetitions },
        invoice_period: {
          period: frequency,
          type: frequencyType === "months" ? "monthly" : "daily",
        },
      },
    },
  });
}

/** Asks the card's issuer without asking for money. The answer's reason stands in this payment and nowhere else. */
export function validateCard(
  world: World,
  preapproval: Preapproval,
  method: PayingMethod,
): Payment {
  return makePayment(world, preapproval, method, {
    kind: "card_validation",
    amountMinor: 0,
    pointOfInteraction: {
      type: "SUBSCRIPTIONS",
      transaction_data: { subscription_id: preapproval.id },
    },
  });
}

interface Wanted {
  kind: "recurring_payment" | "card_validation";
  amountMinor: number;
  pointOfInteraction: Record<string, unknown>;
}

function makePayment(
  world: World,
  preapproval: Preapproval,
  method: PayingMethod,
  wanted: Wanted,
): Payment {
  const now = world.clock.now();
  const kind = wanted.kind === "card_validation" ? "card_validation" : "charge";
  const result = takePlanned(world, preapproval, kind) ?? usualOutcome(method.card, kind);
  const payment: Payment = {
    id: world.newId(),
    account: preapproval.account,
    clientId: preapproval.clientId,
    siteId: preapproval.siteId,
    status: result.status,
    statusDetail: result.detail,
    methodId: method.methodId,
    methodType: findPaymentMethod(preapproval.siteId, method.methodId)?.type ?? "credit_card",
    amountMinor: wanted.amountMinor,
    applicationFeeMinor: 0,
    providerFeeMinor: 0,
    providerFeeReturnedMinor: 0,
    applicationFeeReturnedMinor: 0,
    chargedBackMinor: 0,
    captured: true,
    card: method.card,
    refunds: [],
    createdAt: now,
    updatedAt: now,
    approvedAt: null,
    expiresAt: now + month,
    version: 0,
    externalReference: preapproval.externalReference,
    metadata: { preapproval_id: preapproval.id },
    idempotencyKey: null,
    deviceId: preapproval.deviceId,
    recurring: wanted.kind,
    request: {
      description: preapproval.reason,
      payer: { id: preapproval.payerId, email: preapproval.payerEmail },
      installments: 1,
      point_of_interaction: wanted.pointOfInteraction,
    },
  };
  openPayment(world, payment);
  return payment;
}

type Outcome = { status: PlannedOutcome["status"]; detail: string };

/** Choice: a card that is to be reviewed passes the check, and its charges are the ones that are reviewed. */
function usualOutcome(card: Card | null, kind: PlannedOutcome["kind"]): Outcome {
  const outcome = outcomeFor(card?.holder ?? "");
  const passes = kind === "card_validation" && outcome.status === "in_process";
  return passes ? { status: "approved", detail: "accredited" } : outcome;
}

/** What a test has planned for this payer; the provider's own test cards cannot fail a charge that comes later. */
function takePlanned(
  world: World,
  preapproval: Preapproval,
  kind: PlannedOutcome["kind"],
): Outcome | undefined {
  const { subscriptions } = world;
  const planned = subscriptions.outcomes.find(
    (one) =>
      one.kind === kind &&
      (one.preapprovalId === null || one.preapprovalId === preapproval.id) &&
      (one.payerEmail === null || one.payerEmail === preapproval.payerEmail) &&
      (one.account === null || one.account === preapproval.account),
  );
  if (!planned) return undefined;
  if (planned.times !== null) planned.times -= 1;
  subscriptions.outcomes = subscriptions.outcomes.filter(({ times }) => times !== 0);
  return { status: planned.status, detail: planned.statusDetail };
}
