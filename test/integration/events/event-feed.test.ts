import "reflect-metadata";
import type { Database } from "../../../src/database/database";
import { systemClock } from "../../../src/domain/clock";
import type { SellerId } from "../../../src/domain/ids";
import type { EventEntity } from "../../../src/entities/event.entity";
import { EventFeed } from "../../../src/events/event-feed";
import { EventLog } from "../../../src/events/event-log";
import { createLocalWakeUps, type WakeUps } from "../../../src/events/wake-ups";
import { createIdFactory } from "../../../src/security/ids";
import { describeEachDatabase } from "../../support/databases";
import { appendAsJob, someEvent } from "../../support/events";
import { useDatabase } from "../../support/open-database";
import { eventually } from "../../support/simulator";

const ids = createIdFactory(systemClock);
const fail = (fault: unknown) => {
  throw fault;
};

describeEachDatabase("the event log", (kind) => {
  let database: Database;
  useDatabase(kind, (opened) => {
    database = opened;
  });

  const open = async (wakeUps: WakeUps = createLocalWakeUps()) => {
    const log = new EventLog(database, wakeUps, systemClock);
    const streamId = ids.next("Seller");
    await database.write((unit) => log.openStream(unit, streamId));
    return { log, streamId, wakeUps };
  };
  const write = (log: EventLog, streamId: SellerId, count = 1) =>
    database.write((unit) => {
      for (let i = 0; i < count; i++) {
        appendAsJob(log, unit, someEvent(streamId, ids.next("Payment")));
      }
    });
  const take = async (events: AsyncIterator<EventEntity>, count: number) => {
    const taken: EventEntity[] = [];
    while (taken.length < count) {
      const { value, done } = await events.next();
      if (done) throw new Error("the feed ended");
      taken.push(value);
    }
    return taken;
  };
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i));

  test("numbers a stream's events without gaps, whoever writes at once and whoever fails", async () => {
    const { log, streamId } = await open();
    await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        i % 5 === 0
          ? database.write(async (unit) => {
              appendAsJob(log, unit, someEvent(streamId, ids.next("Payment")));
              throw new Error("on purpose");
            })
          : write(log, streamId),
      ),
    );
    const events = await log.after(streamId, 0n, 100);
    expect(events.map(({ seq }) => seq)).toEqual(numbers(1, 40));
    expect(await log.lastSeq(streamId)).toBe(40n);
  });

  test("shows every follower everything once and in order, from wherever it starts", async () => {
    const { log, streamId, wakeUps } = await open();
    const feed = new EventFeed(log, wakeUps, fail);
    await write(log, streamId, 30);
    const starts = [0, 1, 17, 29, 30];
    const following = starts.map((start) => take(feed.follow(streamId, BigInt(start)), 90 - start));
    for (let i = 0; i < 60; i += 3) await write(log, streamId, 3);
    const seen = await Promise.all(following);
    expect(seen.map((events) => events.map(({ seq }) => seq))).toEqual(
      starts.map((start) => numbers(start + 1, 90)),
    );
    feed.close();
  });

  test("hands the same event objects to all who follow live", async () => {
    const { log, streamId, wakeUps } = await open();
    const feed = new EventFeed(log, wakeUps, fail);
    await write(log, streamId);
    const followers = [feed.follow(streamId, 0n), feed.follow(streamId, 0n)];
    // What was there before is read from the table by each; whoever has it follows live.
    await Promise.all(followers.map((follower) => follower.next()));
    const next = followers.map((follower) => follower.next());
    await write(log, streamId);
    const [a, b] = await Promise.all(next);
    expect(a?.value).toBe(b?.value);
    feed.close();
  });

  test("is read by polling when wake-ups get lost", async () => {
    const deaf: WakeUps = { publish: () => {}, subscribe: () => {}, close: async () => {} };
    const { log, streamId } = await open(deaf);
    const feed = new EventFeed(log, deaf, fail, 10);
    const follower = feed.follow(streamId, 0n);
    const next = take(follower, 2);
    await write(log, streamId, 2);
    expect((await next).map(({ seq }) => seq)).toEqual([1n, 2n]);
    feed.close();
  });

  test("lets go at once of a follower that leaves while it waits", async () => {
    const { log, streamId, wakeUps } = await open();
    const feed = new EventFeed(log, wakeUps, fail);
    const follower = feed.follow(streamId, 0n);
    const waiting = follower.next();
    await eventually(() => feed.watchedStreams === 1);
    await follower.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(feed.watchedStreams).toBe(0);
    feed.close();
  });

  test("does not read a whole log when the database failed as somebody began to follow it", async () => {
    const { log, streamId, wakeUps } = await open();
    for (let i = 0; i < 6; i++) await write(log, streamId, 100);
    const faults: unknown[] = [];
    const feed = new EventFeed(log, wakeUps, (fault) => faults.push(fault), 10);
    jest.spyOn(log, "lastSeq").mockRejectedValueOnce(new Error("connection lost"));
    const reading = jest.spyOn(log, "after");
    const following = take(feed.follow(streamId, 590n), 12);
    await eventually(() => reading.mock.calls.length > 0);
    await write(log, streamId, 2);
    expect((await following).map(({ seq }) => seq)).toEqual(numbers(591, 602));
    expect(faults).toEqual([new Error("connection lost")]);
    // A seller's log can hold millions of events, of which a follower wants the last few.
    expect(reading.mock.calls.filter(([, seq]) => seq < 590n)).toEqual([]);
    feed.close();
  });

  test("serves who is further behind than memory reaches", async () => {
    const { log, streamId, wakeUps } = await open();
    const feed = new EventFeed(log, wakeUps, fail);
    const live = take(feed.follow(streamId, 0n), 1_300);
    for (let i = 0; i < 13; i++) await write(log, streamId, 100);
    await live;
    const late = await take(feed.follow(streamId, 3n), 1_297);
    expect(late.map(({ seq }) => seq)).toEqual(numbers(4, 1_300));
    feed.close();
  });
});
