import "reflect-metadata";
import fc from "fast-check";
import { type Database, StaleWriteError, type UnitOfWork } from "../../../src/database/database";
import { systemClock } from "../../../src/domain/clock";
import type { SellerId } from "../../../src/domain/ids";
import { MarketplaceEntity } from "../../../src/entities/marketplace.entity";
import { type EventDraft, EventLog } from "../../../src/events/event-log";
import { createLocalWakeUps } from "../../../src/events/wake-ups";
import { createIdFactory } from "../../../src/security/ids";
import { describeEachDatabase } from "../../support/databases";
import { appendAsJob, someEvent } from "../../support/events";
import { useDatabase } from "../../support/open-database";

const ids = createIdFactory(systemClock);

/** What one unit does. Those of the same kind have the same statements, and are written together on MySQL. */
interface Action {
  readonly name: string;
  /** Streams that get an event each. */
  readonly streams: readonly number[];
  readonly renamedTo: string | null;
  /** It expects a name that the row does not have. */
  readonly isStale: boolean;
}

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    "?",
    "it's",
    'say "no"',
    "back\\slash",
    "50 % of ??",
    "null",
    "ñ – żółw 🐢",
    "a;b",
  ),
);
const action: fc.Arbitrary<Action> = fc.record({
  name: text,
  streams: fc.constantFrom([0], [0], [1], [0, 1], [2, 0, 1], []),
  renamedTo: fc.oneof(fc.constant(null), text, fc.constant("the same for all")),
  isStale: fc.nat(9).map((n) => n === 0),
});

/** Half of the time none is at fault: a fault makes each run by itself. */
const actionsOfOneMoment = fc
  .tuple(fc.array(action, { minLength: 1, maxLength: 40 }), fc.boolean())
  .map(([actions, areSound]) =>
    areSound ? actions.map((each) => ({ ...each, isStale: false })) : actions,
  );

describeEachDatabase("units that are committed together", (kind) => {
  let database: Database;
  let log: EventLog;
  useDatabase(kind, (opened) => {
    database = opened;
    log = new EventLog(database, createLocalWakeUps(), systemClock);
  });

  const table = () => database.table(MarketplaceEntity);
  const insert = (unit: UnitOfWork, name: string) => {
    const row: MarketplaceEntity = { id: ids.next("Marketplace"), name, createdAt: new Date() };
    unit.change(table().insert(row));
    return row;
  };
  const eventOf = (subjectId: string, streamId: SellerId): EventDraft => ({
    ...someEvent(streamId, subjectId),
    toStatus: "it's a status?",
  });

  test("come to what each would have come to by itself", async () => {
    await fc.assert(
      fc.asyncProperty(actionsOfOneMoment, async (actions) => {
        const streams = [ids.next("Seller"), ids.next("Seller"), ids.next("Seller")] as const;
        await database.write((unit) => {
          for (const streamId of streams) log.openStream(unit, streamId);
        });
        const done = await Promise.allSettled(
          actions.map(({ name, streams: places, renamedTo, isStale }) =>
            database.write((unit) => {
              const row = insert(unit, name);
              if (renamedTo !== null) {
                const expected = isStale ? `not ${name}` : name;
                unit.change(table().update({ name: renamedTo }, { id: row.id, name: expected }, 1));
              }
              const drafts = places.map((at, i) =>
                eventOf(`${row.id}${i}`, streams[at] ?? streams[0]),
              );
              if (drafts.length > 0) appendAsJob(log, unit, ...drafts);
              return row.id;
            }),
          ),
        );

        const expectedEvents: string[][] = [[], [], []];
        for (const [index, result] of done.entries()) {
          const { name, renamedTo, isStale, streams: places } = actions[index] as Action;
          if (isStale && renamedTo !== null) {
            expect(result).toMatchObject({
              status: "rejected",
              reason: expect.any(StaleWriteError),
            });
            continue;
          }
          if (result.status === "rejected") throw result.reason;
          const rows = await database.read("SELECT name FROM marketplace WHERE id = ?", [
            result.value,
          ]);
          expect(rows).toEqual([{ name: renamedTo ?? name }]);
          for (const [i, at] of places.entries()) expectedEvents[at]?.push(`${result.value}${i}`);
        }
        for (const [at, streamId] of streams.entries()) {
          const events = await log.after(streamId, 0n, 1_000);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => BigInt(i + 1)));
          expect(events.map(({ subjectId }) => subjectId).sort()).toEqual(
            expectedEvents[at]?.sort(),
          );
          expect(await log.lastSeq(streamId)).toBe(BigInt(events.length));
        }
      }),
      { numRuns: 25 },
    );
  });

  test("number the events of one stream in the order in which the units came", async () => {
    const streamId = ids.next("Seller");
    await database.write((unit) => log.openStream(unit, streamId));
    const subjects = Array.from({ length: 40 }, () => ids.next("Payment"));
    await Promise.all(
      subjects.map((subjectId) =>
        database.write((unit) => appendAsJob(log, unit, eventOf(subjectId, streamId))),
      ),
    );
    const events = await log.after(streamId, 0n, 100);
    expect(events.map(({ subjectId }) => subjectId)).toEqual(subjects);
  });

  test("go on beside one whose statement has too few values", async () => {
    const sql = "UPDATE marketplace SET name = ? WHERE id = ?";
    const broken = database.write((unit) => unit.change({ sql, values: ["only one"] }));
    const sound = database.write((unit) => insert(unit, "beside a broken one"));
    await expect(broken).rejects.toThrow();
    await expect(sound).resolves.toMatchObject({ name: "beside a broken one" });
  });

  test("see each other where they look for others like them: one of two is refused", async () => {
    const once = (name: string) =>
      database.write((unit) => {
        const { id } = insert(unit, name);
        const sql = "SELECT 1 FROM marketplace WHERE name = ? AND id <> ?";
        unit.change({ sql, values: [name, id], expectNone: true });
      });
    const done = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => once(`pair ${i % 10}`)),
    );
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const rows = await database.read(
      "SELECT name, COUNT(*) AS n FROM marketplace WHERE name LIKE 'pair %' GROUP BY name",
    );
    expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 10 }, () => 1));
  });
});
