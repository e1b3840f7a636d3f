import "reflect-metadata";
import { benchCreateOrderMysql, benchCreateOrderSqlite } from "./create-order";
import { benchCreatePaymentMysql, benchCreatePaymentSqlite } from "./create-payment";
import { benchFanOut } from "./fan-out";
import { benchHeap } from "./heap";
import { benchMarketplaceStream } from "./marketplace-stream";
import { benchMillion } from "./million";
import { benchPaymentsPage } from "./payments-page";
import { Report } from "./report";
import { type Scale, scale } from "./scale";
import { benchSplitRules } from "./split-rules";

/** Ratios taken side by side in one run; `npm run bench -- name` for one of them. See docs/benchmarks.md. */
const benches: Readonly<Record<string, (report: Report, scale: Scale) => Promise<void>>> = {
  "create-payment-sqlite": benchCreatePaymentSqlite,
  "create-payment-mariadb": benchCreatePaymentMysql,
  "split-rules": benchSplitRules,
  "create-order-sqlite": benchCreateOrderSqlite,
  "create-order-mariadb": benchCreateOrderMysql,
  "payments-page": benchPaymentsPage,
  "fan-out": benchFanOut,
  "marketplace-stream": benchMarketplaceStream,
  heap: benchHeap,
  million: benchMillion,
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    throw new Error(
      `no benchmark ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`,
    );
  }
  const report = new Report();
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 || wanted.includes(name)) await bench(report, scale);
  }
  report.table();
}

void main().catch((fault) => {
  console.error(fault);
  // Not by the exit code alone: a server that did not get ready would keep this process alive.
  process.exit(1);
});
