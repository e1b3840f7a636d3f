import { refuse } from "../../domain/errors";
import type { MarketplaceId, SellerId } from "../../domain/ids";
import { type Currency, decimalsOf, isCurrency, type Money, parseAmount } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import type { ItemDetails, PayerDetails } from "../../providers/provider";

/** An item as callers give it: its price is in the payment's currency. */
export interface ItemInput extends Omit<ItemDetails, "unitPrice"> {
  readonly unitPrice: string;
}

/** What `createPayment` takes, after the schema's own checks of shape and length. */
export interface CreatePaymentArgs {
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider?: Provider;
  /** In major units as exact text. */
  readonly amount: string;
  readonly currency: Currency;
  readonly applicationFee?: string;
  readonly capture: boolean;
  readonly cardToken?: string;
  readonly methodId?: string;
  readonly issuerId?: string;
  readonly installments?: number;
  readonly payer: PayerDetails;
  readonly description?: string;
  readonly externalReference?: string;
  readonly statementDescriptor?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly items?: readonly ItemInput[];
  readonly additionalPayer?: Omit<PayerDetails, "email" | "identification"> & {
    readonly registeredAt?: string;
  };
  readonly ipAddress?: string;
  readonly deviceId?: string;
  readonly allowNearIdentical: boolean;
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
