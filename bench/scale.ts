/** How much is done. BENCH_QUICK=1 is for trying a change; its spreads are wide. */
export interface Scale {
  /** Pairs of neighbouring rounds. */
  readonly pairs: number;
  /**
   * The same for payments, in rounds of so many: short ones in greater number, since a machine may change its speed
   * within seconds, and a round of each side should meet the same one.
   */
  readonly paymentPairs: number;
  readonly payments: number;
  /** While memory is looked at. */
  readonly heapPayments: number;
  /** In a round, as what follows. */
  readonly pages: number;
  readonly lookUps: number;
  readonly events: number;
  readonly subscribers: number;
  /** In the large database. */
  readonly rows: number;
}

/** In the small database, which the large one is compared with. */
export const smallRows = 1_000;

export const scale: Scale =
  process.env.BENCH_QUICK === undefined
    ? {
        pairs: 8,
        paymentPairs: 40,
        payments: 400,
        heapPayments: 100_000,
        pages: 400,
        lookUps: 150,
        events: 6,
        subscribers: 1_000,
        rows: 1_000_000,
      }
    : {
        pairs: 3,
        paymentPairs: 3,
        payments: 300,
        heapPayments: 5_000,
        pages: 100,
        lookUps: 50,
        events: 3,
        subscribers: 1_000,
        rows: 100_000,
      };
