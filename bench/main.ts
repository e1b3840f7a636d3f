import "reflect-metadata";
import { benchCreatePaymentMysql, benchCreatePaymentSqlite } from "./create-payment";

/** Ratios taken side by side in one run; `npm run bench -- name` for one of them. See docs/benchmarks.md. */
const isQuick = process.env.BENCH_QUICK !== undefined;
const payments = isQuick ? { pairs: 3, requests: 300 } : { pairs: 6, requests: 1_000 };

const benches: Record<string, () => Promise<void>> = {
  "create-payment-sqlite": () => benchCreatePaymentSqlite(payments),
  "create-payment-mysql": () => benchCreatePaymentMysql(payments),
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 || wanted.includes(name)) await bench();
  }
}

void main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
