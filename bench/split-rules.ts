import { type CartDraft, isSplit, type OrderDraft, splitOf } from "../src/domain/split";
import { compare, type Side } from "./measure";
import type { Report } from "./report";
import type { Scale } from "./scale";

const orderCount = 20;
const cartCount = 50;
const roundsOfAll = 50;

/** The rules over 1,000 carts, beside bare sums that say no more than "wrong". */
export async function benchSplitRules(report: Report, scale: Scale): Promise<void> {
  report.title(`Split rules over ${orderCount * cartCount} carts, beside bare sums`);
  const orders = Array.from({ length: orderCount }, anOrder);
  const rules = sideOf("the rules", orders, (order) => isSplit(splitOf(order)));
  const sums = sideOf("bare sums", orders, addsUp);
  report.comparison(
    "split rules, 1,000 carts",
    await compare(rules, sums, { pairs: scale.pairs, warmUps: 3 }),
    "times 1,000 carts/s",
  );
}

function sideOf(
  name: string,
  orders: readonly OrderDraft[],
  judge: (order: OrderDraft) => boolean,
): Side {
  return {
    name,
    async round() {
      const begun = performance.now();
      for (let i = 0; i < roundsOfAll; i++) {
        for (const order of orders) if (!judge(order)) throw new Error("the order is right");
      }
      return { value: (roundsOfAll * 1_000) / (performance.now() - begun) };
    },
  };
}

function anOrder(_: unknown, number: number): OrderDraft {
  const carts: CartDraft[] = Array.from({ length: cartCount }, (__, index) => ({
    sellerId: `seller-${index}`,
    amount: BigInt(600 + number) * 3n + 1_500n,
    fee: 100n,
    products: [
      { unitPrice: BigInt(600 + number), quantity: 2 },
      { unitPrice: BigInt(600 + number), quantity: 1 },
    ],
    shippingMethods: [{ price: 1_500n }],
  }));
  const total = carts.reduce((sum, { amount = 0n }) => sum + amount, 0n);
  return { currency: "PLN", decimals: 2, total, carts };
}

function addsUp({ carts, total }: OrderDraft): boolean {
  let sum = 0n;
  for (const { amount = 0n, fee = 0n, products, shippingMethods } of carts) {
    let parts = 0n;
    for (const { unitPrice, quantity } of products) parts += unitPrice * BigInt(quantity);
    for (const { price } of shippingMethods) parts += price;
    if (parts !== amount || fee > amount) return false;
    sum += amount;
  }
  return sum === total;
}
