import { CredentialRenewalEntity } from "../entities/credential-renewal.entity";
import type { CredentialKeeper } from "../services/connection/credential-keeper";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Renews sellers' credentials long before they end, and takes up what a dead process left half done. */
export function refreshCredentials(deps: JobDependencies, keeper: CredentialKeeper): Job {
  return new DueRowsJob(deps, {
    name: "refresh-credentials",
    entity: CredentialRenewalEntity,
    waitsFor: {
      provider: "(SELECT a.provider FROM provider_account a WHERE a.id = credential_renewal.id)",
      account: "id",
    },
    work: ([renewal]) => keeper.lookAfter(renewal),
  });
}
