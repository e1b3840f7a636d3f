import type { ErrorCode } from "./errors";
import { type Ppm, shareOf } from "./fee-policy";
import { type Currency, formatAmount, type Money, maxMinor } from "./money";

/** What is asked for from one seller. Amounts are minor units of the order's one currency. */
export interface CartDraft {
  readonly sellerId: string;
  /** Left out: the sum of what is in the cart. */
  readonly amount?: bigint;
  /** Left out: by the marketplace's fee policy for the seller, or nothing. */
  readonly fee?: bigint;
  readonly feePpm?: Ppm | null;
  readonly products: readonly { readonly unitPrice: bigint; readonly quantity: number }[];
  readonly shippingMethods: readonly { readonly price: bigint }[];
}

export interface OrderDraft {
  readonly currency: Currency;
  /** Decimals that the provider takes for the currency: a share is rounded down to them. */
  readonly decimals: number;
  /** Left out: the sum of the carts. */
  readonly total?: bigint;
  readonly carts: readonly CartDraft[];
}

/** A rule that a draft breaks, at its place in the order's input. */
export interface SplitViolation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: readonly string[];
  /** What the rule asks for and what was given, in major units where they are amounts. */
  readonly expected?: string;
  readonly given?: string;
}

/** Who gets what of an order. */
export interface Split {
  readonly total: Money;
  /** What the marketplace keeps: the sum of the carts' fees. */
  readonly fee: Money;
  readonly carts: readonly { readonly amount: Money; readonly fee: Money }[];
}

/** The most carts of one order, and things in one cart: what fits a provider's request and a row of ours. */
export const splitLimits = { carts: 50, products: 100, shippingMethods: 10 } as const;

/**
 * Works out how an order is split, by rules that are checked before anything is sent:
 * - a cart's amount is the sum of its products (price times quantity) and its shipping;
 * - the total is the sum of the carts' amounts;
 * - a fee is from nothing to the whole of its cart;
 * - quantities are whole and above zero, and no seller comes twice.
 *
 * Answers the split, or every rule that is broken.
 */
export function splitOf(draft: OrderDraft): Split | readonly SplitViolation[] {
  const violations: SplitViolation[] = [];
  const money = (minor: bigint): Money => ({ minor, currency: draft.currency });
  const text = (minor: bigint): string => formatAmount(money(minor));
  const add = (violation: SplitViolation) => void violations.push(violation);

  checkCounts(draft, add);
  const seen = new Set<string>();
  const carts = draft.carts.map((cart, index) => {
    const path = ["carts", String(index)];
    if (seen.has(cart.sellerId)) {
      const message = "a seller has one cart in an order: put everything into that one";
      add({ code: "SPLIT_SELLER_REPEATED", message, path: [...path, "sellerId"] });
    }
    seen.add(cart.sellerId);

    const sum = sumOf(cart);
    if (sum !== undefined && cart.amount !== undefined && cart.amount !== sum) {
      add({
        code: "SPLIT_SUM_MISMATCH",
        message: `the cart's products and shipping are ${text(sum)} together, not ${text(cart.amount)}`,
        path: [...path, "amount"],
        expected: text(sum),
        given: text(cart.amount),
      });
    }
    // The other rules are judged by what was meant, so that one mistake is not told as three.
    const amount = cart.amount ?? sum;
    if (amount === undefined) return undefined;
    if (amount <= 0n) {
      const message = "a cart must come to more than nothing";
      add({ code: "INVALID_AMOUNT", message, path: [...path, "amount"], given: text(amount) });
    }
    const fee = cart.fee ?? policyFee(cart, money(amount), draft.decimals);
    if (cart.fee !== undefined && (fee < 0n || fee > amount)) {
      add({
        code: "FEE_EXCEEDS_AMOUNT",
        message: `the fee must be from 0 to ${text(amount)}, the cart's amount`,
        path: [...path, "fee"],
        expected: text(amount),
        given: text(fee),
      });
    }
    return { amount: money(amount), fee: money(fee) };
  });

  const counted = carts.filter((cart) => cart !== undefined);
  const sum = counted.reduce((total, { amount }) => total + amount.minor, 0n);
  const isWhole = counted.length === carts.length;
  if (isWhole && draft.total !== undefined && draft.total !== sum) {
    add({
      code: "SPLIT_SUM_MISMATCH",
      message: `the carts are ${text(sum)} together, not ${text(draft.total)}`,
      path: ["total"],
      expected: text(sum),
      given: text(draft.total),
    });
  }
  if (sum > maxMinor) {
    add({ code: "INVALID_AMOUNT", message: "the order is too large", path: ["total"] });
  }
  if (violations.length > 0) return violations;
  return {
    total: money(sum),
    fee: money(counted.reduce((all, { fee }) => all + fee.minor, 0n)),
    carts: counted,
  };
}

/** Whether an order came out of `splitOf`. */
export function isSplit(result: Split | readonly SplitViolation[]): result is Split {
  return !Array.isArray(result);
}

/** Undefined where what is in the cart cannot be counted, which is a violation of its own. */
function sumOf({ products, shippingMethods }: CartDraft): bigint | undefined {
  const isCounted = products.length > 0 && products.every(({ quantity }) => isQuantity(quantity));
  if (!isCounted) return undefined;
  const goods = products.reduce(
    (sum, { unitPrice, quantity }) => sum + unitPrice * BigInt(quantity),
    0n,
  );
  return shippingMethods.reduce((sum, { price }) => sum + price, goods);
}

function isQuantity(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity >= 1;
}

function policyFee({ feePpm }: CartDraft, amount: Money, decimals: number): bigint {
  return feePpm == null || amount.minor <= 0n ? 0n : shareOf(amount, feePpm, decimals).minor;
}

function checkCounts(draft: OrderDraft, add: (violation: SplitViolation) => void): void {
  const bound = (count: number, least: number, most: number, what: string, path: string[]) => {
    if (count >= least && count <= most) return;
    const expected = `${least} to ${most}`;
    const message = `${expected} ${what} are taken`;
    add({ code: "INVALID_INPUT", message, path, expected, given: String(count) });
  };
  bound(draft.carts.length, 1, splitLimits.carts, "carts", ["carts"]);
  for (const [index, cart] of draft.carts.entries()) {
    const path = ["carts", String(index)];
    bound(cart.products.length, 1, splitLimits.products, "products", [...path, "products"]);
    const shipping = cart.shippingMethods.length;
    bound(shipping, 0, splitLimits.shippingMethods, "shipping methods", [
      ...path,
      "shippingMethods",
    ]);
    for (const [place, { quantity, unitPrice }] of cart.products.entries()) {
      const at = [...path, "products", String(place)];
      if (!isQuantity(quantity)) {
        const message = "a quantity is a whole number above zero";
        add({ code: "INVALID_INPUT", message, path: [...at, "quantity"], given: String(quantity) });
      }
      if (unitPrice < 0n) {
        const message = "a price must not be below zero";
        add({ code: "INVALID_AMOUNT", message, path: [...at, "unitPrice"] });
      }
    }
    for (const [place, { price }] of cart.shippingMethods.entries()) {
      if (price >= 0n) continue;
      const at = [...path, "shippingMethods", String(place), "price"];
      add({ code: "INVALID_AMOUNT", message: "a price must not be below zero", path: at });
    }
  }
}
