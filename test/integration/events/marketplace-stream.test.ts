import "reflect-metadata";
import fc from "fast-check";
import { dataSourceOptions } from "../../../src/data-source";
import type { Database } from "../../../src/database/database";
import { openDatabase } from "../../../src/database/open";
import { systemClock } from "../../../src/domain/clock";
import type { MarketplaceId, SellerId } from "../../../src/domain/ids";
import { MarketplaceEntity } from "../../../src/entities/marketplace.entity";
import { EventLog } from "../../../src/events/event-log";
import { EventSweep } from "../../../src/events/event-sweep";
import type { MarketplaceEvent } from "../../../src/events/marketplace-log";
import { openMarketplaceStreams } from "../../../src/events/marketplace-stream";
import { createLocalWakeUps, type WakeUps } from "../../../src/events/wake-ups";
import { createIdFactory } from "../../../src/security/ids";
import { describeEachDatabase, type TestDatabase } from "../../support/databases";
import { appendAsJob, someEvent } from "../../support/events";
import { eventually } from "../../support/simulator";

jest.setTimeout(120_000);

const ids = createIdFactory(systemClock);
const fail = (fault: unknown) => {
  throw fault;
};

/** Two processes: each with its own connections, log, numberer and feed. */
interface Process {
  readonly log: EventLog;
  readonly streams: ReturnType<typeof openMarketplaceStreams>;
  readonly sweep: EventSweep;
}

describeEachDatabase("a marketplace's stream", (kind) => {
  let place: TestDatabase;
  const databases: Database[] = [];
  beforeAll(async () => {
    place = await kind.create();
    databases.push(await openDatabase(dataSourceOptions(place.url)));
    // A SQLite file is one process's own.
    if (databases[0]?.kind === "mysql") {
      databases.push(await openDatabase(dataSourceOptions(place.url)));
    }
  });
  afterAll(async () => {
    for (const database of databases) await database.close();
    await place.drop();
  });

  const processOn = (database: Database, wakeUps: WakeUps, isDeaf = false): Process => {
    const streams = openMarketplaceStreams(database, wakeUps, fail);
    const log = new EventLog(database, wakeUps, systemClock, (drafts) => {
      // A process that is killed right after each commit.
      if (!isDeaf) streams.numberer.moved(drafts);
    });
    const sweep = new EventSweep({ database, clock: systemClock, log: streams.marketplaceLog });
    return { log, streams, sweep };
  };
  const dbOf = (at: number): Database => {
    const database = databases[at % databases.length];
    if (database === undefined) throw new Error("no database");
    return database;
  };
  const newMarketplace = async (sellers: number) => {
    const [database] = databases;
    if (database === undefined) throw new Error("no database");
    const marketplaceId = ids.next("Marketplace");
    const sellerIds = Array.from({ length: sellers }, () => ids.next("Seller"));
    const { log } = processOn(database, createLocalWakeUps());
    const row = { id: marketplaceId, name: "Of a test", createdAt: new Date() };
    await database.write((unit) => {
      unit.change(database.table(MarketplaceEntity).insert(row));
      for (const id of sellerIds) log.openStream(unit, id);
    });
    return { marketplaceId, sellerIds };
  };
  const write = (
    { log }: Process,
    database: Database,
    marketplaceId: MarketplaceId,
    sellerId: SellerId,
    count = 1,
  ) =>
    database.write((unit) => {
      for (let i = 0; i < count; i++) {
        const draft = { ...someEvent(sellerId, ids.next("Payment")), marketplaceId };
        appendAsJob(log, unit, draft);
      }
    });
  const take = async (events: AsyncIterator<MarketplaceEvent>, count: number) => {
    const taken: MarketplaceEvent[] = [];
    while (taken.length < count) {
      const { value, done } = await events.next();
      if (done) throw new Error("the feed ended");
      taken.push(value);
    }
    return taken;
  };
  const end = async (...processes: Process[]) => {
    for (const { streams } of processes) {
      streams.marketplaceFeed.close();
      await streams.numberer.close();
    }
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1));
  /** Every event once, numbered without gaps, each log in its own order. */
  const expectWhole = (events: readonly MarketplaceEvent[], count: number) => {
    expect(events.map(({ seq }) => seq)).toEqual(numbers(count));
    const ofLogs = new Map<string, bigint[]>();
    for (const { event } of events) {
      ofLogs.set(event.streamId, [...(ofLogs.get(event.streamId) ?? []), event.seq]);
    }
    for (const seqs of ofLogs.values()) expect(seqs).toEqual(numbers(seqs.length));
  };

  test("has every event once, in each log's order, however writers, numberers and readers take turns", async () => {
    const step = fc.record({
      process: fc.nat(1),
      seller: fc.nat(3),
      events: fc.integer({ min: 1, max: 3 }),
      // Whether the process dies right after the commit, before it has numbered anything.
      dies: fc.boolean(),
      waits: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.nat(20),
        async (steps, resumeAt) => {
          const wakeUps = createLocalWakeUps();
          const living = [processOn(dbOf(0), wakeUps), processOn(dbOf(1), wakeUps)] as const;
          const dying = [
            processOn(dbOf(0), wakeUps, true),
            processOn(dbOf(1), wakeUps, true),
          ] as const;
          const { marketplaceId, sellerIds } = await newMarketplace(4);
          const total = steps.reduce((sum, { events }) => sum + events, 0);
          const [reader, other] = living;
          reader.streams.numberer.watched(marketplaceId);
          const follower = reader.streams.marketplaceFeed.follow(marketplaceId, 0n);
          const reading = take(follower, total);
          await Promise.all(
            steps.map(async ({ process, seller, events, dies, waits }) => {
              for (let i = 0; i < waits; i++) await new Promise((next) => setImmediate(next));
              const by = (dies ? dying : living)[process === 0 ? 0 : 1];
              const sellerId = sellerIds[seller];
              if (sellerId === undefined) throw new Error("no seller");
              await write(by, dbOf(process), marketplaceId, sellerId, events);
            }),
          );
          // Both look for what was left, and meet each other and the numberers at the counter.
          await Promise.all(living.map(({ sweep }) => sweep.run()));
          const seen = await reading;
          expectWhole(seen, total);
          // Who resumes, at another process, gets the rest and nothing else.
          const from = BigInt(Math.min(resumeAt, total));
          const rest = await take(
            other.streams.marketplaceFeed.follow(marketplaceId, from),
            total - Number(from),
          );
          expect(rest.map(({ seq, event }) => [seq, event.subjectId])).toEqual(
            seen.slice(Number(from)).map(({ seq, event }) => [seq, event.subjectId]),
          );
          await end(...living, ...dying);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("is as whole where one process is killed between commit and numbers, without another event", async () => {
    const wakeUps = createLocalWakeUps();
    const killed = processOn(dbOf(0), wakeUps, true);
    const heir = processOn(dbOf(1), wakeUps);
    const { marketplaceId, sellerIds } = await newMarketplace(3);
    for (const id of sellerIds) await write(killed, dbOf(0), marketplaceId, id, 2);
    const { marketplaceLog } = heir.streams;
    expect(await marketplaceLog.lastSeq(marketplaceId)).toBe(0n);
    await heir.sweep.run();
    expectWhole(await marketplaceLog.after(marketplaceId, 0n, 100), 6);
    // Looking again, here and at a process that starts, changes nothing.
    await heir.sweep.run();
    await processOn(dbOf(0), wakeUps).sweep.run();
    expect(await marketplaceLog.lastSeq(marketplaceId)).toBe(6n);
    await end(killed, heir);
  });

  test("numbers a long past in parts, longer than one unit and one sweep's batch take", async () => {
    const wakeUps = createLocalWakeUps();
    const old = processOn(dbOf(0), wakeUps, true);
    const { marketplaceId, sellerIds } = await newMarketplace(2);
    for (const [at, id] of sellerIds.entries()) {
      for (let i = 0; i < 12; i++) await write(old, dbOf(0), marketplaceId, id, 100 - at);
    }
    await old.sweep.run();
    const { marketplaceLog } = old.streams;
    const events: MarketplaceEvent[] = [];
    for (;;) {
      const some = await marketplaceLog.after(marketplaceId, BigInt(events.length), 500);
      events.push(...some);
      if (some.length < 500) break;
    }
    expectWhole(events, 12 * 199);
    await end(old);
  });

  test("takes in what a process of an older release wrote without naming the marketplace", async () => {
    const wakeUps = createLocalWakeUps();
    const old = processOn(dbOf(0), wakeUps, true);
    const { marketplaceId, sellerIds } = await newMarketplace(1);
    const [sellerId] = sellerIds;
    if (sellerId === undefined) throw new Error("no seller");
    const now = Date.now();
    await dbOf(0).write((unit) =>
      unit.change({
        sql: "INSERT INTO seller (id, marketplace_id, reference, name, created_at, updated_at) VALUES (?, ?, ?, 'Shop', ?, ?)",
        values: [sellerId, marketplaceId, sellerId, now, now],
      }),
    );
    await write(old, dbOf(0), marketplaceId, sellerId, 3);
    await dbOf(0).write((unit) =>
      unit.change({
        sql: "UPDATE event SET marketplace_id = NULL, recorded_at = 1 WHERE stream_id = ?",
        values: [sellerId],
      }),
    );
    await old.sweep.run();
    const events = await old.streams.marketplaceLog.after(marketplaceId, 0n, 10);
    expectWhole(events, 3);
    expect(events.map(({ event }) => event.marketplaceId)).toEqual(Array(3).fill(marketplaceId));
    await end(old);
  });

  test("numbers at once what is watched, and soon what is not", async () => {
    const wakeUps = createLocalWakeUps();
    const watching = processOn(dbOf(0), wakeUps);
    const { marketplaceId, sellerIds } = await newMarketplace(1);
    const [sellerId] = sellerIds;
    if (sellerId === undefined) throw new Error("no seller");
    await write(watching, dbOf(0), marketplaceId, sellerId);
    const { marketplaceLog, marketplaceFeed, numberer } = watching.streams;
    await eventually(async () => (await marketplaceLog.lastSeq(marketplaceId)) === 1n);
    numberer.watched(marketplaceId);
    const begun = performance.now();
    const next = take(marketplaceFeed.follow(marketplaceId, 1n), 1);
    await write(watching, dbOf(0), marketplaceId, sellerId);
    await next;
    // Far below the second after which what nobody watches gets its number.
    expect(performance.now() - begun).toBeLessThan(700);
    await end(watching);
  });

  test("tries again where the database failed, and leaves nothing out", async () => {
    const wakeUps = createLocalWakeUps();
    const faults: unknown[] = [];
    const database = dbOf(0);
    const streams = openMarketplaceStreams(database, wakeUps, (fault) => faults.push(fault));
    const log = new EventLog(database, wakeUps, systemClock, (drafts) =>
      streams.numberer.moved(drafts),
    );
    const { marketplaceId, sellerIds } = await newMarketplace(2);
    jest
      .spyOn(streams.marketplaceLog, "number")
      .mockRejectedValueOnce(new Error("connection lost"));
    for (const sellerId of sellerIds) {
      await database.write((unit) => {
        const draft = { ...someEvent(sellerId, ids.next("Payment")), marketplaceId };
        appendAsJob(log, unit, draft);
      });
    }
    await eventually(async () => (await streams.marketplaceLog.lastSeq(marketplaceId)) === 2n);
    expect(faults).toEqual([new Error("connection lost")]);
    streams.marketplaceFeed.close();
    await streams.numberer.close();
  });
});
