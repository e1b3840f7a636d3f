import { InboxDeliveryEntity } from "../entities/inbox-delivery.entity";
import type { InboxService } from "../services/inbox.service";
import { claimBatch, type JobDependencies } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Works off providers' notifications. */
export function workInbox(deps: JobDependencies, inbox: InboxService): Job {
  return {
    name: "work-inbox",
    async runOnce() {
      const deliveries = await claimBatch(deps, InboxDeliveryEntity);
      if (deliveries.length > 0) await inbox.work(deliveries);
      return deliveries.length;
    },
  };
}
