import type { JsonObject } from "../../core/json-body";
import type { Card } from "../model";
import type { SiteId } from "../sites";

export const frequencyTypes = ["days", "months"] as const;
export type FrequencyType = (typeof frequencyTypes)[number];

/** A length of time as the provider counts it: so many days, or so many months of the calendar. */
export interface Period {
  frequency: number;
  frequencyType: FrequencyType;
}

/** What a plan says of time and money, and what a subscription takes over from it or says itself. */
export interface Terms extends Period {
  amountMinor: number;
  freeTrial: Period | null;
  /** How many cycles there are; null is endless. Plans only. */
  repetitions: number | null;
  /** Plans by the month only. */
  billingDay: number | null;
  isProportional: boolean;
}

/** What all three resources have: an owner, dates, and the count by which notifications are told apart. */
export interface Resource {
  account: number;
  clientId: string;
  createdAt: number;
  modifiedAt: number;
  /** Grows with every change; told to nobody but in notifications and rows of a search. */
  version: number;
  /** The version of the last notification: older ones are no longer repeated. */
  announcedVersion: number;
}

export interface Plan extends Resource, Terms {
  id: string;
  siteId: SiteId;
  status: "active" | "cancelled";
  reason: string;
  externalReference: string | null;
  backUrl: string;
  /** As sent, and shown as sent. */
  methodsAllowed: JsonObject | null;
}

export const preapprovalStatuses = ["pending", "authorized", "paused", "cancelled"] as const;
export type PreapprovalStatus = (typeof preapprovalStatuses)[number];

export interface PayingMethod {
  methodId: string;
  card: Card | null;
  cardId: string | null;
}

/** A subscription. Its terms are a copy: of a plan's changes it sees what `plan-routes` passes on. */
export interface Preapproval extends Resource, Terms {
  id: string;
  siteId: SiteId;
  planId: string | null;
  /** The payer came by the plan's link, and no server knows of it. */
  isFromPlanLink: boolean;
  status: PreapprovalStatus | "finished";
  reason: string;
  externalReference: string | null;
  payerEmail: string;
  payerId: number;
  backUrl: string | null;
  startAt: number | null;
  endAt: number | null;
  method: PayingMethod | null;
  secondaryMethod: PayingMethod | null;
  deviceId: string | null;
  authorizedAt: number | null;
  /** When the first cycle falls due; all later ones are counted from here, so that no day is lost. */
  firstDueAt: number | null;
  /** The number of the cycle that falls due next. */
  cycle: number;
  nextDueAt: number | null;
  /** Cycles in a row that closed without money. */
  failedCycles: number;
  lastAttemptAt: number | null;
  lastAttemptMinor: number | null;
}

/** What one cycle asks for, with the payments that were tried for it. */
export interface Invoice extends Resource {
  id: number;
  preapprovalId: string;
  cycle: number;
  reason: string;
  externalReference: string | null;
  payerId: number;
  amountMinor: number;
  status: "scheduled" | "processed" | "recycling" | "cancelled";
  /** Attempts made; it stops at four. */
  attempts: number;
  /** Every payment, in order; the last one is shown. */
  paymentIds: number[];
  nextRetryAt: number | null;
  /** The first invoice of a subscription has none. */
  expiresAt: number | null;
}

/** How payments of subscriptions end that a test has taken in hand. */
export interface PlannedOutcome {
  id: number;
  kind: "charge" | "card_validation";
  preapprovalId: string | null;
  payerEmail: string | null;
  account: number | null;
  status: "approved" | "rejected" | "in_process";
  statusDetail: string;
  /** Null is always. */
  times: number | null;
}
