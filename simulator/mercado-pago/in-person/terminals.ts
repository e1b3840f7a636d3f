import { z } from "zod";
import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import { ApiError } from "../errors";
import type { World } from "../world";
import { type App, authenticateOrders, orderRefusal, pageOf, readOrderBody } from "./answers";
import type { Reader, ReaderMode } from "./model";

/** Countries whose readers can be set by the API, and the models that can (Mercado Pago docs: configure terminal). */
const settableSites: readonly string[] = ["MLA", "MLB", "MLC", "MLM"];
const settableModels = ["PAX_A910", "NEWLAND_N950"];

const setupBody = z.strictObject({
  terminals: z
    .array(z.strictObject({ id: z.string(), operating_mode: z.enum(["PDV", "STANDALONE"]) }))
    .min(1)
    .max(1),
});

/** `/terminals/v1`: the account's readers, and who commands them. */
export function registerTerminals(app: App, world: World): void {
  app.get("/terminals/v1/list", (request, reply) => {
    const { account } = authenticateOrders(world, request);
    const { rows, paging } = pageOf(
      listReaders(world, account.userId, request.query),
      request.query,
    );
    return reply.send({
      data: { terminals: rows.map((reader) => viewTerminal(world, reader)) },
      paging,
    });
  });

  app.patch("/terminals/v1/setup", (request, reply) => {
    const caller = authenticateOrders(world, request);
    const { terminals } = readOrderBody(setupBody, request.body);
    for (const { id, operating_mode } of terminals) setMode(world, caller, id, operating_mode);
    return reply.send({ terminals });
  });
}

export function listReaders(world: World, account: number, rawQuery: unknown): Reader[] {
  const query = z.object({ store_id: z.string(), pos_id: z.string() }).partial().parse(rawQuery);
  return world.inPerson.readersOf(account).filter((reader) => {
    const pos = world.inPerson.posOf(reader);
    const isInStore = query.store_id === undefined || String(pos?.storeId) === query.store_id;
    return isInStore && (query.pos_id === undefined || String(pos?.id) === query.pos_id);
  });
}

/** A reader without a place has neither store nor point of sale in the list. */
export function viewTerminal(world: World, reader: Reader): JsonObject {
  const pos = world.inPerson.posOf(reader);
  return {
    id: reader.id,
    ...(pos === undefined
      ? {}
      : { pos_id: String(pos.id), store_id: String(pos.storeId), external_pos_id: pos.externalId }),
    operating_mode: reader.mode,
  };
}

function setMode(world: World, caller: Caller, id: string, mode: ReaderMode): void {
  if (!settableSites.includes(caller.site.id)) {
    throw orderRefusal(400, "unsupported_site", "The country has no terminals that can be set");
  }
  const reader = world.inPerson.readers.get(id);
  if (reader?.account !== caller.account.userId) {
    throw orderRefusal(404, "terminal_not_found", "The terminal was not found");
  }
  if (!settableModels.includes(id.split("__", 1)[0] ?? "")) {
    throw orderRefusal(403, "terminal_not_allowed_action", "The model cannot be set");
  }
  if (reader.posId === null) {
    const message = "The terminal belongs to no store and point of sale";
    throw orderRefusal(403, "store_pos_not_found", message);
  }
  if (mode === "PDV" && hasOtherPdv(world, reader)) throw new OccupiedPos();
  changeMode(world, reader, mode);
}

/** The reader itself goes on as it did until somebody starts it anew. */
export function changeMode(world: World, reader: Reader, mode: ReaderMode): void {
  reader.mode = mode;
  world.changed();
}

function hasOtherPdv(world: World, reader: Reader): boolean {
  return world.inPerson
    .readersOf(reader.account)
    .some((other) => other !== reader && other.posId === reader.posId && other.mode === "PDV");
}

/** A point of sale has one terminal in mode PDV. The refusal of a second one has no code. */
class OccupiedPos extends ApiError {
  constructor() {
    super(412, "", "Another terminal of the point of sale is in mode PDV");
  }

  override body(): Record<string, unknown> {
    return { message: this.message };
  }
}
