import { providerActor } from "../../domain/actor";
import type { ObservationSource, PaymentObservation } from "../../domain/payment-observation";
import { isCaptured } from "../../domain/payment-status";
import {
  deviceStatusUnder,
  type PointOrderObservation,
  pointOrderFollowed,
} from "../../domain/point-order";
import type { PointOrderEntity } from "../../entities/point-order.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { actAs } from "../../logging/work";
import type { InPersonOperations, Outcome, PaymentOperations } from "../../providers/provider";
import { pointDeviceRows } from "./point-device-rows";
import type { PointDependencies } from "./point-devices";
import {
  applyPointOrder,
  pointOrderRows,
  type SeenPointOrder,
  tellDevice,
  watchStepMs,
} from "./point-order-rows";

/** The provider's clock may be behind ours by this much. */
const clockSkewMs = 5 * 60_000;
/** The longest pause between looks at an open order, while the provider gives no answer or asks for fewer. */
const longestPauseMs = 30_000;

/**
 * Asks the provider about an order and applies the answer. Answers false when it gave none. `namedId`: its id at the
 * provider as a notification named it, for an order whose own answer has not come.
 */
export async function lookUpPointOrder(
  deps: PointDependencies,
  order: PointOrderEntity,
  source: ObservationSource,
  namedId: string | null = null,
): Promise<boolean> {
  const account = await deps.accounts.byId(order.accountId);
  const outcome = await seePointOrder(deps, order, account, namedId);
  if (outcome.kind === "accepted" && outcome.value !== null) {
    await applySeenPointOrder(deps, order, account, outcome.value, source);
    return true;
  }
  const isWatched = pointOrderFollowed[order.status] === "EVERY_SECOND";
  // No answer, or "too many requests": each further look waits twice as long.
  const pauseMs = Math.min(watchStepMs * 2 ** Math.min(order.attempts, 10), longestPauseMs);
  const dueAt = new Date(deps.clock.now().getTime() + pauseMs);
  return pointOrderRows.postpone(deps, order, isWatched ? { dueAt } : {});
}

/** An order as the provider shows it now; null where it shows none. */
export async function seePointOrder(
  deps: PointDependencies,
  order: PointOrderEntity,
  account: ProviderAccountEntity,
  namedId: string | null = null,
): Promise<Outcome<SeenPointOrder | null>> {
  const { currency } = order;
  const id = order.providerOrderId ?? namedId;
  const since = new Date(order.createdAt.getTime() - clockSkewMs);
  const outcome = await deps.accounts.call(account, (credentials) =>
    id === null
      ? operationsOf(deps, order).findOrder(order.id, since, currency, { credentials })
      : operationsOf(deps, order).getOrder(id, currency, { credentials }),
  );
  if (outcome.kind !== "accepted") return outcome;
  if (outcome.value !== null && outcome.value.status !== "NEEDS_CHECK") {
    return withPayment(deps, order, account, outcome.value);
  }
  // The reader's answer was lost, or ours: where money was taken, the provider's payments show it.
  const found = await deps.accounts.call(account, (credentials) =>
    paymentsOf(deps, order).findByReference(order.id, { credentials }),
  );
  const payment = found.kind === "accepted" ? found.value : null;
  if (payment?.status && isCaptured[payment.status]) {
    const seen = { ...(outcome.value ?? withoutOrder(payment)), status: "PAID" } as const;
    return { kind: "accepted", value: { seen, payment } };
  }
  if (outcome.value === null) return { kind: "accepted", value: null };
  return { kind: "accepted", value: { seen: outcome.value, payment: null } };
}

/** The payment of an order that has one. Without it nothing is known of the end: a finished order is not a paid one. */
export async function withPayment(
  deps: PointDependencies,
  order: PointOrderEntity,
  account: ProviderAccountEntity,
  seen: PointOrderObservation,
): Promise<Outcome<SeenPointOrder>> {
  const { providerPaymentId, status } = seen;
  if (providerPaymentId === null) {
    const isPaidByNothing = status === "PAID" || status === "IN_REVIEW";
    if (isPaidByNothing) return { kind: "unknown", reason: "the order shows no payment yet" };
    return { kind: "accepted", value: { seen, payment: null } };
  }
  const outcome = await deps.accounts.call(account, (credentials) =>
    paymentsOf(deps, order).get(providerPaymentId, { credentials }),
  );
  if (outcome.kind === "refused") return { kind: "unknown", reason: outcome.refusal.message };
  if (outcome.kind !== "accepted") return outcome;
  const payment = outcome.value;
  if (payment?.status == null) return { kind: "unknown", reason: "its payment is not to be seen" };
  return { kind: "accepted", value: { seen, payment } };
}

/** Writes what was seen of an order, and has its reader follow. */
export async function applySeenPointOrder(
  deps: PointDependencies,
  order: PointOrderEntity,
  account: ProviderAccountEntity,
  shown: SeenPointOrder,
  source: ObservationSource,
): Promise<void> {
  const isDeviceLate = await isLateAtDevice(deps, order);
  await actAs(providerActor(order.provider), () =>
    pointOrderRows.writeSeen(
      deps,
      order,
      shown.seen.providerOrderId ?? "",
      async (unit, current, holder) => {
        const before = current.version;
        const { row } = applyPointOrder(
          ...([deps, unit, current, shown, account, source, {}, holder] as const),
        );
        if (row.version !== before || isDeviceLate) await tellDevice(deps, unit, row, source);
      },
    ),
  );
}

/** Whether the reader has not fetched its order in time, and nobody was told of it yet. */
async function isLateAtDevice(deps: PointDependencies, order: PointOrderEntity): Promise<boolean> {
  if (deviceStatusUnder(order, deps.clock.now()) !== "UNREACHABLE") return false;
  return (await pointDeviceRows.read(deps, order.deviceId)).status === "BUSY";
}

/** What made the order is what reads and changes it, whatever its account uses by now. */
export function operationsOf(
  { registry }: Pick<PointDependencies, "registry">,
  { provider, api }: Pick<PointOrderEntity, "provider" | "api">,
): InPersonOperations {
  const operations = registry.get(provider)?.inPerson?.[api];
  if (operations === undefined) throw new Error(`${provider} has no card readers here`);
  return operations;
}

function paymentsOf(
  { registry }: Pick<PointDependencies, "registry">,
  { provider }: Pick<PointOrderEntity, "provider">,
): PaymentOperations {
  const payments = registry.get(provider)?.payments;
  if (payments === undefined) throw new Error(`${provider} takes no payments here`);
  return payments;
}

/** What a payment tells of an order that is not to be found. */
function withoutOrder(payment: PaymentObservation): PointOrderObservation {
  return {
    providerOrderId: null,
    providerTransactionId: null,
    status: "PAID",
    providerStatus: payment.providerStatus,
    providerStatusDetail: payment.providerStatusDetail,
    reference: payment.reference,
    providerDeviceId: null,
    amount: null,
    paid: payment.amount,
    tipMinor: 0n,
    providerPaymentId: payment.providerPaymentId,
    providerUpdatedAt: null,
  };
}
