import { type ClassType, Field, Int, ObjectType } from "type-graphql";
import type { Currency } from "../../domain/money";
import type { PayWithKind } from "../../domain/pay-with";
import type { BuyerField, CardType, MethodKind } from "../../domain/payment-method";
import type { Provider } from "../../domain/provider";
import {
  BuyerFieldEnum,
  CardTypeEnum,
  MethodKindEnum,
  PayWithFormEnum,
  ProviderEnum,
} from "../shared/enums";
import { CurrencyCodeScalar, DateTimeScalar, DecimalScalar, UrlScalar } from "../shared/scalars";
import { MoneyType } from "../shared/shared.type";

/** What was looked up at a provider. */
export interface LookUp<T> {
  provider: Provider;
  items: readonly T[];
  readAt: Date;
  isStale: boolean;
}

function lookUpOf<T extends object>(
  name: string,
  item: ClassType<T>,
  descriptions: { readonly whole: string; readonly items: string },
): ClassType<LookUp<T>> {
  @ObjectType(`${name}LookUp`, { simpleResolvers: true, description: descriptions.whole })
  class LookUpType implements LookUp<T> {
    @Field(() => ProviderEnum, { description: "The provider that was asked." })
    provider: Provider;

    @Field(() => [item], { description: descriptions.items })
    items: readonly T[];

    @Field(() => DateTimeScalar, { description: "When the provider told." })
    readAt: Date;

    @Field({
      description:
        "True where the provider should have been asked again and gives no answer now: this is what it said last.",
    })
    isStale: boolean;
  }
  return LookUpType;
}

@ObjectType("BankOption", {
  simpleResolvers: true,
  description: "A bank that the buyer chooses before the payment is made.",
})
export class BankOptionType {
  @Field(() => String, { description: "To be handed back when the payment is made." })
  id: string;

  @Field({ description: "For the buyer to read." })
  name: string;
}

@ObjectType("PaymentMethodOffer", {
  simpleResolvers: true,
  description: "A method that the seller's account takes.",
})
export class PaymentMethodOfferType {
  @Field(() => String, {
    description:
      "Opaque, and the provider's. Hand it back as `methodId` when the payment is made. Unique in the list.",
  })
  id: string;

  @Field(() => MethodKindEnum, { description: "How the buyer pays: what a page has to show." })
  kind: MethodKind;

  @Field(() => [PayWithFormEnum], {
    description:
      "The fields of `payWith` that pay by it, the plainest one first: draw the first one that your page has. Empty: `createPayment` has no form for it yet; leave it out.",
  })
  payWith: readonly PayWithKind[];

  @Field(() => CardTypeEnum, {
    nullable: true,
    description: "Whose money it spends; null where it is no card, or takes cards of each type.",
  })
  cardType: CardType | null;

  @Field({ description: "For the buyer to read." })
  name: string;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "A picture over https, at the provider; null where there is none.",
  })
  logoUrl: string | null;

  @Field(() => MoneyType, { nullable: true, description: "The least that it takes, where told." })
  minAmount: MoneyType | null;

  @Field(() => MoneyType, { nullable: true, description: "The most that it takes, where told." })
  maxAmount: MoneyType | null;

  @Field(() => [CurrencyCodeScalar], { description: "What can be paid by it." })
  currencies: readonly Currency[];

  @Field(() => [BuyerFieldEnum], { description: "What to ask the buyer for." })
  buyerFields: readonly BuyerField[];

  @Field(() => [BankOptionType], {
    description: "The banks to choose from, where `buyerFields` has BANK; else empty.",
  })
  banks: readonly BankOptionType[];

  @Field(() => Int, {
    nullable: true,
    description:
      "How long it usually takes until what was paid is confirmed, in minutes; 0: at once. Null where the provider does not tell.",
  })
  settlesInMinutes: number | null;

  @Field({ description: "Whether `capture: false` is taken: authorize now, capture later." })
  separateCapture: boolean;
}

@ObjectType("CardIssuer", { simpleResolvers: true, description: "The bank that issued a card." })
export class CardIssuerType {
  @Field(() => String, {
    description: "Opaque. Hand it back as `issuerId` when the payment is made.",
  })
  id: string;

  @Field(() => String, { description: "The method of its cards." })
  methodId: string;

  @Field({ description: "For the buyer to read." })
  name: string;

  @Field(() => UrlScalar, { nullable: true, description: "A picture over https, at the provider." })
  logoUrl: string | null;
}

@ObjectType("InstallmentPlan", { simpleResolvers: true, description: "One way to pay in parts." })
export class InstallmentPlanType {
  @Field(() => Int, {
    description: "In how many parts; 1 is all at once. Hand it back as `installments`.",
  })
  installments: number;

  @Field(() => MoneyType, {
    nullable: true,
    description: "Each part; null where the provider tells it on its own page only.",
  })
  installmentAmount: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description: "What the buyer pays in all, interest included; null as `installmentAmount`.",
  })
  totalAmount: MoneyType | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'The interest of the whole, in percent: "30" for 30 %. Null where not told.',
  })
  ratePercent: string | null;

  @Field(() => [String], {
    description:
      'Costs to show beside the plan, word by word: "CFT 36,30%". In Argentina the law asks for them.',
  })
  labels: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: "The provider's sentence for the buyer, in the language of the seller's country.",
  })
  message: string | null;
}

@ObjectType("CardInstallments", {
  simpleResolvers: true,
  description: "In how many parts one kind of card can pay.",
})
export class CardInstallmentsType {
  @Field(() => String, { description: "The method of the card, for `methodId`." })
  methodId: string;

  @Field(() => CardTypeEnum, { nullable: true, description: "Whose money it spends, where told." })
  cardType: CardType | null;

  @Field(() => CardIssuerType, { nullable: true, description: "Who issued it, where told." })
  issuer: CardIssuerType | null;

  @Field(() => [InstallmentPlanType], { description: "The plans, as the provider orders them." })
  plans: readonly InstallmentPlanType[];
}

@ObjectType("DocumentType", {
  simpleResolvers: true,
  description: "A kind of document that buyers identify themselves by.",
})
export class DocumentTypeType {
  @Field(() => String, {
    description: "Opaque. Hand it back as `payer.identification.type`: CPF, DNI.",
  })
  id: string;

  @Field({ description: "For the buyer to read." })
  name: string;

  @Field({ description: "Whether its numbers have digits only." })
  digitsOnly: boolean;

  @Field(() => Int, { nullable: true, description: "The fewest characters of a number." })
  minLength: number | null;

  @Field(() => Int, { nullable: true, description: "The most characters of a number." })
  maxLength: number | null;
}

export const PaymentMethodLookUpType = lookUpOf("PaymentMethod", PaymentMethodOfferType, {
  whole: "What a seller's account takes.",
  items: "The methods, as the provider orders them.",
});
export const InstallmentPlanLookUpType = lookUpOf("InstallmentPlan", CardInstallmentsType, {
  whole: "In how many parts a card can pay, and what that costs.",
  items:
    "One for each method and issuer that the card may be of; empty where the account takes no such card, or not for this amount.",
});
export const DocumentTypeLookUpType = lookUpOf("DocumentType", DocumentTypeType, {
  whole: "What buyers identify themselves by.",
  items: "The types; empty where the provider asks for none.",
});
export const CardIssuerLookUpType = lookUpOf("CardIssuer", CardIssuerType, {
  whole: "Who may have issued a card.",
  items: "The issuers; empty where the account takes no such card, or nobody tells them apart.",
});
