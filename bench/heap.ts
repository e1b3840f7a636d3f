import { callers, payHere } from "./create-payment";
import { gatewayOptions, withSqlite } from "./gateway";
import { createMarketplace, openShop, prepare } from "./market";
import { withCallers } from "./measure";
import { withServers } from "./processes";
import { figure, type Report } from "./report";
import type { Scale } from "./scale";

const samples = 10;
/** By then code is compiled, and caches of a fixed size are full. */
const settled = 3;

/** What a gateway on SQLite holds after more and more payments, each time after garbage was collected. */
export async function benchHeap(report: Report, { heapPayments }: Scale): Promise<void> {
  report.title(`Memory over ${heapPayments} payments on SQLite`);
  await withSqlite((url) =>
    withServers(async (start) => {
      const provider = await start({
        name: "provider",
        file: "bench/plain-provider.js",
        readyPath: "/",
        env: {},
      });
      const shop = await prepare(url, async (database) => {
        await createMarketplace(database);
        return openShop(database, 1_000_001);
      });
      const begun = performance.now();
      const gateway = await start(gatewayOptions(url, provider.url));
      report.line("start until ready", `${figure((performance.now() - begun) / 1000)} s`);

      const step = Math.ceil(heapPayments / samples);
      const heaps: number[] = [];
      for (let done = 0; ; done += step) {
        const { heapBytes, rssBytes } = await gateway.usage(true);
        heaps.push(heapBytes);
        report.line(
          `after ${done}`,
          `${megabytes(heapBytes)} of JavaScript's, ${megabytes(rssBytes)} in all`,
        );
        if (done >= heapPayments) break;
        gateway.raw.close();
        await withCallers(callers, step, () => payHere(gateway, shop));
      }
      const grown = (heaps.at(-1) ?? 0) - (heaps[settled] ?? 0);
      const between = step * (samples - settled);
      report.line("growth", `${figure(grown / between)} bytes a payment since ${settled * step}`);
    }),
  );
}

function megabytes(bytes: number): string {
  return `${figure(bytes / 1e6)} MB`;
}
