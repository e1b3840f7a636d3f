import { z } from "zod";
import type { UnitOfWork } from "../../database/database";
import { refuse } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import { type Money, parseAmount } from "../../domain/money";
import type { OrderStatus } from "../../domain/order-status";
import {
  type ActionObstacle,
  allows,
  type PaymentAction,
  whyNot,
} from "../../domain/payment-actions";
import type { PaymentObservation } from "../../domain/payment-observation";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { OperationEntity } from "../../entities/operation.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { idOf } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { EffectCall, Outcome } from "../../providers/provider";
import { refusalOf } from "../shared/refusal-of-provider";
import { applyObservation } from "./apply-observation";
import { operationsOf, type PaymentDependencies } from "./create-payment";
import { availabilityOf } from "./payment-availability";
import { paymentRows } from "./payment-rows";

const actionArgs = z.strictObject({
  paymentId: idOf("Payment"),
  /** For a capture: in major units as exact text; absent captures all. */
  amount: z.string().exactOptional(),
});
export type ActionArgs = z.output<typeof actionArgs>;

/** A payment with a capture or cancellation under way. */
export interface PaymentInAction {
  payment: PaymentEntity;
  readonly account: ProviderAccountEntity;
  readonly args: ActionArgs;
  readonly operationId: OperationId;
}

/** Takes held funds, whole or in part. */
export function capturePaymentKind(deps: PaymentDependencies) {
  return actionKind(deps, {
    name: "capturePayment",
    action: "CAPTURE",
    amountOf: readCaptureAmount,
    isDone: (seen) => seen.captured,
    send: ({ payment, args }, providerPaymentId, call) =>
      operationsOf(deps, payment).capture(
        providerPaymentId,
        args.amount === undefined ? null : readCaptureAmount(payment, args),
        call,
      ),
  });
}

/** Ends a payment before its money is taken. */
export function cancelPaymentKind(deps: PaymentDependencies) {
  return actionKind(deps, {
    name: "cancelPayment",
    action: "CANCEL",
    amountOf: () => null,
    isDone: (seen) => seen.status === "CANCELLED" || seen.status === "EXPIRED",
    send: ({ payment }, providerPaymentId, call) =>
      operationsOf(deps, payment).cancel(providerPaymentId, call),
  });
}

interface ActionShape {
  readonly name: string;
  readonly action: PaymentAction;
  /** The amount that the payment will be left with; null where it stays. */
  amountOf(payment: PaymentEntity, args: ActionArgs): Money | null;
  /** Whether a look-up shows the effect. */
  isDone(seen: PaymentObservation): boolean;
  send(
    state: PaymentInAction,
    providerPaymentId: string,
    call: EffectCall,
  ): Promise<Outcome<PaymentObservation>>;
}

/**
 * Captures and cancellations: both end an authorization, so that a payment has at most one of them open at a
 * time. The claim takes that place, and the end of the operation gives it back.
 */
function actionKind(
  deps: PaymentDependencies,
  shape: ActionShape,
): OperationKind<ActionArgs, PaymentInAction, PaymentObservation, ActionArgs> {
  return {
    name: shape.name,
    commandForms: [actionArgs],

    async plan(args, operationId): Promise<Intent<PaymentInAction, ActionArgs>> {
      const payment = await paymentRows.read(deps, args.paymentId);
      const account = await deps.accounts.byId(payment.accountId);
      const obstacle = await obstacleTo(deps, payment, account, shape.action);
      if (obstacle !== undefined) {
        throw refuse(obstacle.code, obstacle.message, ["input", "paymentId"]);
      }
      const captureMinor = shape.amountOf(payment, args)?.minor ?? payment.captureMinor;
      const opened = { ...payment, openActionId: operationId, captureMinor };
      return {
        sellerId: payment.sellerId,
        subjectId: payment.id,
        state: { payment: opened, account, args, operationId },
        command: args,
        write: (unit) => {
          const table = deps.database.table(PaymentEntity);
          const unchanged = { id: payment.id, version: payment.version, openActionId: null };
          unit.change(table.update({ openActionId: operationId, captureMinor }, unchanged, 1));
        },
      };
    },

    async explainConflict(args) {
      const payment = await paymentRows.read(deps, args.paymentId);
      const account = await deps.accounts.byId(payment.accountId);
      const reason = await obstacleTo(deps, payment, account, shape.action);
      return {
        code: reason?.code ?? "ACTION_IN_PROGRESS",
        message: reason?.message ?? "the payment changed at the same moment; try again",
        path: ["input", "paymentId"],
      };
    },

    load: (operation, args) => load(deps, operation, args),

    async lookUp({ payment, account }) {
      const seen = await deps.accounts.call(account, (credentials) =>
        operationsOf(deps, payment).get(providerIdOf(payment), { credentials }),
      );
      if (seen.kind !== "accepted" || seen.value === null) return seen;
      return shape.isDone(seen.value) ? seen : { kind: "accepted", value: null };
    },

    async send(state, idempotencyKey) {
      const outcome = await deps.accounts.call(state.account, (credentials) =>
        shape.send(state, providerIdOf(state.payment), { credentials, idempotencyKey }),
      );
      // A yes is believed where the payment shows the effect, or an end that leaves nothing to do.
      return outcome.kind === "accepted" && !shape.isDone(outcome.value) && isWaiting(outcome.value)
        ? { kind: "unknown", reason: "the payment does not show it yet" }
        : outcome;
    },

    settle: (unit, state, outcome) => settle(deps, unit, state, outcome),
  };
}

/** `args` null: they are lost, and nothing is sent. */
async function load(
  deps: PaymentDependencies,
  { id: operationId, subjectId }: OperationEntity,
  args: ActionArgs | null,
): Promise<PaymentInAction> {
  const payment = await paymentRows.read(deps, subjectId);
  const account = await deps.accounts.byId(payment.accountId);
  return { payment, account, args: args ?? { paymentId: payment.id }, operationId };
}

function settle(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  state: PaymentInAction,
  outcome: Outcome<PaymentObservation>,
): Settlement {
  const { payment } = state;
  switch (outcome.kind) {
    case "accepted": {
      const applied = applyObservation(deps, unit, payment, outcome.value, "API", {
        openActionId: null,
      });
      state.payment = applied.row;
      return { finished: true, refusal: null };
    }
    case "refused":
      state.payment = paymentRows.changeSilently(deps, unit, payment, {
        openActionId: null,
        captureMinor: payment.status === "AUTHORIZED" ? null : payment.captureMinor,
        // Whatever made the provider refuse is worth a look: the payment may have moved on there.
        dueAt: deps.clock.now(),
      });
      return { finished: true, refusal: [refusalOf(payment, outcome.refusal)] };
    case "unknown":
      return { finished: false };
  }
}

/** Whether the payment is still one that both actions end. A word of the provider's that we do not know ends nothing. */
function isWaiting({ status }: PaymentObservation): boolean {
  return status === null || allows(status, "CANCEL");
}

async function obstacleTo(
  deps: PaymentDependencies,
  payment: PaymentEntity,
  account: ProviderAccountEntity,
  action: PaymentAction,
): Promise<ActionObstacle | undefined> {
  const orderStatus = await orderStatusOf(deps, payment);
  return whyNot(action, availabilityOf(deps, payment, account, orderStatus));
}

/** The status of the order that a payment is a cart of; null where it is none. */
async function orderStatusOf(
  { database }: PaymentDependencies,
  { orderId }: PaymentEntity,
): Promise<OrderStatus | null> {
  if (orderId === null) return null;
  return (await database.table(MarketplaceOrderEntity).byId(database, orderId)).status;
}

/** @throws Refusal when the amount cannot be captured. */
function readCaptureAmount(payment: PaymentEntity, args: ActionArgs): Money {
  const whole = { minor: payment.amountMinor, currency: payment.currency };
  if (args.amount === undefined) return whole;
  const amount = parseAmount(args.amount, payment.currency);
  if (typeof amount === "string") throw new TypeError(`an unchecked amount: ${amount}`);
  if (amount.minor > whole.minor) {
    throw refuse(
      "CAPTURE_EXCEEDS_AUTHORIZATION",
      "more than the authorized amount cannot be captured",
      ["input", "amount"],
    );
  }
  return amount;
}

function providerIdOf(payment: PaymentEntity): string {
  if (payment.providerPaymentId === null) throw new Error(`${payment.id} has no provider id`);
  return payment.providerPaymentId;
}
