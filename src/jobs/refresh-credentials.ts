import { CredentialRenewalEntity } from "../entities/credential-renewal.entity";
import type { CredentialKeeper } from "../services/connection/credential-keeper";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Renews sellers' credentials long before they end, and takes up what a dead process left half done. */
export function refreshCredentials(deps: JobDependencies, keeper: CredentialKeeper): Job {
  return {
    name: "refresh-credentials",
    runOnce: () => workOnDue(deps, CredentialRenewalEntity, (renewal) => keeper.lookAfter(renewal)),
  };
}
