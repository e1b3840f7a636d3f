import { refuse, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceId, PointDeviceId } from "../../domain/ids";
import type { Currency } from "../../domain/money";
import type { InstallmentPayer, PointMethod } from "../../domain/point-order";
import type { PointDeviceEntity } from "../../entities/point-device.entity";
import type { PointOrderEntity } from "../../entities/point-order.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome, PointOrderCommand } from "../../providers/provider";
import { judgeAccount } from "../accounts/routing";
import { moneyOf } from "../balance/plan-move";
import { operationsOf, seePointOrder, withPayment } from "./look-up-point-order";
import { pointDeviceRows } from "./point-device-rows";
import { inPersonApiOf, type PointDependencies } from "./point-devices";
import {
  applyPointOrder,
  pointOrderRows,
  type SeenPointOrder,
  tellDevice,
} from "./point-order-rows";

/** What `createPointOrder` takes, after the schema's own checks of shape and length. */
export interface CreatePointOrderArgs {
  readonly marketplaceId: MarketplaceId;
  readonly deviceId: PointDeviceId;
  /** In major units as exact text. */
  readonly amount: string;
  readonly currency: Currency;
  readonly description?: string;
  readonly externalReference?: string;
  readonly method?: PointMethod;
  readonly installments?: number;
  readonly installmentsPaidBy?: InstallmentPayer;
  readonly printsTicket: boolean;
  readonly ticketNumber?: string;
  readonly expiresInSeconds: number;
}

/** An order, and the account whose reader it is at. */
export interface PointOrderAtAccount {
  order: PointOrderEntity;
  readonly account: ProviderAccountEntity;
}

/** How long a provider's "no" to a repeated sending is not believed: the first one may be what is in the way. */
const doubtMs = 10 * 60_000;
const devicePath = ["input", "deviceId"];

/** Sends an amount to a reader: written down, with the reader as its own, and sent under one key. */
export function createPointOrderKind(
  deps: PointDependencies,
): OperationKind<CreatePointOrderArgs, PointOrderAtAccount, SeenPointOrder> {
  return {
    name: "createPointOrder",
    commandForms: noCommand,
    plan: (args) => plan(deps, args),
    explainConflict: async ({ deviceId }) => {
      const device = await pointDeviceRows.read(deps, deviceId);
      return (
        whyNotAt(device) ?? {
          code: "DEVICE_BUSY",
          message: "the card reader changed at the same moment; try again",
          path: devicePath,
        }
      );
    },
    async load({ subjectId }) {
      const order = await pointOrderRows.read(deps, subjectId);
      return { order, account: await deps.accounts.byId(order.accountId) };
    },
    lookUp: ({ order, account }) => seePointOrder(deps, order, account),
    doubtMs,
    send: (state, idempotencyKey) => send(deps, state, idempotencyKey),
    settle: (unit, state, outcome, clashed) => {
      const { order, account } = state;
      // A person has settled it meanwhile, or a notification told its end.
      if (!isInMaking(order)) return { finished: true, refusal: null };
      const settled = pointOrderRows.settle(deps, unit, order, outcome, clashed, {
        apply: (seen, holder) =>
          applyPointOrder(deps, unit, order, seen, account, "API", {}, holder),
        providerIdOf: ({ seen }) => seen.providerOrderId ?? "",
        failed: (failure) => ({ failure }),
        became: (row) => {
          state.order = row;
        },
      });
      const isStillLost = outcome.kind === "unknown" && order.status === "UNKNOWN";
      return tell(deps, unit, state, isStillLost, settled);
    },
  };
}

async function plan(
  deps: PointDependencies,
  args: CreatePointOrderArgs,
): Promise<Intent<PointOrderAtAccount>> {
  const device = await pointDeviceRows.read(deps, args.deviceId);
  const account = await deps.accounts.byId(device.accountId);
  const { currency } = args;
  const route = judgeAccount("inPerson", deps.registry, account, { currency });
  if (typeof route === "string" || account.sellerId !== device.sellerId) {
    const reason = typeof route === "string" ? route : "it belongs to another seller now";
    const message = `the card reader's account cannot take this payment: ${reason}`;
    const isOfCurrency = account.currency !== null && account.currency !== currency;
    throw refuse("NO_CAPABLE_ACCOUNT", message, isOfCurrency ? ["input", "currency"] : devicePath);
  }
  const amount = moneyOf(args, route.decimals, ["input", "amount"]);
  const obstacle = whyNotAt(device);
  if (obstacle !== undefined) throw refuse(obstacle.code, obstacle.message, obstacle.path);
  const order = newPointOrder(deps, args, device, account, amount.minor);
  return {
    sellerId: device.sellerId,
    subjectId: order.id,
    state: { order, account },
    command: {},
    write: (unit) => {
      // Of many at once, one finds the reader as it was read.
      const changes = { status: "BUSY", currentOrderId: order.id } as const;
      pointDeviceRows.change(deps, unit, device, "API", changes);
      pointOrderRows.add(deps, unit, order, "API");
    },
  };
}

/** Why a reader takes no order; undefined when it does. */
function whyNotAt(device: PointDeviceEntity): UserErrorFact | undefined {
  const because = (message: string): UserErrorFact => ({
    ...{ code: "DEVICE_NOT_USABLE", message, path: devicePath },
  });
  if (device.status === "REMOVED") {
    return because("the card reader was removed; enablePointIntegration brings it back");
  }
  if (device.operatingMode !== "INTEGRATED") {
    return because(`the card reader is ${device.operatingMode}; see enablePointIntegration`);
  }
  if (device.providerPosId === null) {
    return because("the card reader belongs to no store and point of sale; assign it to one first");
  }
  if (device.currentOrderId === null) return undefined;
  const message = `the card reader is busy with ${device.currentOrderId}`;
  return { code: "DEVICE_BUSY", message, path: devicePath };
}

function newPointOrder(
  deps: PointDependencies,
  args: CreatePointOrderArgs,
  device: PointDeviceEntity,
  account: ProviderAccountEntity,
  amountMinor: bigint,
): PointOrderEntity {
  const now = deps.clock.now();
  return {
    id: deps.ids.next("PointOrder"),
    ...{ marketplaceId: device.marketplaceId, sellerId: device.sellerId, accountId: account.id },
    ...{ deviceId: device.id, paymentId: null, provider: device.provider },
    api: inPersonApiOf(account),
    providerDeviceId: device.providerDeviceId,
    ...{ providerOrderId: null, providerTransactionId: null },
    externalReference: args.externalReference ?? null,
    ...{ status: "PROCESSING", providerStatus: null, providerStatusDetail: null },
    ...{ currency: args.currency, amountMinor, paidMinor: null, tipMinor: 0n },
    description: args.description ?? null,
    method: args.method ?? null,
    installments: args.installments ?? null,
    installmentsPaidBy: args.installmentsPaidBy ?? null,
    printsTicket: args.printsTicket,
    ticketNumber: args.ticketNumber ?? null,
    expiresInSeconds: args.expiresInSeconds,
    ...{ openActionId: null, failure: null, settledBecause: null, providerUpdatedAt: null },
    expiresAt: new Date(now.getTime() + args.expiresInSeconds * 1_000),
    ...{ createdAt: now, updatedAt: now },
    // Until its operation ends, the operation's own due time covers a crash.
    ...{ dueAt: null, attempts: 0, leaseToken: null, version: 1 },
  };
}

async function send(
  deps: PointDependencies,
  { order, account }: PointOrderAtAccount,
  idempotencyKey: string,
): Promise<Outcome<SeenPointOrder>> {
  if (!isInMaking(order)) return { kind: "unknown", reason: "it has come to its end" };
  // Hours later nobody stands in front of the reader who would expect it to ring.
  if (deps.clock.now() >= order.expiresAt) {
    return { kind: "unknown", reason: "its time is over: it is not sent any more" };
  }
  const outcome = await deps.accounts.call(account, (credentials) =>
    operationsOf(deps, order).createOrder(commandOf(order), { credentials, idempotencyKey }),
  );
  return outcome.kind === "accepted" ? withPayment(deps, order, account, outcome.value) : outcome;
}

/** What the provider has to be told, from the row alone: the same at every attempt. */
function commandOf(order: PointOrderEntity): PointOrderCommand {
  const { id, providerDeviceId, amountMinor, currency, description, method } = order;
  const { installments, installmentsPaidBy, printsTicket, ticketNumber, expiresInSeconds } = order;
  return {
    ...{ reference: id, providerDeviceId, amount: { minor: amountMinor, currency }, description },
    ...{ method, installments, installmentsPaidBy, printsTicket, ticketNumber, expiresInSeconds },
  };
}

function isInMaking({ status }: PointOrderEntity): boolean {
  return status === "PROCESSING" || status === "UNKNOWN" || status === "NEEDS_CHECK";
}

/** Has the reader follow, and has a person look where the answer stays lost. */
async function tell(
  deps: PointDependencies,
  unit: Parameters<typeof tellDevice>[1],
  state: PointOrderAtAccount,
  isStillLost: boolean,
  settling: Settlement | Promise<Settlement>,
): Promise<Settlement> {
  const settled = await settling;
  if (isStillLost) {
    state.order = pointOrderRows.change(deps, unit, state.order, "API", { status: "NEEDS_CHECK" });
  }
  await tellDevice(deps, unit, state.order, "API");
  return settled;
}
