import type { PaymentId } from "../../domain/ids";
import type { RefundObservation } from "../../domain/payment-observation";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { RefundEntity } from "../../entities/refund.entity";
import { provenByRepetition } from "../../operations/repetition";
import type { Outcome, RefundOperations } from "../../providers/provider";
import type { PaymentDependencies } from "./create-payment";
import { findOwn, keyTrustMs, listLagMs } from "./listed-refunds";

/** A refund being made. */
export interface RefundInMaking {
  payment: PaymentEntity;
  refund: RefundEntity;
  readonly account: ProviderAccountEntity;
  /** Taken up again: an earlier attempt may have reached the provider. */
  readonly isResumed: boolean;
}

/** What the provider shows after it said yes: the refund, or all refunds of the payment, ours among them. */
export type RefundAnswer =
  | { readonly shown: RefundObservation }
  | { readonly listed: readonly RefundObservation[] };

/**
 * Asks the provider for a refund, under the refund's own id as the idempotency key. A repeated asking looks first:
 * the list is the truth, and a repetition's answer is often empty.
 */
export async function sendRefund(
  deps: PaymentDependencies,
  making: RefundInMaking,
): Promise<Outcome<RefundAnswer>> {
  return making.isResumed ? askAgain(deps, making) : shownBy(await ask(deps, making));
}

async function askAgain(
  deps: PaymentDependencies,
  making: RefundInMaking,
): Promise<Outcome<RefundAnswer>> {
  const { payment, refund } = making;
  const before = await listRefunds(deps, making);
  if (before.kind !== "accepted") return before;
  const found = { kind: "accepted", value: { listed: before.value } } as const;
  const rows = await readRefundsOf(deps, payment.id);
  const ageMs = ageOf(deps, refund);
  const own = findOwn(refund, rows, before.value, ageMs);
  if (own !== undefined && (own.reference === refund.id || ageMs >= keyTrustMs)) return found;

  const outcome = provenByRepetition(await ask(deps, making), ageMs < listLagMs);
  // "Not possible any more" is what a refund that was made before is told where its key is forgotten.
  if (outcome.kind === "refused" && own !== undefined) return found;
  if (outcome.kind !== "accepted" || outcome.value !== null) return shownBy(outcome);
  // Done before, under the same key (measured): which refund that is, the list tells.
  const after = await listRefunds(deps, making);
  return after.kind === "accepted" ? { kind: "accepted", value: { listed: after.value } } : after;
}

/** An empty yes to a first asking is no documented answer, and proves nothing: the repetition tells. */
function shownBy(outcome: Outcome<RefundObservation | null>): Outcome<RefundAnswer> {
  if (outcome.kind !== "accepted") return outcome;
  return outcome.value === null
    ? { kind: "unknown", reason: "the answer shows no refund" }
    : { kind: "accepted", value: { shown: outcome.value } };
}

/** All refunds of the payment, as the provider lists them. A list that cannot be had proves nothing. */
export async function listRefunds(
  deps: PaymentDependencies,
  { payment, account }: Pick<RefundInMaking, "payment" | "account">,
): Promise<Exclude<Outcome<readonly RefundObservation[]>, { kind: "refused" }>> {
  const providerPaymentId = await providerIdOf(deps, payment);
  const outcome = await deps.accounts.call(account, (credentials) =>
    refundsOf(deps, payment).list(providerPaymentId, payment.currency, { credentials }),
  );
  return outcome.kind === "refused"
    ? { kind: "unknown", reason: "the refunds cannot be listed" }
    : outcome;
}

/** The refunds of a payment that the gateway knows of. */
export async function readRefundsOf(
  { database }: Pick<PaymentDependencies, "database">,
  id: PaymentId,
): Promise<RefundEntity[]> {
  const rows = await database.read("SELECT * FROM refund WHERE payment_id = ?", [id]);
  return rows.map((row) => database.table(RefundEntity).fromRow(row));
}

async function ask(
  deps: PaymentDependencies,
  { payment, refund, account }: RefundInMaking,
): Promise<Outcome<RefundObservation | null>> {
  const providerPaymentId = await providerIdOf(deps, payment);
  const amount = { minor: refund.amountMinor, currency: refund.currency };
  return deps.accounts.call(account, (credentials) =>
    refundsOf(deps, payment).create(
      { providerPaymentId, amount },
      { credentials, idempotencyKey: refund.id },
    ),
  );
}

/** What the provider knows the payment by; for a cart of an order that it keeps as one, the order's id. */
async function providerIdOf(deps: PaymentDependencies, payment: PaymentEntity): Promise<string> {
  if (payment.providerPaymentId !== null) return payment.providerPaymentId;
  if (payment.orderId === null) return "";
  const { database } = deps;
  const order = await database.table(MarketplaceOrderEntity).byId(database, payment.orderId);
  return order.providerOrderId ?? "";
}

function refundsOf(deps: PaymentDependencies, payment: PaymentEntity): RefundOperations {
  const operations = deps.registry.get(payment.provider)?.refunds;
  if (operations === undefined) throw new Error(`${payment.provider} takes no refunds here`);
  return operations;
}

/** How long ago a refund was first asked for. */
export function ageOf({ clock }: PaymentDependencies, { createdAt }: RefundEntity): number {
  return clock.now().getTime() - createdAt.getTime();
}
