import type { JsonObject } from "../../core/json-body";
import type { SiteId } from "../sites";

/**
 * The three generations of Mercado Pago's API for payments in person: Orders (`/v1/orders`, `/terminals/v1`),
 * payment intents with in-store orders v2, and the one of the Android app with the first QR call.
 */
export const inPersonApis = ["orders", "intents", "attempts"] as const;
export type InPersonApi = (typeof inPersonApis)[number];

export interface Store {
  id: number;
  account: number;
  name: string;
  externalId: string | null;
  businessHours: JsonObject;
  location: JsonObject;
  createdAt: number;
}

export interface PointOfSale {
  id: number;
  account: number;
  storeId: number;
  externalId: string;
  name: string | null;
  fixedAmount: boolean;
  category: number | null;
  /** Of the QR code, as `/v2/pos` names it. */
  qrMode: string | null;
  uuid: string;
  /** The text of the printed code; it never changes. */
  qrCode: string;
  createdAt: number;
  updatedAt: number;
}

export const readerModes = ["PDV", "STANDALONE", "UNDEFINED"] as const;
export type ReaderMode = (typeof readerModes)[number];

/** A card reader on a counter. */
export interface Reader {
  /** `<model>__<serial>`. */
  id: string;
  /** What the Android app calls the device; the oldest API knows readers by it. */
  name: string;
  number: number;
  account: number;
  posId: number | null;
  /** What the API tells, and asks for. */
  mode: ReaderMode;
  /** What the reader does since it was started last. */
  runningMode: ReaderMode;
  isPlugged: boolean;
  isOnline: boolean;
  /** Until it fetches a waiting order by itself; null when somebody has to press Refresh. */
  pickUpMs: number | null;
  /** A Point Smart with current software can be asked to cancel what it shows already. */
  canBeAskedToCancel: boolean;
  /** Whether it does so then. The API says yes before the reader was asked. */
  honoursCancel: boolean;
  /** Whether the end of an order is told when it is known only after 40 seconds. */
  tellsLate: boolean;
  /** What the payer added on the screen, for the next card. */
  tipMinor: number;
  /** A card that is being charged. */
  tap: Tap | null;
}

/** A card at the reader, from the touch to the answer. */
export interface Tap {
  orderKey: number;
  outcome: string;
  methodId: string | null;
  installments: number | null;
  tipMinor: number;
  startedAt: number;
  endsAt: number;
  /** The end is there, and the reader cannot tell it. */
  isEnded: boolean;
}

export type OrderStatus =
  | "created"
  | "at_terminal"
  | "processing"
  | "processed"
  | "failed"
  | "canceled"
  | "expired"
  | "action_required"
  | "refunded"
  | "charged_back";

/** An amount that a reader or a QR code was given, whichever API it came by. */
export interface InPersonOrder {
  /** Ours; unlike the id it is a number in every generation. */
  key: number;
  id: string;
  api: InPersonApi;
  type: "point" | "qr";
  account: number;
  clientId: string;
  siteId: SiteId;
  status: OrderStatus;
  statusDetail: string;
  /** The order's one transaction, which has a state of its own. */
  transactionId: string;
  transactionDetail: string;
  amountMinor: number;
  tipMinor: number;
  /** The payment that the order shows. */
  paymentId: number | null;
  /** A payment that was made and that the order does not know of. */
  unseenPaymentId: number | null;
  readerId: string | null;
  posId: number | null;
  qrMode: "static" | "dynamic" | "hybrid" | null;
  /** The text of the order's own code. */
  qrData: string | null;
  externalReference: string | null;
  description: string | null;
  createdAt: number;
  updatedAt: number;
  expiresAt: number | null;
  version: number;
  /** What was given back, as far as the order was told. */
  refundedMinor: number;
  /** Ids in the words of Orders for the refunds of the payment. */
  refundIds: { id: string; refundId: number }[];
  request: JsonObject;
  /** What the create call was answered; its repetition gets the same. */
  firstAnswer: JsonObject | null;
}

/** What one buyer did who scanned an older QR code. */
export interface MerchantOrder {
  id: number;
  orderKey: number;
  account: number;
  /** Those taken for it; one of them may not be enough. */
  paymentIds: number[];
  status: "opened" | "closed" | "expired";
  createdAt: number;
  updatedAt: number;
}

/** A QR code that a buyer's phone has read. */
export interface Scan {
  order: InPersonOrder;
  merchantOrder: MerchantOrder | null;
}

/** Still to be paid; an order that waits for a person is not. */
export function isOpenOrder(order: InPersonOrder): boolean {
  return order.status === "created" || order.status === "at_terminal";
}
