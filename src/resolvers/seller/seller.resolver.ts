import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { refuse } from "../../domain/errors";
import { PaymentConnectionType, type PaymentType } from "../../schema/payment/payment.type";
import { PaymentFilter } from "../../schema/payment/payment-filter.input";
import { CreateSellerInput, UpdateSellerInput } from "../../schema/seller/seller.input";
import { CreateSellerPayload, UpdateSellerPayload } from "../../schema/seller/seller.payloads";
import {
  ProviderAccountType,
  ProviderInfoType,
  SellerConnectionType,
  SellerType,
} from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { PaymentSortEnum, type PaymentSortName } from "../../schema/shared/enums";
import { PageArgs } from "../../schema/shared/page.args";
import { CursorScalar } from "../../schema/shared/scalars";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { readId } from "../input";
import { answer } from "../mutation";
import { pageById } from "../paging";
import { pageOfPayments } from "../payment/payment-page";
import { loadSeller } from "./load-seller";
import { toProviderAccount, toSeller } from "./seller.view";

/** Sellers and their provider accounts. */
@Resolver(() => SellerType)
export class SellerResolver {
  @Query(() => SellerType, {
    nullable: true,
    description:
      "One seller, by id or by your reference. Null when there is none, or you may not see it.",
  })
  async seller(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id?: string | null,
    @Arg("reference", () => String, { nullable: true, description: "Your reference." })
    reference?: string | null,
  ): Promise<SellerType | null> {
    if (isGiven(id) === isGiven(reference)) {
      throw refuse("INVALID_INPUT", "give either id or reference", ["id"]);
    }
    const { sellers } = context.services;
    const seller = isGiven(id)
      ? await context.loaders.Seller.load(readId("Seller", id, ["id"]))
      : await sellers.byReference(context.scope, reference ?? "");
    return seller === undefined ? null : toSeller(seller);
  }

  @Query(() => SellerConnectionType, { description: "Sellers that you may see, oldest first." })
  sellers(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<SellerType>> {
    return pageById(page, {
      kind: "Seller",
      plural: "sellers",
      read: (request) => context.services.sellers.page(context.scope, request),
      toNode: toSeller,
    });
  }

  @Query(() => [ProviderInfoType], { description: "The providers that are set up here." })
  providers(@Ctx() { services }: RequestContext): ProviderInfoType[] {
    return services.registry.all().map(({ name, capabilities, currencies }) => ({
      provider: name,
      capabilities,
      currencies: [...currencies].map(([currency, decimals]) => ({ currency, decimals })),
    }));
  }

  @Mutation(() => CreateSellerPayload, { description: "Adds a seller. For the marketplace only." })
  createSeller(
    @Arg("input", () => CreateSellerInput, { description: "The seller." }) input: CreateSellerInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<CreateSellerPayload> {
    return answer(input, { seller: null }, async () => ({
      seller: toSeller(await services.sellers.create(principal, input)),
    }));
  }

  @Mutation(() => UpdateSellerPayload, {
    description: "Changes a seller. For the marketplace only.",
  })
  updateSeller(
    @Arg("input", () => UpdateSellerInput, { description: "The changes." })
    input: UpdateSellerInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<UpdateSellerPayload> {
    return answer(input, { seller: null }, async () => {
      const { id, ...changes } = input;
      return { seller: toSeller(await services.sellers.update(principal, id, changes)) };
    });
  }

  @FieldResolver(() => [ProviderAccountType], { description: "Its links to providers." })
  async accounts(
    @Root() seller: SellerType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<ProviderAccountType[]> {
    const accounts = await loaders.accountsOfSeller.load(seller.id);
    return accounts.map((account) => toProviderAccount(account, services.registry));
  }

  @FieldResolver(() => CursorScalar, {
    description:
      "The place behind all that has happened to the seller so far, for `after` of subscriptions. Take it before you read what you show, and keep it until the first update brings a newer one: a connection that is lost before then has missed nothing.",
  })
  async cursor(
    @Root() { id }: SellerType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<string> {
    return services.cursors.write({ streamId: id, seq: await loaders.logEnds.load(id) });
  }

  @FieldResolver(() => PaymentConnectionType, { description: "Its payments; at most 100 a page." })
  payments(
    @Root() seller: SellerType,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => PaymentFilter, { nullable: true, description: "Only these." })
    filter?: PaymentFilter,
    @Arg("sort", () => PaymentSortEnum, {
      defaultValue: "CREATED_AT_DESC",
      description: "In this order.",
    })
    sort: PaymentSortName = "CREATED_AT_DESC",
  ): Promise<Connection<PaymentType>> {
    if (isGiven(filter?.sellerId)) {
      const path = ["filter", "sellerId"];
      throw refuse("INVALID_INPUT", "these are one seller's payments already", path);
    }
    const ofSeller = Object.assign(new PaymentFilter(), filter, { sellerId: seller.id });
    return pageOfPayments(context, page, ofSeller, sort, info);
  }
}

@Resolver(() => ProviderAccountType)
export class ProviderAccountResolver {
  @FieldResolver(() => SellerType, { description: "Whose account it is." })
  seller(
    @Root() { sellerId }: ProviderAccountType,
    @Ctx() context: RequestContext,
  ): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }
}
