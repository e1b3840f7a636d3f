import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { PaymentType } from "../../schema/payment/payment.type";
import { RefundType } from "../../schema/payment/refund.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { RequestContext } from "../context";
import { loadSeller } from "../seller/load-seller";
import { toPayment } from "./payment.view";

@Resolver(() => RefundType)
export class RefundResolver {
  @FieldResolver(() => PaymentType, { description: "The payment that is given back." })
  async payment(
    @Root() { paymentId }: RefundType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<PaymentType> {
    const payment = await loaders.Payment.load(paymentId);
    if (payment === undefined) throw new Error(`payment ${paymentId} is gone`);
    return toPayment(payment, services.registry);
  }

  @FieldResolver(() => SellerType, { description: "Who gives it back." })
  seller(@Root() { sellerId }: RefundType, @Ctx() context: RequestContext): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }
}
