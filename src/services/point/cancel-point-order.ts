import { z } from "zod";
import { refuse, type UserErrorFact } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import type { PointOrderEntity } from "../../entities/point-order.entity";
import { idOf } from "../../operations/command-form";
import type { OperationKind } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { refusalOf } from "../shared/refusal-of-provider";
import type { PointOrderAtAccount } from "./create-point-order";
import { operationsOf, seePointOrder, withPayment } from "./look-up-point-order";
import type { PointDependencies } from "./point-devices";
import {
  applyPointOrder,
  pointOrderRows,
  type SeenPointOrder,
  tellDevice,
} from "./point-order-rows";

const cancelArgs = z.strictObject({ orderId: idOf("PointOrder") });
export type CancelPointOrderArgs = z.output<typeof cancelArgs>;

const cancelCommand = z.strictObject({
  orderId: idOf("PointOrder"),
  /** Where it was before; it is there again when the provider refuses. */
  from: z.enum(["CREATED", "AT_DEVICE", "CANCEL_REQUESTED"]),
});
type CancelCommand = z.output<typeof cancelCommand>;

interface CancelInMaking extends PointOrderAtAccount {
  readonly from: CancelCommand["from"] | null;
  readonly operationId: OperationId;
}

/**
 * Asks for the end of an order that nobody has paid. It is CANCEL_REQUESTED from then on, and until it is known what
 * became of it: the payer may be tapping a card at this moment.
 */
export function cancelPointOrderKind(
  deps: PointDependencies,
): OperationKind<CancelPointOrderArgs, CancelInMaking, SeenPointOrder, CancelCommand> {
  return {
    name: "cancelPointOrder",
    commandForms: [cancelCommand],
    async plan({ orderId }, operationId) {
      const order = await pointOrderRows.read(deps, orderId);
      const account = await deps.accounts.byId(order.accountId);
      const obstacle = whyNotCancel(order);
      if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);
      const from = order.status as CancelCommand["from"];
      const state = { order, account, from, operationId };
      return {
        sellerId: order.sellerId,
        subjectId: order.id,
        state,
        command: { orderId, from },
        write: (unit) => {
          const openActionId = operationId;
          state.order =
            from === "CANCEL_REQUESTED"
              ? pointOrderRows.changeSilently(deps, unit, order, { openActionId })
              : pointOrderRows.change(deps, unit, order, "API", {
                  ...{ status: "CANCEL_REQUESTED", openActionId },
                });
        },
      };
    },
    explainConflict: async ({ orderId }) =>
      whyNotCancel(await pointOrderRows.read(deps, orderId)) ?? {
        ...{ code: "ACTION_IN_PROGRESS", path: ["input"] },
        message: "the order changed at the same moment; try again",
      },
    async load({ id: operationId, subjectId }, command) {
      const order = await pointOrderRows.read(deps, subjectId);
      const account = await deps.accounts.byId(order.accountId);
      return { order, account, from: command?.from ?? null, operationId };
    },
    async lookUp({ order, account }) {
      const outcome = await seePointOrder(deps, order, account);
      if (outcome.kind !== "accepted" || outcome.value === null) return outcome;
      return isStillOpen(outcome.value) ? { kind: "accepted", value: null } : outcome;
    },
    async send({ order, account }, idempotencyKey): Promise<Outcome<SeenPointOrder>> {
      const { providerOrderId, currency } = order;
      if (providerOrderId === null) throw new Error(`${order.id} has no provider id`);
      const outcome = await deps.accounts.call(account, (credentials) =>
        operationsOf(deps, order).cancelOrder(providerOrderId, currency, {
          ...{ credentials, idempotencyKey },
        }),
      );
      if (outcome.kind !== "accepted") return outcome;
      return withPayment(deps, order, account, outcome.value);
    },
    async settle(unit, state, outcome) {
      const { order, account, from, operationId } = state;
      const own = order.openActionId === operationId ? { openActionId: null } : {};
      switch (outcome.kind) {
        case "unknown":
          return { finished: false };
        case "accepted":
          state.order = applyPointOrder(
            ...([deps, unit, order, outcome.value, account, "API", own] as const),
          ).row;
          await tellDevice(deps, unit, state.order, "API");
          return { finished: true, refusal: null };
        case "refused": {
          const isBack =
            order.status === "CANCEL_REQUESTED" && from !== null && from !== order.status;
          // Whatever made the provider refuse is worth a look.
          const dueAt = deps.clock.now();
          state.order = isBack
            ? pointOrderRows.change(deps, unit, order, "API", { ...own, status: from, dueAt })
            : pointOrderRows.changeSilently(deps, unit, order, { ...own, dueAt });
          return { finished: true, refusal: [refusalOf(order, outcome.refusal)] };
        }
      }
    },
  };
}

function isStillOpen({ seen }: SeenPointOrder): boolean {
  return seen.status === "CREATED" || seen.status === "AT_DEVICE" || seen.status === null;
}

/** Why an order cannot be cancelled; undefined when it can. */
function whyNotCancel({ status, openActionId }: PointOrderEntity): UserErrorFact | undefined {
  const path = ["input"];
  const isOpen = status === "CREATED" || status === "AT_DEVICE" || status === "CANCEL_REQUESTED";
  if (!isOpen) {
    const message = `an order that is ${status} cannot be cancelled; it must be CREATED or AT_DEVICE`;
    return { code: "ACTION_NOT_AVAILABLE", message, path };
  }
  if (openActionId === null) return undefined;
  const message = "another cancellation of this order is under way";
  return { code: "ACTION_IN_PROGRESS", message, path };
}
