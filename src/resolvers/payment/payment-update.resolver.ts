import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import type { PaymentId } from "../../domain/ids";
import type { PaymentStatus } from "../../domain/payment-status";
import type { EventEntity } from "../../entities/event.entity";
import { PaymentUpdateType } from "../../schema/event.type";
import { PaymentType } from "../../schema/payment.type";
import { CursorScalar } from "../../schema/scalars";
import type { RequestContext } from "../context";
import { asOf, toEvent } from "../event/event.mapper";
import { readWatch, type WatchArguments } from "../event/watch-arguments";
import { toPayment } from "./payment.view";

/**
 * Live updates. The source of each update is the event of the log itself, the same object for all who watch
 * its stream: that is how they share one execution.
 */
@Resolver(() => PaymentUpdateType)
export class PaymentUpdateResolver {
  @Subscription(() => PaymentUpdateType, {
    description:
      "Changes of one payment, or of all of a seller's. One payment begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
    subscribe: async ({ args, context }) => {
      const { principal, services } = context as RequestContext;
      return services.watch.watch(principal, readWatch("Payment", args as WatchArguments));
    },
  })
  paymentUpdated(
    @Root() event: EventEntity,
    @Ctx() { services }: RequestContext,
    @Arg("id", () => ID, {
      nullable: true,
      description: "Watch this payment. A watch token may leave it out.",
    })
    _id?: string,
    @Arg("sellerId", () => ID, {
      nullable: true,
      description: "Watch all payments of this seller. A seller's own key may leave it out.",
    })
    _sellerId?: string,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "The last cursor that you have seen.",
    })
    _after?: string,
  ): PaymentUpdateType & { source: EventEntity } {
    const shown = toEvent(event, services.cursors);
    const { cursor, sequence } = shown;
    return {
      cursor,
      sequence,
      event: shown,
      status: event.toStatus as PaymentStatus,
      source: event,
    };
  }

  @FieldResolver(() => PaymentType, {
    description: "The payment as this change left it.",
  })
  async payment(
    @Root() { source }: { source: EventEntity },
    @Ctx() context: RequestContext,
  ): Promise<PaymentType> {
    const payment = await context.loaders.payments.load(source.topicId as PaymentId);
    if (payment === undefined) throw new Error(`payment ${source.topicId} is gone`);
    return toPayment(asOf(source, payment), context.services.registry);
  }
}
