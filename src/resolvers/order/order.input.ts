import { refuse } from "../../domain/errors";
import { type Currency, formatAmount } from "../../domain/money";
import type { CartInput } from "../../schema/order/cart.input";
import type {
  CreateMarketplaceOrderInput,
  OrderPayMethodInput,
  SplitPreviewInput,
} from "../../schema/order/order.input";
import type { CreateOrderArgs, OrderCartArgs, SplitArgs } from "../../services/order/order-input";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import { defined, isGiven } from "../given";
import { readAll } from "../input";
import { readPayWithOf } from "../payment/pay-with.input";

/**
 * What an order is split by, with amounts in canonical form.
 * @throws Refusal with everything that cannot be read.
 */
export function readSplit(input: SplitPreviewInput): Omit<SplitArgs, "marketplaceId"> {
  const currency = readCurrency(input.currency, ["input", "currency"]);
  const [total, carts] = readAll(
    () => amountOrNone(input.total, currency, ["input", "total"]),
    () =>
      readAll(
        ...input.carts.map(
          (cart, index) => () => readCart(cart, currency, ["input", "carts", String(index)]),
        ),
      ),
  );
  return defined({ provider: input.provider, currency, total, carts }) as Omit<
    SplitArgs,
    "marketplaceId"
  >;
}

/** @throws Refusal with everything that cannot be read. */
export function readCreateOrder(
  input: CreateMarketplaceOrderInput,
): Omit<CreateOrderArgs, "marketplaceId"> {
  const [split, method, payWith] = readAll(
    () => readSplit(input),
    () => readMethod(input.payMethod),
    () => readPayWithOf(input, ["payMethod"], ["input"]),
  );
  return defined({
    buyer: defined(input.buyer),
    description: input.description,
    externalReference: input.externalReference,
    ipAddress: input.ipAddress,
    deviceId: input.deviceId,
    method,
    payWith,
    continueUrl: input.continueUrl,
    validForSeconds: input.validForSeconds,
    capture: input.capture,
    ...split,
  }) as Omit<CreateOrderArgs, "marketplaceId">;
}

function readCart(cart: CartInput, currency: Currency, path: readonly string[]): OrderCartArgs {
  const price = (text: string, ...at: string[]) =>
    formatAmount(readAmount(text, currency, [...path, ...at], { zeroAllowed: true }));
  const [amount, fee, products, shippingMethods, payWith] = readAll(
    () => amountOrNone(cart.amount, currency, [...path, "amount"]),
    () => (isGiven(cart.fee) ? price(cart.fee, "fee") : undefined),
    () =>
      readAll(
        ...cart.products.map(
          ({ name, unitPrice, quantity, virtual, listedAt }, place) =>
            () =>
              defined({
                name,
                unitPrice: price(unitPrice, "products", String(place), "unitPrice"),
                quantity,
                virtual,
                listedAt: listedAt?.toISOString(),
              }),
        ),
      ),
    () =>
      readAll(
        ...cart.shippingMethods.map((method, place) => () => ({
          ...method,
          price: price(method.price, "shippingMethods", String(place), "price"),
        })),
      ),
    () => readPayWithOf(cart, ["cardToken", "methodId", "installments"], path),
  );
  const { sellerId, cardToken, methodId, installments } = cart;
  return defined({
    ...{ sellerId, amount, fee, products, shippingMethods, payWith },
    ...{ cardToken, methodId, installments },
  }) as OrderCartArgs;
}

function amountOrNone(text: string | undefined, currency: Currency, path: readonly string[]) {
  return isGiven(text) ? formatAmount(readAmount(text, currency, path)) : undefined;
}

type OrderMethod = NonNullable<CreateOrderArgs["method"]>;

function readMethod(given: OrderPayMethodInput | undefined): OrderMethod | undefined {
  if (!isGiven(given)) return undefined;
  const { payByLink, cardToken, blikCode } = given;
  const methods: OrderMethod[] = [];
  if (isGiven(payByLink)) methods.push({ kind: "PAY_BY_LINK", value: payByLink });
  if (isGiven(cardToken)) methods.push({ kind: "CARD_TOKEN", token: cardToken });
  if (isGiven(blikCode)) methods.push({ kind: "BLIK_CODE", code: blikCode });
  const [method, ...others] = methods;
  if (method === undefined || others.length > 0) {
    throw refuse("INVALID_INPUT", "give exactly one way to pay, or leave it to the buyer", [
      "input",
      "payMethod",
    ]);
  }
  return method;
}
