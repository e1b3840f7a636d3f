import type { AlertBook } from "../../alerts/alert-book";
import type { Database } from "../../database/database";
import type { SqlValue } from "../../database/statement";
import { marks } from "../../database/table";
import { type AlertCode, alertCodes } from "../../domain/alerts";
import type { Clock } from "../../domain/clock";
import { cartStanding, letGo } from "../../domain/order-status";
import { paymentStatuses } from "../../domain/payment-status";
import { payoutFollowed, payoutStatuses } from "../../domain/payout-status";
import { openRefundStatuses } from "../../domain/refund-status";
import { entities } from "../../entities";
import { AlertEntity } from "../../entities/alert.entity";
import { idsFrom } from "../../security/ids";

const hourMs = 3_600_000;

/** When an alert is over. */
type End =
  /** Nothing that the gateway sees ends it: a person says so, by `admin alert clear`. */
  | "BY_A_PERSON"
  /** What it is about has changed: SQL over the columns of `alert`. */
  | { readonly because: string; readonly when: string; readonly values?: readonly SqlValue[] }
  /** It was not seen again for so long. */
  | { readonly because: string; readonly quietMs: number }
  | { readonly because: string; readonly isOver: (alert: AlertEntity) => Promise<boolean> };

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly alerts: AlertBook;
  /** Told of an alert that has ended. */
  readonly onEnded: (alert: AlertEntity, because: string) => void;
}

/** Ends alerts whose reason is gone, by looking at what they are about: nothing is written for it on the way of a payment. */
export class AlertEnds {
  readonly #ends: Readonly<Record<AlertCode, End>>;

  constructor(private readonly deps: Dependencies) {
    this.#ends = endsOf(deps.database, deps.clock);
  }

  /** Looks at all open alerts once. */
  async endWhatIsOver(): Promise<void> {
    const rows = await this.deps.database.read(
      "SELECT DISTINCT code FROM alert WHERE open_key IS NOT NULL",
    );
    const open = new Set(rows.map(({ code }) => code));
    // A newer release may know others, and ends them.
    for (const code of alertCodes.filter((known) => open.has(known))) {
      const end = this.#ends[code];
      if (end === "BY_A_PERSON") continue;
      for (const alert of await this.#overBy(code, end)) {
        if ("isOver" in end && !(await end.isOver(alert))) continue;
        if (await this.deps.alerts.end(alert, end.because)) this.deps.onEnded(alert, end.because);
      }
    }
  }

  async #overBy(code: AlertCode, end: Exclude<End, "BY_A_PERSON">): Promise<AlertEntity[]> {
    const { database, clock } = this.deps;
    const [sql, values] =
      "when" in end
        ? [end.when, end.values ?? []]
        : "quietMs" in end
          ? ["alert.last_seen_at < ?", [clock.now().getTime() - end.quietMs]]
          : ["1 = 1", []];
    const rows = await database.read(
      `SELECT * FROM alert WHERE open_key IS NOT NULL AND code = ? AND (${sql})`,
      [code, ...values],
    );
    return database.table(AlertEntity).readableRows(rows);
  }
}

/** Every code has its end: the compiler asks for a new one's. */
function endsOf(database: Database, clock: Clock): Record<AlertCode, End> {
  return {
    PAYMENT_CHANGED_AFTER_END: "BY_A_PERSON",
    PAYMENT_NOT_APPLIED: "BY_A_PERSON",
    ORDER_CONTRADICTED: "BY_A_PERSON",
    ORDER_REFUNDED_AT_PROVIDER: "BY_A_PERSON",
    CART_DISPUTED: {
      because: "the dispute is over",
      ...inStatus(
        "payment",
        paymentStatuses.filter((status) => cartStanding[status] !== "DISPUTED"),
      ),
    },
    CART_GIVEN_BACK: moneyIsGone,
    CART_PAID_LATE: moneyIsGone,
    REFUND_ID_TAKEN: {
      because: "the refund has ended",
      when: `EXISTS (SELECT 1 FROM refund r WHERE r.id = alert.subject_id AND r.status NOT IN (${marks(openRefundStatuses)}))`,
      values: openRefundStatuses,
    },
    REFUND_CHANGED: "BY_A_PERSON",
    PAYOUT_CHANGED_AFTER_END: "BY_A_PERSON",
    PAYOUT_NOT_APPLIED: "BY_A_PERSON",
    SUBSCRIPTION_CHANGED_AFTER_END: "BY_A_PERSON",
    SUBSCRIPTION_NOT_APPLIED: "BY_A_PERSON",
    PAYOUT_WITHOUT_END: {
      because: "the payout has come to its end",
      ...inStatus(
        "payout",
        payoutStatuses.filter((status) => payoutFollowed[status] !== "TO_ITS_END"),
      ),
    },
    POINT_ORDER_CHANGED_AFTER_END: "BY_A_PERSON",
    POINT_ORDER_NOT_APPLIED: "BY_A_PERSON",
    NOT_IN_DATABASE: {
      because: "it was brought back",
      when: `EXISTS (SELECT 1 FROM payment p WHERE p.id = alert.subject_id)
        OR EXISTS (SELECT 1 FROM marketplace_order o WHERE o.id = alert.subject_id)`,
    },
    DELIVERY_STUCK: {
      because: "the notification was worked off",
      when: `NOT EXISTS (SELECT 1 FROM inbox_delivery d WHERE d.id = alert.subject_id AND d.finished_at IS NULL AND d.parked_at IS NULL)`,
    },
    DELIVERY_PARKED: {
      because: "the notification was replayed",
      when: `NOT EXISTS (SELECT 1 FROM inbox_delivery d WHERE d.id = alert.subject_id AND d.parked_at IS NOT NULL)`,
    },
    WEBHOOKS_NOT_VERIFIED: {
      because: "notifications are verified again, or none has failed for a day",
      isOver: (alert) => areVerified(database, clock, alert),
    },
    RECONNECT_NEEDED: {
      because: "the seller is connected anew, or disconnected for good",
      when: `NOT EXISTS (SELECT 1 FROM provider_account a WHERE a.id = alert.subject_id AND a.status = 'RECONNECT_NEEDED')`,
    },
    RENEWAL_REFUSED: areRenewed,
    RENEWED_FOR_ANOTHER: areRenewed,
    CONNECTED_FOR_ANOTHER: {
      because: "the seller has been connected since",
      when: `EXISTS (SELECT 1 FROM provider_account a WHERE a.seller_id = alert.seller_id
        AND a.credentials_refreshed_at > alert.last_seen_at)`,
    },
    OPERATION_NOT_UNDERSTOOD: operationHasEnded,
    OPERATION_CLASHES: operationHasEnded,
    OPERATION_SEALED: operationHasEnded,
    ANSWER_UNREADABLE: {
      because: "every answer could be read for a day",
      quietMs: 24 * hourMs,
    },
    ROW_UNREADABLE: {
      because: "the row can be read, or is gone",
      isOver: ({ facts: { table, id } }) => isReadable(database, String(table), String(id)),
    },
    // A process tells of it once an hour, and ends it itself; this is for one that is gone.
    CLOCKS_DIFFER: {
      because: "no process of that machine tells of it any more",
      quietMs: 3 * hourMs,
    },
    // Only ever written with its end: see `keepEnded`.
    DATABASE_NOT_WRITABLE: "BY_A_PERSON",
    DURABILITY_WEAK: {
      because: "the setting is as it should be",
      isOver: async () => (await durabilityOf(database)) === soundDurability,
    },
  };
}

function inStatus(table: string, statuses: readonly string[]) {
  return {
    when: `EXISTS (SELECT 1 FROM ${table} t WHERE t.id = alert.subject_id AND t.status IN (${marks(statuses)}))`,
    values: statuses,
  };
}

const moneyIsGone = {
  because: "the cart's money is given back",
  ...inStatus(
    "payment",
    paymentStatuses.filter((status) => letGo[cartStanding[status]] === "NOTHING"),
  ),
} as const;

const areRenewed = {
  because: "the credentials were renewed since, or given up",
  when: `NOT EXISTS (SELECT 1 FROM provider_account a WHERE a.id = alert.subject_id AND a.credentials_sealed IS NOT NULL
    AND (a.credentials_refreshed_at IS NULL OR a.credentials_refreshed_at <= alert.last_seen_at))`,
} as const;

const operationHasEnded = {
  because: "the operation has ended",
  when: `NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = alert.subject_id AND o.state <> 'FINISHED')`,
} as const;

/** While they still fail, the alert is seen again and again: a minute without that, and a good one since. */
async function areVerified(
  database: Database,
  clock: Clock,
  { lastSeenAt, facts }: AlertEntity,
): Promise<boolean> {
  const quietMs = clock.now().getTime() - lastSeenAt.getTime();
  if (quietMs < 60_000) return false;
  if (quietMs > 24 * hourMs) return true;
  // By the primary key, from the alert on: nothing older is looked at.
  const rows = await database.read(
    `SELECT id FROM inbox_delivery WHERE id > ? AND provider = ? AND shop = ? AND verdict = 'signed'
       AND received_at > ? LIMIT 1`,
    [
      // Ids follow the clock of whoever made them.
      idsFrom("InboxDelivery", new Date(lastSeenAt.getTime() - 60_000)),
      ...[String(facts.provider), String(facts.shop)],
      lastSeenAt.getTime(),
    ],
  );
  return rows.length > 0;
}

async function isReadable(database: Database, table: string, key: string): Promise<boolean> {
  for (const entity of entities) {
    const known = database.table<object>(entity);
    if (known.name === table) return known.isReadable(database, key);
  }
  return true;
}

/** With which a power cut loses nothing that was acknowledged. */
export const soundDurability = 1;

/** MySQL's `innodb_flush_log_at_trx_commit`. SQLite's files are always written so. */
export async function durabilityOf(database: Database): Promise<number> {
  if (database.kind !== "mysql") return soundDurability;
  const [row] = await database.read("SELECT @@innodb_flush_log_at_trx_commit AS level");
  return Number(row?.level);
}
