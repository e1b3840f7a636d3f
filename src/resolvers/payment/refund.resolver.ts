import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { PaymentType } from "../../schema/payment.type";
import { RefundType } from "../../schema/refund.type";
import { SellerType } from "../../schema/seller.type";
import type { RequestContext } from "../context";
import { toSeller } from "../seller/seller.view";
import { toPayment } from "./payment.view";

@Resolver(() => RefundType)
export class RefundResolver {
  @FieldResolver(() => PaymentType, { description: "The payment that is given back." })
  async payment(
    @Root() { paymentId }: RefundType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<PaymentType> {
    const payment = await loaders.payments.load(paymentId);
    if (payment === undefined) throw new Error(`payment ${paymentId} is gone`);
    return toPayment(payment, services.registry);
  }

  @FieldResolver(() => SellerType, { description: "Who gives it back." })
  async seller(
    @Root() { sellerId }: RefundType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SellerType> {
    const seller = await loaders.sellers.load(sellerId);
    if (seller === undefined) throw new Error(`seller ${sellerId} is gone`);
    return toSeller(seller);
  }
}
