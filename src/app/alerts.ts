import type { Logger } from "pino";
import { AlertBook } from "../alerts/alert-book";
import type { Database } from "../database/database";
import { type AlertDraft, alertTexts, ownAlert } from "../domain/alerts";
import type { Clock } from "../domain/clock";
import type { IdFactory } from "../domain/ids";
import type { UnreadableReport } from "../providers/http-client";
import type { Metrics } from "../server/metrics";
import { durabilityOf, soundDurability } from "../services/upkeep/alert-ends";

type Tell = (draft: AlertDraft) => void;

/** The log line and the count of an alert. The text names the fault alone, so that faults of one kind are counted together. */
export function tellBy(logger: Logger, metrics: Metrics): Tell {
  return ({ code, facts }) => {
    metrics.alerts.inc({ alert: alertTexts[code] });
    logger.warn({ alert: true, code, ...facts }, alertTexts[code]);
  };
}

export function openAlertBook(
  parts: { readonly database: Database; readonly clock: Clock; readonly ids: IdFactory },
  tell: Tell,
  logger: Logger,
): AlertBook {
  const onFault = (fault: unknown) => logger.error({ err: fault }, "an alert could not be stored");
  return new AlertBook({ ...parts, tell, onFault });
}

/** Of a row that lists and jobs leave out. */
export function unreadableRow(facts: {
  readonly table: string;
  readonly id: string;
  readonly property: string;
}): AlertDraft {
  const { table, id, property } = facts;
  const subject = { kind: "Row", id: `${table} ${id}` } as const;
  return { code: "ROW_UNREADABLE", subject, ...ownAlert, facts: { table, id, property } };
}

/** Of a provider's answer: one alert for each kind of call, whatever the call was about. */
export function unreadableAnswer(report: UnreadableReport): AlertDraft {
  const subject = { kind: "ProviderCall", id: `${report.provider} ${report.operation}` } as const;
  return { code: "ANSWER_UNREADABLE", subject, ...ownAlert, facts: { ...report } };
}

const databaseItself = { kind: "Database", id: "gateway" } as const;

/** With another value, a power cut can lose a payment whose success a client has already been told. */
export async function warnOfWeakDurability(database: Database, alerts: AlertBook): Promise<void> {
  const level = await durabilityOf(database);
  if (level === soundDurability) return;
  const facts = { innodb_flush_log_at_trx_commit: level };
  await alerts.raiseNow({ code: "DURABILITY_WEAK", subject: databaseItself, ...ownAlert, facts });
}

/** Tells at once that the database cannot be written, and writes that down, with its end, once it can. */
export function tellOfOutages(
  alerts: AlertBook,
  tell: Tell,
  logger: Logger,
): (isReady: boolean, reason?: unknown) => void {
  const draft = { code: "DATABASE_NOT_WRITABLE", subject: databaseItself, ...ownAlert } as const;
  let outage: AlertDraft | undefined;
  return (isReady, err) => {
    if (!isReady) {
      const reason = err instanceof Error ? err.message : String(err);
      outage = { ...draft, facts: { reason, since: new Date().toISOString() } };
      tell({ ...draft, facts: { err } });
      return;
    }
    logger.info("the database can be written again");
    if (outage !== undefined) void alerts.keepEnded(outage);
    outage = undefined;
  };
}
