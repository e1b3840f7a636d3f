import { createHash } from "node:crypto";
import { takingUp } from "../../database/claim";
import { type Database, StaleWriteError } from "../../database/database";
import type { SqlValue } from "../../database/statement";
import type { Table } from "../../database/table";
import { actorOf } from "../../domain/actor";
import type { Clock } from "../../domain/clock";
import { notFound, refuse } from "../../domain/errors";
import type { IdFactory, InboxDeliveryId } from "../../domain/ids";
import { type Principal, rightsOf, type Scope } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type {
  ReplayOutcome,
  SignedBy,
  WebhookStatus,
  WebhookVerdict,
} from "../../domain/webhook-delivery";
import { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import type { LeftChange, MadeChange } from "../../logging/work";
import type { ProviderRegistry } from "../../providers/registry";
import { idsFrom } from "../../security/ids";
import {
  type IdPlace,
  type List,
  orderById,
  type Page,
  type PageRequest,
  readPage,
} from "../reading/list-page";
import { all, type Condition } from "../reading/scope-sql";
import type { HeardAlone, InboxService } from "./inbox.service";

/** What a list of deliveries may be narrowed to. All given parts must hold. */
export interface DeliveryFilter {
  readonly provider?: Provider;
  readonly verdict?: WebhookVerdict;
  readonly statuses?: readonly WebhookStatus[];
  /** A row of ours. */
  readonly subjectId?: string;
  readonly receivedFrom?: Date;
  readonly receivedTo?: Date;
}

/** What a replay has led to, or would lead to. */
export interface Replay {
  readonly outcome: ReplayOutcome;
  /** In words, as `result` of the delivery. */
  readonly result: string;
  readonly changes: readonly MadeChange[];
  readonly left: readonly LeftChange[];
  /** As it stands now. */
  readonly delivery: InboxDeliveryEntity;
}

/** A delivery's parts as people are shown them: signatures are left out. */
export interface ShownDelivery {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly dedupeKey: string;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly registry: ProviderRegistry;
  readonly inbox: Pick<InboxService, "aboutOf" | "hearAlone" | "settleReplay">;
  /** Longer than a provider call may take. */
  readonly leaseMs: number;
  readonly secretsOf: (provider: Provider, shop: string) => readonly string[] | undefined;
}

/** By how much a row's id may differ from the row's own time: ids follow the clock of whoever made them. */
const idSlackMs = 60_000;
/** Stands in the place of signatures and other long hashes. */
const redacted = "[redacted]";

/** Shows a marketplace what providers have notified it of, and replays it. Nobody else sees any of it. */
export class DeliveryService {
  readonly #table: Table<InboxDeliveryEntity>;

  constructor(private readonly deps: Dependencies) {
    this.#table = deps.database.table(InboxDeliveryEntity);
  }

  async byId(scope: Scope, id: InboxDeliveryId): Promise<InboxDeliveryEntity | undefined> {
    const { sql, values } = all([{ sql: "t.id = ?", values: [id] }, ownDeliveries(scope)]);
    const rows = await this.deps.database.read(
      `SELECT t.* FROM inbox_delivery t WHERE ${sql}`,
      values,
    );
    return rows[0] && this.#table.fromRow(rows[0]);
  }

  /** A page of the list, newest first. */
  page(
    scope: Scope,
    filter: DeliveryFilter,
    request: PageRequest<IdPlace<InboxDeliveryId>>,
  ): Promise<Page<InboxDeliveryEntity>> {
    const list: List<IdPlace> = {
      table: "inbox_delivery",
      alias: "t",
      where: all([ownDeliveries(scope), ...conditionsOf(filter)]),
      // What is forged is refused: that there is an index for.
      statuses: filter.statuses ?? (filter.verdict === "forged" ? ["REFUSED"] : undefined),
      indexedByStatus: filter.subjectId === undefined,
      orderOf: (backward) => orderById("t", backward),
    };
    return readPage(list, request, async ({ sql, values }) => {
      const rows = await this.deps.database.read(`SELECT t.* FROM inbox_delivery t ${sql}`, values);
      return this.#table.eachFromRow(rows);
    });
  }

  /** What it is about at the provider: "payment 123". */
  aboutOf(delivery: InboxDeliveryEntity): string | null {
    return this.deps.inbox.aboutOf(delivery);
  }

  /** Without signatures, which are hashes of a secret and of what is shown beside them. */
  shown(delivery: InboxDeliveryEntity): ShownDelivery {
    const { bodyFields = [], headers = [] } =
      this.deps.registry.get(delivery.provider)?.webhooks.signatures ?? {};
    const withoutHash = (name: string, value: string) =>
      headers.includes(name) ? value.replace(/[0-9a-f]{16,}/gi, redacted) : value;
    let body = delivery.rawBody.toString("utf8");
    for (const field of bodyFields) {
      body = body.replace(new RegExp(`("${field}"\\s*:\\s*")[^"]*`, "g"), `$1${redacted}`);
    }
    return {
      headers: givenOf(delivery.headers).map(([name, value]) => [name, withoutHash(name, value)]),
      query: givenOf(delivery.query),
      body,
      // A key may be made of the signature.
      dedupeKey: createHash("sha256").update(delivery.dedupeKey).digest("hex").slice(0, 32),
    };
  }

  /**
   * Looks once more at what a delivery is about, as at the first time; `isDryRun` writes nothing and says what would
   * change. Changes are made by whoever replays.
   * @throws Refusal NOT_FOUND, FORBIDDEN, ACTION_NOT_AVAILABLE, ACTION_IN_PROGRESS
   */
  async replay(
    principal: Principal,
    scope: Scope,
    { id, reason, isDryRun }: { id: InboxDeliveryId; reason: string; isDryRun: boolean },
  ): Promise<Replay> {
    if (!rightsOf(principal).replayWebhooks) {
      throw refuse("FORBIDDEN", "only the marketplace replays notifications");
    }
    const found = await this.byId(scope, id);
    if (found === undefined) throw notFound("notification", ["input", "id"]);
    const mended = await this.#verifiedNow(found);
    const { inbox } = this.deps;
    if (isDryRun) {
      // What is said to lag is taken as it is: nobody comes again.
      const tried = { ...found, ...mended, attempts: Number.MAX_SAFE_INTEGER };
      const heard = await inbox.hearAlone(tried, { isDryRun });
      return { ...toReplay(heard), delivery: found };
    }
    const claimed = { ...(await this.#claim(found)), ...mended };
    const heard = await inbox.hearAlone(claimed, { isDryRun });
    await inbox.settleReplay(claimed, heard, {
      ...mended,
      attempts: claimed.attempts,
      replays: (found.replays ?? 0) + 1,
      ...{
        replayedAt: this.deps.clock.now(),
        replayedBy: actorOf(principal),
        replayReason: reason,
      },
    });
    return { ...toReplay(heard), delivery: (await this.byId(scope, id)) ?? found };
  }

  /**
   * What is to be changed of a delivery that was refused and is signed by a secret of today's: the secret in the settings
   * was wrong, and is mended.
   */
  async #verifiedNow(found: InboxDeliveryEntity): Promise<Partial<InboxDeliveryEntity>> {
    const { provider, shop, verdict } = found;
    const path = ["input", "id"];
    if (verdict === "signed") return {};
    if (verdict === "unsigned") {
      const message = "an unsigned notification leads to its one look by itself";
      throw refuse("ACTION_NOT_AVAILABLE", message, path);
    }
    const webhooks = this.deps.registry.get(provider)?.webhooks;
    const secrets = this.deps.secretsOf(provider, shop) ?? [];
    const signature: SignedBy | undefined = webhooks?.signedBy(found, secrets);
    if (webhooks === undefined || signature === undefined) {
      const message =
        "its signature is not good by any secret in the settings: it may be anybody's";
      throw refuse("ACTION_NOT_AVAILABLE", message, path);
    }
    const dedupeKey = webhooks.dedupeKey(found);
    const again = await this.deps.database.read(
      "SELECT id FROM inbox_delivery WHERE provider = ? AND shop = ? AND dedupe_key = ?",
      [provider, shop, dedupeKey],
    );
    if (again[0] !== undefined) {
      const message = `the provider has delivered it again since: see ${again[0].id}`;
      throw refuse("ACTION_NOT_AVAILABLE", message, path);
    }
    const { form: signatureForm, secret: signatureSecret } = signature;
    return { verdict: "signed", dedupeKey, signatureForm, signatureSecret };
  }

  /**
   * Takes the delivery up, whatever became of it, so that nobody else works on it meanwhile. Should this process die, a
   * worker takes the delivery up as a new one.
   */
  async #claim({ id }: InboxDeliveryEntity): Promise<InboxDeliveryEntity> {
    const { database, clock, ids, leaseMs } = this.deps;
    const leaseToken = ids.next("Lease");
    const take = takingUp(database, clock, { leaseMs, leaseToken });
    try {
      return await database.write(async (unit) => {
        unit.change({
          sql: `UPDATE inbox_delivery SET ${take.sql} WHERE id = ?
                  AND (lease_token IS NULL OR due_at IS NULL OR due_at <= ${database.nowSql})`,
          values: [...take.values, id, clock.offsetMs],
          expectRows: 1,
        });
        // The schedule, and the count until it is parked, begin anew.
        unit.change(this.#table.update({ attempts: 1 }, { id, leaseToken }));
        return this.#table.byId(unit, id);
      });
    } catch (fault) {
      if (!(fault instanceof StaleWriteError)) throw fault;
      const message = "somebody is looking into it right now; look what came of it";
      throw refuse("ACTION_IN_PROGRESS", message, ["input", "id"]);
    }
  }
}

function toReplay(heard: HeardAlone): Omit<Replay, "delivery"> {
  const { result, lastTry, changes, left } = heard;
  return { outcome: outcomeOf(heard), result: lastTry ?? result, changes, left };
}

function outcomeOf({ result, changes, left }: HeardAlone): ReplayOutcome {
  if (changes.length > 0) return "CHANGED";
  if (left.length > 0) return "NOT_APPLIED";
  if (result === "again") return "NO_ANSWER";
  return result.startsWith("ignored") ? "IGNORED" : "SAME";
}

/** Those of the marketplace, for all of its sellers: nobody with less reach sees any. */
function ownDeliveries({ marketplaceId, sellerIds, onlyPaymentId }: Scope): Condition {
  if (sellerIds !== "ALL" || onlyPaymentId !== undefined) return { sql: "1 = 0", values: [] };
  return { sql: "t.marketplace_id = ?", values: [marketplaceId] };
}

function conditionsOf(filter: DeliveryFilter): Condition[] {
  const conditions: Condition[] = [];
  const add = (sql: string, ...values: SqlValue[]) => conditions.push({ sql, values });
  const idAround = (time: Date, slackMs: number) =>
    idsFrom("InboxDelivery", new Date(time.getTime() + slackMs));
  const { provider, verdict, subjectId, receivedFrom, receivedTo } = filter;
  if (provider !== undefined) add("t.provider = ?", provider);
  if (verdict !== undefined) add("t.verdict = ?", verdict);
  if (subjectId !== undefined) add("t.subject_id = ?", subjectId);
  // The ids bound what is read; the row's own time decides.
  if (receivedFrom !== undefined) {
    add(
      "t.received_at >= ? AND t.id >= ?",
      receivedFrom.getTime(),
      idAround(receivedFrom, -idSlackMs),
    );
  }
  if (receivedTo !== undefined) {
    add("t.received_at < ? AND t.id < ?", receivedTo.getTime(), idAround(receivedTo, idSlackMs));
  }
  return conditions;
}

function givenOf(values: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] satisfies [string, string]],
  );
}
