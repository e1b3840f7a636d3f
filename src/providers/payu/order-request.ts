import { createHash } from "node:crypto";
import type { PayWith, PayWithKind } from "../../domain/pay-with";
import { placeIn } from "../pay-with";
import type {
  CreateOrderCommand,
  CreatePaymentCommand,
  OrderCart,
  OrderTerms,
  ProviderRefusal,
} from "../provider";
import { minorNumber, minorText } from "./amounts";
import { valueLiteral } from "./errors";
import type { PayuShop } from "./shops";

/** The body of POST /api/v2_1/orders. */
export function orderBody(command: CreateOrderCommand, shop: PayuShop): object {
  const { buyer, total } = command;
  return {
    merchantPosId: shop.posId,
    customerIp: command.ipAddress,
    description: command.description,
    currencyCode: total.currency,
    totalAmount: minorText(total),
    extOrderId: command.reference,
    notifyUrl: command.notificationUrl ?? undefined,
    continueUrl: command.continueUrl ?? undefined,
    validityTime: command.validForSeconds === null ? undefined : `${command.validForSeconds}`,
    buyer: {
      // The payer, in the marketplace's own words; in a cart the same field is the seller.
      extCustomerId: buyer.reference,
      email: buyer.email,
      phone: buyer.phone ?? undefined,
      firstName: buyer.firstName ?? undefined,
      lastName: buyer.lastName ?? undefined,
      language: buyer.language ?? undefined,
    },
    payMethods:
      command.payWith === null ? undefined : { payMethod: payMethodOf(command.payWith, command) },
    shoppingCarts: command.carts.map(cartBody),
  };
}

function cartBody(cart: OrderCart): object {
  return {
    extCustomerId: cart.providerAccountId,
    amount: minorNumber(cart.amount),
    fee: minorText(cart.fee),
    products: cart.products.map(({ name, unitPrice, quantity, virtual, listedAt }) => ({
      name,
      unitPrice: minorText(unitPrice),
      quantity: `${quantity}`,
      virtual: virtual ?? undefined,
      listingDate: listedAt?.toISOString(),
    })),
    shippingMethods:
      cart.shippingMethods.length === 0
        ? undefined
        : cart.shippingMethods.map(({ country, name, price }) => ({
            country,
            name,
            price: minorText(price),
          })),
  };
}

/** How PayU is told what is paid with; null for what it does not know. */
const methods: {
  readonly [K in PayWithKind]: ((payWith: PayWith & { kind: K }) => object) | null;
} = {
  CARD: ({ token }) => ({ type: "CARD_TOKEN", value: token }),
  PAY_BY_LINK: ({ value }) => ({ type: "PBL", value }),
  // The extension page's form. The reference also asks for the buyer's browser in riskData, which an
  // API that takes no page cannot know; left out.
  BLIK: ({ code }) => ({ type: "PBL", value: "blik", authorizationCode: code }),
  PIX: null,
  VOUCHER: null,
  BANK_REDIRECT: null,
  WALLET_TOKEN: null,
};

type Told = (payWith: PayWith) => object;

function payMethodOf(payWith: PayWith, { capture, total }: CreateOrderCommand): object {
  // The compiler cannot see that the kind belongs to its own line of the table.
  const tell = methods[payWith.kind] as Told | null;
  if (tell === null) throw new TypeError(`${payWith.kind} was refused before`);
  return {
    ...tell(payWith),
    amount: minorText(total),
    authorizationType: capture ? undefined : "PRE_AUTHORIZATION",
  };
}

/** What PayU does not take of a card: it chooses brand and bank by itself, and asks for 3-D Secure by itself. */
const uselessOfCards = ["methodId", "issuerId", "installments"] as const;

/** Why PayU cannot be paid with this, whatever the order is. */
function methodRefusals(payWith: PayWith | null): readonly ProviderRefusal[] {
  if (payWith === null) return [];
  if (methods[payWith.kind] === null) {
    return [refusal("PayU has no such way to pay.", placeIn(payWith))];
  }
  if (payWith.kind !== "CARD") return [];
  const given = uselessOfCards.filter((field) => payWith[field] !== undefined);
  return [...given, ...(payWith.threeDSecure ? ["threeDSecure"] : [])].map((field) =>
    refusal("PayU finds it out by itself; leave it out.", placeIn(payWith, field)),
  );
}

/** What of a way to pay PayU alone can judge. */
const judgedByPayu: Partial<Record<PayWithKind, string>> = {
  CARD: "token",
  PAY_BY_LINK: "value",
  BLIK: "code",
};

/**
 * What PayU means by a value that is not valid, where it names none: how the order is paid, if no other value was sent that
 * PayU may judge in another way than we have. Undefined: it may be one of several. Choice: addresses, sums and texts that have
 * passed our own checks are not suspected.
 */
export function suspectOf({
  payWith,
  buyer,
  continueUrl,
  validForSeconds,
  carts,
}: CreateOrderCommand): ProviderRefusal | undefined {
  const field = payWith === null ? undefined : judgedByPayu[payWith.kind];
  const others = [buyer.phone, buyer.language, continueUrl, validForSeconds];
  const isOther =
    others.some((value) => value !== null) ||
    carts.some(({ shippingMethods }) => shippingMethods.length > 0);
  if (payWith === null || field === undefined || isOther) return undefined;
  return {
    code: payWith.kind === "CARD" ? "CARD_TOKEN_INVALID" : "INVALID_INPUT",
    message: "PayU takes it as not valid, be it unknown, over or used before.",
    field: placeIn(payWith, field),
    retryable: false,
    providerCode: valueLiteral,
  };
}

/** Every reason why an order cannot be sent as it is, found before anything is. */
export function orderRefusals({ ipAddress, capture, payWith }: OrderTerms): ProviderRefusal[] {
  const refusals = [...methodRefusals(payWith)];
  if (ipAddress === "" || ipAddress === "0.0.0.0") {
    refusals.push(refusal("PayU asks for the buyer's address on the network.", "ipAddress"));
  }
  if (!capture && payWith?.kind !== "CARD") {
    refusals.push(refusal("Only a card can be authorized first: give a card token.", "capture"));
  }
  return refusals;
}

export function orderRefusal(terms: OrderTerms): ProviderRefusal | undefined {
  return orderRefusals(terms)[0];
}

/** A payment is an order of one cart; the fields are those of `createPayment`. */
export function orderOfPayment(
  command: CreatePaymentCommand,
  providerAccountId: string,
): CreateOrderCommand {
  const { amount, payer } = command;
  const nothing = { minor: 0n, currency: amount.currency };
  const description = command.description ?? "Payment";
  return {
    reference: command.reference,
    total: amount,
    carts: [
      {
        providerAccountId,
        amount,
        fee: command.applicationFee ?? nothing,
        products: productsOf(command, description),
        shippingMethods: [],
      },
    ],
    buyer: {
      // A marketplace has an id of its own for each buyer; a payment names none. The same address is the same buyer.
      reference: createHash("sha256").update(payer.email.toLowerCase()).digest("hex").slice(0, 32),
      email: payer.email,
      firstName: payer.firstName ?? null,
      lastName: payer.lastName ?? null,
      phone:
        payer.phone === undefined ? null : `${payer.phone.areaCode ?? ""}${payer.phone.number}`,
      language: null,
    },
    ipAddress: command.ipAddress ?? "",
    description,
    capture: command.capture,
    payWith: payWithOf(command),
    continueUrl: null,
    validForSeconds: null,
    notificationUrl: command.notificationUrl,
  };
}

/** What a payment is paid with, also where the older fields say it: then `methodId` is a bank's code. */
function payWithOf({ payWith, cardToken, methodId }: CreatePaymentCommand): PayWith | null {
  if (payWith !== null) return payWith;
  if (cardToken !== null) return { kind: "CARD", token: cardToken, threeDSecure: false };
  return methodId === null ? null : { kind: "PAY_BY_LINK", value: methodId };
}

/** The items where they come to the amount, which PayU insists on; else the payment as one thing. */
function productsOf({ amount, items }: CreatePaymentCommand, name: string): OrderCart["products"] {
  const sum = items.reduce(
    (all, { unitPrice, quantity }) => all + unitPrice.minor * BigInt(quantity),
    0n,
  );
  const rest = { virtual: null, listedAt: null };
  if (items.length === 0 || sum !== amount.minor) {
    return [{ name: shortened(name), unitPrice: amount, quantity: 1, ...rest }];
  }
  return items.map(({ title, unitPrice, quantity }) => ({
    name: shortened(title),
    unitPrice,
    quantity,
    ...rest,
  }));
}

/** PayU takes 255 characters; a cut must not leave half of one. */
function shortened(name: string): string {
  return name.slice(0, 255).replace(/[\uD800-\uDBFF]$/, "");
}

function refusal(message: string, field: string): ProviderRefusal {
  return { code: "INVALID_INPUT", message, field, retryable: false };
}
