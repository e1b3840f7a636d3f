import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Refusal, refuse, type UserErrorFact } from "../../domain/errors";
import { formatAmount } from "../../domain/money";
import {
  CancelPointOrderInput,
  CreatePointOrderInput,
  SettlePointOrderInput,
} from "../../schema/point/point-order.input";
import {
  CancelPointOrderPayload,
  CreatePointOrderPayload,
  SettlePointOrderPayload,
} from "../../schema/point/point-order.payloads";
import type { OrderInTheWayType } from "../../schema/point/point-order.type";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import type { CreatePointOrderArgs } from "../../services/point/create-point-order";
import type { PointOrderChoice, PointOrderResult } from "../../services/point/point-order.service";
import type { RequestContext } from "../context";
import { defined, isGiven } from "../given";
import { readAll } from "../input";
import { answer, toUserErrors } from "../mutation";
import { toPointOrder } from "./point-order.view";

/** Choice: what the provider itself waits where nothing is said. */
const expiresInSecondsDefault = 15 * 60;

/** What sends amounts to card readers, and takes them back. */
@Resolver()
export class PointOrderMutationsResolver {
  @Mutation(() => CreatePointOrderPayload, {
    description:
      "Has a card reader ask for an amount, exactly once for each idempotencyKey. A reader has one order at a time: a second one is refused with DEVICE_BUSY. Watch `pointOrderUpdated` for what becomes of it.",
  })
  createPointOrder(
    @Arg("input", () => CreatePointOrderInput, { description: "The order." })
    input: CreatePointOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePointOrderPayload> {
    const refused = { replayed: false, pointOrder: null, orderInTheWay: null };
    return answer(input, refused, async () => {
      const { pointOrders } = context.services;
      const args = readCreateOrder(input);
      try {
        const made = await pointOrders.create(context.principal, input.idempotencyKey, args);
        const orderInTheWay = await inTheWay(context, input, made.refusal);
        return { ...toPayload(context, made), orderInTheWay };
      } catch (fault) {
        if (!(fault instanceof Refusal) || fault.code !== "DEVICE_BUSY") throw fault;
        const orderInTheWay = await inTheWay(context, input, fault.errors);
        return { ...refused, orderInTheWay, userErrors: toUserErrors(fault.errors) };
      }
    });
  }

  @Mutation(() => CancelPointOrderPayload, {
    description:
      "Asks for the end of an order that nobody has paid. One that the reader shows already is CANCEL_REQUESTED until the reader has answered: the payer may be faster.",
  })
  cancelPointOrder(
    @Arg("input", () => CancelPointOrderInput, { description: "Which one." })
    input: CancelPointOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelPointOrderPayload> {
    return answer(input, { replayed: false, pointOrder: null }, async () => {
      const { pointOrders } = context.services;
      const { idempotencyKey } = input;
      const choice = readChoice(input);
      return toPayload(
        context,
        await pointOrders.cancel(context.principal, idempotencyKey, choice),
      );
    });
  }

  @Mutation(() => SettlePointOrderPayload, {
    description:
      "Says what a person saw at the card reader, of an order that NEEDS_CHECK. The provider is asked once more before. What it finds out later still counts, and tells a person where it differs.",
  })
  settlePointOrder(
    @Arg("input", () => SettlePointOrderInput, { description: "What was seen." })
    input: SettlePointOrderInput,
    @Ctx() context: RequestContext,
  ): Promise<SettlePointOrderPayload> {
    return answer(input, { pointOrder: null }, async () => {
      const { orderId, outcome, reason } = input;
      const { pointOrders } = context.services;
      const order = await pointOrders.settle(context.principal, orderId, outcome, reason);
      context.renewLoaders(({ PointOrder }) => PointOrder.prime(order.id, order));
      return { pointOrder: toPointOrder(order) };
    });
  }
}

function toPayload(context: RequestContext, { order, replayed, refusal }: PointOrderResult) {
  context.renewLoaders(({ PointOrder }) => PointOrder.prime(order.id, order));
  return { replayed, pointOrder: toPointOrder(order), userErrors: toUserErrors(refusal) };
}

/** What keeps the reader busy that was asked for. Only asked where that is why. */
async function inTheWay(
  { services }: RequestContext,
  { deviceId: id }: CreatePointOrderInput,
  errors: readonly UserErrorFact[] | null,
): Promise<OrderInTheWayType | null> {
  if (errors?.some(({ code }) => code === "DEVICE_BUSY") !== true) return null;
  const found = await services.pointOrders.inTheWay({ id });
  if (found === null) return null;
  const { order, providerOrderId } = found;
  return { pointOrder: order && toPointOrder(order), providerOrderId };
}

/** @throws Refusal with everything that cannot be read. */
function readCreateOrder(
  input: CreatePointOrderInput,
): Omit<CreatePointOrderArgs, "marketplaceId"> {
  const { deviceId, description, externalReference, method, installments } = input;
  const { installmentsPaidBy, ticketNumber } = input;
  const [{ amount, currency }] = readAll(
    () => {
      const read = readCurrency(input.currency, ["input", "currency"]);
      const money = readAmount(input.amount, read, ["input", "amount"]);
      return { currency: read, amount: formatAmount(money) };
    },
    () => {
      const isInParts = isGiven(installments) || isGiven(installmentsPaidBy);
      if (!isInParts || !isGiven(method) || method === "CREDIT_CARD") return;
      throw refuse("INVALID_INPUT", "only a credit card pays in instalments", ["input", "method"]);
    },
  );
  return {
    ...defined({ description, externalReference, method, installments }),
    ...defined({ installmentsPaidBy, ticketNumber }),
    ...{ deviceId, amount, currency, printsTicket: input.printsTicket ?? true },
    expiresInSeconds: input.expiresInSeconds ?? expiresInSecondsDefault,
  };
}

function readChoice({ orderId, deviceId }: CancelPointOrderInput): PointOrderChoice {
  if (isGiven(orderId) === isGiven(deviceId)) {
    throw refuse("INVALID_INPUT", "give either orderId or deviceId", ["input", "orderId"]);
  }
  if (isGiven(orderId)) return { orderId };
  if (isGiven(deviceId)) return { deviceId };
  throw new TypeError("neither is given");
}
