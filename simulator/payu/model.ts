import type { JsonObject } from "../core/json-body";
import type { LedgerEntry } from "../core/ledger";

/** A point of sale: what a token is bound to. It belongs to one shop and takes one currency. */
export interface Pos {
  posId: string;
  clientSecret: string;
  /** Signs notifications; never used to log in. */
  secondKey: string;
  shopId: string;
  name: string;
  currency: string;
  /** Off: money that a buyer has agreed to pay waits for a capture. */
  autoReceive: boolean;
  /** Whose sellers this POS may sell for. Several POS may share them. */
  marketplaceId: string;
  /** The name under which the shop's own account is met where sellers are expected. */
  feeAccount: string;
  /** Where payouts are told of; null takes the setting. */
  payoutUrl: string | null;
  /** In how many parts cards may pay, in Romania and where PayU was asked for it; absent: none. */
  cardInstallments?: number[] | null;
}

export interface Seller {
  marketplaceId: string;
  extCustomerId: string;
  name: string;
  verified: boolean;
  active: boolean;
  /** A locked seller goes on selling, but is paid nothing out. */
  locked: boolean;
}

export interface Token {
  value: string;
  posId: string;
  expiresAt: number;
}

export type OrderStatus = "NEW" | "PENDING" | "WAITING_FOR_CONFIRMATION" | "COMPLETED" | "CANCELED";

export interface Cart {
  seller: string;
  amountMinor: number;
  feeMinor: number;
}

/** How the buyer pays. */
export interface Method {
  type: "PBL" | "CARD_TOKEN";
  value: string;
  isBlikCode: boolean;
  isPreAuthorization: boolean;
}

export interface Order {
  id: string;
  posId: string;
  extOrderId: string | null;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  carts: Cart[];
  method: Method | null;
  /** Why the bank refuses, or has refused; null when it agrees. */
  resultCode: string | null;
  /** True when the buyer comes back from the page with the outcome of 3-D Secure. */
  asks3ds: boolean;
  /** What was taken from the buyer; a partial capture takes less than the total. */
  capturedMinor: number;
  refunds: Refund[];
  createdAt: number;
  /** When the bank answers of itself; null when a buyer or a control has to act. */
  settlesAt: number | null;
  /** When the order is given up: its validity, or the end of an authorization. */
  expiresAt: number;
  completedAt: number | null;
  paymentId: string;
  /** Part of the page's address, so that it cannot be guessed from the id. */
  pageToken: string;
  notifyUrl: string | null;
  continueUrl: string | null;
  /** Reads that still see the status from before the last change. */
  stale: { status: OrderStatus; reads: number } | null;
  /** The request as sent, for everything that is only stored and shown again. */
  request: JsonObject;
}

export interface Refund {
  id: string;
  extRefundId: string | null;
  orderId: string;
  status: "PENDING" | "FINALIZED" | "CANCELED";
  amountMinor: number;
  description: string;
  /** Whose money goes back; null is the shop itself. */
  parts: { seller: string | null; amountMinor: number }[];
  /** The request, to tell a repetition from another refund. */
  fingerprint: string;
  bookings: Booking[];
  createdAt: number;
  changedAt: number;
  settlesAt: number | null;
  error: { code: string; description: string } | null;
}

/** The numbers of the payout notification. 3, 5 and 6 are final, but 6 may follow 5. */
export type PayoutCode = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Payout {
  id: string;
  extPayoutId: string | null;
  posId: string;
  shopId: string;
  /** Null when the shop's own money was not asked for by name. */
  extCustomerId: string | null;
  amountMinor: number;
  currency: string;
  description: string;
  fxData: JsonObject | null;
  code: PayoutCode;
  bookings: Booking[];
  createdAt: number;
  /** When it takes its next step by itself; null when only a control moves it. */
  stepsAt: number | null;
}

/** Points at an operation in an account's list. */
export interface Booking {
  account: string;
  operationId: number;
}

export type OperationType =
  | "PAYMENT_RECEIVED"
  | "REFUND_SENT"
  | "REFUND_RECEIVED"
  | "PAYOUT"
  | "RETURN"
  | "ADMIN_TRANSFER_RECEIVED"
  | "CHARGEBACK"
  | "ADMIN_CORRECTION"
  | "FEE_TRANSFER_SENT"
  | "FEE_TRANSFER_RECEIVED";

export interface Operation {
  id: number;
  type: OperationType;
  /** As operations show it: without a sign, but for corrections, which go both ways. */
  amountMinor: number;
  /** What the balance gained or lost by it, fees taken into account. */
  changeMinor: number;
  description: string;
  status: "PENDING" | "COMPLETED" | "CANCELED";
  createdAt: number;
  eventAt: number;
  details: JsonObject;
}

/** What the ledger says of one effect here. */
export interface Effect extends LedgerEntry {
  /** The seller that the effect is about; null when it is about the whole or the shop. */
  seller: string | null;
  extRefundId: string | null;
  payoutId: string | null;
  extPayoutId: string | null;
  extTransferId: string | null;
}

/** Refunds under way count: their money has left the accounts already. */
export function refundedMinor(order: Order): number {
  return order.refunds.reduce(
    (sum, { status, amountMinor }) => sum + (status === "CANCELED" ? 0 : amountMinor),
    0,
  );
}
