import { z } from "zod";
import { ControlMistake, defined, read } from "../../core/control";
import type { JsonObject } from "../../core/json-body";
import { siteOf } from "../sites";
import type { World } from "../world";
import type { App } from "./answers";
import { newReader } from "./book";
import { outcomeNames } from "./charge";
import {
  type InPersonOrder,
  inPersonApis,
  isOpenOrder,
  type Reader,
  readerModes,
  type Store,
} from "./model";
import { pickUp, settleOrder, tapOf } from "./order-moves";
import { addPos } from "./points-of-sale";
import { payScan, scanCode } from "./qr-moves";
import {
  addTip,
  pressBack,
  type ReaderAction,
  readerActions,
  setNetwork,
  setPower,
  type TapWish,
  tapCard,
} from "./reader-moves";

const minor = z.number().int().nonnegative();
const outcome = z.enum(outcomeNames);

const accountSchema = z.object({ api: z.enum(inPersonApis) });

const switches = z
  .object({
    name: z.string(),
    mode: z.enum(readerModes),
    runningMode: z.enum(readerModes),
    pickUpMs: minor.nullable(),
    canBeAskedToCancel: z.boolean(),
    honoursCancel: z.boolean(),
    tellsLate: z.boolean(),
    posId: z.number().int().nullable(),
  })
  .partial();

const newSchema = switches.extend({
  userId: z.coerce.number(),
  id: z.string().includes("__").optional(),
  model: z.string().default("NEWLAND_N950"),
});

const tapSchema = z.object({
  outcome: outcome.default("accredited"),
  methodId: z.string().nullable().default(null),
  installments: z.number().int().positive().nullable().default(null),
  tipMinor: minor.nullable().default(null),
  processingMs: minor.default(0),
});

const tipSchema = z.object({ tipMinor: minor });
const settleSchema = z.object({ outcome: outcome.default("accredited") });
const phoneSchema = z.object({
  data: z.string().optional(),
  merchantOrderId: z.coerce.number().optional(),
  outcome: outcome.default("accredited"),
  methodId: z.string().nullable().default(null),
  amountMinor: z.number().int().positive().nullable().default(null),
});

/** The switches of payments in person, under `/_control`. */
export function registerInPersonControl(app: App, world: World): void {
  app.post<{ Params: { userId: string } }>(
    "/_control/accounts/:userId/in-person",
    (request, reply) => {
      const userId = Number(request.params.userId);
      if (!world.accounts.get(userId)) throw new ControlMistake("No such account");
      const { api } = read(accountSchema, request);
      world.inPerson.apis.set(userId, api);
      world.changed();
      return reply.send({ userId, api });
    },
  );

  app.get("/_control/readers", (_request, reply) =>
    reply.send({
      readers: [...world.inPerson.readers.values()].map((one) => viewReader(world, one)),
    }),
  );
  app.post("/_control/readers", (request, reply) => {
    const reader = addReader(world, read(newSchema, request));
    return reply.code(201).send(viewReader(world, reader));
  });
  app.get<{ Params: { id: string } }>("/_control/readers/:id", (request, reply) =>
    reply.send(viewReader(world, findReader(world, request.params.id))),
  );
  app.post<{ Params: { id: string } }>("/_control/readers/:id", (request, reply) => {
    const reader = findReader(world, request.params.id);
    change(world, reader, read(switches, request));
    return reply.send(viewReader(world, reader));
  });
  // A reader that its owner unpairs is gone from every list; what it was given stays open.
  app.delete<{ Params: { id: string } }>("/_control/readers/:id", (request, reply) => {
    world.inPerson.readers.delete(findReader(world, request.params.id).id);
    world.changed();
    return reply.code(204).send();
  });
  for (const action of readerActions) {
    app.post<{ Params: { id: string } }>(`/_control/readers/:id/${action}`, (request, reply) => {
      const reader = findReader(world, request.params.id);
      const wish = action === "tap" ? read(tapSchema, request) : undefined;
      const tipMinor = action === "tip" ? read(tipSchema, request).tipMinor : 0;
      if (!actAtReader(world, reader, action, { wish, tipMinor })) {
        throw new ControlMistake("The reader shows nothing that this could be done with");
      }
      return reply.send(viewReader(world, reader));
    });
  }

  app.get<{ Params: { id: string } }>("/_control/in-person-orders/:id", (request, reply) =>
    reply.send(viewTruth(world, findOrder(world, request.params.id))),
  );
  app.post<{ Params: { id: string } }>("/_control/in-person-orders/:id", (request, reply) => {
    const order = findOrder(world, request.params.id);
    const isUnknown = isOpenOrder(order) || order.status === "action_required";
    if (!isUnknown) throw new ControlMistake("The order has ended");
    settleOrder(world, order, read(settleSchema, request).outcome);
    return reply.send(viewTruth(world, order));
  });

  app.post("/_control/qr/scan", (request, reply) => {
    const scan = scanCode(world, read(phoneSchema, request).data ?? "");
    if (scan === undefined) throw new ControlMistake("Nothing is to be paid at this code");
    const merchantOrderId = scan.merchantOrder?.id ?? null;
    return reply.code(201).send({ ...viewTruth(world, scan.order), merchantOrderId });
  });
  // Without a merchant order of before, the code is scanned now.
  app.post("/_control/qr/pay", (request, reply) => {
    const body = read(phoneSchema, request);
    const scan =
      body.merchantOrderId === undefined
        ? scanCode(world, body.data ?? "")
        : openScan(world, body.merchantOrderId);
    const payment = scan && payScan(world, scan, body);
    if (!scan || !payment) throw new ControlMistake("Nothing is to be paid at this code");
    const merchantOrderId = scan.merchantOrder?.id ?? null;
    return reply.send({ ...viewTruth(world, scan.order), merchantOrderId, paymentId: payment.id });
  });
}

/** What a scan of before led to. */
export function openScan(world: World, merchantOrderId: number) {
  const merchantOrder = world.inPerson.merchantOrders.get(merchantOrderId);
  const order = merchantOrder && world.inPerson.order(merchantOrder.orderKey);
  return order && { order, merchantOrder };
}

/** Does what somebody does at a reader; false when that is not possible now. */
export function actAtReader(
  world: World,
  reader: Reader,
  action: ReaderAction,
  { wish, tipMinor }: { wish?: TapWish | undefined; tipMinor: number },
): boolean {
  switch (action) {
    case "tap":
      return wish !== undefined && tapCard(world, reader, wish);
    case "back":
      return pressBack(world, reader);
    case "tip":
      return addTip(world, reader, tipMinor);
    case "refresh":
      pickUp(world, reader);
      return true;
    case "unplug":
    case "plug":
      setPower(world, reader, action === "plug");
      return true;
    case "lose-network":
    case "find-network":
      setNetwork(world, reader, action === "find-network");
      return true;
  }
}

/** A new reader, with a store and a till of its own unless it is told to have another, or none. */
function addReader(world: World, wanted: z.infer<typeof newSchema>): Reader {
  const account = world.accounts.get(wanted.userId);
  if (!account) throw new ControlMistake("No such account");
  const number = world.newId();
  const id = wanted.id ?? `${wanted.model}__SIM${number}`;
  if (world.inPerson.readers.has(id)) throw new ControlMistake("There is such a reader already");
  const reader = newReader(id, account.userId, `device-${number}`);
  if (wanted.posId === undefined) {
    const store: Store = {
      id: world.newId(),
      account: account.userId,
      name: `Store ${number}`,
      externalId: `STORE${number}`,
      businessHours: {},
      location: {},
      createdAt: world.clock.now(),
    };
    world.inPerson.stores.set(store.id, store);
    const pos = addPos(world, { account, site: siteOf(account.siteId) }, store, {
      externalId: `TILL${number}`,
      name: `Till ${number}`,
      fixedAmount: true,
      category: null,
      qrMode: null,
    });
    reader.posId = pos.id;
  }
  world.inPerson.readers.set(id, reader);
  change(world, reader, { mode: "PDV", ...wanted });
  return reader;
}

/** Choice: a mode that is set here is in force at once, unless the running one is named apart. */
function change(world: World, reader: Reader, changes: z.infer<typeof switches>): void {
  const { posId, mode } = changes;
  if (
    typeof posId === "number" &&
    world.inPerson.pointsOfSale.get(posId)?.account !== reader.account
  ) {
    throw new ControlMistake("The account has no such point of sale");
  }
  const { name, runningMode, pickUpMs, canBeAskedToCancel, honoursCancel, tellsLate } = changes;
  const cancels = { canBeAskedToCancel, honoursCancel, tellsLate };
  const running = runningMode ?? mode;
  Object.assign(reader, defined({ name, posId, mode, pickUpMs, ...cancels, runningMode: running }));
  world.changed();
}

function findReader(world: World, id: string): Reader {
  const reader = world.inPerson.readers.get(id);
  if (!reader) throw new ControlMistake("No such reader");
  return reader;
}

function findOrder(world: World, id: string): InPersonOrder {
  const order = world.inPerson.orderWithId(id);
  if (!order) throw new ControlMistake("No such order");
  return order;
}

function viewReader(world: World, reader: Reader): JsonObject {
  const pos = world.inPerson.posOf(reader);
  const order = world.inPerson.orderAtReader(reader.id);
  return {
    ...reader,
    tap: undefined,
    isCharging: reader.tap !== null,
    storeId: pos?.storeId ?? null,
    externalPosId: pos?.externalId ?? null,
    qrCode: pos?.qrCode ?? null,
    page: `${world.baseUrl}/demo/readers/${encodeURIComponent(reader.id)}`,
    order: order === undefined ? null : viewTruth(world, order),
  };
}

/** The order as it truly is, with a payment that it does not know of itself. */
function viewTruth(world: World, order: InPersonOrder): JsonObject {
  const { id, api, type, status, statusDetail, transactionDetail, amountMinor, tipMinor } = order;
  const { paymentId, unseenPaymentId, readerId, posId, externalReference, qrData } = order;
  const isCharging = tapOf(world, order) !== null;
  const detail = { status, statusDetail, transactionDetail, isCharging };
  const payments = { paymentId, unseenPaymentId };
  const place = { readerId, posId, qrData };
  return {
    id,
    api,
    type,
    ...detail,
    amountMinor,
    tipMinor,
    ...payments,
    ...place,
    externalReference,
  };
}
