import { formatAmount } from "../../domain/money";
import type {
  CreatePayoutInput,
  PayoutExchangeInput,
  TransferFundsInput,
} from "../../schema/payout/payout.input";
import { readAmount, readCurrency } from "../../services/payment/payment-input";
import type { CreatePayoutArgs } from "../../services/payout/create-payout";
import type { TransferArgs } from "../../services/transfer/transfer-funds";
import { defined, isGiven } from "../given";
import { readAll } from "../input";

/**
 * The arguments of a payout, with amounts in canonical form.
 * @throws Refusal with everything that cannot be read.
 */
export function readCreatePayout(
  input: CreatePayoutInput,
): Omit<CreatePayoutArgs, "marketplaceId"> {
  const { sellerId, provider, description } = input;
  const [money, exchange] = readAll(
    () => readMoney(input, ["input"]),
    () => readExchange(input.exchange),
  );
  return defined({ ...money, sellerId, provider, description, exchange }) as Omit<
    CreatePayoutArgs,
    "marketplaceId"
  >;
}

/** @throws Refusal for amounts and currencies that cannot be read. */
export function readTransfer(input: TransferFundsInput): Omit<TransferArgs, "marketplaceId"> {
  const { sellerId, provider, description, direction } = input;
  const money = readMoney(input, ["input"]);
  return defined({ ...money, sellerId, provider, description, direction }) as Omit<
    TransferArgs,
    "marketplaceId"
  >;
}

function readExchange(given: PayoutExchangeInput | null | undefined) {
  if (!isGiven(given)) return undefined;
  const { rate, tableId, partnerId } = given;
  return { ...readMoney(given, ["input", "exchange"]), rate, tableId, partnerId };
}

function readMoney(
  given: { readonly amount: string; readonly currency: string },
  path: readonly string[],
) {
  const currency = readCurrency(given.currency, [...path, "currency"]);
  return {
    currency,
    amount: formatAmount(readAmount(given.amount, currency, [...path, "amount"])),
  };
}
