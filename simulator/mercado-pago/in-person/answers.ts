import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { authenticate, type Caller } from "../caller";
import { ApiError } from "../errors";
import type { World } from "../world";
import type { InPersonApi } from "./model";

/** One fault of a request, as Orders words it. */
export interface OrderFault {
  code: string;
  message: string;
  details?: string[];
}

/** A refusal in the envelope of Orders: a list, since all faults of a body come at once. */
export class OrderRefusal extends ApiError {
  readonly #faults: readonly OrderFault[];

  constructor(status: number, faults: readonly OrderFault[]) {
    super(status, faults[0]?.code ?? "", faults[0]?.message ?? "");
    this.#faults = faults;
  }

  override body(): Record<string, unknown> {
    return { errors: this.#faults };
  }
}

/** A refusal in front of Orders, where somebody else answers: the other envelope, measured too. */
class GateRefusal extends ApiError {
  override body(): Record<string, unknown> {
    return { code: this.error, message: this.message };
  }
}

export function orderRefusal(status: number, code: string, message: string): OrderRefusal {
  return new OrderRefusal(status, [{ code, message }]);
}

/** Who calls, on the routes of Orders that make or list something. */
export function authenticateOrders(world: World, request: FastifyRequest): Caller {
  return authenticateAs(world, request, "orders");
}

/**
 * Who calls. Choice: an account uses one generation of the API, so that a client which falls over from one
 * to another is seen; the others answer 403. The real ones all answer. Orders that are there already are
 * served by the API that made them, whichever the account uses by now.
 */
export function authenticateAs(world: World, request: FastifyRequest, api: InPersonApi): Caller {
  const caller = authenticateForOrder(world, request, api);
  const used = world.inPerson.apiOf(caller.account.userId);
  if (used !== api) {
    const message = `The simulated account uses the API of ${used}`;
    throw api === "orders"
      ? new GateRefusal(403, "forbidden", message)
      : new ApiError(403, "forbidden", message);
  }
  return caller;
}

/** Who calls, about an order that is there already. */
export function authenticateForOrder(
  world: World,
  request: FastifyRequest,
  api: InPersonApi,
): Caller {
  try {
    return authenticate(world, request);
  } catch (error) {
    if (api === "orders" && error instanceof ApiError && error.status === 401) {
      throw new GateRefusal(401, "unauthorized", "user not found");
    }
    throw error;
  }
}

/** Reads a body for Orders, or refuses it with everything that is wrong with it. */
export function readOrderBody<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const details = new Map<string, string[]>();
  for (const issue of result.error.issues) {
    const code = codeOf(issue, body);
    const list = details.get(code) ?? [];
    list.push(...detailsOf(issue));
    details.set(code, list);
  }
  throw new OrderRefusal(
    400,
    [...details].map(([code, list]) => ({ code, message: messages[code] ?? code, details: list })),
  );
}

const messages: Record<string, string> = {
  required_properties: "Required properties are missing",
  unsupported_properties: "There are properties that are not supported",
  property_type: "Properties have the wrong type",
  property_value: "Properties have values that are not valid",
  minimum_properties: "There are too few properties",
  minimum_items: "There are too few items",
  maximum_items: "There are too many items",
};

function codeOf(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code === "unrecognized_keys") return "unsupported_properties";
  if (valueAt(body, issue.path) === undefined) return "required_properties";
  if (issue.code === "invalid_type") return "property_type";
  if (issue.code === "too_small" && issue.origin === "array") return "minimum_items";
  if (issue.code === "too_big" && issue.origin === "array") return "maximum_items";
  return "property_value";
}

function detailsOf(issue: z.core.$ZodIssue): string[] {
  const names = issue.code === "unrecognized_keys" ? issue.keys : [];
  if (names.length > 0) return names.map((name) => `'${pathOf([...issue.path, name])}'`);
  return [`'${pathOf(issue.path)}' - ${issue.message}`];
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => text + (typeof part === "number" ? `[${part}]` : `.${String(part)}`),
    "$",
  );
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    body,
  );
}

export interface Keyed {
  key: string;
  scope: string;
}

/** The idempotency key that Orders and `/v2/pos` ask for, at first of everything. */
export function orderKey(caller: Caller, request: FastifyRequest, place: string): Keyed {
  const header = request.headers["x-idempotency-key"];
  const key = Array.isArray(header) ? header[0] : header;
  if (key === undefined || key === "") {
    throw orderRefusal(400, "empty_required_header", "The header X-Idempotency-Key is required");
  }
  if (key.length > 128) {
    const message = "The idempotency key has more than 128 characters";
    throw orderRefusal(400, "invalid_idempotency_key_length", message);
  }
  return { key, scope: `${caller.account.userId} ${place}` };
}

/** What was done under this key and with this body before, if anything. */
export function doneBefore(
  world: World,
  { key, scope }: Keyed,
  request: FastifyRequest,
): number | undefined {
  return world.keys.find(scope, key, request.body ?? null, world.clock.now(), () =>
    orderRefusal(409, "idempotency_key_already_used", "The key was used with another request"),
  );
}

export function rememberDone(
  world: World,
  { key, scope }: Keyed,
  request: FastifyRequest,
  resultId: number,
): void {
  world.keys.remember(scope, key, request.body ?? null, world.clock.now(), resultId);
}

export const pageQuery = z.object({
  limit: z.coerce.number().int().positive().catch(50),
  offset: z.coerce.number().int().nonnegative().catch(0),
});

/** One page of a list. More than 50 rows are never given, whatever is asked for (measured). */
export function pageOf<Row>(rows: readonly Row[], query: unknown) {
  const { limit: asked, offset } = pageQuery.parse(query);
  const limit = Math.min(asked, 50);
  return {
    rows: rows.slice(offset, offset + limit),
    paging: { total: rows.length, offset, limit },
  };
}

export type App = FastifyInstance;
