/** What happened. Each value is part of the public API: it can be added to, never renamed. */
export const eventTypes = [
  "PAYMENT_CREATED",
  "PAYMENT_STATUS_CHANGED",
  "PAYMENT_UPDATED",
  "REFUND_CREATED",
  "REFUND_STATUS_CHANGED",
] as const;
export type EventType = (typeof eventTypes)[number];

/** How we came to know it. */
export const eventSources = ["API", "WEBHOOK", "LOOKUP", "SCHEDULE"] as const;
export type EventSource = (typeof eventSources)[number];
