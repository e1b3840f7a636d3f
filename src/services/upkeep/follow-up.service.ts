import { finishClaim } from "../../database/claim";
import { type Database, UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import { orderFollowedDays } from "../../domain/order-status";
import { followedDays } from "../../domain/payment-status";
import { FollowUpEntity } from "../../entities/follow-up.entity";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import { nextCheckAt } from "../../operations/schedule";
import type { ProviderRegistry } from "../../providers/registry";
import { idsFrom } from "../../security/ids";
import type { OrderLookUps } from "../order/order-look-ups";
import type { PaymentService } from "../payment/payment.service";

const dayMs = 24 * 3_600_000;

/** How old a thing is at each look. The last look is the last day on which Mercado Pago takes refunds. */
const lookDays = [1, 7, 30, 90, 180] as const;

/** Things that one round looks at together. Small, so that a round takes few places from payments being made. */
const batchSize = 5;

/** How often a round comes back to a place where the provider gave no answer to anything; see `nextCheckAt`. */
const patience = 6;

/** How long a round rests at most, whatever the next thing's age. */
const restMs = 3_600_000;

/** What a round goes through: one kind of thing. */
interface Followed<Row> {
  readonly kind: "Payment" | "MarketplaceOrder";
  readonly entity: new () => Row;
  /** Whether there is anything to ask, of a thing that is `days` old. */
  isDue(row: Row, days: number): boolean;
  /** Asks the provider and applies the answer. False: there was none. */
  lookAt(row: Row): Promise<boolean>;
}

interface Round {
  /** The name of its row. */
  readonly id: string;
  readonly kind: Followed<unknown>["kind"];
  readonly days: number;
  advance(row: FollowUpEntity): Promise<void>;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly payments: PaymentService;
  readonly orders: OrderLookUps;
  /** Told of looks that broke. */
  readonly onFault: (fault: unknown, id: string) => void;
}

/**
 * Looks again at what has ended: a dispute, a charge-back or a refund made at the provider may come later, and its
 * notification be lost. Each round goes through a table by its primary key, one day, a week and so on behind the present.
 * Nothing is written when a payment ends, and no index holds what is only seldom looked at (docs/decisions/0015).
 */
export class FollowUpService {
  readonly #rows: Table<FollowUpEntity>;
  readonly #rounds: readonly Round[];

  constructor(private readonly deps: Dependencies) {
    const { clock, registry, payments, orders } = deps;
    this.#rows = deps.database.table(FollowUpEntity);
    this.#rounds = [
      ...this.#roundsOf({
        kind: "Payment",
        entity: PaymentEntity,
        isDue: (payment, days) => {
          const { dueAt, status, provider } = payment;
          if (registry.get(provider)?.payments === undefined) return false;
          // What is looked at by its own schedule today needs no second look. A release may be weeks ahead.
          const isLookedAt = dueAt !== null && dueAt.getTime() - clock.now().getTime() < dayMs;
          if (isLookedAt) return false;
          return days <= followedDays[status] && !orders.isPartOfOne(payment);
        },
        lookAt: (payment) => payments.followUp(payment),
      }),
      ...this.#roundsOf({
        kind: "MarketplaceOrder",
        entity: MarketplaceOrderEntity,
        isDue: ({ dueAt, status, openActionId }, days) =>
          dueAt === null && openActionId === null && days <= orderFollowedDays[status],
        lookAt: (order) => orders.followUp(order),
      }),
    ];
  }

  /**
   * Writes down where each round begins, unless that is done: what is older than the round by then is not looked at in it.
   * Answers false when another process wrote at the same moment, and this has to be called again.
   */
  async begin(): Promise<boolean> {
    const { clock, database } = this.deps;
    const now = clock.now().getTime();
    const known = new Set((await database.read("SELECT id FROM follow_up")).map(({ id }) => id));
    const missing = this.#rounds.filter(({ id }) => !known.has(id));
    if (missing.length === 0) return true;
    const rows = missing.map(({ id, kind, days }) => ({
      id,
      position: idsFrom(kind, new Date(now - days * dayMs)),
      dueAt: new Date(now + restMs),
      attempts: 0,
      leaseToken: null,
    }));
    try {
      await database.write((unit) => unit.change(this.#rows.insertAll(rows)));
      return true;
    } catch (fault) {
      if (fault instanceof UniqueViolationError) return false;
      throw fault;
    }
  }

  /** Takes a claimed round on by one batch. */
  async advance(row: FollowUpEntity): Promise<void> {
    const round = this.#rounds.find(({ id }) => id === row.id);
    if (round !== undefined) return round.advance(row);
    // Of another version of the gateway.
    await this.#finish(row, { dueAt: null });
  }

  #roundsOf<Row extends { readonly id: string; readonly createdAt: Date }>(
    followed: Followed<Row>,
  ): Round[] {
    const { kind } = followed;
    const table = this.deps.database.table(followed.entity);
    return lookDays.map((days) => ({
      id: `${table.name}-${days}`,
      kind,
      days,
      advance: (row) => this.#advance(row, followed, table, days),
    }));
  }

  async #advance<Row extends { readonly id: string; readonly createdAt: Date }>(
    row: FollowUpEntity,
    { isDue, lookAt }: Followed<Row>,
    table: Table<Row>,
    days: number,
  ): Promise<void> {
    const { clock, database, random } = this.deps;
    const now = clock.now();
    const found = await database.read(
      `SELECT * FROM ${table.name} WHERE id > ? ORDER BY id LIMIT ${batchSize}`,
      [row.position],
    );
    const next = table.readableRows(found);
    const tooYoung = next.findIndex(({ createdAt }) => ageOf(createdAt, now) < days * dayMs);
    const batch = tooYoung < 0 ? next : next.slice(0, tooYoung);
    const asked = batch.filter((each) => isDue(each, days));
    const answers = await Promise.all(asked.map((each) => this.#isAnswered(each.id, lookAt(each))));
    const isSilent = answers.length > 0 && !answers.includes(true);
    if (isSilent && row.attempts <= patience) {
      return this.#finish(row, { dueAt: nextCheckAt(now, row.attempts - 1, random) });
    }
    const position = batch.at(-1)?.id ?? row.position;
    const waitsFor = next[batch.length];
    const matureAt = waitsFor && waitsFor.createdAt.getTime() + days * dayMs;
    const dueAt =
      batch.length === batchSize
        ? now
        : new Date(Math.min(matureAt ?? Infinity, now.getTime() + restMs));
    await this.#finish(row, { position, attempts: 0, dueAt });
  }

  /** A look that breaks is told of, and stops nobody else's. */
  async #isAnswered(id: string, look: Promise<boolean>): Promise<boolean> {
    try {
      return await look;
    } catch (fault) {
      this.deps.onFault(fault, id);
      return false;
    }
  }

  #finish(
    row: FollowUpEntity,
    changes: Partial<FollowUpEntity> & { dueAt: Date | null },
  ): Promise<void> {
    return this.deps.database.write((unit) => unit.change(finishClaim(this.#rows, row, changes)));
  }
}

function ageOf(createdAt: Date, now: Date): number {
  return now.getTime() - createdAt.getTime();
}
