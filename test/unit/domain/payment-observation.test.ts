import {
  judgeObservation,
  type KnownPayment,
  type PaymentObservation,
} from "../../../src/domain/payment-observation";
import type { SettlementFacts } from "../../../src/domain/settlement";

const known: KnownPayment = {
  id: "pay_1",
  status: "IN_REVIEW",
  currency: "ARS",
  amountMinor: 10_050n,
  captureMinor: null,
  refundedMinor: 0n,
  providerPaymentId: "900",
  providerStatus: "in_process",
  providerStatusDetail: "pending_contingency",
  providerUpdatedAt: new Date("2026-01-10T10:00:00Z"),
  providerAccountId: "555",
  settlement: null,
};
const seen: PaymentObservation = {
  providerPaymentId: "900",
  status: "APPROVED",
  providerStatus: "approved",
  providerStatusDetail: "accredited",
  amount: { minor: 10_050n, currency: "ARS" },
  providerAccountId: "555",
  reference: "pay_1",
  providerUpdatedAt: new Date("2026-01-10T10:00:01Z"),
  refundedAmount: { minor: 0n, currency: "ARS" },
  refunds: [],
  captured: true,
  approvedAt: null,
  expiresAt: null,
  method: null,
  fees: [],
  netReceived: null,
  nextAction: null,
  settlement: null,
};
const ars = (minor: bigint) => ({ minor, currency: "ARS" as const });

describe("an observation", () => {
  test("that is newer and allowed is applied", () => {
    expect(judgeObservation(known, seen)).toEqual({
      kind: "apply",
      status: "APPROVED",
      anomaly: false,
    });
  });

  test("that shows nothing new is the same", () => {
    const same = {
      ...seen,
      status: known.status,
      providerStatus: "in_process",
      providerStatusDetail: "pending_contingency",
    };
    expect(judgeObservation(known, same)).toEqual({ kind: "same" });
  });

  test("that shows the same payment and another settlement is applied", () => {
    const facts: SettlementFacts = {
      receivedMinor: 9_400n,
      refundedMinor: 0n,
      chargedBackMinor: 0n,
      fees: [{ kind: "PROCESSING", payer: "SELLER", minor: 650n, refundedMinor: 0n }],
      releaseAt: new Date("2026-01-24T10:00:00Z"),
      releaseState: "PENDING",
    };
    const paid: KnownPayment = {
      ...known,
      ...{ status: "APPROVED", providerStatus: "approved", providerStatusDetail: "accredited" },
      settlement: facts,
    };
    const judge = (settlement: SettlementFacts | null) =>
      judgeObservation(paid, { ...seen, settlement }).kind;
    expect(judge({ ...facts, fees: facts.fees.map((fee) => ({ ...fee })) })).toBe("same");
    // What an answer leaves out is no news.
    expect(judge(null)).toBe("same");
    expect(judge({ ...facts, releaseState: "RELEASED" })).toBe("apply");
    expect(judge({ ...facts, receivedMinor: 9_300n })).toBe("apply");
    expect(judge({ ...facts, fees: [] })).toBe("apply");
  });

  test("that is older than what was applied is ignored", () => {
    const older = { ...seen, providerUpdatedAt: new Date("2026-01-10T09:59:59Z") };
    expect(judgeObservation(known, older)).toMatchObject({ kind: "ignore" });
  });

  test("with a word that nobody knows leaves the state as it is", () => {
    const odd = { ...seen, status: null, providerStatus: "teleported" };
    expect(judgeObservation(known, odd)).toEqual({
      kind: "ignore",
      reason: "unknown provider status teleported",
    });
  });

  test("that the table forbids is ignored", () => {
    const refunded: KnownPayment = { ...known, status: "REFUNDED" };
    expect(judgeObservation(refunded, seen)).toEqual({
      kind: "ignore",
      reason: "REFUNDED may not become APPROVED",
    });
  });

  test("that an ended payment was charged after all is applied, as an anomaly", () => {
    const expired: KnownPayment = { ...known, status: "EXPIRED" };
    expect(judgeObservation(expired, seen)).toEqual({
      kind: "apply",
      status: "APPROVED",
      anomaly: true,
    });
  });

  test("that what was taken after all has been given back is applied, as an anomaly", () => {
    const failed: KnownPayment = { ...known, status: "FAILED" };
    const refunded: PaymentObservation = {
      ...seen,
      status: "REFUNDED",
      refundedAmount: ars(10_050n),
    };
    const verdict = { kind: "apply", status: "REFUNDED", anomaly: true };
    expect(judgeObservation(failed, refunded)).toEqual(verdict);
  });

  test("that funds which are held were declined tells that they were let go", () => {
    const held: KnownPayment = { ...known, status: "AUTHORIZED" };
    // An order that was authorized at a second try still shows why the first one was declined.
    const declined: PaymentObservation = {
      ...seen,
      status: "REJECTED",
      providerStatus: "CANCELED",
      providerStatusDetail: "AUT_ERROR_NO_AUTHORIZATION",
    };
    const verdict = { kind: "apply", status: "CANCELLED", anomaly: false };
    expect(judgeObservation(held, declined)).toEqual(verdict);
  });

  test("of one more refund is applied although the status stays", () => {
    const partly: KnownPayment = {
      ...known,
      status: "PARTIALLY_REFUNDED",
      providerStatus: "approved",
      providerStatusDetail: "partially_refunded",
      refundedMinor: 1_000n,
    };
    const more: PaymentObservation = {
      ...seen,
      status: "PARTIALLY_REFUNDED",
      providerStatusDetail: "partially_refunded",
      refundedAmount: ars(2_000n),
    };
    expect(judgeObservation(partly, more)).toMatchObject({ kind: "apply", anomaly: false });
  });

  test("of the captured part is taken for ours", () => {
    const captured: KnownPayment = { ...known, status: "AUTHORIZED", captureMinor: 4_000n };
    expect(judgeObservation(captured, { ...seen, amount: ars(4_000n) }).kind).toBe("apply");
    expect(judgeObservation(captured, { ...seen, amount: ars(4_001n) }).kind).toBe("quarantine");
  });

  test.each([
    ["amount", { amount: ars(10_051n) }],
    ["currency", { amount: { minor: 10_050n, currency: "BRL" as const } }],
    ["account", { providerAccountId: "556" }],
    ["reference", { reference: "pay_2" }],
    ["provider payment", { providerPaymentId: "901" }],
  ])("with another %s is quarantined, however new it is", (word, change) => {
    const verdict = judgeObservation(known, { ...seen, ...change });
    expect(verdict).toMatchObject({ kind: "quarantine", reason: expect.stringContaining(word) });
  });
});
