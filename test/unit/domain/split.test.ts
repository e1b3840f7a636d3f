import fc from "fast-check";
import {
  type CartDraft,
  isSplit,
  type OrderDraft,
  type Split,
  type SplitViolation,
  splitLimits,
  splitOf,
} from "../../../src/domain/split";

const pln = (draft: Omit<OrderDraft, "currency" | "decimals">): OrderDraft => ({
  currency: "PLN",
  decimals: 2,
  ...draft,
});

function split(draft: OrderDraft): Split {
  const result = splitOf(draft);
  if (!isSplit(result)) throw new Error(JSON.stringify(result));
  return result;
}

function violations(draft: OrderDraft): readonly SplitViolation[] {
  const result = splitOf(draft);
  if (isSplit(result)) throw new Error("the order keeps all rules");
  return result;
}

const product = (unitPrice: bigint, quantity = 1) => ({ unitPrice, quantity });
const cart = (sellerId: string, parts: Partial<CartDraft> = {}): CartDraft => ({
  sellerId,
  products: [product(100n)],
  shippingMethods: [],
  ...parts,
});

describe("the worked example of PayU's documents", () => {
  const example = pln({
    total: 5000n,
    carts: [
      cart("a", { amount: 200n, fee: 20n, products: [product(100n, 2)] }),
      cart("b", { amount: 1300n, products: [product(200n, 2), product(300n, 3)] }),
      cart("c", { amount: 3500n, fee: 350n, products: [product(3500n)] }),
    ],
  });

  test("5000 in three carts leaves 1.80, 13.00, 31.50, and 3.70 in fees", () => {
    const { total, fee, carts } = split(example);
    expect(carts.map(({ amount, fee: own }) => amount.minor - own.minor)).toEqual([
      180n,
      1300n,
      3150n,
    ]);
    expect(fee).toEqual({ minor: 370n, currency: "PLN" });
    expect(total).toEqual({ minor: 5000n, currency: "PLN" });
  });

  test("comes out the same where the amounts are left out", () => {
    const { total: _, ...rest } = example;
    const bare = rest.carts.map(({ amount: __, ...others }) => others);
    expect(split({ ...rest, carts: bare })).toEqual(split(example));
  });

  test("is refused with another total, which is told beside the right one", () => {
    expect(violations({ ...example, total: 5001n })).toEqual([
      expect.objectContaining({
        code: "SPLIT_SUM_MISMATCH",
        path: ["total"],
        expected: "50.00",
        given: "50.01",
      }),
    ]);
  });
});

describe("everything that is wrong is told at once", () => {
  test("with its place", () => {
    const found = violations(
      pln({
        total: 1n,
        carts: [
          cart("a", { amount: 99n, fee: 100n }),
          cart("a", { products: [product(100n, 0), product(-1n)] }),
          cart("b", { products: [], shippingMethods: [{ price: -5n }] }),
          cart("c", { products: [product(0n)] }),
        ],
      }),
    );
    const places = found.map(({ code, path }) => `${code} ${path.join(".")}`);
    expect(places.sort()).toEqual(
      [
        "SPLIT_SUM_MISMATCH carts.0.amount",
        "FEE_EXCEEDS_AMOUNT carts.0.fee",
        "SPLIT_SELLER_REPEATED carts.1.sellerId",
        "INVALID_INPUT carts.1.products.0.quantity",
        "INVALID_AMOUNT carts.1.products.1.unitPrice",
        "INVALID_INPUT carts.2.products",
        "INVALID_AMOUNT carts.2.shippingMethods.0.price",
        "INVALID_AMOUNT carts.3.amount",
      ].sort(),
    );
  });

  test("a wrong cart amount is not told a second time by the total", () => {
    const found = violations(
      pln({ total: 99n, carts: [cart("a", { amount: 99n, products: [product(100n)] })] }),
    );
    expect(found.map(({ path }) => path)).toEqual([["carts", "0", "amount"]]);
  });
});

describe("limits", () => {
  test("an order without carts", () => {
    expect(violations(pln({ carts: [] }))).toEqual([
      expect.objectContaining({ path: ["carts"], given: "0" }),
    ]);
  });

  test("an order with too many carts", () => {
    const carts = Array.from({ length: splitLimits.carts + 1 }, (_, i) => cart(`seller-${i}`));
    expect(violations(pln({ carts }))).toEqual([expect.objectContaining({ path: ["carts"] })]);
  });

  test("an order that is larger than what can be counted without loss", () => {
    const huge = product(9_000_000_000_000_000n);
    const carts = [cart("a", { products: [huge] }), cart("b", { products: [huge] })];
    expect(violations(pln({ carts }))).toEqual([
      expect.objectContaining({ code: "INVALID_AMOUNT", path: ["total"] }),
    ]);
  });
});

describe("the marketplace's fee", () => {
  test("is by the seller's policy where the cart names none, rounded down", () => {
    const { carts } = split(
      pln({ carts: [cart("a", { products: [product(999n)], feePpm: 25_000 })] }),
    );
    expect(carts[0]?.fee.minor).toBe(24n);
  });

  test("is what the cart names, whatever the policy", () => {
    const { carts } = split(pln({ carts: [cart("a", { fee: 0n, feePpm: 25_000 })] }));
    expect(carts[0]?.fee.minor).toBe(0n);
  });

  test("may be the whole cart", () => {
    expect(split(pln({ carts: [cart("a", { fee: 100n })] })).fee.minor).toBe(100n);
  });
});

const amounts = fc.bigInt({ min: 0n, max: 10_000_00n });
const carts = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 })
  .chain((sellers) =>
    fc.tuple(
      ...sellers.map((sellerId) =>
        fc.record({
          sellerId: fc.constant(sellerId),
          products: fc.array(
            fc.record({ unitPrice: amounts, quantity: fc.integer({ min: 1, max: 99 }) }),
            { minLength: 1, maxLength: 5 },
          ),
          shippingMethods: fc.array(fc.record({ price: amounts }), { maxLength: 3 }),
          feeShare: fc.integer({ min: 0, max: 1_000_000 }),
        }),
      ),
    ),
  );

/** By the rules as the documents word them, in another way than the code under test. */
function worth({ products, shippingMethods }: CartDraft): bigint {
  let sum = 0n;
  for (const { unitPrice, quantity } of products)
    for (let i = 0; i < quantity; i++) sum += unitPrice;
  for (const { price } of shippingMethods) sum += price;
  return sum;
}

describe("for any order", () => {
  const drafts = carts
    .map((all) => all.filter((each) => worth(each) > 0n))
    .filter((all) => all.length > 0)
    .map((all) =>
      all.map(({ feeShare, ...each }) => ({
        ...each,
        fee: (worth(each) * BigInt(feeShare)) / 1_000_000n,
      })),
    );

  test("what sellers get and what the marketplace keeps are the total, to the last unit", () => {
    fc.assert(
      fc.property(drafts, (all) => {
        const { total, fee, carts: shares } = split(pln({ carts: all }));
        const net = shares.reduce(
          (sum, { amount, fee: own }) => sum + amount.minor - own.minor,
          0n,
        );
        expect(net + fee.minor).toBe(total.minor);
        expect(total.minor).toBe(all.reduce((sum, each) => sum + worth(each), 0n));
        for (const share of shares) {
          expect(share.fee.minor >= 0n && share.fee.minor <= share.amount.minor).toBe(true);
        }
      }),
    );
  });

  test("a sum that is off by anything is found, at its place and nowhere else", () => {
    fc.assert(
      fc.property(
        drafts,
        fc.nat(),
        fc.bigInt({ min: 1n, max: 1_000n }),
        fc.boolean(),
        (all, pick, off, ofTotal) => {
          const total = all.reduce((sum, each) => sum + worth(each), 0n);
          const index = pick % all.length;
          const wrong = all.map((each, i) =>
            i === index && !ofTotal ? { ...each, amount: worth(each) + off } : each,
          );
          const given = ofTotal ? { total: total + off } : { total: total + off };
          const found = violations(pln({ ...given, carts: wrong }));
          expect(found.map(({ path }) => path.join("."))).toEqual([
            ofTotal ? "total" : `carts.${index}.amount`,
          ]);
        },
      ),
    );
  });

  test("a cart that cannot be counted is not told a second time by its amount or the total", () => {
    for (const products of [[], [product(100n, 0)], [product(100n, 2.5)]]) {
      const found = violations(
        pln({ total: 100n, carts: [cart("a", { amount: 100n, products })] }),
      );
      expect(found.map(({ code }) => code)).toEqual(["INVALID_INPUT"]);
    }
  });
});
