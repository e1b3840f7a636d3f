import fc from "fast-check";
import {
  judgePayoutObservation,
  type KnownPayout,
  type PayoutObservation,
} from "../../../src/domain/payout-observation";
import {
  judgePayoutMove,
  lookupOnlyPayoutMoves,
  type PayoutStatus,
  payoutFollowed,
  payoutFundsReturned,
  payoutMoves,
  payoutStatuses,
} from "../../../src/domain/payout-status";

const known: KnownPayout = {
  operationId: "opr_1",
  providerPayoutId: "P1",
  shop: "pl",
  status: "PENDING",
  providerStatus: "2",
  currency: "PLN",
  amountMinor: 1000n,
};
const seen: PayoutObservation = {
  providerPayoutId: "P1",
  status: "PAID",
  providerStatus: "5",
  amount: { minor: 1000n, currency: "PLN" },
  reference: "opr_1",
};
const notice = { shop: "pl" };

/** What may follow each status, written down here a second time, apart from the table under test. */
const followers: Record<PayoutStatus, string> = {
  PROCESSING: "UNKNOWN PENDING PAID CANCELLED RETURNED FAILED",
  UNKNOWN: "PENDING PAID CANCELLED RETURNED FAILED",
  PENDING: "PAID CANCELLED RETURNED",
  PAID: "RETURNED",
  CANCELLED: "",
  RETURNED: "",
  FAILED: "",
};
const pairs = payoutStatuses.flatMap((from) => payoutStatuses.map((to) => [from, to] as const));
const aStatus = fc.constantFrom(...payoutStatuses);
/** What providers tell of, in some order, by either way. */
const aStory = fc.array(
  fc.record({
    status: fc.constantFrom("PENDING", "PAID", "CANCELLED", "RETURNED", null),
    providerStatus: fc.constantFrom("PENDING", "1", "2", "4", "5", "6", "7"),
    isNotice: fc.boolean(),
  }),
  { maxLength: 12 },
);

describe("a payout's moves", () => {
  test.each(pairs)("from %s to %s are as the table says", (from, to) => {
    const isAllowed = judgePayoutMove(from, to, false) === "ALLOWED";
    expect(isAllowed).toBe(followers[from].split(" ").includes(to));
  });

  test("are followed exactly while something may follow them", () => {
    for (const status of payoutStatuses) {
      const isFinal = payoutMoves[status].length === 0 && !(status in lookupOnlyPayoutMoves);
      expect([status, payoutFollowed[status] === "NO_MORE"]).toEqual([status, isFinal]);
    }
  });

  test("that failed may only be shown to have been made by a look-up, and then a person is told", () => {
    const failed = { ...known, status: "FAILED", providerPayoutId: null } as const;
    for (const status of ["PENDING", "PAID", "CANCELLED", "RETURNED"] as const) {
      const said = { ...seen, status };
      expect(judgePayoutObservation(failed, said)).toEqual({
        kind: "apply",
        status,
        anomaly: true,
      });
      expect(judgePayoutObservation(failed, said, notice)).toEqual({
        kind: "doubt",
        reason: `FAILED may not become ${status}`,
      });
    }
    expect(judgePayoutObservation(failed, { ...seen, status: "FAILED" }).kind).toBe("same");
  });

  test("never take money out of the balance again that has come back", () => {
    fc.assert(
      fc.property(aStatus, aStatus, (from, to) => {
        fc.pre(judgePayoutMove(from, to, false) === "ALLOWED");
        expect(payoutFundsReturned[from]).toBe(false);
      }),
    );
  });
});

describe("an observation of a payout", () => {
  test("that fits is applied, read or notified", () => {
    const apply = { kind: "apply", status: "PAID", anomaly: false };
    expect(judgePayoutObservation(known, seen)).toEqual(apply);
    expect(judgePayoutObservation(known, seen, notice)).toEqual(apply);
  });

  test("that tells neither amount nor reference is applied as well", () => {
    const terse = { ...seen, amount: null, reference: null };
    expect(judgePayoutObservation(known, terse).kind).toBe("apply");
    expect(judgePayoutObservation({ ...known, providerPayoutId: null }, seen).kind).toBe("apply");
  });

  test.each<[string, Partial<PayoutObservation>, { shop: string } | undefined]>([
    ["another payout", { providerPayoutId: "P2" }, notice],
    ["another reference", { reference: "opr_2" }, notice],
    ["another amount", { amount: { minor: 1001n, currency: "PLN" } }, notice],
    ["another currency", { amount: { minor: 1000n, currency: "EUR" } }, notice],
    ["another shop", {}, { shop: "eu" }],
  ])("of %s is quarantined, whatever it says", (_, changes, heard) => {
    for (const status of payoutStatuses) {
      const verdict = judgePayoutObservation(known, { ...seen, ...changes, status }, heard);
      expect(verdict.kind).toBe("quarantine");
    }
  });

  test("in words that nobody knows is kept and not applied", () => {
    const verdict = judgePayoutObservation(known, { ...seen, status: null, providerStatus: "8" });
    expect(verdict).toEqual({ kind: "ignore", reason: "unknown provider status 8" });
  });

  test("of the same state tells a new word only as a notification", () => {
    const same = { ...seen, status: "PENDING" as const };
    const fresh = { ...same, providerStatus: "7" };
    expect(judgePayoutObservation(known, { ...same, providerStatus: "2" }, notice).kind).toBe(
      "same",
    );
    expect(judgePayoutObservation(known, fresh, notice)).toEqual({
      kind: "apply",
      status: "PENDING",
      anomaly: false,
    });
    expect(judgePayoutObservation(known, { ...same, providerStatus: "PENDING" }).kind).toBe("same");
  });

  test("whatever comes in whatever order, a status only ever moves along the table", () => {
    fc.assert(
      fc.property(aStory, (story) => {
        let payout: KnownPayout = { ...known, status: "PROCESSING", providerStatus: null };
        for (const { status, providerStatus, isNotice } of story) {
          const said = { ...seen, status, providerStatus };
          const verdict = judgePayoutObservation(payout, said, isNotice ? notice : undefined);
          if (verdict.kind !== "apply") continue;
          if (verdict.status !== payout.status) {
            const { status: from } = payout;
            const moves = judgePayoutMove(from, verdict.status, !isNotice);
            expect(moves).toBe(verdict.anomaly ? "ANOMALY" : "ALLOWED");
          }
          payout = { ...payout, status: verdict.status, providerStatus };
        }
      }),
    );
  });

  test("told twice in a row changes nothing the second time", () => {
    fc.assert(
      fc.property(aStory, (story) => {
        let payout: KnownPayout = { ...known, status: "PENDING" };
        for (const { status, providerStatus, isNotice } of story) {
          const said = { ...seen, status, providerStatus };
          const heard = isNotice ? notice : undefined;
          const verdict = judgePayoutObservation(payout, said, heard);
          if (verdict.kind === "apply") {
            payout = { ...payout, status: verdict.status, providerStatus };
          }
          expect(judgePayoutObservation(payout, said, heard).kind).not.toBe("apply");
        }
      }),
    );
  });
});
