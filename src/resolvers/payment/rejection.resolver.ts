import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Language } from "../../domain/rejection";
import { RejectionEntryType, RejectionType } from "../../schema/payment/rejection.type";
import { LanguageEnum } from "../../schema/shared/enums";
import type { RequestContext } from "../context";
import { toRejection } from "./payment.view";

/** Why payments are declined. */
@Resolver(() => RejectionType)
export class RejectionResolver {
  @Query(() => [RejectionEntryType], {
    description:
      "Every documented reason for a decline, with what to do and what to tell the buyer.",
  })
  rejectionCatalogue(@Ctx() { services }: RequestContext): RejectionEntryType[] {
    return services.registry
      .all()
      .flatMap(({ name, rejections }) =>
        rejections.map((rejection) => ({ provider: name, rejection: toRejection(rejection) })),
      );
  }

  @FieldResolver(() => String, { description: "What to tell the buyer, remedy included." })
  buyerMessage(
    @Root() { messages }: RejectionType,
    @Arg("language", () => LanguageEnum, { defaultValue: "EN", description: "In this language." })
    language: Language,
  ): string {
    return messages[language];
  }
}
