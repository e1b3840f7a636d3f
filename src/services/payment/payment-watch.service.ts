import { type Principal, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import {
  type SubjectWatchDependencies,
  type SubjectWatchRequest,
  SubjectWatchService,
} from "../watching/watch-subject";

/** Live updates of payments. A watch token has one payment to watch, and need not name it. */
export class PaymentWatchService extends SubjectWatchService<"Payment"> {
  constructor(deps: SubjectWatchDependencies<"Payment">) {
    super("Payment", deps);
  }

  override watch(
    principal: Principal,
    request: SubjectWatchRequest<"Payment">,
  ): Promise<AsyncIterable<EventEntity>> {
    const only = request.sellerId === undefined ? scopeOf(principal).onlyPaymentId : undefined;
    const id = request.id ?? only;
    return super.watch(principal, id === undefined ? request : { ...request, id });
  }
}
