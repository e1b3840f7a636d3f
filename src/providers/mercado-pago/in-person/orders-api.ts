import type { Currency } from "../../../domain/money";
import type { DeviceObservation, OperatingMode } from "../../../domain/point-device";
import type { PointOrderObservation } from "../../../domain/point-order";
import type { Answer } from "../../answer";
import { isObject, objectOf, readList, readName } from "../../json";
import type {
  EffectCall,
  InPersonOperations,
  Outcome,
  PointOrderCommand,
  ReadCall,
} from "../../provider";
import type { MercadoPagoClient } from "../client";
import { amountRefusal } from "../payment-request";
import { readId } from "../wire";
import { setupRefusals } from "./errors";
import { orderBody, readOrder } from "./order-wire";

/** Rows of a page: more are never given, whatever is asked for (measured by others). */
const pageSize = 50;
/** No seller has more readers. A list that goes on for ever is no list. */
const mostPages = 40;

/** Orders, the newest of Mercado Pago's APIs for payments in person: `/terminals/v1` and `/v1/orders`. */
export class OrdersApi implements InPersonOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  /** GET /terminals/v1/list, page by page. */
  async devices(call: ReadCall): Promise<Outcome<readonly DeviceObservation[]>> {
    const devices: DeviceObservation[] = [];
    for (let page = 0; page < mostPages; page++) {
      const path = `/terminals/v1/list?limit=${pageSize}&offset=${page * pageSize}`;
      const answer = await this.client.get("listTerminals", path, call);
      if (answer.kind !== "accepted") return answer;
      const { terminals } = objectOf(objectOf(answer.value.json).data);
      if (!Array.isArray(terminals)) return answer.value.unreadable("no list of terminals");
      devices.push(...readList(terminals, readDevice));
      if (terminals.length < pageSize) break;
    }
    return { kind: "accepted", value: devices };
  }

  /** PATCH /terminals/v1/setup, one terminal in each call. */
  async setOperatingMode(
    providerDeviceId: string,
    mode: Exclude<OperatingMode, "UNKNOWN">,
    call: EffectCall,
  ): Promise<Outcome<null>> {
    const terminal = { id: providerDeviceId, operating_mode: wordOf[mode] };
    const answer = await this.client.send(
      {
        operation: "setTerminalMode",
        method: "PATCH",
        path: "/terminals/v1/setup",
        body: JSON.stringify({ terminals: [terminal] }),
        certainRefusals: setupRefusals,
      },
      call,
    );
    return answer.kind === "accepted" ? { kind: "accepted", value: null } : answer;
  }

  /** POST /v1/orders. The same key and body get the first answer again, for 24 hours. */
  async createOrder(command: PointOrderCommand, call: EffectCall): Promise<Seen> {
    const refusal = amountRefusal(command.amount, "amount");
    if (refusal !== undefined) return { kind: "refused", refusal };
    const answer = await this.client.send(
      {
        operation: "createPointOrder",
        method: "POST",
        path: "/v1/orders",
        body: orderBody(command),
      },
      call,
    );
    if (answer.kind !== "accepted") return answer;
    return readAnswer(answer.value, command.amount.currency, ({ reference }) =>
      reference === command.reference ? undefined : "the answer is about another order",
    );
  }

  /** GET /v1/orders/{id}: orders younger than three months. */
  async getOrder(
    providerOrderId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>> {
    const answer = await this.client.find("getPointOrder", orderPath(providerOrderId), call);
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: null };
    return readAnswer(answer.value, currency, otherThan(providerOrderId));
  }

  /**
   * GET /v1/orders by our reference. The official libraries have the call, and the documents of Point do not: that it
   * finds nothing proves nothing.
   */
  async findOrder(
    reference: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>> {
    const query = { external_reference: reference };
    return this.#search(query, since, currency, call, (order) => order.reference === reference);
  }

  async findOrderAt(
    providerDeviceId: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>> {
    const isOpenThere = ({ status, providerDeviceId: id }: PointOrderObservation) =>
      id === providerDeviceId && status !== null && openStatuses.has(status);
    return this.#search({}, since, currency, call, isOpenThere);
  }

  /** POST /v1/orders/{id}/cancel; the header lets a reader be asked that shows the order already. */
  async cancelOrder(providerOrderId: string, currency: Currency, call: EffectCall): Promise<Seen> {
    const answer = await this.client.send(
      {
        operation: "cancelPointOrder",
        method: "POST",
        path: `${orderPath(providerOrderId)}/cancel`,
        body: "{}",
        headers: { "x-allow-cancelable-status": "at_terminal" },
      },
      call,
    );
    if (answer.kind !== "accepted") return answer;
    const seen = readAnswer(answer.value, currency, otherThan(providerOrderId));
    if (seen.kind !== "accepted" || seen.value.status !== "AT_DEVICE") return seen;
    return { kind: "accepted", value: { ...seen.value, status: "CANCEL_REQUESTED" } };
  }

  /** The newest order that suits. */
  async #search(
    asked: Readonly<Record<string, string>>,
    since: Date,
    currency: Currency,
    call: ReadCall,
    suits: (order: PointOrderObservation) => boolean,
  ): Promise<Outcome<PointOrderObservation | null>> {
    const query = new URLSearchParams({
      ...asked,
      type: "point",
      begin_date: since.toISOString(),
      end_date: new Date(since.getTime() + searchedMs).toISOString(),
      sort_order: "desc",
      page_size: "100",
    });
    const answer = await this.client.get("searchPointOrders", `/v1/orders?${query}`, call);
    if (answer.kind !== "accepted") return answer;
    const { data } = objectOf(answer.value.json);
    if (!Array.isArray(data)) return answer.value.unreadable("the answer is no list of orders");
    const orders = readList(data, (item) => readOrder(item, currency));
    return { kind: "accepted", value: orders.find(suits) ?? null };
  }
}

type Seen = Outcome<PointOrderObservation>;

const openStatuses: ReadonlySet<string> = new Set(["CREATED", "AT_DEVICE", "CANCEL_REQUESTED"]);
/** Longer than orders can be read. */
const searchedMs = 100 * 24 * 3_600_000;

function orderPath(providerOrderId: string): string {
  return `/v1/orders/${encodeURIComponent(providerOrderId)}`;
}

function readAnswer(
  answer: Answer,
  currency: Currency,
  contradiction: (order: PointOrderObservation) => string | undefined,
): Seen {
  const order = readOrder(answer.json, currency);
  if (order === undefined) return answer.unreadable("the answer is no readable order");
  const reason = contradiction(order);
  return reason === undefined ? { kind: "accepted", value: order } : answer.unreadable(reason);
}

function otherThan(id: string): (order: PointOrderObservation) => string | undefined {
  return ({ providerOrderId }) =>
    providerOrderId === id ? undefined : "the answer is about another order";
}

/** PDV: the point of sale commands it. */
const wordOf = { INTEGRATED: "PDV", STANDALONE: "STANDALONE" } as const;

function readDevice(json: unknown): DeviceObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerDeviceId = readName(json.id);
  if (providerDeviceId === null) return undefined;
  const model = readName(providerDeviceId.split("__", 1)[0]);
  return {
    providerDeviceId,
    model: model === providerDeviceId ? null : model,
    operatingMode: modeOf(json.operating_mode),
    providerStoreId: readId(json.store_id),
    providerPosId: readId(json.pos_id),
    externalPosId: readName(json.external_pos_id),
  };
}

/** Choice: SELF_SERVICE, of older documents, takes no orders that we know of. */
function modeOf(word: unknown): OperatingMode {
  if (word === wordOf.INTEGRATED) return "INTEGRATED";
  return word === wordOf.STANDALONE ? "STANDALONE" : "UNKNOWN";
}
