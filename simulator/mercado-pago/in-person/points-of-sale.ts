import { randomUUID } from "node:crypto";
import { z } from "zod";
import { isObject, type JsonObject } from "../../core/json-body";
import { authenticate, type Caller } from "../caller";
import { wireDate } from "../dates";
import type { World } from "../world";
import {
  type App,
  authenticateOrders,
  OrderRefusal,
  orderKey,
  orderRefusal,
  pageOf,
  rememberDone,
} from "./answers";
import { emvText } from "./emv";
import type { PointOfSale, Store } from "./model";
import { placeRefusal, removePos, viewQr } from "./places";

type PosPath = { Params: { id: string } };

/** Points of sale: the older `/pos`, which all generations have, and `/v2/pos` of Orders. */
export function registerPointsOfSale(app: App, world: World): void {
  registerOlder(app, world);
  registerNewer(app, world);
}

function registerOlder(app: App, world: World): void {
  app.post("/pos", (request, reply) => {
    const caller = authenticate(world, request);
    const body = readOlder(request.body, true);
    const store = olderStore(world, caller, body);
    if (store === undefined) throw placeRefusal(400, "INVALID_STORE_ID", "a store is required");
    const externalId = body.external_id;
    if (externalId === undefined) {
      throw placeRefusal(400, "INVALID_EXTERNAL_ID", "external_id is required");
    }
    if (world.inPerson.posWithExternalId(caller.account.userId, externalId)) {
      throw placeRefusal(409, "conflict", "external_id is used by another point of sale");
    }
    const pos = addPos(world, caller, store, {
      externalId,
      name: body.name ?? null,
      fixedAmount: body.fixed_amount ?? false,
      category: body.category ?? null,
      qrMode: null,
    });
    return reply.code(201).send(viewOlder(world, pos));
  });

  app.get("/pos", (request, reply) => {
    const { account } = authenticate(world, request);
    const { rows, paging } = pageOf(listPos(world, account.userId, request.query), request.query);
    return reply.send({ paging, results: rows.map((pos) => viewOlder(world, pos)) });
  });

  app.get<PosPath>("/pos/:id", (request, reply) =>
    reply.send(viewOlder(world, olderPos(world, authenticate(world, request), request.params.id))),
  );

  app.put<PosPath>("/pos/:id", (request, reply) => {
    const caller = authenticate(world, request);
    const pos = olderPos(world, caller, request.params.id);
    const body = readOlder(request.body, false);
    if (body.external_id !== undefined && body.external_id !== pos.externalId) {
      throw placeRefusal(400, "INVALID_EXTERNAL_ID", "external_id cannot be changed");
    }
    const store = olderStore(world, caller, body);
    change(world, pos, {
      storeId: store?.id,
      name: body.name,
      fixedAmount: body.fixed_amount,
      category: body.category,
    });
    return reply.send(viewOlder(world, pos));
  });

  app.delete<PosPath>("/pos/:id", (request, reply) => {
    const pos = olderPos(world, authenticate(world, request), request.params.id);
    removePos(world, pos.id);
    return reply.code(204).send();
  });
}

const olderFields = new Set([
  "name",
  "fixed_amount",
  "store_id",
  "external_store_id",
  "external_id",
  "category",
  "url",
]);

const olderRules: readonly [field: string, code: string, schema: z.ZodType][] = [
  ["name", "INVALID_NAME", z.string()],
  ["name", "NAME_TOO_LONG", z.string().max(45)],
  ["fixed_amount", "INVALID_FIXED_AMOUNT", z.boolean()],
  ["category", "INVALID_CATEGORY", z.int().positive()],
  ["store_id", "INVALID_STORE_ID", z.union([z.int(), z.string().regex(/^\d+$/)])],
  ["external_store_id", "INVALID_EXTERNAL_STORE_ID", z.string()],
  ["external_id", "EXTERNAL_ID_TOO_LONG", z.string().max(40)],
  ["external_id", "INVALID_EXTERNAL_ID", z.string().regex(/^[A-Za-z0-9]+$/)],
  ["url", "URL_TOO_LONG", z.string().max(299)],
];

const olderBody = z
  .object({
    name: z.string(),
    fixed_amount: z.boolean(),
    store_id: z.coerce.number(),
    external_store_id: z.string(),
    external_id: z.string(),
    category: z.number(),
  })
  .partial();

function readOlder(body: unknown, isNew: boolean): z.infer<typeof olderBody> {
  if (!isObject(body)) throw placeRefusal(400, "MISSING_BODY", "a body is required");
  const strange = Object.keys(body).find((name) => !olderFields.has(name));
  if (strange !== undefined) {
    throw placeRefusal(400, "UNKNOWN_FIELD_EXCEPTION", `${strange} is not known`);
  }
  if (isNew && body.name === undefined) throw placeRefusal(400, "INVALID_NAME", "name is required");
  for (const [field, code, schema] of olderRules) {
    if (body[field] !== undefined && !schema.safeParse(body[field]).success) {
      throw placeRefusal(400, code, `${field} is not valid`);
    }
  }
  // A page of one's own to pay on needs Mercado Pago's consent, which nobody has here.
  if (body.url !== undefined)
    throw placeRefusal(403, "forbidden", "the host of url is not enabled");
  return olderBody.parse(body);
}

function olderStore(
  world: World,
  caller: Caller,
  body: z.infer<typeof olderBody>,
): Store | undefined {
  const { userId } = caller.account;
  const { store_id, external_store_id } = body;
  const named =
    external_store_id === undefined
      ? undefined
      : world.inPerson.storeWithExternalId(userId, external_store_id);
  if (external_store_id !== undefined && named === undefined) {
    throw placeRefusal(400, "INEXISTENT_EXTERNAL_STORE_ID", "external_store_id is not known");
  }
  if (store_id === undefined) return named;
  const store = world.inPerson.stores.get(store_id);
  if (store?.account !== userId)
    throw placeRefusal(400, "INVALID_STORE_ID", "store_id is not known");
  if (named !== undefined && named !== store) {
    throw placeRefusal(400, "EXTERNAL_STORE_ID_NOT_MATCH", "the two stores are not the same");
  }
  return store;
}

function olderPos(world: World, caller: Caller, id: string): PointOfSale {
  const pos = world.inPerson.pointsOfSale.get(Number(id));
  if (pos?.account === caller.account.userId) return pos;
  throw placeRefusal(404, "not_found", "The point of sale was not found");
}

function viewOlder(world: World, pos: PointOfSale): JsonObject {
  const store = world.inPerson.stores.get(pos.storeId);
  return {
    ...shared(pos),
    user_id: pos.account,
    store_id: String(pos.storeId),
    external_store_id: store?.externalId ?? null,
    fixed_amount: pos.fixedAmount,
    category: pos.category,
    site: world.accounts.get(pos.account)?.siteId,
    uuid: pos.uuid,
    qr: viewQr(world, pos),
    qr_code: pos.qrCode,
  };
}

const newerBody = z.strictObject({
  name: z.string().max(45).optional(),
  store_id: z.string().regex(/^\d+$/).optional(),
  external_store_id: z.string().optional(),
  external_id: z.string().regex(/^[A-Za-z0-9]{1,40}$/),
  config: z
    .strictObject({
      qr: z
        .strictObject({
          operating_mode: z.enum(["pdv", "unattended", "self_service", "standalone"]).optional(),
          category: z.int().positive().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Choice: the envelope of Orders. The reference names codes only. */
function registerNewer(app: App, world: World): void {
  app.post("/v2/pos", (request, reply) => {
    const caller = authenticateOrders(world, request);
    const key = orderKey(caller, request, "POST /v2/pos");
    if (key.key.length > 64) throw badRequest("The idempotency key has more than 64 characters");
    const scope = [key.scope, key.key, request.body, world.clock.now()] as const;
    const before = world.keys.find(...scope, () =>
      orderRefusal(400, "idempotency_key_already_used", "The key was used with another request"),
    );
    const original = before === undefined ? undefined : world.inPerson.pointsOfSale.get(before);
    if (original) return reply.code(201).send(viewNewer(world, original));
    const body = readNewer(newerBody, request.body);
    const store = newerStore(world, caller, body);
    if (store === undefined) throw badRequest("store_id or external_store_id is required");
    if (world.inPerson.posWithExternalId(caller.account.userId, body.external_id)) {
      throw orderRefusal(409, "pos_already_exists", "external_id is used already");
    }
    const pos = addPos(world, caller, store, {
      externalId: body.external_id,
      name: body.name ?? null,
      fixedAmount: true,
      category: body.config?.qr?.category ?? null,
      qrMode: body.config?.qr?.operating_mode ?? "pdv",
    });
    rememberDone(world, key, request, pos.id);
    return reply.code(201).send(viewNewer(world, pos));
  });

  app.get("/v2/pos", (request, reply) => {
    const { account } = authenticateOrders(world, request);
    const { rows, paging } = pageOf(listPos(world, account.userId, request.query), request.query);
    return reply.send({ paging, data: rows.map((pos) => viewNewer(world, pos)) });
  });

  app.get<PosPath>("/v2/pos/:id", (request, reply) =>
    reply.send(
      viewNewer(world, newerPos(world, authenticateOrders(world, request), request.params.id)),
    ),
  );

  app.patch<PosPath>("/v2/pos/:id", (request, reply) => {
    const caller = authenticateOrders(world, request);
    const pos = newerPos(world, caller, request.params.id);
    const body = readNewer(newerBody.omit({ external_id: true }), request.body);
    const store = newerStore(world, caller, body);
    change(world, pos, {
      storeId: store?.id,
      name: body.name,
      category: body.config?.qr?.category,
      qrMode: body.config?.qr?.operating_mode,
    });
    return reply.send(viewNewer(world, pos));
  });

  app.delete<PosPath>("/v2/pos/:id", (request, reply) => {
    const pos = newerPos(world, authenticateOrders(world, request), request.params.id);
    removePos(world, pos.id);
    return reply.code(204).send();
  });
}

function readNewer<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const details = result.error.issues.map(
    ({ path, message }) => `'${path.join(".")}' - ${message}`,
  );
  throw new OrderRefusal(400, [{ code: "bad_request", message: "The body is not valid", details }]);
}

function badRequest(message: string): OrderRefusal {
  return orderRefusal(400, "bad_request", message);
}

function newerStore(
  world: World,
  caller: Caller,
  body: { store_id?: string | undefined; external_store_id?: string | undefined },
): Store | undefined {
  const { userId } = caller.account;
  if (body.external_store_id !== undefined) {
    const named = world.inPerson.storeWithExternalId(userId, body.external_store_id);
    if (named) return named;
    throw orderRefusal(400, "invalid_external_store_id", "external_store_id is not known");
  }
  if (body.store_id === undefined) return undefined;
  const store = world.inPerson.stores.get(Number(body.store_id));
  if (store?.account === userId) return store;
  throw orderRefusal(404, "store_not_found", "The store was not found");
}

function newerPos(world: World, caller: Caller, id: string): PointOfSale {
  const pos = world.inPerson.pointsOfSale.get(Number(id));
  if (pos?.account === caller.account.userId) return pos;
  throw orderRefusal(404, "pos_not_found", "The point of sale was not found");
}

function viewNewer(world: World, pos: PointOfSale): JsonObject {
  const { uuid, qrCode: qr_code } = pos;
  return {
    ...shared(pos),
    user_id: String(pos.account),
    store_id: String(pos.storeId),
    external_store_id: world.inPerson.stores.get(pos.storeId)?.externalId ?? null,
    config: { qr: { operating_mode: pos.qrMode ?? "pdv", category: pos.category } },
    qr_response: { uuid, ...viewQr(world, pos), qr_code },
  };
}

function shared(pos: PointOfSale): JsonObject {
  return {
    id: pos.id,
    name: pos.name,
    external_id: pos.externalId,
    status: "active",
    date_created: wireDate(pos.createdAt),
    date_last_updated: wireDate(pos.updatedAt),
  };
}

function listPos(world: World, account: number, rawQuery: unknown): PointOfSale[] {
  const text = z.string().optional();
  const query = z
    .object({ external_id: text, external_store_id: text, store_id: text, category: text })
    .parse(rawQuery);
  const isAsked = (value: unknown, asked: string | undefined) =>
    asked === undefined || String(value) === asked;
  return [...world.inPerson.pointsOfSale.values()].filter(
    (pos) =>
      pos.account === account &&
      isAsked(pos.externalId, query.external_id) &&
      isAsked(pos.storeId, query.store_id) &&
      isAsked(pos.category, query.category) &&
      isAsked(world.inPerson.stores.get(pos.storeId)?.externalId, query.external_store_id),
  );
}

type PosFields = Pick<PointOfSale, "externalId" | "name" | "fixedAmount" | "category" | "qrMode">;

export function addPos(
  world: World,
  caller: Pick<Caller, "account" | "site">,
  store: Store,
  given: PosFields,
): PointOfSale {
  const now = world.clock.now();
  const uuid = randomUUID().replaceAll("-", "");
  const pos: PointOfSale = {
    ...given,
    id: world.newId(),
    account: caller.account.userId,
    storeId: store.id,
    uuid,
    qrCode: emvText(uuid, given.name ?? store.name, caller.site.country, false),
    createdAt: now,
    updatedAt: now,
  };
  world.inPerson.pointsOfSale.set(pos.id, pos);
  world.changed();
  return pos;
}

type Changes = { [Key in keyof PointOfSale]?: PointOfSale[Key] | undefined };

function change(world: World, pos: PointOfSale, changes: Changes): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) Object.assign(pos, { [name]: value });
  }
  pos.updatedAt = world.clock.now();
  world.changed();
}
