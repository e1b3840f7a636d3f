import type { SqlValue } from "../../database/statement";
import { marks } from "../../database/table";
import { notFound, refuse, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceOrderId, OperationId, RefundId, SellerId } from "../../domain/ids";
import { formatAmount, parseAmount } from "../../domain/money";
import { whyNotOrder } from "../../domain/order-actions";
import type { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { isOnItsWay } from "../payment/listed-refunds";
import { mayRefundSql, refundableMinor } from "../payment/payment-availability";
import { newRefund } from "../payment/refund-payment";
import { refundRows } from "../payment/refund-rows";
import { type RefundAnswer, type RefundInMaking, sendRefund } from "../payment/send-refund";
import { settleAnswer } from "../payment/settle-refund";
import { countWithinLimit } from "../shared/rate-limit";
import { orderFactsOf } from "./order-actions";
import { type OrderDependencies, readOrder, type WholeOrder } from "./order-rows";

export interface RefundOrderArgs {
  readonly orderId: MarketplaceOrderId;
  /** Absent: every seller's cart. */
  readonly sellerId?: SellerId;
  /** In major units as exact text; absent refunds all that is left. Only with a seller. */
  readonly amount?: string;
  readonly reason?: string;
}

/** The refunds of an order being made, one for each cart. */
export interface RefundsInMaking {
  readonly whole: WholeOrder;
  readonly parts: readonly RefundInMaking[];
}

/** What became of each cart's refund that was still open. */
type PartOutcomes = ReadonlyMap<RefundId, Outcome<RefundAnswer>>;

/**
 * Gives money back from one cart or all. Each cart's refund names its seller and is sent under a key of its own:
 * none is ever sent as a refund of the order, whose sellers the provider would choose. The amounts are reserved
 * in the claim, so that refunds never sum to more than a cart came to.
 */
export function refundOrderKind(
  deps: OrderDependencies,
): OperationKind<RefundOrderArgs, RefundsInMaking, PartOutcomes> {
  return {
    name: "refundMarketplaceOrder",
    commandForms: noCommand,
    plan: (args, operationId) => plan(deps, args, operationId),
    async explainConflict(args) {
      const whole = await readOrder(deps, args.orderId);
      return (
        obstacleTo(whole, args) ?? {
          code: "REFUND_EXCEEDS_REMAINING",
          message: "another refund of this order was faster",
          path: ["input", args.sellerId === undefined ? "orderId" : "amount"],
        }
      );
    },
    load: (operation) => load(deps, operation.subjectId as OperationId),

    async send({ parts }) {
      const open = parts.filter(({ refund }) => isOnItsWay(refund));
      const outcomes = await Promise.all(
        open.map(async (part) => [part.refund.id, await sendRefund(deps, part)] as const),
      );
      return { kind: "accepted", value: new Map(outcomes) };
    },

    async settle(unit, { parts }, outcome) {
      if (outcome.kind !== "accepted") return { finished: false };
      const refusals: UserErrorFact[] = [];
      let isOpen = false;
      for (const part of parts) {
        const result = outcome.value.get(part.refund.id);
        if (result === undefined) continue;
        const settlement = await settleAnswer(deps, unit, part, result);
        if (settlement.finished) refusals.push(...(settlement.refusal ?? []));
        else isOpen = true;
      }
      if (isOpen) return { finished: false };
      return { finished: true, refusal: refusals.length === 0 ? null : refusals };
    },
  };
}

async function plan(
  deps: OrderDependencies,
  args: RefundOrderArgs,
  operationId: OperationId,
): Promise<Intent<RefundsInMaking>> {
  const whole = await readOrder(deps, args.orderId);
  const obstacle = obstacleTo(whole, args);
  if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);
  const payments = targetsOf(whole, args);
  await Promise.all(
    payments.map(({ sellerId }) =>
      countWithinLimit(deps.limits.refundsOfSeller, sellerId, "refunds of this seller"),
    ),
  );
  const accounts = await deps.accounts.byIds(payments.map(({ accountId }) => accountId));
  const parts = payments.map((payment) => {
    const account = accounts.get(payment.accountId);
    if (account === undefined) throw new Error(`provider account ${payment.accountId} is gone`);
    const amountMinor = amountOf(payment, args);
    const reason = args.reason ?? null;
    const refund = newRefund(deps, payment, operationId, amountMinor, reason);
    return { payment, account, refund, isResumed: false };
  });
  return {
    sellerId: args.sellerId ?? null,
    // The refunds are what it makes; they are found by the operation.
    subjectId: operationId,
    state: { whole, parts },
    command: {},
    write: (unit) => {
      unit.change(reservationOf(parts));
      const refunds = parts.map(({ refund }) => refund);
      unit.change(deps.database.table(RefundEntity).insertAll(refunds));
      deps.events.appendAll(
        unit,
        refunds.map((refund) => refundRows.created(refund, "API")),
      );
    },
  };
}

/** Reserves all amounts, if all are still free: one statement, so that several at once cannot pass together. */
function reservationOf(parts: readonly RefundInMaking[]) {
  const amounts = `CASE id ${parts.map(() => "WHEN ? THEN ?").join(" ")} END`;
  const pairs = parts.flatMap(({ refund }): SqlValue[] => [refund.paymentId, refund.amountMinor]);
  return {
    sql: `UPDATE payment SET refund_reserved_minor = refund_reserved_minor + ${amounts}
          WHERE id IN (${marks(parts)}) AND ${mayRefundSql(amounts)}`,
    values: [...pairs, ...parts.map(({ refund }) => refund.paymentId), ...pairs],
    expectRows: parts.length,
  };
}

function obstacleTo(whole: WholeOrder, args: RefundOrderArgs): UserErrorFact | undefined {
  const obstacle = whyNotOrder("REFUND", orderFactsOf(whole));
  if (obstacle !== undefined) return { ...obstacle, path: ["input", "orderId"] };
  if (args.sellerId === undefined) return undefined;
  const [payment] = whole.payments.filter(({ sellerId }) => sellerId === args.sellerId);
  if (payment === undefined)
    throw notFound("cart of this seller in the order", ["input", "sellerId"]);
  const left = refundableMinor(payment);
  if (left > 0n && amountOf(payment, args) <= left) return undefined;
  const { currency } = payment;
  return {
    code: "REFUND_EXCEEDS_REMAINING",
    message: `${formatAmount({ minor: left, currency })} ${currency} of this seller's cart are left to refund`,
    path: ["input", args.amount === undefined ? "sellerId" : "amount"],
    expected: formatAmount({ minor: left, currency }),
    ...(args.amount === undefined ? {} : { given: args.amount }),
  };
}

function targetsOf({ payments }: WholeOrder, { sellerId }: RefundOrderArgs): PaymentEntity[] {
  return payments.filter(
    (payment) =>
      (sellerId === undefined || payment.sellerId === sellerId) && refundableMinor(payment) > 0n,
  );
}

function amountOf(payment: PaymentEntity, { amount }: RefundOrderArgs): bigint {
  if (amount === undefined) return refundableMinor(payment);
  const money = parseAmount(amount, payment.currency);
  if (typeof money === "string") throw new TypeError(`an unchecked amount: ${money}`);
  return money.minor;
}

async function load(deps: OrderDependencies, operationId: OperationId): Promise<RefundsInMaking> {
  const refunds = await refundsOfOperation(deps, operationId);
  const [first] = refunds;
  if (first === undefined) throw new Error(`the refunds of ${operationId} are gone`);
  const rows = await deps.database.read("SELECT order_id FROM payment WHERE id = ?", [
    first.paymentId,
  ]);
  const whole = await readOrder(deps, String(rows[0]?.order_id));
  const accounts = await deps.accounts.byIds(whole.payments.map(({ accountId }) => accountId));
  const parts = refunds.map((refund) => {
    const payment = whole.payments.find(({ id }) => id === refund.paymentId);
    const account = payment && accounts.get(payment.accountId);
    if (payment === undefined || account === undefined) throw new Error(`${refund.id} hangs loose`);
    return { payment, account, refund, isResumed: true };
  });
  return { whole, parts };
}

/** The refunds that one request made, in the order of the carts. */
export async function refundsOfOperation(
  { database }: Pick<OrderDependencies, "database">,
  operationId: OperationId,
): Promise<RefundEntity[]> {
  const rows = await database.read("SELECT * FROM refund WHERE operation_id = ? ORDER BY id", [
    operationId,
  ]);
  return rows.map((row) => database.table(RefundEntity).fromRow(row));
}
