const minute = 60 * 1000;

/** How recurring billing behaves; measured values, unless a line says that one was chosen. */
export interface SubscriptionSettings {
  /** From the authorization to the first charge. Test users are charged at once: 0. */
  firstChargeDelayMs: number;
  /** The minute of every hour at which renewals are made. */
  batchMinute: number;
  /** From the change of a card to the charge of what is open. */
  cardChangeChargeMs: number;
  /** From a declined first charge to the end of the subscription. */
  firstDeclineCancelMs: number;
  /** How long before the end of a cycle without money the subscription is paused. */
  pauseBeforeCloseMs: number;
  /** Seen after one failed cycle and after two. */
  failedCyclesBeforePause: number;
  /** Whether the end after a declined first charge is announced. Two that were seen were not. */
  announcesFirstDecline: boolean;
  /** How many subscriptions of one payer to one plan begin with its trial: the third one did not. */
  trialsPerPayer: number;
  /** How long the search of invoices does not know a new one. Minutes were seen; two are a choice. */
  invoiceSearchLagMs: number;
  /** The same for subscriptions, of which nothing is known. */
  preapprovalSearchLagMs: number;
  /** A search for cancelled subscriptions shows one in four. */
  hidesCancelled: boolean;
  /** Links of subscriptions carry the parameter that leads to a page which does not exist. */
  brokenLinks: boolean;
  /** A shop on this machine may be the back_url, for demonstrations. The provider refuses such addresses. */
  acceptsLocalBackUrls: boolean;
  /** Cards are refused without the header X-meli-session-id. */
  needsDeviceId: boolean;
  /** How much later notifications begin, on the movable clock. Days were seen. */
  notificationDelayMs: number;
  /** Whether notifications name the seller as `user_id`. The bodies that were seen do not. */
  notificationsNameSeller: boolean;
  /** The status of a subscription whose last cycle is over. The word was never seen. */
  endedStatus: "cancelled" | "finished";
}

export function defaultSubscriptionSettings(): SubscriptionSettings {
  return {
    firstChargeDelayMs: 26 * minute,
    batchMinute: 2,
    cardChangeChargeMs: 90 * 1000,
    firstDeclineCancelMs: 83 * 1000,
    pauseBeforeCloseMs: 90 * 1000,
    failedCyclesBeforePause: 1,
    announcesFirstDecline: false,
    trialsPerPayer: 2,
    invoiceSearchLagMs: 2 * minute,
    preapprovalSearchLagMs: 0,
    hidesCancelled: true,
    brokenLinks: true,
    acceptsLocalBackUrls: false,
    needsDeviceId: false,
    notificationDelayMs: 0,
    notificationsNameSeller: false,
    endedStatus: "cancelled",
  };
}
