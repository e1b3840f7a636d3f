import fc from "fast-check";
import {
  feeKinds,
  feePayers,
  isSameSettlement,
  releaseStates,
  type SettlementFacts,
  settle,
  settleAsAgreed,
  settlementAfter,
} from "../../../src/domain/settlement";
import { readSettlement, storeSettlement } from "../../../src/entities/stored-settlement";

const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const facts: fc.Arbitrary<SettlementFacts> = fc.record({
  receivedMinor: orNull(minor),
  refundedMinor: minor,
  chargedBackMinor: minor,
  fees: fc.array(
    fc.record({
      kind: fc.constantFrom(...feeKinds),
      payer: fc.constantFrom(...feePayers),
      minor,
      refundedMinor: minor,
    }),
    { maxLength: 5 },
  ),
  releaseAt: orNull(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })),
  releaseState: orNull(fc.constantFrom(...releaseStates)),
});

const plain: SettlementFacts = {
  receivedMinor: 9_400n,
  refundedMinor: 0n,
  chargedBackMinor: 0n,
  fees: [
    { kind: "PROCESSING", payer: "SELLER", minor: 450n, refundedMinor: 0n },
    { kind: "APPLICATION", payer: "SELLER", minor: 200n, refundedMinor: 0n },
    { kind: "FINANCING", payer: "PAYER", minor: 999n, refundedMinor: 0n },
  ],
  releaseAt: null,
  releaseState: null,
};

describe("a settlement", () => {
  test("always adds up, whatever a provider tells", () => {
    fc.assert(
      fc.property(minor, facts, (gross, told) => {
        const { netMinor, refundedMinor, chargedBackMinor, fees } = settle(gross, told);
        const kept = fees
          .filter(({ payer }) => payer === "SELLER")
          .reduce((sum, fee) => sum + fee.minor - fee.refundedMinor, 0n);
        expect(netMinor).toBe(gross - refundedMinor - chargedBackMinor - kept);
      }),
    );
  });

  test("is stored and read as it is", () => {
    fc.assert(
      fc.property(facts, (told) => {
        const read = readSettlement(JSON.parse(JSON.stringify(storeSettlement(told))));
        expect(read).toEqual(told);
        expect(isSameSettlement(read, told)).toBe(true);
      }),
    );
  });

  test("is not read from what is none", () => {
    for (const stored of [null, {}, { ...storeSettlement(plain), refundedMinor: "1.5" }]) {
      expect(() => readSettlement(stored)).toThrow();
    }
  });

  test("is of the seller's fees alone, and names what was taken without a name", () => {
    expect(settle(10_050n, plain)).toMatchObject({ netMinor: 9_400n, fees: plain.fees });
    expect(settle(10_050n, { ...plain, receivedMinor: 9_300n })).toMatchObject({
      netMinor: 9_300n,
      fees: [...plain.fees, { kind: "OTHER", payer: "SELLER", minor: 100n, refundedMinor: 0n }],
    });
    expect(settle(10_050n, { ...plain, receivedMinor: null }).netMinor).toBe(9_400n);
  });

  test("keeps what reached the seller, since a later figure may have refunds taken off or not", () => {
    const refunded = { ...plain, refundedMinor: 10_050n, receivedMinor: 0n };
    expect(settlementAfter({ ...plain, receivedMinor: 9_300n }, refunded)).toMatchObject({
      receivedMinor: 9_300n,
      refundedMinor: 10_050n,
    });
    expect(settlementAfter(null, refunded)).toMatchObject({ receivedMinor: null });
    expect(settlementAfter(plain, { ...plain, receivedMinor: null })?.receivedMinor).toBeNull();
    expect(settlementAfter(plain, null)).toBe(plain);
  });

  test("as it was agreed leaves the marketplace its fee, also after refunds", () => {
    expect(settleAsAgreed(1_234n, 100n, 0n)).toMatchObject({ netMinor: 1_134n });
    expect(settleAsAgreed(1_234n, 100n, 1_234n)).toMatchObject({ netMinor: -100n });
    expect(settleAsAgreed(1_234n, 0n, 0n)).toMatchObject({ netMinor: 1_234n, fees: [] });
  });
});
