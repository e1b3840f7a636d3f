import { Field, ID, InterfaceType, ObjectType } from "type-graphql";
import type { ErrorCode } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import { ErrorCodeEnum, ProviderEnum } from "./enums";
import { CurrencyCodeScalar, DecimalScalar } from "./scalars";

@InterfaceType("Node", { description: "Anything with an id of its own; `node` fetches it again." })
export abstract class NodeType {
  @Field(() => ID, {
    description: "Opaque; the prefix tells the kind: pay_ a payment, sel_ a seller.",
  })
  id: string;
}

@ObjectType("Money", { simpleResolvers: true, description: "An exact amount in one currency." })
export class MoneyType {
  @Field(() => DecimalScalar, { description: 'In major units, with all decimals: "100.50".' })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The currency." })
  currency: Currency;

  @Field({ description: 'The same in minor units, as a whole number in text: "10050".' })
  minorUnits: string;
}

@ObjectType("UserError", {
  simpleResolvers: true,
  description:
    "Why a mutation was refused. Nothing was changed by it unless the payload shows what.",
})
export class UserErrorType {
  @Field(() => ErrorCodeEnum, { description: "Stable; branch on this." })
  code: ErrorCode;

  @Field({ description: "For a developer to read. Not for buyers, and not stable." })
  message: string;

  @Field(() => [String], {
    description: 'Where in the arguments: ["input", "payer", "email"].',
  })
  path: readonly string[];

  @Field({ description: "Whether the same request can succeed later." })
  retryable: boolean;

  @Field(() => ProviderEnum, { nullable: true, description: "The provider, where it refused." })
  provider: Provider | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's own code, where it gave one.",
  })
  providerCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What the rule asks for, such as the sum of an order's parts in major units.",
  })
  expected: string | null;

  @Field(() => String, { nullable: true, description: "What was given instead." })
  given: string | null;
}

@InterfaceType("MutationPayload", { description: "What every mutation answers." })
export abstract class MutationPayloadType {
  @Field(() => [UserErrorType], {
    description:
      "Empty when it was done. A declined card is not an error: see the payment's status.",
  })
  userErrors: readonly UserErrorType[];
}

@ObjectType("PageInfo", { simpleResolvers: true, description: "Where a page stands in its list." })
export class PageInfoType {
  @Field({ description: "Whether there are more behind the last one." })
  hasNextPage: boolean;

  @Field({ description: "Whether there are more before the first one." })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: "For `before`; null on an empty page." })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: "For `after`; null on an empty page." })
  endCursor: string | null;
}
