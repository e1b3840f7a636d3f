import { notFound, Refusal, refuse } from "../../domain/errors";
import type { PointDeviceId, SellerId } from "../../domain/ids";
import type { OperatingMode } from "../../domain/point-device";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import { PointDeviceEntity } from "../../entities/point-device.entity";
import { OwnedReader } from "../reading/owned-reader";
import { writeOptimistically } from "../shared/optimistic-write";
import { refusalOf } from "../shared/refusal-of-provider";
import { pointDeviceRows } from "./point-device-rows";
import { inPersonOf, type PointDependencies, PointDevices } from "./point-devices";

/** How long what the provider listed of a reader is taken for true. */
const factsMs = 2 * 60_000;
const devicePath = ["input", "deviceId"];

/** The use cases of sellers' card readers. Every method that takes a principal acts within its reach only. */
export class PointDeviceService {
  readonly reader: OwnedReader<PointDeviceEntity>;
  readonly #devices: PointDevices;

  constructor(private readonly deps: PointDependencies) {
    this.reader = new OwnedReader(deps.database, PointDeviceEntity);
    this.#devices = new PointDevices(deps);
  }

  /**
   * The readers of a seller that was read in scope before, as its providers list them now. Those that are known only
   * stand in for them where a provider gives no answer.
   */
  async ofSeller(sellerId: SellerId): Promise<PointDeviceEntity[]> {
    const accounts = await this.deps.accounts.ofSellers([sellerId]);
    const lists = await Promise.allSettled(
      accounts.map((account) => this.#devices.refresh(account)),
    );
    const devices = lists.flatMap((list) => (list.status === "fulfilled" ? list.value : []));
    // One account that cannot be read hides no other one's readers.
    const failed = lists.find((list) => list.status === "rejected");
    if (failed !== undefined && devices.length === 0) throw failed.reason;
    return devices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Has a reader take orders. @throws Refusal FORBIDDEN, NOT_FOUND, DEVICE_NOT_USABLE or the provider's own. */
  async enable(principal: Principal, id: PointDeviceId): Promise<PointDeviceEntity> {
    const device = await this.#inReach(principal, id);
    await this.#setMode(device, "INTEGRATED");
    return this.#write(device, { status: "FREE", operatingMode: "INTEGRATED" });
  }

  /**
   * Leaves a reader to those who stand in front of it; no more orders are taken for it. @throws Refusal, as `enable`.
   * Choice: the provider has no call that takes a reader out of an account; that is done in its app.
   */
  async remove(principal: Principal, id: PointDeviceId): Promise<PointDeviceEntity> {
    const device = await this.#inReach(principal, id);
    if (device.status === "REMOVED") return device;
    if (device.currentOrderId !== null) {
      const message = `the card reader is busy with ${device.currentOrderId}`;
      throw refuse("DEVICE_BUSY", message, devicePath);
    }
    await this.#setMode(device, "STANDALONE");
    return this.#write(device, { status: "REMOVED", operatingMode: "STANDALONE" });
  }

  /** A reader, for who has read it in scope before. */
  read(id: PointDeviceId): Promise<PointDeviceEntity> {
    return pointDeviceRows.read(this.deps, id);
  }

  /** Has what is known of a reader be of the last minutes: somebody may have changed its mode since. */
  async renewFacts({ accountId, lastSeenAt }: PointDeviceEntity): Promise<void> {
    if (this.deps.clock.now().getTime() - lastSeenAt.getTime() < factsMs) return;
    const account = await this.deps.accounts.byId(accountId);
    await this.#devices.refresh(account);
  }

  async #setMode(
    device: PointDeviceEntity,
    mode: Exclude<OperatingMode, "UNKNOWN">,
  ): Promise<void> {
    const { accounts, ids, registry } = this.deps;
    const account = await accounts.byId(device.accountId);
    const operations = inPersonOf(registry, account);
    if (operations === undefined || account.sellerId !== device.sellerId) {
      throw refuse("DEVICE_NOT_USABLE", "the seller's account is not connected here", devicePath);
    }
    // Sent twice, it is the same: the key need not be kept.
    const idempotencyKey = ids.next("Operation");
    const outcome = await accounts.call(account, (credentials) =>
      operations.setOperatingMode(device.providerDeviceId, mode, { credentials, idempotencyKey }),
    );
    if (outcome.kind === "refused") throw new Refusal(refusalOf(device, outcome.refusal));
    if (outcome.kind === "accepted") return;
    const listed = await this.#devices.refresh(account, true);
    const now = listed.find(({ id }) => id === device.id);
    if (now?.operatingMode === mode) return;
    throw refuse(
      "PROVIDER_UNAVAILABLE",
      "the provider gave no answer, and does not show the mode; ask again",
      devicePath,
    );
  }

  async #write(
    device: PointDeviceEntity,
    changes: Pick<PointDeviceEntity, "status" | "operatingMode">,
  ): Promise<PointDeviceEntity> {
    let written = device;
    const readAgain = () => pointDeviceRows.read(this.deps, device.id);
    await writeOptimistically(this.deps.database, await readAgain(), readAgain, (unit, row) => {
      const { operatingMode } = changes;
      // An order that came to it meanwhile keeps it.
      const isKept = row.currentOrderId !== null && changes.status === "FREE";
      const status = isKept ? "BUSY" : changes.status;
      const isSame = row.status === status && row.operatingMode === operatingMode;
      written = isSame
        ? row
        : pointDeviceRows.change(this.deps, unit, row, "API", { status, operatingMode });
    });
    return written;
  }

  async #inReach(principal: Principal, id: PointDeviceId): Promise<PointDeviceEntity> {
    if (!rightsOf(principal).moveMoney) {
      throw refuse("FORBIDDEN", "this credential may read, and not set up card readers");
    }
    const device = await this.reader.byId(scopeOf(principal), id);
    if (device === undefined) throw notFound("card reader", devicePath);
    return device;
  }
}
