/** What moves a seller's balance. Each has its meaning in `schema/shared/enums.ts`. */
export const movementKinds = [
  "PAYMENT",
  "REFUND",
  "FEE_RETURNED",
  "PAYOUT",
  "PAYOUT_RETURNED",
  "TRANSFER",
  "CHARGEBACK",
  "CORRECTION",
  "OTHER",
] as const;
export type MovementKind = (typeof movementKinds)[number];
