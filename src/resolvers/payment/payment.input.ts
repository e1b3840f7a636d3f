import { refuse } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import { type Currency, formatAmount, type Money } from "../../domain/money";
import type { Principal } from "../../domain/principal";
import type { AdditionalInfoInput, ItemInput } from "../../schema/payment/additional-info.input";
import type { PayerInput } from "../../schema/payment/payer.input";
import type { CreatePaymentInput } from "../../schema/payment/payment.input";
import type { PaymentFilter as PaymentFilterInput } from "../../schema/payment/payment-filter.input";
import {
  type CreatePaymentArgs,
  readAmount,
  readCurrency,
} from "../../services/payment/payment-input";
import type { PaymentFilter } from "../../services/payment/payment-reader";
import { defined, isGiven } from "../given";
import { checkInput, readAll } from "../input";
import { readPayWithOf } from "./pay-with.input";

/**
 * The arguments of a payment, with amounts in canonical form: 10, 10.0 and 10.00 are one intent.
 * @throws Refusal for amounts, currencies and ids that cannot be read.
 */
export function readCreatePayment(
  input: CreatePaymentInput,
  principal: Principal,
): Omit<CreatePaymentArgs, "marketplaceId"> {
  const currency = readCurrency(input.currency, ["input", "currency"]);
  const [sellerId, amount, applicationFee, items, payWith] = readAll(
    () => sellerOf(input, principal),
    () => readAmount(input.amount, currency, ["input", "amount"]),
    () => readFee(input.applicationFee, currency),
    () => readItems(input.additionalInfo?.items, currency),
    () => readPayWithOf(input, replaced, ["input"]),
  );
  if (applicationFee !== undefined && applicationFee.minor > amount.minor) {
    throw refuse("FEE_EXCEEDS_AMOUNT", "the fee is above the amount", ["input", "applicationFee"]);
  }
  return defined({
    sellerId,
    provider: input.provider,
    amount: formatAmount(amount),
    currency,
    applicationFee: applicationFee && formatAmount(applicationFee),
    capture: input.capture,
    payWith,
    cardToken: input.cardToken,
    methodId: input.methodId,
    issuerId: input.issuerId,
    installments: input.installments,
    payer: readPayer(input.payer),
    description: input.description,
    externalReference: input.externalReference,
    statementDescriptor: input.statementDescriptor,
    metadata: input.metadata,
    items,
    additionalPayer: readAdditionalPayer(input.additionalInfo),
    ipAddress: input.additionalInfo?.ipAddress,
    deviceId: input.deviceId,
    allowNearIdentical: input.allowNearIdentical,
  }) as Omit<CreatePaymentArgs, "marketplaceId">;
}

/** @throws Refusal for a filter that cannot be read. */
export function readFilter(input: PaymentFilterInput | null | undefined): PaymentFilter {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { currency: code, amountFrom, amountTo } = input;
  const currency = isGiven(code) ? readCurrency(code, ["filter", "currency"]) : undefined;
  const bound = (text: string | undefined, field: string) => {
    if (!isGiven(text)) return undefined;
    if (currency === undefined) {
      throw refuse("INVALID_INPUT", "amounts need a currency to be compared in", [
        "filter",
        "currency",
      ]);
    }
    return readAmount(text, currency, ["filter", field], { zeroAllowed: true }).minor;
  };
  return defined({
    statuses: input.status,
    sellerId: input.sellerId,
    provider: input.provider,
    currency,
    amountFrom: bound(amountFrom, "amountFrom"),
    amountTo: bound(amountTo, "amountTo"),
    createdFrom: input.createdFrom,
    createdTo: input.createdTo,
    externalReference: input.externalReference,
    providerPaymentId: input.providerPaymentId,
  }) as PaymentFilter;
}

function readFee(text: string | undefined, currency: Currency): Money | undefined {
  if (!isGiven(text)) return undefined;
  return readAmount(text, currency, ["input", "applicationFee"], { zeroAllowed: true });
}

function readItems(items: readonly ItemInput[] | undefined, currency: Currency) {
  if (!isGiven(items)) return undefined;
  const readers = items.map((item, index) => () => {
    const path = ["input", "additionalInfo", "items", String(index), "unitPrice"];
    const price = readAmount(item.unitPrice, currency, path, { zeroAllowed: true });
    return defined({ ...item, unitPrice: formatAmount(price) });
  });
  return readAll(...readers);
}

/** Fields that `payWith` replaces. */
const replaced = ["cardToken", "methodId", "issuerId", "installments"] as const;

function sellerOf(input: CreatePaymentInput, principal: Principal): SellerId {
  if (isGiven(input.sellerId)) return input.sellerId;
  if (principal.role === "SELLER") return principal.sellerId;
  throw refuse("INVALID_INPUT", "say which seller is paid", ["input", "sellerId"]);
}

function readAdditionalPayer(info: AdditionalInfoInput | undefined) {
  if (!isGiven(info?.payer)) return undefined;
  const { registeredAt, phone, address, ...rest } = info.payer;
  return defined({
    ...rest,
    phone: plain(phone),
    address: plain(address),
    registeredAt: registeredAt?.toISOString(),
  });
}

function readPayer(payer: PayerInput): CreatePaymentArgs["payer"] {
  const { email, firstName, lastName, identification, phone, address } = payer;
  return defined({
    email,
    firstName,
    lastName,
    identification: plain(identification),
    phone: plain(phone),
    address: plain(address),
  }) as CreatePaymentArgs["payer"];
}

function plain<T extends object>(value: T | null | undefined): Partial<T> | undefined {
  return isGiven(value) ? defined(value) : undefined;
}
