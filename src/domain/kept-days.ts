/** For how many days rows are kept after they have ended; undefined: for good. */
export interface KeptDays {
  readonly deliveries: number | undefined;
  /** And with them, idempotency keys. */
  readonly operations: number | undefined;
  readonly observations: number | undefined;
  readonly watchTokens: number | undefined;
  /** Those that have ended. */
  readonly alerts: number | undefined;
  readonly connectionAttempts: number | undefined;
}
