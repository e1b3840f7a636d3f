import "reflect-metadata";
import { AlertBook } from "../../../src/alerts/alert-book";
import type { Database } from "../../../src/database/database";
import type { Provider } from "../../../src/domain/provider";
import {
  InboxDeliveryEntity,
  untouchedDelivery,
} from "../../../src/entities/inbox-delivery.entity";
import { mercadoPagoWebhooks } from "../../../src/providers/mercado-pago/webhooks";
import type { ProviderAdapter } from "../../../src/providers/provider";
import { createRegistry } from "../../../src/providers/registry";
import { createIdFactory } from "../../../src/security/ids";
import { InboxService } from "../../../src/services/inbox/inbox.service";
import { describeEachDatabase } from "../../support/databases";
import { useDatabase } from "../../support/open-database";
import { anId } from "../../unit/resolvers/fixtures";

describeEachDatabase("the inbox", (kind) => {
  let database: Database;
  useDatabase(kind, (opened) => {
    database = opened;
  });

  const now = new Date("2026-03-01T12:00:00Z");
  const clock = { now: () => now, offsetMs: 0 };
  /** An inbox of Mercado Pago's alone, which hears of nothing. */
  const deafInbox = (webhooks = mercadoPagoWebhooks) =>
    new InboxService({
      database,
      clock,
      random: () => 0,
      tries: 3,
      alerts: new AlertBook({
        ...{ database, clock, ids: createIdFactory(clock), tell: () => {} },
        onFault: (fault) => {
          throw fault;
        },
      }),
      registry: createRegistry([
        { name: "MERCADO_PAGO", close: async () => {}, webhooks } as unknown as ProviderAdapter,
      ]),
    } as unknown as ConstructorParameters<typeof InboxService>[0]);
  const workOff = async (inbox: InboxService, claimed: readonly InboxDeliveryEntity[]) => {
    const table = database.table(InboxDeliveryEntity);
    await database.write((unit) => unit.change(table.insertAll(claimed)));
    for (const [first, ...others] of inbox.byResource(claimed)) {
      if (first !== undefined) await inbox.work([first, ...others]);
    }
    const rows = await database.read("SELECT * FROM inbox_delivery ORDER BY id");
    await database.write((unit) => unit.change({ sql: "DELETE FROM inbox_delivery", values: [] }));
    return rows.map((row) => table.fromRow(row));
  };
  const delivery = (number: number, provider: Provider): InboxDeliveryEntity => ({
    id: anId("InboxDelivery", number),
    ...untouchedDelivery,
    provider,
    shop: "",
    account: null,
    dedupeKey: `${number}`,
    verdict: "signed",
    headers: {},
    query: { type: "topic_of_nobody" },
    rawBody: Buffer.from("{}"),
    result: null,
    receivedAt: now,
    finishedAt: null,
    dueAt: now,
    attempts: 1,
    leaseToken: anId("Lease"),
  });

  test("works off one provider's notifications although another is not set up any more", async () => {
    const claimed = [delivery(1, "PAYU"), delivery(2, "MERCADO_PAGO")];
    const [payu, mercadoPago] = await workOff(deafInbox(), claimed);
    expect(mercadoPago).toMatchObject({ result: "ignored: topic_of_nobody", finishedAt: now });
    // Kept for when it is set up again.
    expect(payu).toMatchObject({ result: null, finishedAt: null, leaseToken: null });
    expect(payu?.dueAt?.getTime()).toBeGreaterThan(now.getTime());
  });

  test("parks what processes die of, and looks at it no more", async () => {
    // One more claim than there are tries, and no end of any.
    const claimed = [{ ...delivery(1, "MERCADO_PAGO"), attempts: 4 }];
    const [parked] = await workOff(deafInbox(), claimed);
    expect(parked).toMatchObject({
      ...{ status: "PARKED", parkedAt: now, dueAt: null, finishedAt: null, result: null },
      lastTry: "whoever works on it breaks off",
    });
    expect(await database.read("SELECT code, subject_id FROM alert")).toEqual([
      { code: "DELIVERY_PARKED", subject_id: parked?.id },
    ]);
  });

  test("reads each notification once", async () => {
    let read = 0;
    const inbox = deafInbox({
      ...mercadoPagoWebhooks,
      subjectOf: (request) => {
        read++;
        return mercadoPagoWebhooks.subjectOf(request);
      },
    });
    const claimed = [1, 2, 3].map((number) => delivery(number, "MERCADO_PAGO"));
    const stored = await workOff(inbox, claimed);
    expect(stored.map(({ result }) => result)).toEqual(Array(3).fill("ignored: topic_of_nobody"));
    expect(read).toBe(3);
  });

  test("leaves none behind that comes just when another about the same thing has ended", async () => {
    const inbox = deafInbox();
    const table = database.table(InboxDeliveryEntity);
    const { write } = database;
    for (let ticks = 0; ticks < 20; ticks++) {
      const pair = [delivery(2 * ticks, "MERCADO_PAGO"), delivery(2 * ticks + 1, "MERCADO_PAGO")];
      const [first, second] = pair as [InboxDeliveryEntity, InboxDeliveryEntity];
      await database.write((unit) => unit.change(table.insertAll(pair)));
      const secondDone = new Promise<void>((done, fail) => {
        const comeLate = async () => {
          for (let tick = 0; tick < ticks; tick++) await null;
          await inbox.work([second]);
        };
        // Units that share a commit end at the same moment: the end of the first, and the claim of the second.
        database.write = async <T>(...call: Parameters<typeof write<T>>) => {
          database.write = write;
          const written = (await write.call(database, ...call)) as T;
          comeLate().then(done, fail);
          return written;
        };
      });
      await Promise.all([inbox.work([first]), secondDone]);
    }
    const open = "SELECT id FROM inbox_delivery WHERE finished_at IS NULL";
    expect(await database.read(open)).toEqual([]);
  });
});
