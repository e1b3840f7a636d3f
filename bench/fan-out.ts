import { fillPayments, fillSellers, sellerIdOf } from "./fill";
import { gatewayOptions, withSqlite } from "./gateway";
import { authorization, createMarketplace, prepare } from "./market";
import { compare, type Round, type Side } from "./measure";
import { type ServerProcess, withServers } from "./processes";
import { RawSocket } from "./raw-socket";
import { figure, type Report } from "./report";
import type { Scale } from "./scale";

const seller = sellerIdOf(0);
const warmUps = 3;
/** Until all have an event, or something is wrong. */
const roundLimitMs = 20_000;

const query = `subscription ($seller: ID!) {
  paymentUpdated(sellerId: $seller) { cursor status payment { id status amount { amount currency } refundedAmount { amount } } }
}`;

/** An event to many subscribers of one seller: how long until the last one has it, and what a socket weighs. */
export async function benchFanOut(report: Report, scale: Scale): Promise<void> {
  const { subscribers, pairs, events } = scale;
  report.title(
    `An event to ${subscribers} subscribers, beside graphql-ws executing for each of them`,
  );
  await withSqlite((url) =>
    // A SQLite file is one process's own.
    withSqlite((bareUrl) =>
      withServers(async (start) => {
        // A subscription shows each payment's change once, so that no side has it in a cache.
        const payments = 1 + (warmUps + pairs) * events;
        const startLive = async (name: string, databaseUrl: string, live: string) => {
          const changed = await prepare(databaseUrl, async (database) => {
            await createMarketplace(database);
            await fillSellers(database, 1);
            await database.write((unit) =>
              unit.change({ sql: "INSERT INTO event_stream VALUES (?, 0)", values: [seller] }),
            );
            return fillPayments(database, { payments, sellers: 1 });
          });
          const options = gatewayOptions(databaseUrl, "http://127.0.0.1:9");
          const most = String(10 * subscribers);
          const limits = { WS_MAX_SOCKETS_PER_PRINCIPAL: most, WS_MAX_SOCKETS_PER_ADDRESS: most };
          const server = await start({
            name,
            file: "bench/live-server.js",
            readyPath: "/readyz",
            env: { ...options.env, ...limits, LIVE: live },
          });
          return new Audience(
            server,
            subscribers,
            changed.map(({ id }) => id),
          );
        };
        const ours = await startLive("gateway", url, "gateway");
        const bare = await startLive("graphql-ws", bareUrl, "bare");
        for (const audience of [bare, ours]) {
          const { rss, heap } = await audience.assemble();
          report.line(
            `${audience.server.name}, a socket`,
            `${figure(rss / 1024)} kB of memory, ${figure(heap / 1024)} kB of it JavaScript's`,
          );
        }
        const found = await compare(bare.side(events), ours.side(events), { pairs, warmUps });
        report.comparison("fan-out", found, "ms until all have it", { atLeast: 1, hoped: 3 });
        await Promise.all([ours.leave(), bare.leave()]);
      }),
    ),
  );
}

/** All that subscribe at one server. */
class Audience {
  readonly #sockets: RawSocket[] = [];
  #awaited: { id: string; left: number; done: () => void } | undefined;

  constructor(
    readonly server: ServerProcess,
    private readonly size: number,
    private readonly paymentIds: string[],
  ) {}

  /** Opens the sockets; answers the bytes that each one takes at the server. */
  async assemble(): Promise<{ rss: number; heap: number }> {
    // What the first event loads and compiles is not the sockets'.
    await this.#join(10);
    await this.#tell();
    const before = await this.server.usage(true);
    await this.#join(this.size - 10);
    const after = await this.server.usage(true);
    const joined = this.size - 10;
    return {
      rss: (after.rssBytes - before.rssBytes) / joined,
      heap: (after.heapBytes - before.heapBytes) / joined,
    };
  }

  side(events: number): Side {
    return {
      name: this.server.name,
      round: async (): Promise<Round> => {
        const before = await this.server.usage();
        let ms = 0;
        for (let i = 0; i < events; i++) ms += await this.#tell();
        const after = await this.server.usage();
        return { value: ms / events, cpuMs: (after.cpuMs - before.cpuMs) / events };
      },
    };
  }

  async leave(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
  }

  async #join(count: number): Promise<void> {
    const port = Number(new URL(this.server.url).port);
    for (let i = 0; i < count; i++) {
      const socket = await RawSocket.open(port, "/graphql", "graphql-transport-ws");
      socket.send({ type: "connection_init", payload: authorization });
      const answer = await socket.next();
      if (!answer.includes("connection_ack")) throw new Error(answer);
      const id = String(this.#sockets.length);
      socket.send({ id, type: "subscribe", payload: { query, variables: { seller } } });
      socket.onText = (text) => this.#hear(text);
      this.#sockets.push(socket);
    }
    // Nothing tells that a subscription runs; on this machine it takes a few milliseconds.
    await new Promise((wait) => setTimeout(wait, 1_000));
  }

  /** Changes a payment; answers the milliseconds until everyone has heard of it. */
  async #tell(): Promise<number> {
    const id = this.paymentIds.pop();
    if (id === undefined) throw new Error("all payments have been changed");
    const begun = performance.now();
    await new Promise<void>((done, fail) => {
      const limit = setTimeout(() => fail(new Error("not all were told")), roundLimitMs);
      this.#awaited = {
        id,
        left: this.#sockets.length,
        done: () => {
          clearTimeout(limit);
          done();
        },
      };
      this.server.send({ change: id });
    });
    return performance.now() - begun;
  }

  #hear(text: Buffer): void {
    const awaited = this.#awaited;
    const isNext = text.includes('"type":"next"') && !text.includes('"errors"');
    if (awaited === undefined || !isNext || !text.includes(awaited.id)) {
      throw new Error(`not awaited: ${text}`);
    }
    awaited.left--;
    if (awaited.left === 0) awaited.done();
  }
}
