import type { World } from "../world";
import { isApproval } from "./charge";
import { type InPersonOrder, isOpenOrder, type Reader, type Tap } from "./model";
import {
  answerMs,
  cancelOrder,
  chargeTap,
  endOrder,
  heedCancel,
  pickUp,
  requireAction,
} from "./order-moves";

/** What somebody in front of a reader can do with it. */
export const readerActions = [
  "tap",
  "back",
  "tip",
  "refresh",
  "unplug",
  "plug",
  "lose-network",
  "find-network",
] as const;
export type ReaderAction = (typeof readerActions)[number];

export interface TapWish {
  outcome: string;
  methodId: string | null;
  installments: number | null;
  tipMinor: number | null;
  /** How long the charge takes, in which everything else can happen. */
  processingMs: number;
}

/** The order on the screen, while the reader has one. */
export function shownAt(world: World, reader: Reader): InPersonOrder | undefined {
  const order = world.inPerson.orderAtReader(reader.id);
  return order?.status === "at_terminal" && reader.isPlugged ? order : undefined;
}

/** A card touches the reader. False when there is nothing to pay. */
export function tapCard(world: World, reader: Reader, wish: TapWish): boolean {
  const order = shownAt(world, reader);
  if (order === undefined || reader.tap !== null) return false;
  const now = world.clock.now();
  const tap: Tap = {
    orderKey: order.key,
    outcome: wish.outcome,
    methodId: wish.methodId,
    installments: wish.installments,
    tipMinor: wish.tipMinor ?? reader.tipMinor,
    startedAt: now,
    endsAt: now + wish.processingMs,
    isEnded: false,
  };
  reader.tap = tap;
  reader.tipMinor = 0;
  world.changed();
  // A card that is touched without network is never asked about: nobody will be charged.
  if (!reader.isOnline) {
    tap.outcome = "processing_error";
    tap.isEnded = true;
  } else if (wish.processingMs === 0) endTap(world, reader, tap);
  planTap(world, reader, tap);
  return true;
}

/** Plans the end of a charge, and the time at which nobody waits for it any more. */
export function planTap(world: World, reader: Reader, tap: Tap): void {
  if (reader.tap !== tap) return;
  if (!tap.isEnded) world.schedule.at(tap.endsAt, () => endTap(world, reader, tap));
  world.schedule.at(tap.startedAt + answerMs, () => giveUp(world, reader, tap));
}

/**
 * The card's bank has answered. The money moves whether or not the reader hears of it; the reader can tell
 * the end of the order only when it does.
 */
function endTap(world: World, reader: Reader, tap: Tap): void {
  const order = world.inPerson.order(tap.orderKey);
  if (reader.tap !== tap || tap.isEnded || order === undefined) return;
  tap.isEnded = true;
  const payment = chargeTap(world, order, tap);
  if (payment !== undefined) order.unseenPaymentId = payment.id;
  if (isApproval(tap.outcome)) order.tipMinor = tap.tipMinor;
  tellEnd(world, reader);
}

function tellEnd(world: World, reader: Reader): void {
  const { tap } = reader;
  if (tap === null || !tap.isEnded || !reader.isPlugged || !reader.isOnline) return;
  const order = world.inPerson.order(tap.orderKey);
  reader.tap = null;
  world.changed();
  if (order === undefined) return;
  const canTell = isOpenOrder(order) || (order.status === "action_required" && reader.tellsLate);
  if (!canTell) return;
  const { unseenPaymentId } = order;
  const payment = unseenPaymentId === null ? undefined : world.payments.get(unseenPaymentId);
  endOrder(world, order, tap.outcome, payment);
}

function giveUp(world: World, reader: Reader, tap: Tap): void {
  const order = world.inPerson.order(tap.orderKey);
  if (reader.tap === tap && order !== undefined && isOpenOrder(order)) requireAction(world, order);
}

/**
 * The button Back. Choice: it closes the order, except where the oldest API was asked to switch the button
 * off; and not while a card is being charged.
 */
export function pressBack(world: World, reader: Reader): boolean {
  const order = shownAt(world, reader);
  if (order === undefined || reader.tap !== null) return false;
  if (order.request.disable_back_button === true) return false;
  cancelOrder(world, order, "canceled_on_terminal");
  return true;
}

export function addTip(world: World, reader: Reader, tipMinor: number): boolean {
  if (shownAt(world, reader) === undefined || reader.tap !== null) return false;
  reader.tipMinor = tipMinor;
  world.changed();
  return true;
}

/** Power on starts a reader, which then works in the mode that was asked for before. */
export function setPower(world: World, reader: Reader, isPlugged: boolean): void {
  if (isPlugged && !reader.isPlugged) reader.runningMode = reader.mode;
  reader.isPlugged = isPlugged;
  comeBack(world, reader);
}

export function setNetwork(world: World, reader: Reader, isOnline: boolean): void {
  reader.isOnline = isOnline;
  comeBack(world, reader);
}

/** What a reader catches up with once it is reached again. */
function comeBack(world: World, reader: Reader): void {
  world.changed();
  tellEnd(world, reader);
  heedCancel(world, reader);
  if (reader.pickUpMs !== null) pickUp(world, reader);
}
