import { createUnionType, Field, ObjectType } from "type-graphql";
import type { NextAction } from "../../domain/next-action";
import { DateTimeScalar, UrlScalar } from "./scalars";

/** The stored columns that a next action is made from. */
export interface NextActionRow<Id, Status> {
  readonly id: Id;
  readonly status: Status;
  readonly redirectUrl: string | null;
  readonly nextAction: unknown;
  readonly creqSealed?: string | null;
}

const untilWhen = {
  nullable: true,
  description: "Until when that is of use; null where the provider tells none.",
};

@ObjectType("ShowQrCode", {
  simpleResolvers: true,
  description: "Show the payer a code to scan, and its text to copy: Pix.",
})
export class ShowQrCodeType {
  @Field({ description: "What the code says. Give the payer a button that copies it." })
  text: string;

  @Field(() => String, {
    nullable: true,
    description:
      "A picture of the code: a PNG in base64, to be put behind `data:image/png;base64,`. Null: draw the code from `text`.",
  })
  imageBase64: string | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "The provider's page with the same code. Link to it; it is not made for frames.",
  })
  pageUrl: string | null;

  @Field(() => DateTimeScalar, untilWhen)
  expiresAt: Date | null;
}

@ObjectType("ShowVoucher", {
  simpleResolvers: true,
  description:
    "Show the payer what to pay with at a shop or a bank: boleto, OXXO, Efecty, Rapipago. What is null does not go with this voucher.",
})
export class ShowVoucherType {
  @Field(() => UrlScalar, {
    nullable: true,
    description: "The provider's page with the voucher, to be printed. Link to it.",
  })
  pageUrl: string | null;

  @Field(() => String, { nullable: true, description: "What its barcode says, in digits." })
  barcode: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The digits that the payer of a boleto types into a bank's app: 47 of them.",
  })
  digitableLine: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The number that the payer names at the till.",
  })
  reference: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What the payer is asked for beside the number.",
  })
  verificationCode: string | null;

  @Field(() => DateTimeScalar, untilWhen)
  expiresAt: Date | null;
}

@ObjectType("GoToPage", {
  simpleResolvers: true,
  description: "Send the payer to a page of the provider or of a bank: PayU, PSE, a wallet.",
})
export class GoToPageType {
  @Field(() => UrlScalar, { description: "The page." })
  url: string;

  @Field({ description: "Whether the page may be shown in a frame; else open it as a whole." })
  mayBeFramed: boolean;

  @Field(() => DateTimeScalar, untilWhen)
  expiresAt: Date | null;
}

@ObjectType("CardChallenge", {
  simpleResolvers: true,
  description:
    "The card's bank wants to see the payer (3-D Secure). Open a frame of 600 by 500 pixels, and post a form to `url` in it whose one field is `creq`. What the frame says at its end proves nothing: watch the payment.",
})
export class CardChallengeType {
  @Field(() => UrlScalar, { description: "The bank's page." })
  url: string;

  @Field(() => String, {
    nullable: true,
    description:
      "What the form posts. Good for this challenge only: do not log it. Null: open `url` as it is.",
  })
  creq: string | null;

  @Field(() => DateTimeScalar, untilWhen)
  expiresAt: Date | null;
}

const types = {
  SHOW_QR_CODE: ShowQrCodeType,
  SHOW_VOUCHER: ShowVoucherType,
  GO_TO_PAGE: GoToPageType,
  CARD_CHALLENGE: CardChallengeType,
} as const satisfies Record<NextAction["kind"], unknown>;

export const NextActionUnion = createUnionType({
  name: "NextAction",
  description:
    "What the payer does next. More kinds may come: ask for `__typename`, and for those that you do not know tell the payer to wait.",
  types: () => Object.values(types),
  resolveType: (action: unknown) => types[(action as NextAction).kind],
});
