import type { Database, UnitOfWork } from "../database/database";
import type { Clock } from "../domain/clock";
import type { IdFactory } from "../domain/ids";
import type { ObservationSource } from "../domain/payment-observation";
import { cutText } from "../domain/text";
import { ObservationEntity } from "../entities/observation.entity";

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
}

/** What was shown and not applied, and why. */
interface Unapplied {
  readonly subjectId: ObservationEntity["subjectId"];
  readonly source: ObservationSource;
  readonly seen: {
    readonly providerStatus: string;
    readonly providerStatusDetail?: string | null;
    readonly providerUpdatedAt?: Date | null;
  };
  readonly verdict: { readonly kind: "ignore" | "quarantine"; readonly reason: string };
}

/** Keeps an observation that changes nothing, for people who ask what became of it. */
export function keepUnapplied(
  { database, clock, ids }: Dependencies,
  unit: UnitOfWork,
  { subjectId, source, seen, verdict }: Unapplied,
): void {
  unit.change(
    database.table(ObservationEntity).insert({
      id: ids.next("Observation"),
      subjectId,
      source,
      verdict: verdict.kind === "quarantine" ? "QUARANTINED" : "IGNORED",
      reason: cutText(verdict.reason, 300),
      providerStatus: seen.providerStatus,
      providerStatusDetail: seen.providerStatusDetail ?? null,
      providerUpdatedAt: seen.providerUpdatedAt ?? null,
      recordedAt: clock.now(),
    }),
  );
}
