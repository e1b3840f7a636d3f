import { providerActor } from "../../domain/actor";
import { Refusal, refuse } from "../../domain/errors";
import {
  changesOfListed,
  changesOfUnlisted,
  type DeviceObservation,
  type InPersonApi,
} from "../../domain/point-device";
import { PointDeviceEntity } from "../../entities/point-device.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { actAs } from "../../logging/work";
import type { InPersonOperations, Outcome } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { isUsable, type ProviderAccounts } from "../accounts/provider-accounts";
import type { ChangeDependencies } from "../followed/followed-kind";
import { retryOptimistically } from "../shared/optimistic-retry";
import { refusalOf } from "../shared/refusal-of-provider";
import { ShortCache } from "../shared/short-cache";
import { pointDeviceRows } from "./point-device-rows";

export interface PointDependencies extends ChangeDependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
}

/** Long enough for tills that all begin in the morning, short enough that nobody takes it for old. */
const keepMs = 3_000;
const keptAnswers = 1_000;
/** How exactly it is kept when a reader was last listed: it is written down no more often. */
const lastSeenStepMs = 60_000;

/** The card readers of accounts, as their providers list them. */
export class PointDevices {
  readonly #listed: ShortCache<Outcome<readonly DeviceObservation[]>>;

  constructor(private readonly deps: PointDependencies) {
    this.#listed = new ShortCache(deps.clock, { keepMs, limit: keptAnswers });
  }

  /**
   * Asks the provider for an account's readers and writes down what it lists. Answers the rows as they are then. `isFresh`:
   * what was listed a moment ago will not do.
   * @throws Refusal where the provider gives no answer, and no reader is known.
   */
  async refresh(account: ProviderAccountEntity, isFresh = false): Promise<PointDeviceEntity[]> {
    const known = await this.#known(account);
    const operations = inPersonOf(this.deps.registry, account);
    if (operations === undefined || !isUsable(account)) return known;
    if (isFresh) this.#listed.forget(account.id);
    const outcome = await this.#listed.get(account.id, () =>
      this.deps.accounts.call(account, (credentials) => operations.devices({ credentials })),
    );
    if (outcome.kind === "accepted") return this.#write(account, outcome.value);
    this.#listed.forget(account.id);
    // What is known is better than nothing, and says by `lastSeenAt` how old it is.
    if (known.length > 0) return known;
    throw refusalOfList(account, outcome);
  }

  async #write(
    account: ProviderAccountEntity,
    seen: readonly DeviceObservation[],
  ): Promise<PointDeviceEntity[]> {
    return actAs(providerActor(account.provider), () =>
      // Two that ask at once find the same readers: one of them reads again.
      retryOptimistically(async () => {
        const known = new Map(
          (await this.#known(account)).map((row) => [row.providerDeviceId, row]),
        );
        const listed = new Map(seen.map((each) => [each.providerDeviceId, each]));
        const isNews =
          [...listed.values()].some((each) =>
            this.#isNews(known.get(each.providerDeviceId), each),
          ) ||
          [...known.values()].some(
            (row) => !listed.has(row.providerDeviceId) && changesOfUnlisted(row) !== undefined,
          );
        if (!isNews) return [...known.values()];
        return this.deps.database.write((unit) => {
          const rows: PointDeviceEntity[] = [];
          const change = (row: PointDeviceEntity, changes: Partial<PointDeviceEntity>) =>
            pointDeviceRows.change(this.deps, unit, row, "LOOKUP", changes);
          for (const row of known.values()) {
            const device = listed.get(row.providerDeviceId);
            const changes = device ? changesOfListed(row, device) : changesOfUnlisted(row);
            const lastSeenAt = device ? this.deps.clock.now() : row.lastSeenAt;
            if (changes !== undefined) rows.push(change(row, { ...changes, lastSeenAt }));
            else if (lastSeenAt === row.lastSeenAt) rows.push(row);
            else rows.push(pointDeviceRows.changeSilently(this.deps, unit, row, { lastSeenAt }));
          }
          for (const device of listed.values()) {
            if (known.has(device.providerDeviceId)) continue;
            const row = newDevice(this.deps, account, device);
            pointDeviceRows.add(this.deps, unit, row, "LOOKUP");
            rows.push(row);
          }
          return rows;
        });
      }),
    );
  }

  #isNews(known: PointDeviceEntity | undefined, seen: DeviceObservation): boolean {
    if (known === undefined || changesOfListed(known, seen) !== undefined) return true;
    return this.deps.clock.now().getTime() - known.lastSeenAt.getTime() > lastSeenStepMs;
  }

  async #known({ id, sellerId }: ProviderAccountEntity): Promise<PointDeviceEntity[]> {
    const { database } = this.deps;
    const rows = await database.read(
      "SELECT * FROM point_device WHERE account_id = ? AND seller_id = ? ORDER BY id",
      [id, sellerId],
    );
    return database.table(PointDeviceEntity).readableRows(rows);
  }
}

/** The account's way to take payments in person; undefined where its provider has none. */
export function inPersonOf(
  registry: ProviderRegistry,
  account: Pick<ProviderAccountEntity, "provider">,
): InPersonOperations | undefined {
  return registry.get(account.provider)?.inPerson?.[inPersonApiOf(account)];
}

/** The generation of its provider's API that an account uses. There is one so far. */
export function inPersonApiOf(_account: Pick<ProviderAccountEntity, "provider">): InPersonApi {
  return "ORDERS";
}

function newDevice(
  { clock, ids }: Pick<PointDependencies, "clock" | "ids">,
  account: ProviderAccountEntity,
  seen: DeviceObservation,
): PointDeviceEntity {
  const now = clock.now();
  return {
    id: ids.next("PointDevice"),
    marketplaceId: account.marketplaceId,
    sellerId: account.sellerId,
    accountId: account.id,
    provider: account.provider,
    ...seen,
    status: "FREE",
    currentOrderId: null,
    lastSeenAt: now,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

function refusalOfList(
  account: ProviderAccountEntity,
  outcome: Exclude<Outcome<unknown>, { kind: "accepted" }>,
): Refusal {
  if (outcome.kind === "refused") {
    return new Refusal({ ...refusalOf(account, outcome.refusal), path: ["sellerId"] });
  }
  const message = "The provider gave no answer; ask again.";
  return refuse("PROVIDER_UNAVAILABLE", message, ["sellerId"]);
}
