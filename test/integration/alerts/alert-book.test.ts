import { AlertBook } from "../../../src/alerts/alert-book";
import type { Database } from "../../../src/database/database";
import { jobActor, operatorActor } from "../../../src/domain/actor";
import { type AlertCode, type AlertDraft, alertCodes, ownAlert } from "../../../src/domain/alerts";
import type { AlertId, PaymentId } from "../../../src/domain/ids";
import { AlertEntity } from "../../../src/entities/alert.entity";
import { actAs } from "../../../src/logging/work";
import { createIdFactory } from "../../../src/security/ids";
import { AlertEnds } from "../../../src/services/upkeep/alert-ends";
import { describeEachDatabase } from "../../support/databases";
import { MovableClock } from "../../support/gateway";
import { useDatabase } from "../../support/open-database";

describeEachDatabase("alerts", (kind) => {
  const clock = Object.assign(new MovableClock(), { offsetMs: 0 });
  const ids = createIdFactory(clock);
  const told: AlertDraft[] = [];
  let database: Database;
  let book: AlertBook;
  useDatabase(kind, (opened) => {
    database = opened;
    const onFault = (fault: unknown) => {
      throw fault;
    };
    book = new AlertBook({ database, clock, ids, tell: (draft) => told.push(draft), onFault });
  });
  beforeEach(async () => {
    told.length = 0;
    await database.write((unit) => unit.change({ sql: "DELETE FROM alert", values: [] }));
  });

  const marketplaceId = ids.next("Marketplace");
  const about = (id: string, code: AlertCode = "PAYMENT_NOT_APPLIED"): AlertDraft => ({
    ...{ code, subject: { kind: "Payment", id }, marketplaceId, sellerId: null },
    facts: { paymentId: id, reason: "another amount" },
  });
  const rows = async (): Promise<AlertEntity[]> => {
    const found = await database.read("SELECT * FROM alert ORDER BY id");
    return database.table(AlertEntity).readableRows(found);
  };
  const raise = (draft: AlertDraft) => database.write((unit) => book.raise(unit, draft));
  const asOperator = <T>(work: () => T) => actAs(operatorActor("alert-clear"), work);

  test("of one code and subject are one open row, whoever raises them at once", async () => {
    const id = ids.next("Payment");
    await Promise.all(Array.from({ length: 20 }, () => raise(about(id))));
    await Promise.all([
      raise(about(id, "PAYMENT_CHANGED_AFTER_END")),
      raise(about(ids.next("Payment"))),
    ]);
    expect(told).toHaveLength(22);
    const open = await rows();
    expect(open).toHaveLength(3);
    expect(open.find(({ seenCount }) => seenCount === 20)).toMatchObject({
      ...{ code: "PAYMENT_NOT_APPLIED", subjectKind: "Payment", subjectId: id, marketplaceId },
      ...{ facts: { paymentId: id, reason: "another amount" }, clearedAt: null, clearedBy: null },
    });
  });

  test("are neither written nor told where their unit comes to nothing", async () => {
    const unit = database.write((inside) => {
      book.raise(inside, about(ids.next("Payment")));
      inside.change({ sql: "DELETE FROM payment WHERE id = 'x'", values: [], expectRows: 1 });
    });
    await expect(unit).rejects.toThrow();
    expect([await rows(), told]).toEqual([[], []]);
  });

  test("that have ended keep why and by whom, and what comes after them is a row of its own", async () => {
    const draft = about(ids.next("Payment"));
    await raise(draft);
    const [first] = await rows();
    if (first === undefined) throw new Error("no alert");
    await raise(draft);
    // It was seen again since it was read.
    expect(await asOperator(() => book.end(first, "late"))).toBe(false);
    expect(await asOperator(() => book.endById(first.id, "refunded by hand"))).toBe(true);
    expect(await asOperator(() => book.endById(first.id, "twice"))).toBe(false);
    expect(await asOperator(() => book.endById(ids.next("Alert"), "nobody's"))).toBe(false);
    await raise(draft);
    const [ended, open] = await rows();
    expect(ended).toMatchObject({
      ...{ id: first.id, openKey: null, seenCount: 2, clearedBecause: "refunded by hand" },
      ...{ clearedAt: expect.any(Date), clearedBy: operatorActor("alert-clear") },
    });
    expect(open).toMatchObject({ seenCount: 1, clearedAt: null });
    expect((await book.open(marketplaceId)).map(({ id }) => id)).toEqual([open?.id]);
    expect((await book.open(ids.next("Marketplace"))).map(({ id }) => id)).toEqual([]);
  });

  test("that nobody's unit raises are told each time, and written at a bearable rate", async () => {
    const draft = { ...about("MERCADO_PAGO GET payment"), ...ownAlert };
    for (let times = 0; times < 5; times++) await book.raiseNow(draft);
    expect(told).toHaveLength(5);
    expect(await rows()).toMatchObject([{ seenCount: 1, marketplaceId: null }]);
    await asOperator(() => book.endOf(draft.code, draft.subject, "over"));
    expect(await rows()).toMatchObject([{ clearedBecause: "over" }]);
  });

  test("end where a look finds their reason gone; those that only a person can judge stay", async () => {
    const id = ids.next("Payment") as PaymentId;
    for (const code of alertCodes) {
      const draft = about(id, code);
      await raise(
        code === "ROW_UNREADABLE" ? { ...draft, facts: { table: "payment", id } } : draft,
      );
    }
    const ended: string[] = [];
    const ends = new AlertEnds({
      database,
      clock,
      alerts: book,
      onEnded: ({ code }) => ended.push(code),
    });
    await actAs(jobActor("end-alerts"), () => ends.endWhatIsOver());
    // Nothing of what they are about is there.
    expect(ended.sort()).toEqual([
      "DELIVERY_PARKED",
      "DELIVERY_STUCK",
      "DURABILITY_WEAK",
      "OPERATION_CLASHES",
      "OPERATION_NOT_UNDERSTOOD",
      "OPERATION_SEALED",
      "RECONNECT_NEEDED",
      "RENEWAL_REFUSED",
      "RENEWED_FOR_ANOTHER",
      "ROW_UNREADABLE",
    ]);
    clock.advance(25 * 3_600_000);
    await actAs(jobActor("end-alerts"), () => ends.endWhatIsOver());
    expect(ended.slice(10).sort()).toEqual([
      "ANSWER_UNREADABLE",
      "CLOCKS_DIFFER",
      "WEBHOOKS_NOT_VERIFIED",
    ]);
    const cleared = (await rows()).filter(({ clearedAt }) => clearedAt !== null);
    expect(new Set(cleared.map(({ clearedBy }) => clearedBy?.reference))).toEqual(
      new Set(["end-alerts"]),
    );
  });

  test("of an outage are kept with their end", async () => {
    const draft = { ...about("gateway", "DATABASE_NOT_WRITABLE"), ...ownAlert };
    await book.keepEnded(draft);
    expect(await rows()).toMatchObject([{ openKey: null, clearedAt: expect.any(Date) }]);
    expect(await asOperator(() => book.endById("alr_nobody" as AlertId, "no"))).toBe(false);
  });
});
