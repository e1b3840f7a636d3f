import type { UnitOfWork } from "../../database/database";
import { refuse, type UserErrorFact } from "../../domain/errors";
import type { PaymentId } from "../../domain/ids";
import { formatAmount, type Money, parseAmount } from "../../domain/money";
import { whyNot } from "../../domain/payment-actions";
import type { ObservationSource, RefundObservation } from "../../domain/payment-observation";
import { judgeMove } from "../../domain/payment-status";
import { mayRefundBecome, openRefundStatuses, type RefundStatus } from "../../domain/refund-status";
import { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { RefundEntity } from "../../entities/refund.entity";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import { nextCheckAt } from "../../operations/schedule";
import type { Outcome, RefundOperations } from "../../providers/provider";
import { keepWithin } from "../keep-within";
import { applyRefundToOrder } from "../order/apply-order";
import { refusalOf } from "../refusal-of-provider";
import { applyChange, changeSilently } from "./apply-observation";
import { type PaymentDependencies, readPayment } from "./create-payment";
import {
  availabilityOf,
  capturedMinor,
  mayRefundSql,
  refundableMinor,
} from "./payment-availability";
import { refundEvent } from "./refund-events";

export interface RefundArgs {
  readonly paymentId: PaymentId;
  /** In major units as exact text; absent refunds all that is left. */
  readonly amount?: string;
  readonly reason?: string;
}

/** A refund being made. */
export interface RefundInMaking {
  payment: PaymentEntity;
  refund: RefundEntity;
  readonly account: ProviderAccountEntity;
}

/** Gives money back to the payer. The amount is reserved in the claim, so that refunds never sum to more than was taken. */
export function refundPaymentKind(
  deps: PaymentDependencies,
): OperationKind<RefundArgs, RefundInMaking, RefundObservation | null> {
  return {
    name: "refundPayment",
    plan: (args, operationId) => plan(deps, args, operationId),
    explainConflict: (args) => explainConflict(deps, args),
    async load(operation) {
      const refund = await readRefund(deps, operation.subjectId);
      const payment = await readPayment(deps, refund.paymentId);
      return { payment, refund, account: await deps.accounts.byId(payment.accountId) };
    },
    // No look-up before sending again: providers list refunds without our key, so that two equal ones could
    // not be told apart. Sending under the same key is what tells.
    send: (state) => sendRefund(deps, state),
    settle: (unit, state, outcome) => settle(deps, unit, state, outcome),
  };
}

/** Asks the provider for a refund. The refund's own id is the key: providers that show it show whose it is. */
export async function sendRefund(
  deps: PaymentDependencies,
  { payment, refund, account }: RefundInMaking,
): Promise<Outcome<RefundObservation | null>> {
  const providerPaymentId = await providerIdOf(deps, payment);
  return deps.accounts.call(account, (credentials) =>
    refundsOf(deps, payment).create(
      {
        providerPaymentId,
        amount: { minor: refund.amountMinor, currency: refund.currency },
        // The claim found all of it free, so nothing had been given back before. What is seen to be given back
        // since can be this refund itself: a repetition must say the same as the first request did.
        isWhole: refund.amountMinor === capturedMinor(payment),
      },
      { credentials, idempotencyKey: refund.id },
    ),
  );
}

/** What the provider knows the payment by; for a cart of an order that it keeps as one, the order's id. */
async function providerIdOf(deps: PaymentDependencies, payment: PaymentEntity): Promise<string> {
  if (payment.providerPaymentId !== null) return payment.providerPaymentId;
  const rows = await deps.database.read(
    "SELECT provider_order_id FROM marketplace_order WHERE id = ?",
    [payment.orderId],
    { byKey: true },
  );
  return String(rows[0]?.provider_order_id ?? "");
}

/** A refund that is about to be asked for. */
export function newRefund(
  { clock, ids }: Pick<PaymentDependencies, "clock" | "ids">,
  payment: PaymentEntity,
  operationId: RefundEntity["operationId"],
  amountMinor: bigint,
  reason: string | null,
): RefundEntity {
  const now = clock.now();
  return {
    id: ids.next("Refund"),
    marketplaceId: payment.marketplaceId,
    sellerId: payment.sellerId,
    paymentId: payment.id,
    operationId,
    status: "PROCESSING",
    providerRefundId: null,
    currency: payment.currency,
    amountMinor,
    reason,
    createdAt: now,
    updatedAt: now,
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
}

async function plan(
  deps: PaymentDependencies,
  args: RefundArgs,
  operationId: RefundEntity["operationId"],
): Promise<Intent<RefundInMaking>> {
  const payment = await readPayment(deps, args.paymentId);
  const account = await deps.accounts.byId(payment.accountId);
  const obstacle = obstacleTo(deps, payment, account, args);
  if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);

  await keepWithin(deps.limits.refundsOfSeller, payment.sellerId, "refunds of this seller");
  const amount = amountOf(payment, args);
  const refund = newRefund(deps, payment, operationId, amount.minor, args.reason ?? null);
  return {
    sellerId: payment.sellerId,
    subjectId: refund.id,
    state: { payment, refund, account },
    command: null,
    write: (unit) => {
      unit.change(reservation(payment.id, amount.minor));
      unit.change(deps.database.table(RefundEntity).insert(refund));
      deps.events.append(unit, refundEvent(refund, "REFUND_CREATED", null, "API"));
    },
  };
}

/** Reserves the amount, if it is still free: one statement, so that 20 at once cannot pass together. */
function reservation(paymentId: PaymentId, minor: bigint) {
  return {
    sql: `UPDATE payment SET refund_reserved_minor = refund_reserved_minor + ?
          WHERE id = ? AND ${mayRefundSql("?")}`,
    values: [minor, paymentId, minor],
    expectRows: 1,
  };
}

async function explainConflict(
  deps: PaymentDependencies,
  args: RefundArgs,
): Promise<UserErrorFact> {
  const payment = await readPayment(deps, args.paymentId);
  const account = await deps.accounts.byId(payment.accountId);
  return (
    obstacleTo(deps, payment, account, args) ?? {
      code: "REFUND_EXCEEDS_REMAINING",
      message: "another refund of this payment was faster",
      path: ["input", "amount"],
    }
  );
}

function obstacleTo(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  account: ProviderAccountEntity,
  args: RefundArgs,
): UserErrorFact | undefined {
  // A cart's refunds are its own, whatever has become of its order.
  const obstacle = whyNot("REFUND", availabilityOf(deps, payment, account, null));
  if (obstacle !== undefined) return { ...obstacle, path: ["input", "paymentId"] };
  const left = refundableMinor(payment);
  if (amountOf(payment, args).minor <= left) return undefined;
  const text = formatAmount({ minor: left, currency: payment.currency });
  return {
    code: "REFUND_EXCEEDS_REMAINING",
    message: `${text} ${payment.currency} of this payment are left to refund`,
    path: ["input", "amount"],
  };
}

async function settle(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  state: RefundInMaking,
  outcome: Outcome<RefundObservation | null>,
): Promise<Settlement> {
  const { refund } = state;
  switch (outcome.kind) {
    case "accepted": {
      // A repeated request is answered without the refund; being accepted is what counts.
      const seen = outcome.value;
      const status = seen === null ? "COMPLETED" : (seen.status ?? "PENDING");
      await settleRefund(deps, unit, state, status, seen?.providerRefundId ?? null);
      return { finished: true, refusal: null };
    }
    case "refused":
      await settleRefund(deps, unit, state, "FAILED", null);
      return { finished: true, refusal: [refusalOf(state.payment, outcome.refusal)] };
    case "unknown":
      if (refund.status === "PROCESSING") await settleRefund(deps, unit, state, "UNKNOWN", null);
      return { finished: false };
  }
}

/**
 * Moves a refund and, with it, what is left of its payment. The payment's row is read under its lock, since
 * several refunds of one payment may end at the same moment.
 */
export async function settleRefund(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  state: { payment: PaymentEntity; refund: RefundEntity },
  status: RefundStatus,
  providerRefundId: string | null,
  source: ObservationSource = "API",
): Promise<void> {
  const payments = deps.database.table(PaymentEntity);
  const refunds = deps.database.table(RefundEntity);
  const rows = await unit.read("SELECT * FROM payment WHERE id = ?", [state.payment.id], {
    lock: true,
  });
  const current = await unit.read("SELECT * FROM refund WHERE id = ?", [state.refund.id], {
    lock: true,
  });
  if (rows[0] === undefined || current[0] === undefined) throw new Error("the refund is gone");
  const payment = payments.fromRow(rows[0]);
  const refund = refunds.fromRow(current[0]);
  state.payment = payment;
  state.refund = refund;
  if (!mayRefundBecome(refund.status, status)) return;

  const now = deps.clock.now();
  const changes: Partial<RefundEntity> = {
    status,
    providerRefundId: providerRefundId ?? refund.providerRefundId,
    updatedAt: now,
    // Accepted and not ended: the provider tells of the end, and is asked in case that gets lost.
    dueAt: status === "PENDING" ? nextCheckAt(now, 0, deps.random) : null,
    version: refund.version + 1,
  };
  unit.change(refunds.update(changes, { id: refund.id, version: refund.version }, 1));
  state.refund = Object.assign(new RefundEntity(), refund, changes);

  if (!openRefundStatuses.includes(status)) {
    state.payment = await releaseReservation(deps, unit, payment, state.refund, source);
  }
  const type = "REFUND_STATUS_CHANGED";
  deps.events.append(unit, refundEvent(state.refund, type, refund.status, source));
}

/** The refund has ended: its amount is given back, or free again. */
async function releaseReservation(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  refund: RefundEntity,
  source: ObservationSource,
): Promise<PaymentEntity> {
  const refundReservedMinor = payment.refundReservedMinor - refund.amountMinor;
  if (refund.status !== "COMPLETED") {
    return changeSilently(deps, unit, payment, { refundReservedMinor });
  }
  const sums = await unit.read(
    "SELECT COALESCE(SUM(amount_minor), 0) AS total FROM refund WHERE payment_id = ? AND status = 'COMPLETED'",
    [payment.id],
  );
  // A look-up may have counted this refund already; refunds only ever add up.
  const total = BigInt(sums[0]?.total ?? 0);
  const refundedMinor = total > payment.refundedMinor ? total : payment.refundedMinor;
  // Refunds made at the provider meanwhile are no rows of ours yet. Only the provider knows what all of them
  // come to, and whether this one was counted among them.
  const isClear = [total, total - refund.amountMinor].includes(payment.refundedMinor);
  const look = isClear || payment.providerPaymentId === null ? {} : { dueAt: deps.clock.now() };
  if (refundedMinor === payment.refundedMinor) {
    return changeSilently(deps, unit, payment, { refundReservedMinor, ...look });
  }
  const target = refundedMinor >= capturedMinor(payment) ? "REFUNDED" : "PARTIALLY_REFUNDED";
  const mayMove = judgeMove(payment.status, target, false) === "ALLOWED";
  const changed = applyChange(deps, unit, payment, source, {
    refundReservedMinor,
    refundedMinor,
    // A payment that was charged back meanwhile stays so; its figures still follow the facts.
    status: mayMove ? target : payment.status,
  });
  const refunded = isClear ? changed : changeSilently(deps, unit, changed, look);
  if (payment.orderId !== null) await applyRefundToOrder(deps, unit, payment.orderId, source);
  return refunded;
}

async function readRefund(deps: PaymentDependencies, id: string): Promise<RefundEntity> {
  const rows = await deps.database.read("SELECT * FROM refund WHERE id = ?", [id]);
  if (rows[0] === undefined) throw new Error(`refund ${id} is gone`);
  return deps.database.table(RefundEntity).fromRow(rows[0]);
}

function refundsOf(deps: PaymentDependencies, payment: PaymentEntity): RefundOperations {
  const operations = deps.registry.get(payment.provider)?.refunds;
  if (operations === undefined) throw new Error(`${payment.provider} takes no refunds here`);
  return operations;
}

/** The amount was checked for shape when the arguments were read. */
function amountOf(payment: PaymentEntity, args: RefundArgs): Money {
  if (args.amount === undefined) {
    return { minor: refundableMinor(payment), currency: payment.currency };
  }
  const amount = parseAmount(args.amount, payment.currency);
  if (typeof amount === "string") throw new TypeError(`an unchecked amount: ${amount}`);
  return amount;
}
