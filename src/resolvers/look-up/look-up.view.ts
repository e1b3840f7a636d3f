import type { Money } from "../../domain/money";
import type { CardInstallments, MethodOffer } from "../../domain/payment-method";
import type {
  CardInstallmentsType,
  PaymentMethodOfferType,
} from "../../schema/look-up/look-up.type";
import type { MoneyType } from "../../schema/shared/shared.type";
import { toMoney } from "../payment/payment.view";

/** Field by field: what an adapter keeps beside them is nobody's to see. */
export function toMethodOffer(offer: MethodOffer): PaymentMethodOfferType {
  const { id, kind, payWith, cardType, name, logoUrl, minAmount, maxAmount } = offer;
  const { currencies, buyerFields, banks, settlesInMinutes, separateCapture } = offer;
  return {
    ...{ id, kind, payWith, cardType, name, logoUrl },
    minAmount: shown(minAmount),
    maxAmount: shown(maxAmount),
    ...{ currencies, buyerFields, banks, settlesInMinutes, separateCapture },
  };
}

export function toCardInstallments({
  methodId,
  cardType,
  issuer,
  plans,
}: CardInstallments): CardInstallmentsType {
  return {
    ...{ methodId, cardType, issuer },
    plans: plans.map(({ count, installmentAmount, totalAmount, ...plan }) => ({
      installments: count,
      installmentAmount: shown(installmentAmount),
      totalAmount: shown(totalAmount),
      ...plan,
    })),
  };
}

function shown(money: Money | null): MoneyType | null {
  return money && toMoney(money.minor, money.currency);
}
