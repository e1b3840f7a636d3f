import { OperationEntity } from "../entities/operation.entity";
import type { OperationEngine } from "../operations/operation-engine";
import { type SubjectKind, subjectKinds, subjects } from "../services/followed/subjects";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Ids are unique over all tables, so at most one of them has the subject. The refunds of a whole order have its operation. */
const providerOfSubject = `COALESCE(
  ${subjectKinds
    .map((kind) => subjects[kind])
    .map(providerIn)
    .join(",\n  ")},
  (SELECT MIN(p.provider) FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.operation_id = operation.subject_id),
  '')`;

function providerIn({ table, provider }: (typeof subjects)[SubjectKind]): string {
  return `(SELECT ${provider} FROM ${table} WHERE ${table}.id = operation.subject_id)`;
}

/** Takes up operations whose process died or whose answer was lost, and carries them to their end. */
export function repairUnknownOutcomes(deps: JobDependencies, engine: OperationEngine): Job {
  return new DueRowsJob(deps, {
    name: "repair-unknown-outcomes",
    entity: OperationEntity,
    waitsFor: {
      provider: providerOfSubject,
      account: "COALESCE(operation.seller_id, operation.marketplace_id)",
    },
    work: ([operation]) => engine.resume(operation),
  });
}
