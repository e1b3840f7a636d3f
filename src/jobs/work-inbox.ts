import { InboxDeliveryEntity } from "../entities/inbox-delivery.entity";
import type { InboxService } from "../services/inbox/inbox.service";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Works off providers' notifications. */
export function workInbox(deps: JobDependencies, inbox: InboxService): Job {
  return new DueRowsJob(deps, {
    name: "work-inbox",
    entity: InboxDeliveryEntity,
    // One that names no account is about its shop's.
    waitsFor: { provider: "provider", account: "COALESCE(account, shop)" },
    countsDeaths: true,
    together: (deliveries) => inbox.byResource(deliveries),
    work: (about) => inbox.work(about),
  });
}
