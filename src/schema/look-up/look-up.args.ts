import { ArgsType, Field, ID } from "type-graphql";
import type { Provider } from "../../domain/provider";
import { ProviderEnum } from "../shared/enums";
import { CurrencyCodeScalar, DecimalScalar } from "../shared/scalars";

@ArgsType()
class OfSellerArgs {
  @Field(() => ID, {
    nullable: true,
    description: "Whose checkout; a seller's key and a publishable key may leave it out.",
  })
  sellerId?: string;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: "At this provider; else at the one that `createPayment` would choose.",
  })
  provider?: Provider;
}

@ArgsType()
export class DocumentTypesArgs extends OfSellerArgs {
  @Field(() => CurrencyCodeScalar, {
    nullable: true,
    description: "By the account for this currency; else by the seller's first one.",
  })
  currency?: string;
}

@ArgsType()
export class PaymentMethodsArgs extends OfSellerArgs {
  @Field(() => CurrencyCodeScalar, { description: "What is to be paid in." })
  currency: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Only methods that take so much, in major units; else all.",
  })
  amount?: string;
}

@ArgsType()
export class CardIssuersArgs extends OfSellerArgs {
  @Field(() => CurrencyCodeScalar, { description: "What is to be paid in." })
  currency: string;

  @Field(() => String, {
    description: "The first six or eight digits of the card. Never more: longer ones are refused.",
  })
  cardBin: string;

  @Field(() => String, {
    nullable: true,
    description: "A method's `id`, where the digits fit several and the buyer has chosen.",
  })
  methodId?: string;
}

@ArgsType()
export class InstallmentPlansArgs extends CardIssuersArgs {
  @Field(() => DecimalScalar, { description: "What is to be paid, in major units." })
  amount: string;

  @Field(() => String, { nullable: true, description: "An issuer's `id`, where it is known." })
  issuerId?: string;
}
