import { z } from "zod";
import { refuse } from "../../domain/errors";
import {
  type Currency,
  currencies,
  decimalsOf,
  isCurrency,
  type Money,
  parseAmount,
} from "../../domain/money";
import { type PayWith, personTypes } from "../../domain/pay-with";
import { providers } from "../../domain/provider";
import { anyFields, type CommandForms, idOf } from "../../operations/command-form";

const text = z.string();
const phone = z.strictObject({ areaCode: text.exactOptional(), number: text });
const address = z.strictObject({
  zipCode: text.exactOptional(),
  street: text.exactOptional(),
  number: text.exactOptional(),
});
const names = { firstName: text.exactOptional(), lastName: text.exactOptional() };
const reachedAt = { phone: phone.exactOptional(), address: address.exactOptional() };

const place = z.strictObject({
  ...{ zipCode: text, street: text, number: text, neighborhood: text, city: text },
  state: text.exactOptional(),
});
const validForSeconds = z.number().exactOptional();

export const payWithForm = z.discriminatedUnion("kind", [
  z.strictObject({
    ...{ kind: z.literal("CARD"), token: text, threeDSecure: z.boolean() },
    methodId: text.exactOptional(),
    issuerId: text.exactOptional(),
    installments: z.number().exactOptional(),
  }),
  z.strictObject({ kind: z.literal("PIX"), validForSeconds }),
  z.strictObject({
    ...{ kind: z.literal("VOUCHER"), methodId: text, validForSeconds },
    address: place.exactOptional(),
  }),
  z.strictObject({
    ...{ kind: z.literal("BANK_REDIRECT"), bank: text, personType: z.enum(personTypes) },
    ...{ address: place, returnUrl: text },
  }),
  z.strictObject({ kind: z.literal("WALLET_TOKEN"), token: text }),
  z.strictObject({ kind: z.literal("PAY_BY_LINK"), value: text }),
  z.strictObject({ kind: z.literal("BLIK"), code: text }),
]) satisfies z.ZodType<PayWith>;

/** The form of releases that knew no `payWith`. */
const flatPaymentArgs = z.strictObject({
  marketplaceId: idOf("Marketplace"),
  sellerId: idOf("Seller"),
  provider: z.enum(providers).exactOptional(),
  /** In major units as exact text. */
  amount: text,
  currency: z.enum(currencies),
  applicationFee: text.exactOptional(),
  capture: z.boolean(),
  cardToken: text.exactOptional(),
  methodId: text.exactOptional(),
  issuerId: text.exactOptional(),
  installments: z.number().exactOptional(),
  payer: z.strictObject({
    email: text,
    ...names,
    identification: z.strictObject({ type: text, number: text }).exactOptional(),
    ...reachedAt,
  }),
  description: text.exactOptional(),
  externalReference: text.exactOptional(),
  statementDescriptor: text.exactOptional(),
  metadata: anyFields.exactOptional(),
  /** Prices are in the payment's currency. */
  items: z
    .array(
      z.strictObject({
        id: text.exactOptional(),
        title: text,
        description: text.exactOptional(),
        categoryId: text.exactOptional(),
        pictureUrl: text.exactOptional(),
        quantity: z.number(),
        unitPrice: text,
      }),
    )
    .exactOptional(),
  additionalPayer: z
    .strictObject({ ...names, ...reachedAt, registeredAt: text.exactOptional() })
    .exactOptional(),
  ipAddress: text.exactOptional(),
  deviceId: text.exactOptional(),
  allowNearIdentical: z.boolean(),
});
/**
 * What `createPayment` takes, after the schema's own checks of shape and length, in the form that is stored. What callers
 * gave in the older fields stays there: a repeated request is known by what it says.
 */
const createPaymentArgs = flatPaymentArgs.extend({ payWith: payWithForm.exactOptional() });
export type CreatePaymentArgs = z.output<typeof createPaymentArgs>;
export const createPaymentForms: CommandForms<CreatePaymentArgs> = [
  createPaymentArgs,
  flatPaymentArgs,
];

/** The token that pays, be it a card's or a wallet's. */
export function tokenOf({
  payWith,
  cardToken,
}: Pick<CreatePaymentArgs, "payWith" | "cardToken">): string | undefined {
  return payWith !== undefined && "token" in payWith ? payWith.token : cardToken;
}

/** What is paid with, in words that tell two ways apart. */
export function meansOf({
  payWith,
  methodId,
  installments,
}: Pick<CreatePaymentArgs, "payWith" | "methodId" | "installments">): {
  readonly method: string;
  readonly installments: number | "";
} {
  if (payWith === undefined) return { method: methodId ?? "", installments: installments ?? "" };
  if (payWith.kind === "CARD") {
    return { method: payWith.methodId ?? "", installments: payWith.installments ?? "" };
  }
  return { method: "methodId" in payWith ? payWith.methodId : payWith.kind, installments: "" };
}

/** @throws Refusal UNSUPPORTED_CURRENCY */
export function readCurrency(code: string, path: readonly string[]): Currency {
  if (isCurrency(code)) return code;
  throw refuse("UNSUPPORTED_CURRENCY", `the gateway does not know the currency ${code}`, path);
}

/**
 * An amount above zero (or from zero, for fees).
 * @throws Refusal INVALID_AMOUNT or TOO_MANY_DECIMALS
 */
export function readAmount(
  text: string,
  currency: Currency,
  path: readonly string[],
  options: { decimals?: number; zeroAllowed?: boolean } = {},
): Money {
  const money = parseAmount(text, currency, options.decimals);
  if (money === "TOO_MANY_DECIMALS") {
    throw refuse(
      "TOO_MANY_DECIMALS",
      `${currency} amounts have at most ${options.decimals ?? decimalsOf(currency)} decimals here`,
      path,
    );
  }
  if (money === "NOT_A_NUMBER" || money === "TOO_LARGE") {
    throw refuse("INVALID_AMOUNT", "the amount is not a number, or too large", path);
  }
  if (money.minor < 0n || (money.minor === 0n && options.zeroAllowed !== true)) {
    const limit = options.zeroAllowed === true ? "not be below zero" : "be above zero";
    throw refuse("INVALID_AMOUNT", `the amount must ${limit}`, path);
  }
  return money;
}
