import type { UserErrorFact } from "../../domain/errors";
import { cardNumberAsToken, cardNumbersIn, refuseAny } from "../free-text";
import type { CreateOrderArgs, OrderCartArgs, SplitArgs } from "./order-input";

/** The longest telephone numbers that are common. A card number may be as long, and pass for one, only above that. */
const phoneDigits = 13;

/** Refuses text of an order that carries a card number: what people type, and what stands in a token's place. */
export function checkOrderTexts(args: CreateOrderArgs): void {
  const { buyer, carts, continueUrl, description, externalReference, method } = args;
  const { phone = "", ...typed } = buyer;
  const isPhone = phone.replace(/\D/g, "").length <= phoneDigits;
  const texts = { buyer: isPhone ? typed : buyer, continueUrl, description, externalReference };
  refuseAny([...cardNumbersIn(texts, ["input"]), ...inMethod(method), ...inCarts(carts)]);
}

/** The same for what a preview takes. */
export function checkSplitTexts({ carts }: SplitArgs): void {
  refuseAny(inCarts(carts));
}

function inCarts(carts: readonly OrderCartArgs[]): UserErrorFact[] {
  return carts.flatMap(({ products, shippingMethods, methodId, cardToken }, index) => {
    const path = ["input", "carts", String(index)];
    const named = {
      products: products.map(({ name }) => ({ name })),
      shippingMethods: shippingMethods.map(({ name }) => ({ name })),
      methodId,
    };
    return [...cardNumbersIn(named, path), ...cardNumberAsToken(cardToken, [...path, "cardToken"])];
  });
}

function inMethod(method: CreateOrderArgs["method"]): UserErrorFact[] {
  const path = ["input", "payMethod"];
  switch (method?.kind) {
    case "CARD_TOKEN":
      return cardNumberAsToken(method.token, [...path, "cardToken"]);
    case "PAY_BY_LINK":
      return cardNumbersIn(method.value, [...path, "payByLink"]);
    case "BLIK_CODE":
    case undefined:
      return [];
  }
}
