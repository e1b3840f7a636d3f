import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { isObject, type JsonObject } from "../../core/json-body";
import { authenticate, type Caller } from "../caller";
import { wireDate } from "../dates";
import { ApiError } from "../errors";
import type { World } from "../world";
import { type App, pageOf } from "./answers";
import type { Store } from "./model";
import { knownPlaces, placeRefusal, removePos } from "./places";

type UserPath = { Params: { userId: string } };
type StorePath = { Params: { userId: string; storeId: string } };

/** Stores: the same calls in all generations. */
export function registerStores(app: App, world: World): void {
  const { stores } = world.inPerson;

  app.post<UserPath>("/users/:userId/stores", (request, reply) => {
    const caller = callerFor(world, request, request.params.userId);
    const store: Store = {
      id: world.newId(),
      account: caller.account.userId,
      createdAt: world.clock.now(),
      ...readStore(world, caller, request.body, undefined),
    };
    stores.set(store.id, store);
    world.changed();
    return reply.code(201).send(viewStore(store, "date_created"));
  });

  app.get<UserPath>("/users/:userId/stores/search", (request, reply) => {
    const { account } = callerFor(world, request, request.params.userId);
    const { external_id } = z
      .looseObject({ external_id: z.string().optional() })
      .parse(request.query);
    const found = [...stores.values()].filter(
      (store) =>
        store.account === account.userId &&
        (external_id === undefined || store.externalId === external_id),
    );
    const { rows, paging } = pageOf(found, request.query);
    return reply.send({ paging, results: rows.map((store) => viewStore(store, "date_creation")) });
  });

  app.get<{ Params: { storeId: string } }>("/stores/:storeId", (request, reply) => {
    const store = ownStore(world, authenticate(world, request), request.params.storeId);
    return reply.send(viewStore(store, "date_creation"));
  });

  app.put<StorePath>("/users/:userId/stores/:storeId", (request, reply) => {
    const caller = callerFor(world, request, request.params.userId);
    const store = ownStore(world, caller, request.params.storeId);
    const sent = isObject(request.body) ? request.body : {};
    const before = { name: store.name, location: store.location, external_id: store.externalId };
    Object.assign(
      store,
      readStore(world, caller, { business_hours: store.businessHours, ...before, ...sent }, store),
    );
    world.changed();
    return reply.send(viewStore(store, "date_creation"));
  });

  // Choice: what belongs to a store goes with it; the documents do not say.
  app.delete<StorePath>("/users/:userId/stores/:storeId", (request, reply) => {
    const caller = callerFor(world, request, request.params.userId);
    const store = ownStore(world, caller, request.params.storeId);
    for (const pos of world.inPerson.pointsOfSale.values()) {
      if (pos.storeId === store.id) removePos(world, pos.id);
    }
    stores.delete(store.id);
    world.changed();
    return reply.send({ store: store.id, user: store.account });
  });
}

function callerFor(world: World, request: FastifyRequest, userId: string): Caller {
  const caller = authenticate(world, request);
  if (String(caller.account.userId) === userId) return caller;
  throw new ApiError(403, "forbidden", "The user is not the caller");
}

function ownStore(world: World, caller: Caller, id: string): Store {
  const store = world.inPerson.stores.get(Number(id));
  if (store?.account === caller.account.userId) return store;
  throw placeRefusal(404, "INVALID_STORE_ID", "The store was not found");
}

const fields = new Set(["name", "external_id", "business_hours", "location"]);
const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const hours = z
  .array(
    z.strictObject({
      open: z.string().regex(/^\d\d:\d\d$/),
      close: z.string().regex(/^\d\d:\d\d$/),
    }),
  )
  .max(4);

/** The parts of a store, checked in the order of the documents' list of errors; the first one is told. */
function readStore(world: World, caller: Caller, body: unknown, present: Store | undefined) {
  const sent: JsonObject = isObject(body) ? body : {};
  const strange = Object.keys(sent).find((name) => !fields.has(name));
  if (strange !== undefined) throw placeRefusal(400, "UNKNOWN_FIELD", `${strange} is not known`);
  if (typeof sent.name !== "string" || sent.name.trim() === "") {
    throw placeRefusal(400, "INVALID_NAME", "name is required");
  }
  return {
    name: sent.name,
    externalId: readExternalId(world, caller, sent.external_id, present),
    businessHours: readHours(sent.business_hours),
    location: readLocation(caller, sent.location, sent.location === present?.location),
  };
}

function readExternalId(
  world: World,
  caller: Caller,
  value: unknown,
  present: Store | undefined,
): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || value === "" || value.length > 60) {
    throw placeRefusal(400, "VALIDATION_ERROR", "external_id takes at most 60 characters");
  }
  const other = world.inPerson.storeWithExternalId(caller.account.userId, value);
  if (other !== undefined && other !== present) {
    throw placeRefusal(400, "VALIDATION_ERROR", "external_id is used by another store");
  }
  return value;
}

function readHours(value: unknown): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw placeRefusal(400, "INVALID_BUSINESS_HOURS", "must be an object");
  for (const [day, ranges] of Object.entries(value)) {
    if (!days.includes(day)) throw placeRefusal(400, "INVALID_DAY", `${day} is no day`);
    if (!hours.safeParse(ranges).success) {
      const message = `${day} takes up to four ranges such as 08:00 to 12:00`;
      throw placeRefusal(400, "INVALID_BUSINESS_HOURS", message);
    }
  }
  return value;
}

function readLocation(caller: Caller, value: unknown, isUnchanged: boolean): JsonObject {
  if (!isObject(value)) throw placeRefusal(400, "INVALID_LOCATION", "location is required");
  // The location of a demo store is empty, and may stay so.
  if (isUnchanged) return value;
  const need = (name: string, code: string, type: string) => {
    if (typeof value[name] !== type || value[name] === "") {
      throw placeRefusal(400, code, `location.${name} must be a ${type}`);
    }
  };
  need("street_name", "INVALID_STREET_NAME", "string");
  need("street_number", "INVALID_STREET_NUMBER", "string");
  const cities = knownPlaces[caller.site.id][String(value.state_name)];
  if (cities === undefined) {
    throw placeRefusal(400, "INVALID_STATE_NAME", "location.state_name is not in the catalogue");
  }
  if (!cities.includes(String(value.city_name))) {
    throw placeRefusal(400, "INVALID_CITY_NAME", "location.city_name is not in the catalogue");
  }
  need("latitude", "INVALID_LATITUDE", "number");
  need("longitude", "INVALID_LONGITUDE", "number");
  if (value.reference !== undefined) need("reference", "INVALID_REFERENCE", "string");
  return value;
}

/** The date has one name in the answer to a create and another one afterwards. */
function viewStore(store: Store, dateName: "date_created" | "date_creation"): JsonObject {
  const { street_name, street_number, city_name, state_name } = store.location;
  const parts = [`${street_name ?? ""} ${street_number ?? ""}`.trim(), city_name, state_name];
  return {
    id: store.id,
    name: store.name,
    [dateName]: wireDate(store.createdAt),
    business_hours: store.businessHours,
    location: {
      address_line: parts.filter(Boolean).join(", "),
      ...store.location,
      id: String(store.id),
      type: "business",
    },
    external_id: store.externalId,
  };
}
