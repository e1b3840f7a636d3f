import { AlertBook } from "../../../src/alerts/alert-book";
import { alertTexts } from "../../../src/domain/alerts";
import "reflect-metadata";
import { randomBytes, randomUUID } from "node:crypto";
import pino from "pino";
import { z } from "zod";
import { dataSourceOptions } from "../../../src/data-source";
import { takingUp } from "../../../src/database/claim";
import type { Database, UnitOfWork } from "../../../src/database/database";
import { openDatabase } from "../../../src/database/open";
import type { MarketplaceId } from "../../../src/domain/ids";
import { MarketplaceEntity } from "../../../src/entities/marketplace.entity";
import { OperationEntity } from "../../../src/entities/operation.entity";
import { repairUnknownOutcomes } from "../../../src/jobs/repair-unknown-outcomes";
import { noFailpoints } from "../../../src/operations/failpoints";
import {
  type Claimant,
  OperationEngine,
  type Runner,
} from "../../../src/operations/operation-engine";
import { createIdFactory } from "../../../src/security/ids";
import { createKeyRing } from "../../../src/security/key-ring";
import { describeEachDatabase, type TestDatabase } from "../../support/databases";
import { MovableClock } from "../../support/gateway";
import {
  lookUpIn,
  Remote,
  refused,
  type Transfer,
  type TransferArgs,
  type TransferCommand,
  type TransferKind,
  transferCommand,
  transferKind,
  unknown,
} from "../../support/remote";
import { eventually } from "../../support/simulator";

const leaseMs = 60_000;
const secondMs = 1_000;

describeEachDatabase("an operation", (kind) => {
  const clock = new MovableClock();
  const ids = createIdFactory(clock);
  const keyRing = createKeyRing(new Map([["test", randomBytes(32)]]));
  const seller = ids.next("Seller");
  let place: TestDatabase;
  let database: Database;
  let remote: Remote;
  const alerts: Record<string, unknown>[] = [];
  beforeAll(async () => {
    place = await kind.create();
    database = await openDatabase(dataSourceOptions(place.url));
  });
  beforeEach(async () => {
    clock.offsetMs = 0;
    remote = new Remote();
    alerts.length = 0;
    await database.write((unit) => {
      unit.change({ sql: "DELETE FROM operation", values: [] });
      unit.change({ sql: "DELETE FROM marketplace", values: [] });
    });
  });
  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  /** A process of its own, as far as operations go; it knows a kind from when that is first named. */
  const newEngine = (over = database, ring = keyRing) => {
    const engine = new OperationEngine({
      database: over,
      clock,
      ids,
      keyRing: ring,
      random: () => 0,
      failpoints: noFailpoints,
      leaseMs,
      alerts: new AlertBook({
        ...{ database: over, clock, ids },
        tell: ({ code, facts }) => alerts.push({ message: alertTexts[code], ...facts }),
        onFault: (fault) => {
          throw fault;
        },
      }),
    });
    const runners = new Map<string, Runner<TransferArgs, Transfer>>();
    const know = (kind: TransferKind) => {
      const runner = runners.get(kind.name) ?? engine.register(kind);
      runners.set(kind.name, runner);
      return runner;
    };
    return {
      engine,
      know,
      perform: (kind: TransferKind, claimant: Claimant, args: TransferArgs) =>
        know(kind).perform(claimant, args),
    };
  };
  const newClaimant = (caller = "seller-1") => ({
    marketplaceId: ids.next("Marketplace"),
    caller,
    idempotencyKey: randomUUID(),
  });
  const transfer = (more: Parameters<typeof transferKind>[3] = {}) =>
    transferKind(database, remote, seller, more);
  /** Lets a worker look once for what was left behind; answers whether there was any. */
  const repair = async (of = transfer(), { know, engine } = newEngine()) => {
    know(of);
    const job = repairUnknownOutcomes(
      { database, clock, ids, leaseMs, logger: pino({ level: "silent" }) },
      engine,
    );
    const found = await job.runOnce(() => {});
    await job.settled?.();
    return found;
  };
  const operations = async (): Promise<OperationEntity[]> => {
    const rows = await database.read("SELECT * FROM operation ORDER BY id");
    return rows.map((row) => database.table(OperationEntity).fromRow(row));
  };
  /** Seconds until the one operation is taken up. */
  const checkIn = async () => {
    const [operation] = await operations();
    const due = operation?.dueAt?.getTime() ?? Number.NaN;
    return Math.round((due - clock.now().getTime()) / secondMs);
  };
  const subjects = async () => {
    const rows = await database.read("SELECT id, name FROM marketplace ORDER BY id");
    return rows.map(({ id, name }) => [id, name]);
  };
  const restart = async () => {
    await database.close();
    database = await openDatabase(dataSourceOptions(place.url));
  };
  const refusal = (code: string) =>
    expect.objectContaining({ errors: [expect.objectContaining({ code })] });

  describe("that is asked for once", () => {
    test("is written down, sent once under a key of its own, and settled", async () => {
      const claimant = newClaimant();
      const engine = newEngine();
      const seen: unknown[] = [];
      remote.reactions.push(async () => {
        // What a crash would leave: everything that is needed to go on, and nothing in clear.
        seen.push(...(await operations()), await subjects());
        return { kind: "accepted", value: "done" };
      });
      const performed = await engine.perform(transfer(), claimant, { amount: 7 });

      expect(performed).toEqual({
        subjectId: expect.stringMatching(/^mkt_/),
        replayed: false,
        state: { id: performed.subjectId, name: "ASKED" },
        refusal: null,
      });
      const [open, subjectsThen] = seen as [OperationEntity, unknown];
      expect(open).toMatchObject({ ...claimedBy(claimant), state: "OPEN", sellerId: seller });
      expect(open.commandSealed).not.toContain("of 7");
      expect(open.dueAt?.getTime()).toBe(open.createdAt.getTime() + leaseMs);
      expect(subjectsThen).toEqual([[performed.subjectId, "ASKED"]]);

      expect(remote.asked).toEqual([open.providerKey]);
      expect(open.providerKey).not.toBe(claimant.idempotencyKey);
      expect(await operations()).toEqual([
        expect.objectContaining({
          id: open.id,
          state: "FINISHED",
          subjectId: performed.subjectId,
          commandSealed: null,
          refusal: null,
          dueAt: null,
          finishedAt: expect.any(Date),
        }),
      ]);
      expect(await subjects()).toEqual([[performed.subjectId, "DONE"]]);
    });

    test("and refused by its rules leaves nothing, and its key free", async () => {
      const claimant = newClaimant();
      const attempt = newEngine().perform(transfer(), claimant, { amount: 1_001 });
      await expect(attempt).rejects.toEqual(refusal("INVALID_AMOUNT"));
      expect([await operations(), await subjects(), remote.asked]).toEqual([[], [], []]);
      const performed = await newEngine().perform(transfer(), claimant, { amount: 1 });
      expect(performed).toMatchObject({ replayed: false, refusal: null });
    });

    test("and refused by what only the database can see leaves nothing, and says why", async () => {
      const { plan } = transfer();
      const reserving = transfer({
        explainConflict: async () => ({
          code: "REFUND_EXCEEDS_REMAINING",
          message: "spoken for",
          path: [],
        }),
        plan: async (args, id) => ({
          ...(await plan(args, id)),
          write: (unit) =>
            unit.change(
              database.table(MarketplaceEntity).update({ name: "x" }, { name: "none" }, 1),
            ),
        }),
      });
      const claimant = newClaimant();
      const attempt = newEngine().perform(reserving, claimant, { amount: 1 });
      await expect(attempt).rejects.toEqual(refusal("REFUND_EXCEEDS_REMAINING"));
      expect([await operations(), remote.asked]).toEqual([[], []]);
      const performed = await newEngine().perform(transfer(), claimant, { amount: 1 });
      expect(performed.replayed).toBe(false);
    });

    test("is settled on what its subject has become meanwhile", async () => {
      const held = remote.hold();
      const running = newEngine().perform(transfer(), newClaimant(), { amount: 1 });
      await eventually(() => remote.asked.length === 1);
      await database.write((unit) =>
        unit.change({ sql: "UPDATE marketplace SET name = 'CHANGED'", values: [] }),
      );
      held.answer({ kind: "accepted", value: "done" });
      const { subjectId, state } = await running;
      expect(state).toEqual({ id: subjectId, name: "CHANGED" });
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
      expect(remote.asked).toHaveLength(1);
    });

    test("is settled on what is stored, where the unit that settles it has to run again", async () => {
      // As the services do it: nothing is written where the state says that it has been.
      const { settle } = transfer();
      const mindful = transfer({
        settle: async (unit, state, outcome, clashed) => {
          if (state.name === "DONE") return { finished: true, refusal: null };
          const settlement = await settle(unit, state, outcome, clashed);
          state.name = "DONE";
          return settlement;
        },
      });
      const engine = newEngine(runningTwice(database, 2));
      const { subjectId, state } = await engine.perform(mindful, newClaimant(), { amount: 1 });
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
      expect(state).toEqual({ id: subjectId, name: "DONE" });
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
      expect(remote.asked).toHaveLength(1);
    });
  });

  describe("whose answer clashes with what is stored", () => {
    /** What it is answered would be another's: the row of that name is there already. */
    const takenBy = (insert: (unit: UnitOfWork) => void, seen: boolean[] = []) => {
      const { settle } = transfer();
      return transfer({
        settle: (unit, state, outcome, clashed) => {
          seen.push(clashed);
          if (outcome.kind === "accepted") insert(unit);
          return settle(unit, state, outcome, clashed);
        },
      });
    };
    const insertAgain = (id: MarketplaceId) => (unit: UnitOfWork) =>
      unit.change(
        database.table(MarketplaceEntity).insert({ id, name: "TAKEN", createdAt: new Date() }),
      );

    test("is told of the clash, and ends where the other row is gone", async () => {
      const other = ids.next("Marketplace");
      await database.write(insertAgain(other));
      const seen: boolean[] = [];
      const kind = takenBy((unit) => {
        // Somebody else's row that is there for the first run only.
        if (seen.length === 1) insertAgain(other)(unit);
      }, seen);
      const { subjectId } = await newEngine().perform(kind, newClaimant(), { amount: 1 });
      expect(seen).toEqual([false, true]);
      expect(await subjects()).toContainEqual([subjectId, "DONE"]);
      expect(alerts).toEqual([]);
    });

    test("is left to be found out, and a person told, where it clashes again and again", async () => {
      const other = ids.next("Marketplace");
      await database.write(insertAgain(other));
      const claimant = newClaimant();
      const kind = takenBy(insertAgain(other));
      const { subjectId, refusal } = await newEngine().perform(kind, claimant, { amount: 1 });
      expect(refusal).toBeNull();
      expect(await subjects()).toContainEqual([subjectId, "ASKED"]);
      expect(await operations()).toMatchObject([{ state: "UNKNOWN", dueAt: expect.any(Date) }]);
      expect(alerts).toEqual([
        { message: "an answer clashes with what is stored", operation: "transfer" },
      ]);
      expect(await newEngine().perform(kind, claimant, { amount: 1 })).toMatchObject({
        ...{ replayed: true, subjectId, refusal: null },
      });
    });
  });

  describe("that is asked for again", () => {
    test("is answered from what stands, with nothing sent, also after a restart", async () => {
      const claimant = newClaimant();
      const { subjectId } = await newEngine().perform(transfer(), claimant, { amount: 7 });
      const replay = { subjectId, replayed: true, state: undefined, refusal: null };
      const engine = newEngine();
      expect(await engine.perform(transfer(), claimant, { amount: 7 })).toEqual(replay);
      await restart();
      expect(await newEngine().perform(transfer(), claimant, { amount: 7 })).toEqual(replay);
      expect(remote.asked).toHaveLength(1);
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
    });

    test("is answered although its rules would refuse it now", async () => {
      const claimant = newClaimant();
      const { subjectId } = await newEngine().perform(transfer(), claimant, { amount: 7 });
      const closed = transfer({
        plan: async () => {
          throw new Error("nothing more is planned");
        },
      });
      const again = await newEngine().perform(closed, claimant, { amount: 7 });
      expect(again).toMatchObject({ subjectId, replayed: true });
    });

    test("with other arguments is refused, whatever became of it, and changes nothing", async () => {
      const outcomes = [undefined, refused(), unknown];
      for (const outcome of outcomes) {
        if (outcome !== undefined) remote.reactions.push(outcome);
        const claimant = newClaimant();
        await newEngine().perform(transfer(), claimant, { amount: 7 });
        const before = [await operations(), await subjects()];
        const attempt = newEngine().perform(transfer(), claimant, { amount: 8 });
        await expect(attempt).rejects.toMatchObject({
          errors: [{ code: "IDEMPOTENCY_KEY_REUSED", path: ["input", "idempotencyKey"] }],
        });
        expect([await operations(), await subjects()]).toEqual(before);
      }
      expect(remote.asked).toHaveLength(outcomes.length);
    });

    test("by another caller, or under another name, is another one", async () => {
      const claimant = newClaimant();
      const others = { ...claimant, caller: "seller-2" };
      const same = { amount: 7 };
      const all = [
        await newEngine().perform(transfer(), claimant, same),
        await newEngine().perform(transfer(), others, same),
        await newEngine().perform(transfer({ name: "payout" }), claimant, same),
      ];
      expect(all.map(({ replayed }) => replayed)).toEqual([false, false, false]);
      expect(new Set(all.map(({ subjectId }) => subjectId)).size).toBe(3);
      expect(new Set(remote.asked).size).toBe(3);
    });

    test("while it runs waits for its end, or comes away with IDEMPOTENCY_IN_PROGRESS", async () => {
      const claimant = newClaimant();
      const held = remote.hold();
      const running = newEngine().perform(transfer(), claimant, { amount: 7 });
      await eventually(() => remote.asked.length === 1);
      const early = newEngine().perform(transfer(), claimant, { amount: 7 });
      await expect(early).rejects.toMatchObject({
        errors: [{ code: "IDEMPOTENCY_IN_PROGRESS", path: ["input", "idempotencyKey"] }],
      });
      const other = newEngine().perform(transfer(), claimant, { amount: 8 });
      await expect(other).rejects.toEqual(refusal("IDEMPOTENCY_KEY_REUSED"));

      const waiting = newEngine().perform(transfer(), claimant, { amount: 7 });
      held.answer({ kind: "accepted", value: "done" });
      const { subjectId, replayed } = await running;
      expect(replayed).toBe(false);
      expect(await waiting).toEqual({ subjectId, replayed: true, state: undefined, refusal: null });
      expect(remote.asked).toHaveLength(1);
    });

    test("twenty times at once is sent once, from whichever process", async () => {
      const engines = [newEngine(), newEngine()];
      const claimant = newClaimant();
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (engines[i % 2] as ReturnType<typeof newEngine>).perform(transfer(), claimant, {
            amount: 7,
          }),
        ),
      );
      expect(remote.asked).toHaveLength(1);
      expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(new Set(all.map(({ subjectId }) => subjectId)).size).toBe(1);
      expect(await subjects()).toEqual([[all[0]?.subjectId, "DONE"]]);
      expect(await operations()).toHaveLength(1);
    });

    test("twenty times at once with two intents is one of them, and refuses the other", async () => {
      const claimant = newClaimant();
      const engine = newEngine();
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          engine.perform(transfer(), claimant, { amount: 1 + (i % 2) }),
        ),
      );
      expect(remote.asked).toHaveLength(1);
      expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
      const reasons = all.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      expect(reasons).toEqual(Array(10).fill(refusal("IDEMPOTENCY_KEY_REUSED")));
    });
  });

  describe("that the provider refuses", () => {
    test("answers its refusal for good, also after a restart", async () => {
      remote.reactions.push(refused());
      const claimant = newClaimant();
      const first = await newEngine().perform(transfer(), claimant, { amount: 7 });
      const told = [{ code: "PROVIDER_REFUSED", message: "not like this", path: [] }];
      expect(first).toMatchObject({ replayed: false, refusal: told });
      await restart();
      const again = await newEngine().perform(transfer(), claimant, { amount: 7 });
      expect(again).toMatchObject({ subjectId: first.subjectId, replayed: true, refusal: told });
      expect(remote.asked).toHaveLength(1);
      expect(await subjects()).toEqual([[first.subjectId, "FAILED"]]);
      expect(await operations()).toMatchObject([{ state: "FINISHED", commandSealed: null }]);
    });

    test("because it was not reached the first time is believed: nothing was sent", async () => {
      remote.reactions.push(refused("PROVIDER_UNAVAILABLE"));
      const { refusal: told } = await newEngine().perform(transfer(), newClaimant(), { amount: 7 });
      expect(told).toMatchObject([{ code: "PROVIDER_UNAVAILABLE" }]);
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
    });
  });

  describe("whose outcome is unknown", () => {
    const performUnknown = async (more: Parameters<typeof transferKind>[3] = {}) => {
      remote.reactions.push(unknown);
      const claimant = newClaimant();
      const performed = await newEngine().perform(transfer(more), claimant, { amount: 7 });
      expect(performed).toMatchObject({ replayed: false, refusal: null });
      return { claimant, subjectId: performed.subjectId };
    };
    const nextCheck = () => {
      clock.advance(25 * 60 * 60 * secondMs);
    };

    test("is kept, answered as it stands, and taken up when its time comes", async () => {
      const { claimant, subjectId } = await performUnknown();
      expect(await operations()).toMatchObject([
        { state: "UNKNOWN", commandSealed: expect.any(String), attempts: 0 },
      ]);
      expect(await checkIn()).toBe(15);
      const engine = newEngine();
      const again = await engine.perform(transfer(), claimant, { amount: 7 });
      expect(again).toEqual({ subjectId, replayed: true, state: undefined, refusal: null });
      expect(await repair()).toBe(false);
      expect(remote.asked).toHaveLength(1);

      await restart();
      clock.advance(16 * secondMs);
      expect(await repair()).toBe(true);
      expect(remote.asked).toHaveLength(2);
      expect(new Set(remote.asked).size).toBe(1);
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
      expect(await operations()).toMatchObject([
        { state: "FINISHED", commandSealed: null, dueAt: null },
      ]);
      nextCheck();
      expect(await repair()).toBe(false);
    });

    test("again is asked about later and later, always under the same key", async () => {
      await performUnknown();
      for (const seconds of [60, 300, 900]) {
        remote.reactions.push(unknown);
        nextCheck();
        expect(await repair()).toBe(true);
        expect(await checkIn()).toBe(seconds);
      }
      expect(remote.asked).toHaveLength(4);
      expect(new Set(remote.asked).size).toBe(1);
      expect(await subjects()).toMatchObject([[expect.anything(), "ASKED"]]);
    });

    test("and whose effect can be seen is not sent again", async () => {
      const lookUp = lookUpIn(database, remote);
      const { subjectId } = await performUnknown({ lookUp });
      remote.done.add(remote.asked[0] as string);
      nextCheck();
      await repair(transfer({ lookUp }));
      expect([remote.looks, remote.asked.length]).toEqual([1, 1]);
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
    });

    test("and whose effect cannot be seen is sent again", async () => {
      const lookUp = lookUpIn(database, remote);
      const { subjectId } = await performUnknown({ lookUp });
      nextCheck();
      await repair(transfer({ lookUp }));
      expect([remote.looks, remote.asked.length]).toEqual([1, 2]);
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
    });

    test.each([["unknown", unknown] as const, ["refused", refused()] as const])(
      "and whose look-up is %s is not sent again yet",
      async (_what, seen) => {
        const lookUp = async () => seen;
        const { subjectId } = await performUnknown({ lookUp });
        nextCheck();
        await repair(transfer({ lookUp }));
        expect(remote.asked).toHaveLength(1);
        expect(await operations()).toMatchObject([{ state: "UNKNOWN", attempts: 1 }]);
        expect(await subjects()).toEqual([[subjectId, "ASKED"]]);
      },
    );

    test("believes a provider's no to a repetition only when there is no more doubt", async () => {
      const doubtMs = 10 * 60 * secondMs;
      const { claimant, subjectId } = await performUnknown({ doubtMs });
      remote.reactions.push(refused(), refused());
      clock.advance(16 * secondMs);
      await repair(transfer({ doubtMs }));
      expect(await operations()).toMatchObject([{ state: "UNKNOWN" }]);
      clock.advance(doubtMs);
      await repair(transfer({ doubtMs }));
      expect(await subjects()).toEqual([[subjectId, "FAILED"]]);
      const again = await newEngine().perform(transfer(), claimant, { amount: 7 });
      expect(again).toMatchObject({ replayed: true, refusal: [{ code: "PROVIDER_REFUSED" }] });
    });

    test("learns nothing from a repetition that was not reached, however late", async () => {
      await performUnknown();
      remote.reactions.push(refused("PROVIDER_UNAVAILABLE"), {
        kind: "refused",
        refusal: {
          code: "SELLER_RECONNECT_NEEDED",
          message: "no",
          retryable: false,
          credentialsRefused: true,
        },
      });
      for (const attempts of [1, 2]) {
        nextCheck();
        await repair();
        expect(await operations()).toMatchObject([{ state: "UNKNOWN", attempts }]);
      }
    });
  });

  describe("whose command is stored", () => {
    const command = { secret: "of 7", minor: 7n, askedAt: new Date(0) };
    /** Loses the answer of an operation of one release, and has another one take the operation up. */
    const handOver = async (from: Partial<TransferKind>, to: Partial<TransferKind>) => {
      remote.reactions.push(unknown);
      await newEngine().perform(transfer(from), newClaimant(), { amount: 7 });
      clock.advance(16 * secondMs);
      const loaded: unknown[] = [];
      const { load } = transfer();
      await repair(
        transfer({
          load: (operation, read) => {
            loaded.push(read);
            return load(operation, read);
          },
          ...to,
        }),
      );
      return loaded;
    };
    /** As an earlier release would have it: the amount was another field's, and nobody knew when. */
    const older: TransferKind["commandForms"][number] = z.codec(
      z.strictObject({ secret: z.string(), cents: z.string() }),
      z.custom<TransferCommand>(),
      {
        decode: ({ secret, cents }) => ({ secret, minor: BigInt(cents), askedAt: new Date(0) }),
        encode: ({ secret, minor }) => ({ secret, cents: `${minor}` }),
      },
    );

    test("reads it with its amounts and times", async () => {
      expect(await handOver({}, {})).toEqual([command]);
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
      expect(alerts).toEqual([]);
    });

    test("by an earlier release reads it in the form of that one", async () => {
      expect(
        await handOver({ commandForms: [older] }, { commandForms: [transferCommand, older] }),
      ).toEqual([command]);
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
      expect(remote.asked).toHaveLength(2);
    });

    test("by a later release leaves it to that one", async () => {
      expect(
        await handOver({ commandForms: [transferCommand, older] }, { commandForms: [older] }),
      ).toEqual([]);
      expect(remote.asked).toHaveLength(1);
      expect(alerts).toEqual([
        {
          message: "an operation is not understood",
          operation: "transfer",
          reason: "its command is of version 1",
        },
      ]);
      expect(await operations()).toMatchObject([{ state: "UNKNOWN", attempts: 1 }]);
      expect(await checkIn()).toBe(60);
      clock.advance(60 * secondMs);
      await repair(transfer({ commandForms: [transferCommand, older] }));
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
    });

    test("that could not be read again is refused before anything is written or sent", async () => {
      const { plan } = transfer();
      const careless = transfer({
        plan: async (args, id) => ({
          ...(await plan(args, id)),
          command: { ...command, tip: 1 } as TransferCommand,
        }),
      });
      const attempt = newEngine().perform(careless, newClaimant(), { amount: 7 });
      await expect(attempt).rejects.toThrow("Unrecognized key");
      expect([await operations(), await subjects(), remote.asked]).toEqual([[], [], []]);
    });
  });

  test("has one kind for each name", () => {
    const { engine } = newEngine();
    engine.register(transfer());
    expect(() => engine.register(transfer())).toThrow("two kinds of operation are transfer");
  });

  describe("whose process falls silent", () => {
    const fallSilent = async (kindOfIt = transfer()) => {
      const held = remote.hold();
      const claimant = newClaimant();
      const running = newEngine().perform(kindOfIt, claimant, { amount: 7 });
      await eventually(() => remote.asked.length === 1);
      return { claimant, running, ...held };
    };

    test("is left alone until its lease has run out, and then carried on by another", async () => {
      const { running, answer } = await fallSilent();
      clock.advance(leaseMs - secondMs);
      expect(await repair()).toBe(false);
      clock.advance(2 * secondMs);
      expect(await repair()).toBe(true);
      expect(new Set(remote.asked).size).toBe(1);
      const [finished] = await operations();
      expect(finished?.state).toBe("FINISHED");

      answer({ kind: "accepted", value: "done" });
      const { subjectId, ...late } = await running;
      expect(late).toEqual({ replayed: false, state: undefined, refusal: null });
      expect(await subjects()).toEqual([[subjectId, "DONE"]]);
      expect(await operations()).toEqual([finished]);
      expect(remote.done.size).toBe(1);
    });

    test("is taken up by one of two workers that look at the same time", async () => {
      const { running, answer } = await fallSilent();
      clock.advance(leaseMs + secondMs);
      const taken = await Promise.all([repair(), repair()]);
      expect(new Set(taken)).toEqual(new Set([false, true]));
      expect(remote.asked).toHaveLength(2);
      answer(unknown);
      await running;
    });

    test("and whose command nobody can open is looked for, and not sent again", async () => {
      const strange = createKeyRing(new Map([["test", randomBytes(32)]]));
      const look = { lookUp: lookUpIn(database, remote) };
      remote.reactions.push(unknown);
      await newEngine(database, strange).perform(transfer(look), newClaimant(), { amount: 7 });
      for (const attempts of [1, 2]) {
        clock.advance(25 * 60 * 60 * secondMs);
        expect(await repair(transfer(look))).toBe(true);
        expect(await operations()).toMatchObject([{ state: "UNKNOWN", attempts }]);
        expect(await subjects()).toMatchObject([[expect.anything(), "ASKED"]]);
      }
      expect(new Set(alerts.map(({ message }) => message))).toEqual(
        new Set(["what is stored of an operation does not open"]),
      );
      expect(remote.asked).toHaveLength(1);

      remote.done.add(remote.asked[0] as string);
      clock.advance(25 * 60 * 60 * secondMs);
      await repair(transfer(look));
      expect(await subjects()).toMatchObject([[expect.anything(), "DONE"]]);
      expect(await operations()).toMatchObject([{ state: "FINISHED" }]);
    });

    test("does not use up its schedule, however many die that have taken it up", async () => {
      const { running, answer } = await fallSilent();
      for (let dead = 0; dead < 6; dead++) {
        clock.advance(10 * leaseMs);
        // Another process takes it up, and is killed before it has looked.
        const rows = await database.write(async (unit) => {
          const take = takingUp(database, clock, { leaseMs, leaseToken: ids.next("Lease") });
          unit.change({ sql: `UPDATE operation SET ${take.sql}`, values: take.values });
          return unit.read("SELECT attempts FROM operation", []);
        });
        expect(rows).toEqual([{ attempts: 0 }]);
      }
      // Whoever dies of it again and again does not do so at once.
      clock.advance(2 * leaseMs);
      expect(await repair()).toBe(false);
      clock.advance(8 * leaseMs);
      remote.reactions.push(unknown);
      expect(await repair()).toBe(true);
      expect(await operations()).toMatchObject([{ state: "UNKNOWN", leaseToken: null }]);
      expect(await checkIn()).toBe(15);
      answer(unknown);
      await running;
    });

    test("is not sent again by another where it is sent once only", async () => {
      const once = transfer({ sendsOnce: true });
      const { running, answer } = await fallSilent(once);
      clock.advance(leaseMs + secondMs);
      expect(await repair(once)).toBe(true);
      expect(remote.asked).toHaveLength(1);
      expect(await operations()).toMatchObject([{ state: "UNKNOWN" }]);
      answer(unknown);
      await running;
    });

    test("answers what another has found, when its own late answer says otherwise", async () => {
      const { running, answer } = await fallSilent();
      clock.advance(leaseMs + secondMs);
      await repair();
      answer(refused());
      expect(await running).toMatchObject({ replayed: false, state: undefined, refusal: null });
      expect(await subjects()).toMatchObject([[expect.anything(), "DONE"]]);
    });

    test("settles nothing while another still holds it", async () => {
      const { running, answer } = await fallSilent();
      clock.advance(leaseMs + secondMs);
      const otherHeld = remote.hold();
      const repairing = repair();
      await eventually(() => remote.asked.length === 2);
      answer(refused());
      expect(await running).toMatchObject({ replayed: false, state: undefined, refusal: null });
      expect(await subjects()).toMatchObject([[expect.anything(), "ASKED"]]);
      otherHeld.answer({ kind: "accepted", value: "done" });
      await repairing;
      expect(await subjects()).toMatchObject([[expect.anything(), "DONE"]]);
    });

    test("by a fault of its own is carried on as well", async () => {
      remote.reactions.push(() => Promise.reject(new Error("a bug")));
      const claimant = newClaimant();
      const attempt = newEngine().perform(transfer(), claimant, { amount: 7 });
      await expect(attempt).rejects.toThrow("a bug");
      expect(await operations()).toMatchObject([{ state: "OPEN" }]);
      clock.advance(leaseMs + secondMs);
      expect(await repair()).toBe(true);
      const again = await newEngine().perform(transfer(), claimant, { amount: 7 });
      expect(again).toMatchObject({ replayed: true, refusal: null });
      expect(await subjects()).toEqual([[again.subjectId, "DONE"]]);
    });
  });
});

/** Runs the n-th unit a second time, as after a deadlock: of its first run nothing stands. */
function runningTwice(database: Database, n: number): Database {
  let units = 0;
  const write: Database["write"] = async (work) => {
    units++;
    if (units !== n) return database.write(work);
    const undone = database.write(async (unit) => {
      await work(unit);
      throw new Error("deadlock");
    });
    await expect(undone).rejects.toThrow("deadlock");
    return database.write(work);
  };
  return {
    kind: database.kind,
    nowSql: database.nowSql,
    read: (...query) => database.read(...query),
    write,
    table: (entity) => database.table(entity),
    beat: () => database.beat(),
    close: () => database.close(),
  };
}

/** A claim as its operation keeps it. */
function claimedBy({
  idempotencyKey,
  ...rest
}: {
  readonly idempotencyKey: string;
  readonly caller: string;
}): Partial<OperationEntity> {
  return { ...rest, clientKey: idempotencyKey, name: "transfer" };
}
