import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { PaymentId } from "../../domain/ids";
import {
  CancelPaymentInput,
  CapturePaymentInput,
  CreatePaymentInput,
  RefundPaymentInput,
} from "../../schema/payment/payment.input";
import {
  CancelPaymentPayload,
  CapturePaymentPayload,
  CreatePaymentPayload,
  RefundPaymentPayload,
} from "../../schema/payment/payment.payloads";
import type { PaymentResult } from "../../services/payment/payment.service";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { answer, toUserErrors } from "../mutation";
import { readCreatePayment } from "./payment.input";
import { toPayment, toRefund } from "./payment.view";

const refusedPayment = { replayed: false, payment: null };

/** What moves money. */
@Resolver()
export class PaymentMutationsResolver {
  @Mutation(() => CreatePaymentPayload, {
    description:
      "Takes a payment, exactly once for each idempotencyKey. A declined card is a payment with status REJECTED, not an error. UNKNOWN means that the answer was lost and is being found out: watch it, do not pay again.",
  })
  createPayment(
    @Arg("input", () => CreatePaymentInput, { description: "The payment." })
    input: CreatePaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePaymentPayload> {
    return answer(input, refusedPayment, async () => {
      const args = readCreatePayment(input, context.principal);
      const { payments } = context.services;
      return toPayload(
        context,
        await payments.create(context.principal, input.idempotencyKey, args),
      );
    });
  }

  @Mutation(() => CapturePaymentPayload, {
    description: "Takes the funds that an authorization holds, whole or in part.",
  })
  capturePayment(
    @Arg("input", () => CapturePaymentInput, { description: "What to take." })
    input: CapturePaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<CapturePaymentPayload> {
    return answer(input, refusedPayment, async () => {
      const { payments } = context.services;
      return toPayload(
        context,
        await payments.capture(context.principal, input.idempotencyKey, readTarget(input)),
      );
    });
  }

  @Mutation(() => CancelPaymentPayload, {
    description: "Ends a payment before its money is taken.",
  })
  cancelPayment(
    @Arg("input", () => CancelPaymentInput, { description: "What to end." })
    input: CancelPaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelPaymentPayload> {
    return answer(input, refusedPayment, async () => {
      const { payments } = context.services;
      return toPayload(
        context,
        await payments.cancel(context.principal, input.idempotencyKey, readTarget(input)),
      );
    });
  }

  @Mutation(() => RefundPaymentPayload, {
    description:
      "Gives money back, whole or in part, as often as something is left. Mercado Pago takes refunds for 180 days, in Peru for 90.",
  })
  refundPayment(
    @Arg("input", () => RefundPaymentInput, { description: "What to give back." })
    input: RefundPaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<RefundPaymentPayload> {
    return answer(input, { ...refusedPayment, refund: null }, async () => {
      const { payments } = context.services;
      const reason = isGiven(input.reason) ? { reason: input.reason } : {};
      const args = { ...readTarget(input), ...reason };
      const result = await payments.refund(context.principal, input.idempotencyKey, args);
      return { ...toPayload(context, result), refund: toRefund(result.refund) };
    });
  }
}

function readTarget({ paymentId, amount }: { paymentId: PaymentId; amount?: string }) {
  return isGiven(amount) ? { paymentId, amount } : { paymentId };
}

function toPayload(context: RequestContext, { payment, replayed, refusal }: PaymentResult) {
  context.renewLoaders(({ Payment }) => Payment.prime(payment.id, payment));
  return {
    replayed,
    payment: toPayment(payment, context.services.registry),
    userErrors: toUserErrors(refusal),
  };
}
