import { OperationEntity } from "../entities/operation.entity";
import type { OperationEngine } from "../operations/operation-engine";
import type { OperationKind } from "../operations/operation-kind";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Takes up operations whose process died or whose answer was lost, and carries them to their end. */
export function repairUnknownOutcomes(
  deps: JobDependencies,
  engine: OperationEngine,
  kinds: readonly OperationKind<never, unknown, unknown>[],
): Job {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  return {
    name: "repair-unknown-outcomes",
    runOnce: () =>
      workOnDue(deps, OperationEntity, async (operation) => {
        const kind = byName.get(operation.name);
        if (kind === undefined) throw new Error(`no operation is called ${operation.name}`);
        await engine.resume(kind, operation);
      }),
  };
}
