import { resolve } from "node:path";
import { callers, payHere } from "./create-payment";
import { gatewayOptions, withSqlite } from "./gateway";
import { authorization, createMarketplace, openShop, prepare, type Shop } from "./market";
import { compare, median, rateRound, type Side } from "./measure";
import { type ServerProcess, withServers } from "./processes";
import { RawSocket } from "./raw-socket";
import { figure, type Report } from "./report";
import type { Scale } from "./scale";

const query = "subscription { marketplaceEvents { cursor event { id type to subjectId } } }";
const warmUps = 3;
const timedPayments = 100;

/**
 * What a subscription to a whole marketplace costs payments, and how soon it tells of them, with one seller and with a
 * thousand. BENCH_BESIDE names the `dist` of another build, which createPayment is compared with.
 */
export async function benchMarketplaceStream(report: Report, scale: Scale): Promise<void> {
  for (const sellers of [1, 1_000]) {
    report.title(`A marketplace's stream, ${sellers} sellers, SQLite`);
    await withSqlite((url) => withSqlite((other) => run(report, scale, sellers, [url, other])));
  }
}

async function run(
  report: Report,
  scale: Scale,
  sellers: number,
  [url, other]: readonly [string, string],
): Promise<void> {
  await withServers(async (start) => {
    const provider = await start({
      name: "provider",
      file: "bench/plain-provider.js",
      readyPath: "/",
      env: {},
    });
    const fill = (databaseUrl: string) =>
      prepare(databaseUrl, async (database) => {
        await createMarketplace(database);
        const opened: Shop[] = [];
        for (let i = 0; i < sellers; i++) opened.push(await openShop(database, 1_000_001 + i));
        return opened;
      });
    const shops = await fill(url);
    const gateway = await start(gatewayOptions(url, provider.url));
    const count = scale.payments;
    const payBy = (server: ServerProcess, of: readonly Shop[]) => (i: number) =>
      payHere(server, of[i % of.length] as Shop);
    const pay = payBy(gateway, shops);
    const sideOf = (name: string, server: ServerProcess, of: readonly Shop[]): Side => ({
      name,
      round: () => rateRound(server, callers, count, payBy(server, of)),
    });
    const pairs = Math.ceil(scale.paymentPairs / 2);

    const beside = process.env.BENCH_BESIDE;
    if (beside !== undefined) {
      const ofOther = await fill(other);
      const options = gatewayOptions(other, provider.url);
      const file = resolve(beside, "src/main.js");
      const before = await start({ ...options, name: "other build", file });
      const found = await compare(
        sideOf("gateway", gateway, shops),
        sideOf("other build", before, ofOther),
        { pairs, warmUps },
      );
      report.comparison("createPayment, nobody watches: to the other build", found, "payments/s");
    }

    const heard: number[] = [];
    let socket: RawSocket | undefined;
    const watch = async () => {
      socket = await RawSocket.open(
        Number(new URL(gateway.url).port),
        "/graphql",
        "graphql-transport-ws",
      );
      socket.send({ type: "connection_init", payload: authorization });
      const answer = await socket.next();
      if (!answer.includes("connection_ack")) throw new Error(answer);
      socket.send({ id: "1", type: "subscribe", payload: { query } });
      socket.onText = (text) => {
        if (text.includes('"errors"')) throw new Error(String(text));
        if (text.includes('"APPROVED"')) heard.push(performance.now());
      };
      // Nothing tells that a subscription runs.
      await new Promise((wait) => setTimeout(wait, 500));
    };
    const unwatched = { cpuMs: [] as number[], rate: [] as number[] };
    const watched = { cpuMs: [] as number[], rate: [] as number[] };
    for (let i = 0; i < warmUps; i++) await rateRound(gateway, callers, count, pay);
    for (let i = 0; i < pairs; i++) {
      const alone = await rateRound(gateway, callers, count, pay);
      await watch();
      const followed = await rateRound(gateway, callers, count, pay);
      socket?.close();
      // As long as other processes believe that somebody watches.
      await new Promise((wait) => setTimeout(wait, 3_200));
      for (const [into, { value, cpuMs = Number.NaN }] of [
        [unwatched, alone],
        [watched, followed],
      ] as const) {
        into.rate.push(value);
        into.cpuMs.push(cpuMs);
      }
    }
    for (const [name, { rate, cpuMs }] of Object.entries({ unwatched, watched })) {
      report.line(
        `createPayment, ${name}`,
        `${figure(median(rate))} payments/s, ${figure(median(cpuMs))} ms CPU each`,
      );
    }

    await watch();
    const delays: number[] = [];
    for (let i = 0; i < timedPayments; i++) {
      const before = heard.length;
      await pay(i * 7);
      const answered = performance.now();
      while (heard.length === before) await new Promise((next) => setImmediate(next));
      delays.push(Math.max(0, (heard.at(-1) ?? Number.NaN) - answered));
    }
    socket?.close();
    delays.sort((a, b) => a - b);
    report.line(
      "from a payment's answer to its event",
      `median ${figure(median(delays))} ms, 99 of 100 within ${figure(delays[98] ?? Number.NaN)} ms`,
    );
  });
}
