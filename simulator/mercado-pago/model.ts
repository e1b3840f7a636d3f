import type { JsonObject } from "../core/json-body";
import type { LedgerEntry } from "../core/ledger";
import type { MethodStatus, PaymentTypeId } from "./payment-methods";
import type { SiteId } from "./sites";

/** A Mercado Pago user that can collect money. */
export interface Account {
  userId: number;
  siteId: SiteId;
  nickname: string;
  email: string;
  publicKey: string;
  /** The account pretends to have too little money for refunds. */
  lacksBalance: boolean;
  /** Its refunds do not end by themselves, as those of Pix when the central bank does not answer. */
  refundsInProcess: boolean;
  /** Methods that are not active for this account. */
  methodStatuses?: Readonly<Record<string, MethodStatus>>;
  /** Up to how many instalments cost its buyers no interest. */
  interestFreeUpTo?: number;
}

export interface Application {
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** Whose resources a client_credentials token reaches. */
  ownerId: number;
  /** Where sellers are sent back to, compared as it stands; null takes any address. */
  redirectUri: string | null;
  /** Whether PKCE is switched on: then a code cannot be had without a challenge. */
  requiresPkce: boolean;
  /** Made for the Orders API: it makes no payments (measured). Absent in older saved states. */
  isForOrders?: boolean;
}

export interface AccessToken {
  token: string;
  userId: number;
  clientId: string;
  scope: string;
  /** Null for demo tokens, which no amount of simulated time ends. */
  expiresAt: number | null;
}

export interface RefreshToken extends AccessToken {
  /** A refresh token works once; the next one comes with the answer. */
  used: boolean;
}

export interface AuthorizationCode {
  code: string;
  userId: number;
  clientId: string;
  scope: string;
  expiresAt: number;
  used: boolean;
  redirectUri: string | null;
  challenge: { value: string; method: "S256" | "plain" } | null;
}

export interface Card {
  firstSix: string;
  lastFour: string;
  length: number;
  expirationMonth: number;
  expirationYear: number;
  holder: string;
  identification: { type: string | null; number: string | null };
  /** Undefined when no known scheme issues such numbers. */
  methodId: string | undefined;
}

export interface CardToken {
  id: string;
  account: number;
  card: Card;
  createdAt: number;
  expiresAt: number;
  usedBy: number | null;
  /** It was made of a saved card without its security code: subscriptions refuse it. */
  lacksSecurityCode?: boolean;
}

export type PaymentStatus =
  | "pending"
  | "in_process"
  | "authorized"
  | "approved"
  | "rejected"
  | "cancelled"
  | "refunded"
  | "in_mediation"
  | "charged_back";

export type RefundStatus = "approved" | "in_process" | "rejected" | "cancelled";

export interface Refund {
  id: number;
  status: RefundStatus;
  amountMinor: number;
  createdAt: number;
}

/** A card's bank wants to see the payer. */
export interface Challenge {
  creq: string;
  ending: "BUTTONS" | "FAILS" | "STAYS_PENDING";
}

export interface Payment {
  id: number;
  account: number;
  clientId: string;
  siteId: SiteId;
  status: PaymentStatus;
  statusDetail: string;
  methodId: string;
  methodType: PaymentTypeId;
  /** What the payer pays; a partial capture lowers it to what was captured. */
  amountMinor: number;
  applicationFeeMinor: number;
  /** The provider's own fee; 0 until money is taken. */
  providerFeeMinor: number;
  /** What refunds have given back of each fee. */
  providerFeeReturnedMinor: number;
  applicationFeeReturnedMinor: number;
  /** What the buyer's bank has taken back. */
  chargedBackMinor: number;
  captured: boolean;
  card: Card | null;
  /** Absent in states that were saved before there were challenges. */
  challenge?: Challenge | null;
  refunds: Refund[];
  createdAt: number;
  updatedAt: number;
  approvedAt: number | null;
  expiresAt: number;
  /** Times the payment was announced; its notifications carry this number. */
  version: number;
  externalReference: string | null;
  metadata: JsonObject;
  idempotencyKey: string | null;
  deviceId: string | null;
  /** What a subscription made it for. The check of a card asks for no money, and the ledger has no word of it. */
  recurring?: "recurring_payment" | "card_validation";
  /** The request as sent, for everything that is only stored and shown again. */
  request: JsonObject;
}

/** One account's part of a movement of money. Below zero: out of the account. */
export interface PostingLine {
  account: string;
  changeMinor: number;
}

/** A movement of money. Its lines add up to zero: what one account gives, others have. */
export interface Posting {
  at: number;
  kind: "charge" | "refund" | "chargeback" | "reinstate";
  paymentId: number;
  currency: string;
  lines: PostingLine[];
}

/** What the ledger says of one effect here. */
export interface Effect extends LedgerEntry {
  idempotencyKey: string | null;
  deviceId: string | null;
}

/** What was given back. */
export function refundedMinor(payment: Payment): number {
  return sumOf(payment, ["approved"]);
}

/** What no refund has taken yet, be it given back or in process. */
export function refundableMinor(payment: Payment): number {
  return payment.amountMinor - sumOf(payment, ["approved", "in_process"]);
}

function sumOf({ refunds }: Payment, statuses: readonly RefundStatus[]): number {
  return refunds
    .filter(({ status }) => statuses.includes(status))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
