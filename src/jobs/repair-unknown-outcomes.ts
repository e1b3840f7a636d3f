import { OperationEntity } from "../entities/operation.entity";
import type { OperationEngine } from "../operations/operation-engine";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Ids are unique over all tables, so at most one of them has the subject. */
const providerOfSubject = `COALESCE(
  (SELECT p.provider FROM payment p WHERE p.id = operation.subject_id),
  (SELECT p.provider FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.id = operation.subject_id),
  (SELECT o.provider FROM marketplace_order o WHERE o.id = operation.subject_id),
  (SELECT MIN(p.provider) FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.operation_id = operation.subject_id),
  (SELECT p.provider FROM payout p WHERE p.id = operation.subject_id),
  (SELECT t.provider FROM transfer t WHERE t.id = operation.subject_id),
  (SELECT t.provider FROM test_user t WHERE t.id = operation.subject_id),
  '')`;

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
