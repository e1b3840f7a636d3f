import { notFound, refuse, type UserErrorFact } from "../../domain/errors";
import { isId, type PointDeviceId, type PointOrderId } from "../../domain/ids";
import type { ObservationSource } from "../../domain/payment-observation";
import type { SettlementByHand } from "../../domain/point-order";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { PointDeviceEntity } from "../../entities/point-device.entity";
import { PointOrderEntity } from "../../entities/point-order.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import { isUsable } from "../accounts/provider-accounts";
import type { Hearer, Notice, Subject } from "../inbox/hearing";
import type { PaymentService } from "../payment/payment.service";
import { OwnedReader } from "../reading/owned-reader";
import { writeOptimistically } from "../shared/optimistic-write";
import { cancelPointOrderKind } from "./cancel-point-order";
import { type CreatePointOrderArgs, createPointOrderKind } from "./create-point-order";
import { lookUpPointOrder, operationsOf } from "./look-up-point-order";
import type { PointDeviceService } from "./point-device.service";
import type { PointDependencies } from "./point-devices";
import { pointOrderRows, tellDevice } from "./point-order-rows";

/** What a mutation of an order came to. */
export interface PointOrderResult {
  readonly order: PointOrderEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** The order that keeps a reader busy. */
export interface OrderInTheWay {
  /** Null where the gateway did not make it. */
  readonly order: PointOrderEntity | null;
  readonly providerOrderId: string | null;
}

/** Which order: itself, or whatever keeps a reader busy. */
export type PointOrderChoice =
  | { readonly orderId: PointOrderId }
  | { readonly deviceId: PointDeviceId };

/** Orders live no longer (Mercado Pago docs: create order). */
const longestLifeMs = 3 * 3_600_000;

/** The use cases of orders at card readers. Every method that takes a principal acts within its reach only. */
export class PointOrderService implements Hearer<"pointOrder"> {
  readonly reader: OwnedReader<PointOrderEntity>;
  readonly #create;
  readonly #cancel;

  constructor(
    private readonly deps: PointDependencies,
    private readonly devices: PointDeviceService,
    private readonly payments: PaymentService,
    engine: OperationEngine,
  ) {
    this.reader = new OwnedReader(deps.database, PointOrderEntity);
    this.#create = engine.register(createPointOrderKind(deps));
    this.#cancel = engine.register(cancelPointOrderKind(deps));
  }

  /**
   * Sends an amount to a reader.
   * @throws Refusal before anything was sent: bad input, a reader that cannot take it, a key used before.
   */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<CreatePointOrderArgs, "marketplaceId">,
  ): Promise<PointOrderResult> {
    const device = await this.#device(principal, given.deviceId);
    await this.devices.renewFacts(device);
    const args = withMarketplaceOf(principal, given);
    const performed = await this.#create.perform(claimantOf(principal, idempotencyKey), args);
    const { subjectId, state, replayed, refusal } = performed;
    const order = state?.order ?? (await pointOrderRows.read(this.deps, subjectId));
    return { order, replayed, refusal };
  }

  /** What keeps a reader busy that was read in scope before, as far as the gateway or the provider can tell. */
  async inTheWay({ id }: Pick<PointDeviceEntity, "id">): Promise<OrderInTheWay | null> {
    const device = await this.devices.read(id);
    if (device.currentOrderId !== null) {
      const order = await pointOrderRows.read(this.deps, device.currentOrderId);
      return { order, providerOrderId: order.providerOrderId };
    }
    const account = await this.deps.accounts.byId(device.accountId);
    if (!isUsable(account) || account.currency === null) return null;
    const { currency } = account;
    const since = new Date(this.deps.clock.now().getTime() - longestLifeMs);
    const asked = { provider: device.provider, api: "ORDERS" } as const;
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      operationsOf(this.deps, asked).findOrderAt(device.providerDeviceId, since, currency, {
        credentials,
      }),
    );
    if (outcome.kind !== "accepted" || outcome.value === null) return null;
    const { providerOrderId, reference } = outcome.value;
    return { order: await this.#ownOf(device, reference), providerOrderId };
  }

  /** Asks for the end of an order, by itself or by its reader. */
  async cancel(
    principal: Principal,
    idempotencyKey: string,
    choice: PointOrderChoice,
  ): Promise<PointOrderResult> {
    const { id } = await this.#chosen(principal, choice);
    const claimant = claimantOf(principal, idempotencyKey);
    const { state, replayed, refusal } = await this.#cancel.perform(claimant, { orderId: id });
    let order = state?.order ?? (await pointOrderRows.read(this.deps, id));
    if (!replayed && refusal !== null) {
      // The caller is shown what is true, and not what the provider would not do.
      await lookUpPointOrder(this.deps, order, "LOOKUP");
      order = await pointOrderRows.read(this.deps, id);
    }
    return { order, replayed, refusal };
  }

  /**
   * Ends an order that the provider knows no end of, as a person has seen it at the reader. What the provider says later
   * still counts.
   * @throws Refusal FORBIDDEN, NOT_FOUND, ACTION_NOT_AVAILABLE
   */
  async settle(
    principal: Principal,
    id: PointOrderId,
    shown: SettlementByHand,
    reason: string,
  ): Promise<PointOrderEntity> {
    const seen = await this.#chosen(principal, { orderId: id });
    // The provider may know by now.
    await lookUpPointOrder(this.deps, seen, "LOOKUP");
    const readAgain = () => pointOrderRows.read(this.deps, id);
    let settled = seen;
    await writeOptimistically(
      this.deps.database,
      await readAgain(),
      readAgain,
      async (unit, row) => {
        if (row.status !== "NEEDS_CHECK") {
          const message = `only an order that NEEDS_CHECK is settled by hand; this one is ${row.status}`;
          throw refuse("ACTION_NOT_AVAILABLE", message, ["input", "orderId"]);
        }
        settled = pointOrderRows.change(this.deps, unit, row, "API", {
          status: shown === "PAID" ? "PAID" : "CANCELLED",
          settledBecause: reason,
        });
        await tellDevice(this.deps, unit, settled, "API");
      },
    );
    return settled;
  }

  /** See `lookUpPointOrder`. */
  lookUp(order: PointOrderEntity, source: ObservationSource = "LOOKUP"): Promise<boolean> {
    return lookUpPointOrder(this.deps, order, source);
  }

  /** Looks at the order that a notification names; what was given back of it is its payment's business. */
  async hear({ provider }: Notice, subject: Subject<"pointOrder">): Promise<string> {
    const { providerOrderId } = subject;
    const known = await this.#byProviderId(provider, providerOrderId);
    if (known !== undefined) return this.#hearOf(known, providerOrderId);
    const found = await this.#findNamed(provider, subject);
    return typeof found === "string" ? found : this.#hearOf(found, providerOrderId);
  }

  async #hearOf(order: PointOrderEntity, providerOrderId: string): Promise<string> {
    if (!(await lookUpPointOrder(this.deps, order, "WEBHOOK", providerOrderId))) return "again";
    if (order.paymentId === null) return "looked up";
    const payment = await this.payments.read(order.paymentId);
    return (await this.payments.lookUp(payment, "WEBHOOK")) ? "looked up" : "again";
  }

  /** An order whose provider id we do not have yet: the provider's own record names ours. */
  async #findNamed(
    provider: Provider,
    { providerOrderId, providerAccountId }: Subject<"pointOrder">,
  ): Promise<PointOrderEntity | string> {
    if (providerAccountId === null) return "ignored: no such order";
    const { accounts, registry } = this.deps;
    const account = await accounts.byProviderId(provider, "", providerAccountId);
    const operations = registry.get(provider)?.inPerson?.ORDERS;
    if (account === undefined || account.currency === null || operations === undefined) {
      return "ignored: a stranger's account";
    }
    const { currency } = account;
    const outcome = await accounts.call(account, (credentials) =>
      operations.getOrder(providerOrderId, currency, { credentials }),
    );
    // An order of another product, or of somebody else who uses the application, is none of a reader of ours.
    if (outcome.kind === "refused") return "ignored: not our order";
    if (outcome.kind !== "accepted") return "again";
    const order = await this.#ownOf({ accountId: account.id }, outcome.value?.reference ?? null);
    return order ?? "ignored: not our order";
  }

  async #ownOf(
    { accountId }: Pick<PointOrderEntity, "accountId">,
    reference: string | null,
  ): Promise<PointOrderEntity | null> {
    if (reference === null || !isId("PointOrder", reference)) return null;
    const { database } = this.deps;
    const order = await database.table(PointOrderEntity).findById(database, reference);
    return order?.accountId === accountId ? order : null;
  }

  async #byProviderId(provider: Provider, id: string): Promise<PointOrderEntity | undefined> {
    const { database } = this.deps;
    const rows = await database.read(
      "SELECT * FROM point_order WHERE provider = ? AND provider_order_id = ?",
      [provider, id],
    );
    return rows[0] && database.table(PointOrderEntity).fromRow(rows[0]);
  }

  async #chosen(principal: Principal, choice: PointOrderChoice): Promise<PointOrderEntity> {
    assertMayMoveMoney(principal);
    const path = ["input", "orderId" in choice ? "orderId" : "deviceId"];
    let id: PointOrderId;
    if ("orderId" in choice) id = choice.orderId;
    else {
      const device = await this.#device(principal, choice.deviceId);
      if (device.currentOrderId === null) {
        throw refuse("ACTION_NOT_AVAILABLE", "the card reader has no order of the gateway's", path);
      }
      id = device.currentOrderId;
    }
    const order = await this.reader.byId(scopeOf(principal), id);
    if (order === undefined) throw notFound("order", path);
    return order;
  }

  async #device(principal: Principal, id: PointDeviceId): Promise<PointDeviceEntity> {
    assertMayMoveMoney(principal);
    const device = await this.devices.reader.byId(scopeOf(principal), id);
    if (device === undefined) throw notFound("card reader", ["input", "deviceId"]);
    return device;
  }
}

function assertMayMoveMoney(principal: Principal): void {
  if (!rightsOf(principal).moveMoney) {
    throw refuse("FORBIDDEN", "this credential may read, and not move money");
  }
}
