import type { DeviceObservation, OperatingMode } from "../../../domain/point-device";
import { isObject, objectOf, readList, readName } from "../../json";
import type { EffectCall, InPersonOperations, Outcome, ReadCall } from "../../provider";
import type { MercadoPagoClient } from "../client";
import { readId } from "../wire";
import { setupRefusals } from "./errors";

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
