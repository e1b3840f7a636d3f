import { refuse, type UserErrorFact } from "../../domain/errors";
import type { PaymentId } from "../../domain/ids";
import { formatAmount, type Money, parseAmount } from "../../domain/money";
import { whyNot } from "../../domain/payment-actions";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind } from "../../operations/operation-kind";
import { countWithinLimit } from "../shared/rate-limit";
import { type PaymentDependencies } from "./create-payment";
import { availabilityOf, mayRefundSql, refundableMinor } from "./payment-availability";
import { paymentRows } from "./payment-rows";
import { refundRows } from "./refund-rows";
import { type RefundAnswer, type RefundInMaking, sendRefund } from "./send-refund";
import { settleAnswer } from "./settle-refund";

export interface RefundArgs {
  readonly paymentId: PaymentId;
  /** In major units as exact text; absent refunds all that is left. */
  readonly amount?: string;
  readonly reason?: string;
}

/** Gives money back to the payer. The amount is reserved in the claim, so that refunds never sum to more than was taken. */
export function refundPaymentKind(
  deps: PaymentDependencies,
): OperationKind<RefundArgs, RefundInMaking, RefundAnswer> {
  return {
    name: "refundPayment",
    commandForms: noCommand,
    plan: (args, operationId) => plan(deps, args, operationId),
    explainConflict: (args) => explainConflict(deps, args),
    async load(operation) {
      const refund = await refundRows.read(deps, operation.subjectId);
      const payment = await paymentRows.read(deps, refund.paymentId);
      const account = await deps.accounts.byId(payment.accountId);
      return { payment, refund, account, isResumed: true };
    },
    // Looks first by itself, where it was sent before.
    send: (making) => sendRefund(deps, making),
    settle: (unit, making, outcome) => settleAnswer(deps, unit, making, outcome),
  };
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
  const payment = await paymentRows.read(deps, args.paymentId);
  const account = await deps.accounts.byId(payment.accountId);
  const obstacle = obstacleTo(deps, payment, account, args);
  if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);

  await countWithinLimit(deps.limits.refundsOfSeller, payment.sellerId, "refunds of this seller");
  const amount = amountOf(payment, args);
  const refund = newRefund(deps, payment, operationId, amount.minor, args.reason ?? null);
  return {
    sellerId: payment.sellerId,
    subjectId: refund.id,
    state: { payment, refund, account, isResumed: false },
    command: {},
    write: (unit) => {
      unit.change(reservation(payment.id, amount.minor));
      refundRows.add(deps, unit, refund, "API");
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
  const payment = await paymentRows.read(deps, args.paymentId);
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

/** The amount was checked for shape when the arguments were read. */
function amountOf(payment: PaymentEntity, args: RefundArgs): Money {
  if (args.amount === undefined) {
    return { minor: refundableMinor(payment), currency: payment.currency };
  }
  const amount = parseAmount(args.amount, payment.currency);
  if (typeof amount === "string") throw new TypeError(`an unchecked amount: ${amount}`);
  return amount;
}
