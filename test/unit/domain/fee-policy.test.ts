import fc from "fast-check";
import { percentOfPpm, ppmOfPercent, shareOf } from "../../../src/domain/fee-policy";

const ppm = fc.integer({ min: 0, max: 1_000_000 });
const minor = fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) });

describe("a percentage", () => {
  test.each([
    ["0", 0],
    ["2.5", 25_000],
    ["0.0001", 1],
    ["100", 1_000_000],
    ["7.", 70_000],
  ])("%s is %d millionths", (text, expected) => expect(ppmOfPercent(text)).toBe(expected));

  test.each(["100.0001", "101", "-1", "0.00001", "NaN", "", "1e1", "2,5"])("%s is none", (text) =>
    expect(ppmOfPercent(text)).toBeUndefined(),
  );

  test("is told as it was given", () => {
    fc.assert(fc.property(ppm, (each) => expect(ppmOfPercent(percentOfPpm(each))).toBe(each)));
  });
});

describe("a share", () => {
  test("is never above what was agreed, nor above the amount, and less than a step below it", () => {
    fc.assert(
      fc.property(minor, ppm, fc.constantFrom(0, 2), (amount, each, decimals) => {
        const share = shareOf({ minor: amount, currency: "COP" }, each, decimals).minor;
        const step = decimals === 0 ? 100n : 1n;
        expect(share % step).toBe(0n);
        expect(share * 1_000_000n).toBeLessThanOrEqual(amount * BigInt(each));
        expect((share + step) * 1_000_000n).toBeGreaterThan(amount * BigInt(each));
        expect(share).toBeLessThanOrEqual(amount);
      }),
    );
  });

  test("of 100.50 at 2.5 % is 2.51", () => {
    expect(shareOf({ minor: 10_050n, currency: "ARS" }, 25_000, 2).minor).toBe(251n);
  });
});
