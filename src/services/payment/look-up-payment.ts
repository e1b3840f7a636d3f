import { providerActor } from "../../domain/actor";
import type { UserErrorFact } from "../../domain/errors";
import type { ObservationSource, PaymentObservation } from "../../domain/payment-observation";
import type { PaymentEntity } from "../../entities/payment.entity";
import { actAs } from "../../logging/work";
import { nextCheckAt } from "../../operations/schedule";
import type { Outcome } from "../../providers/provider";
import { isAnswered } from "../shared/is-answered";
import { writeOptimistically } from "../shared/optimistic-write";
import { applyObservation } from "./apply-observation";
import { operationsOf, type PaymentDependencies } from "./create-payment";
import { isOverdue, paymentRows } from "./payment-rows";
import { reconcileRefunds } from "./reconcile-refunds";
import { listRefunds } from "./send-refund";

/**
 * Asks the provider about a payment and applies the answer. Answers false when it gave none.
 * `payment` need not be fresh. `namedId`: its id at the provider as a notification named it, for a payment whose
 * own answer has not come.
 */
export async function lookUpPayment(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  source: ObservationSource,
  namedId: string | null = null,
): Promise<boolean> {
  const outcome = await ask(deps, payment, payment.providerPaymentId ?? namedId);
  if (outcome.kind !== "accepted" || outcome.value === null) {
    return planCheck(deps, payment, payment.attempts);
  }
  await applyWithRefunds(deps, payment, outcome.value, source);
  return true;
}

/**
 * Asks the provider once more about a payment that has ended, and applies the answer. Answers false when the provider
 * gave none: the payment has no schedule of its own, and whoever asked has to come again.
 */
export async function followUpPayment(
  deps: PaymentDependencies,
  payment: PaymentEntity,
): Promise<boolean> {
  const outcome = await ask(deps, payment, payment.providerPaymentId);
  if (outcome.kind === "accepted" && outcome.value !== null) {
    await applyWithRefunds(deps, payment, outcome.value, "SCHEDULE");
  }
  return isAnswered(outcome);
}

async function ask(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  providerPaymentId: string | null,
): Promise<Outcome<PaymentObservation | null>> {
  const account = await deps.accounts.byId(payment.accountId);
  const operations = operationsOf(deps, payment);
  return deps.accounts.call(account, (credentials) =>
    providerPaymentId === null
      ? operations.findByReference(payment.id, { credentials })
      : operations.get(providerPaymentId, { credentials }),
  );
}

async function applyWithRefunds(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  seen: PaymentObservation,
  source: ObservationSource,
): Promise<void> {
  await actAs(providerActor(payment.provider), async () => {
    const isRefundHidden = await applySeen(deps, payment, seen, source);
    if (isRefundHidden) await lookUpRefunds(deps, payment);
  });
}

/**
 * Applies an observation that was just read from the provider. Answers whether it leaves out a refund whose end is
 * awaited.
 */
export async function applySeen(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  seen: PaymentObservation,
  source: ObservationSource,
): Promise<boolean> {
  let isRefundHidden = false;
  const { providerPaymentId } = seen;
  await paymentRows.writeSeen(deps, payment, providerPaymentId, async (unit, current, holder) => {
    const { verdict, row } = applyObservation(deps, unit, current, seen, source, {}, holder);
    const isBelieved = verdict.kind === "apply" || verdict.kind === "same";
    isRefundHidden = isBelieved && (await reconcileRefunds(deps, unit, row, seen.refunds));
    const { orderId } = current;
    if (orderId === null) return;
    if (verdict.kind === "apply") await deps.onCartChanged(unit, row, orderId, source);
    else if (isOverdue(row, deps.clock.now())) deps.onCartOverdue(unit, orderId);
  });
  return isRefundHidden;
}

/**
 * The provider said no to what we took to be possible: it is asked at once, so that the caller is shown what is true.
 * Where the look shows nothing new it may lag behind, and is repeated soon.
 */
export async function lookAfterRefusal(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  refusals: readonly UserErrorFact[],
): Promise<PaymentEntity> {
  const wasAsked = refusals.some(({ code }) => code !== "PROVIDER_UNAVAILABLE");
  if (!wasAsked || payment.providerPaymentId === null) return payment;
  if (!(await lookUpPayment(deps, payment, "LOOKUP"))) return paymentRows.read(deps, payment.id);
  const now = await paymentRows.read(deps, payment.id);
  if (now.version === payment.version) await planCheck(deps, now, 0);
  return now;
}

/** What the payment itself does not show of its refunds, the list of them does. */
async function lookUpRefunds(deps: PaymentDependencies, payment: PaymentEntity): Promise<void> {
  const current = await paymentRows.read(deps, payment.id);
  const account = await deps.accounts.byId(current.accountId);
  const listed = await listRefunds(deps, { payment: current, account });
  if (listed.kind !== "accepted") return;
  await writeOptimistically(
    deps.database,
    current,
    () => paymentRows.read(deps, payment.id),
    async (unit, now) => {
      await reconcileRefunds(deps, unit, now, listed.value);
    },
  );
}

/** Asks again soon. Answers false, as look-ups without an answer do. */
function planCheck(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  attempts: number,
): Promise<false> {
  const dueAt = nextCheckAt(deps.clock.now(), attempts, deps.random);
  return paymentRows.postpone(deps, payment, { dueAt });
}
