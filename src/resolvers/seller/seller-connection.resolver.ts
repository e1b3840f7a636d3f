import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Refusal, refuse } from "../../domain/errors";
import {
  CompleteSellerConnectionInput,
  DisconnectSellerInput,
  LinkSubmerchantInput,
  RefreshSellerCredentialsInput,
  StartSellerConnectionInput,
} from "../../schema/seller/seller.input";
import {
  CompleteSellerConnectionPayload,
  DisconnectSellerPayload,
  LinkSubmerchantPayload,
  RefreshSellerCredentialsPayload,
  StartSellerConnectionPayload,
} from "../../schema/seller/seller.payloads";
import { ProviderAccountType } from "../../schema/seller/seller.type";
import type { ConnectionService } from "../../services/connection/connection.service";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { answer, toUserErrors } from "../mutation";
import { toProviderAccount } from "./seller.view";

/** Connecting sellers to providers, and keeping them connected. */
@Resolver(() => ProviderAccountType)
export class SellerConnectionResolver {
  @Mutation(() => StartSellerConnectionPayload, {
    description:
      "Begins to connect a seller to a provider: gives the address of the page where the seller agrees. From there the seller comes back to the gateway, or to your own page, which then calls `completeSellerConnection`.",
  })
  startSellerConnection(
    @Arg("input", () => StartSellerConnectionInput, { description: "Which seller." })
    input: StartSellerConnectionInput,
    @Ctx() context: RequestContext,
  ): Promise<StartSellerConnectionPayload> {
    const refused = { authorizationUrl: null, expiresAt: null };
    return answer(input, refused, () => connectionsOf(context).start(context.principal, input));
  }

  @Mutation(() => CompleteSellerConnectionPayload, {
    description:
      "Ends a connection that you began, where the provider sends sellers back to a page of yours. State and code work once.",
  })
  completeSellerConnection(
    @Arg("input", () => CompleteSellerConnectionInput, { description: "What came back." })
    input: CompleteSellerConnectionInput,
    @Ctx() context: RequestContext,
  ): Promise<CompleteSellerConnectionPayload> {
    return answer(input, { account: null }, async () => {
      const { state, code, error } = input;
      if (isGiven(code) === isGiven(error)) {
        throw refuse("INVALID_INPUT", "give either code or error", ["input", "code"]);
      }
      const account = await connectionsOf(context).complete(context.principal, {
        state,
        ...(isGiven(code) ? { code } : {}),
      });
      return { account: toProviderAccount(account, context.services.registry) };
    });
  }

  @Mutation(() => LinkSubmerchantPayload, {
    description:
      "Links a seller to what a provider knows it by under one of your shops. The provider is asked whether it does. For the marketplace only; `disconnectSeller` takes it back.",
  })
  linkSubmerchant(
    @Arg("input", () => LinkSubmerchantInput, { description: "Whom to link, and to what." })
    input: LinkSubmerchantInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<LinkSubmerchantPayload> {
    return answer(input, { account: null }, async () => {
      const { sellerId, provider, shop, submerchantId } = input;
      const account = await services.submerchants.link(principal, {
        ...{ sellerId, provider, submerchantId },
        ...(isGiven(shop) ? { shop } : {}),
      });
      return { account: toProviderAccount(account, services.registry) };
    });
  }

  @Mutation(() => RefreshSellerCredentialsPayload, {
    description:
      "Renews a seller's credentials now. The gateway does so by itself in good time; this is for when you know better.",
  })
  refreshSellerCredentials(
    @Arg("input", () => RefreshSellerCredentialsInput, { description: "Whose." })
    input: RefreshSellerCredentialsInput,
    @Ctx() context: RequestContext,
  ): Promise<RefreshSellerCredentialsPayload> {
    return answer(input, { account: null }, async () => {
      const { principal, services } = context;
      const result = await connectionsOf(context).refresh(principal, input.accountId);
      return {
        account: toProviderAccount(result.account, services.registry),
        userErrors: toUserErrors(result.refusal === null ? null : [result.refusal]),
      };
    });
  }

  @Mutation(() => DisconnectSellerPayload, {
    description:
      "Forgets a seller's credentials; payments through the account end at once. What the seller agreed to at the provider, the seller ends there.",
  })
  disconnectSeller(
    @Arg("input", () => DisconnectSellerInput, { description: "What to disconnect." })
    input: DisconnectSellerInput,
    @Ctx() context: RequestContext,
  ): Promise<DisconnectSellerPayload> {
    return answer(input, { account: null }, async () => {
      const { principal, services } = context;
      const account = await connectionsOf(context).disconnect(principal, input.accountId);
      return { account: toProviderAccount(account, services.registry) };
    });
  }
}

/** @throws Refusal where the gateway has no application that sellers could connect to. */
export function connectionsOf({ services }: RequestContext): ConnectionService {
  if (services.connections !== undefined) return services.connections;
  const message = "the gateway has no application at a provider; its operator has to set one up";
  throw new Refusal({ code: "PROVIDER_UNAVAILABLE", message, path: [], retryable: false });
}
