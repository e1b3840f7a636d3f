import type { UnitOfWork } from "../../database/database";
import type { ObservationSource } from "../../domain/payment-observation";
import { cutText } from "../../domain/text";
import type { Unapplied } from "../../domain/verdict";
import { ObservationEntity } from "../../entities/observation.entity";
import { gatheredInWork } from "../../logging/work";
import type { ChangeDependencies, FollowedRow } from "./followed-kind";

/** What was shown, and what led us to look. */
export interface Shown {
  readonly source: ObservationSource;
  readonly seen: {
    readonly status: string | null;
    readonly providerStatus: string;
    readonly providerStatusDetail?: string | null;
    readonly providerUpdatedAt?: Date | null;
  };
}

/** Keeps an observation that changes nothing, for people who ask what became of it. */
export function keepUnapplied(
  { database, clock, ids }: ChangeDependencies,
  unit: UnitOfWork,
  { id, marketplaceId }: Pick<FollowedRow, "id" | "marketplaceId">,
  verdict: Unapplied,
  { source, seen }: Shown,
): void {
  const word = verdict.kind === "quarantine" ? "QUARANTINED" : "IGNORED";
  const reason = cutText(verdict.reason, 300);
  gatheredInWork()?.left.set(`${id} ${reason}`, { subjectId: id, verdict: word, reason });
  unit.change(
    database.table(ObservationEntity).insert({
      id: ids.next("Observation"),
      subjectId: id,
      marketplaceId,
      source,
      verdict: word,
      reason,
      providerStatus: seen.providerStatus,
      providerStatusDetail: seen.providerStatusDetail ?? null,
      providerUpdatedAt: seen.providerUpdatedAt ?? null,
      recordedAt: clock.now(),
    }),
  );
}
