import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import type { PayoutId } from "../../domain/ids";
import type { PayoutStatus } from "../../domain/payout-status";
import type { EventEntity } from "../../entities/event.entity";
import { PayoutUpdateType } from "../../schema/event.type";
import { PayoutType } from "../../schema/payout.type";
import { CursorScalar } from "../../schema/scalars";
import type { RequestContext } from "../context";
import { toEvent } from "../event/event.mapper";
import { readWatch, type WatchArguments } from "../event/watch-arguments";
import { payoutAsOf, toPayout } from "./payout.view";

/** Live updates of payouts; see `PaymentUpdateResolver` for how watchers share an execution. */
@Resolver(() => PayoutUpdateType)
export class PayoutUpdateResolver {
  @Subscription(() => PayoutUpdateType, {
    description:
      "Changes of one payout, or of all of a seller's. One payout begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
    subscribe: async ({ args, context }) => {
      const { principal, services } = context as RequestContext;
      return services.watchPayouts.watch(principal, readWatch("Payout", args as WatchArguments));
    },
  })
  payoutUpdated(
    @Root() event: EventEntity,
    @Ctx() { services }: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Watch this payout." }) _id?: string,
    @Arg("sellerId", () => ID, {
      nullable: true,
      description: "Watch all payouts of this seller. A seller's own key may leave it out.",
    })
    _sellerId?: string,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "The last cursor that you have seen.",
    })
    _after?: string,
  ): PayoutUpdateType & { source: EventEntity } {
    const shown = toEvent(event, services.cursors);
    return {
      cursor: shown.cursor,
      sequence: event.seq.toString(),
      event: shown,
      status: event.toStatus as PayoutStatus,
      source: event,
    };
  }

  @FieldResolver(() => PayoutType, { description: "The payout as this change left it." })
  async payout(
    @Root() { source }: { source: EventEntity },
    @Ctx() { loaders }: RequestContext,
  ): Promise<PayoutType> {
    const payout = await loaders.payouts.load(source.subjectId as PayoutId);
    if (payout === undefined) throw new Error(`payout ${source.subjectId} is gone`);
    return toPayout(payoutAsOf(source, payout));
  }
}
