import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import {
  CancelMarketplaceOrderInput,
  CaptureMarketplaceOrderInput,
  CreateMarketplaceOrderInput,
  RefundMarketplaceOrderInput,
} from "../../schema/order/order.input";
import {
  CancelMarketplaceOrderPayload,
  CaptureMarketplaceOrderPayload,
  CreateMarketplaceOrderPayload,
  RefundMarketplaceOrderPayload,
} from "../../schema/order/order.payloads";
import type { OrderResult } from "../../services/order/order.service";
import type { RequestContext } from "../context";
import { defined } from "../given";
import { answer, toUserErrors } from "../mutation";
import { toRefund } from "../payment/payment.view";
import { readCreateOrder } from "./order.input";
import { toOrder } from "./order.view";

const refusedOrder = { replayed: false, order: null };

/** What moves the money of several sellers at once. */
@Resolver()
export class OrderMutationsResolver {
  @Mutation(() => CreateMarketplaceOrderPayload, {
    description:
      "Takes one buyer's money for several sellers, exactly once for each idempotencyKey. Every rule is checked before anything is sent, and everything that is wrong is answered at once; `splitPreview` checks the same. For the marketplace only.",
  })
  createMarketplaceOrder(
    @Arg("input", () => CreateMarketplaceOrderInput, { description: "The order." })
    input: CreateMarketplaceOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateMarketplaceOrderPayload> {
    return answer(input, refusedOrder, async () => {
      const { orders } = context.services;
      const args = readCreateOrder(input);
      return toPayload(context, await orders.create(context.principal, input.idempotencyKey, args));
    });
  }

  @Mutation(() => CaptureMarketplaceOrderPayload, {
    description: "Takes the funds that an order holds, of all carts. For the marketplace only.",
  })
  captureMarketplaceOrder(
    @Arg("input", () => CaptureMarketplaceOrderInput, { description: "What to take." })
    input: CaptureMarketplaceOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<CaptureMarketplaceOrderPayload> {
    return answer(input, refusedOrder, async () => {
      const { orders } = context.services;
      const { orderId, idempotencyKey } = input;
      return toPayload(
        context,
        await orders.capture(context.principal, idempotencyKey, { orderId }),
      );
    });
  }

  @Mutation(() => CancelMarketplaceOrderPayload, {
    description: "Ends an order before its money is taken. For the marketplace only.",
  })
  cancelMarketplaceOrder(
    @Arg("input", () => CancelMarketplaceOrderInput, { description: "What to end." })
    input: CancelMarketplaceOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelMarketplaceOrderPayload> {
    return answer(input, refusedOrder, async () => {
      const { orders } = context.services;
      const { orderId, idempotencyKey } = input;
      return toPayload(
        context,
        await orders.cancel(context.principal, idempotencyKey, { orderId }),
      );
    });
  }

  @Mutation(() => RefundMarketplaceOrderPayload, {
    description:
      "Gives money back: from every seller's cart, or from one, whole or in part. Never more than is left of a cart. For the marketplace only; a seller refunds its own payment with `refundPayment`.",
  })
  refundMarketplaceOrder(
    @Arg("input", () => RefundMarketplaceOrderInput, { description: "What to give back." })
    input: RefundMarketplaceOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<RefundMarketplaceOrderPayload> {
    return answer(input, { ...refusedOrder, refunds: null }, async () => {
      const { orders } = context.services;
      const { idempotencyKey, orderId, sellerId, amount, reason } = input;
      const args = { orderId, ...defined({ sellerId, amount, reason }) };
      const result = await orders.refund(context.principal, idempotencyKey, args);
      return { ...toPayload(context, result), refunds: result.refunds.map(toRefund) };
    });
  }
}

function toPayload(context: RequestContext, { order, payments, replayed, refusal }: OrderResult) {
  context.renewLoaders((loaders) => {
    loaders.MarketplaceOrder.prime(order.id, order);
    for (const payment of payments) loaders.Payment.prime(payment.id, payment);
  });
  return { replayed, order: toOrder(order), userErrors: toUserErrors(refusal) };
}
