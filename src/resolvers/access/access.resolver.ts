import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { notFound, refuse } from "../../domain/errors";
import type { ApiKeyEntity } from "../../entities/api-key.entity";
import {
  CreateApiKeyInput,
  CreateWatchTokenInput,
  RevokeApiKeyInput,
} from "../../schema/access/access.input";
import {
  CreateApiKeyPayload,
  CreateWatchTokenPayload,
  RevokeApiKeyPayload,
} from "../../schema/access/access.payloads";
import { type ApiKeyType, MarketplaceType, ViewerType } from "../../schema/access/access.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { KeyHolder } from "../../services/access/access.service";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { readAll, readId } from "../input";
import { answer } from "../mutation";
import { toSeller } from "../seller/seller.view";

const partnerSellersLimit = 200;

/** Who is asking, and credentials. */
@Resolver(() => ViewerType)
export class AccessResolver {
  @Query(() => ViewerType, { description: "Who is asking, and what the credential allows." })
  viewer(@Ctx() { principal, rights }: RequestContext): ViewerType {
    return {
      role: principal.role,
      marketplaceId: principal.marketplaceId,
      sellerId: principal.role === "SELLER" ? principal.sellerId : null,
      mayMoveMoney: rights.moveMoney,
      seesPayers: rights.seePayer,
      expiresAt: principal.role === "WATCHER" ? principal.expiresAt : null,
    };
  }

  @FieldResolver(() => SellerType, {
    nullable: true,
    description: "The seller, where it is a seller's key; `sellers` lists all that it reaches.",
  })
  async seller(
    @Root() { sellerId }: ViewerType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SellerType | null> {
    const seller = sellerId === null ? undefined : await loaders.Seller.load(sellerId);
    return seller === undefined ? null : toSeller(seller);
  }

  @FieldResolver(() => MarketplaceType, {
    nullable: true,
    description: "The marketplace, where it is the marketplace's own key.",
  })
  marketplace(@Root() { marketplaceId }: ViewerType): MarketplaceType | null {
    return marketplaceId === null ? null : { id: marketplaceId };
  }

  @Mutation(() => CreateApiKeyPayload, {
    description:
      "Makes an API key. A holder has two live ones of a kind at most, so that they can be swapped. Sellers make keys for themselves, and publishable ones for their pages.",
  })
  createApiKey(
    @Arg("input", () => CreateApiKeyInput, { description: "For whom." }) input: CreateApiKeyInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<CreateApiKeyPayload> {
    const refused = { apiKey: null, credential: null };
    return answer(input, refused, async () => {
      const { key, credential } = await services.access.createKey(principal, readHolder(input));
      return { apiKey: toApiKey(key), credential };
    });
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: "Ends an API key for good, within seconds everywhere.",
  })
  revokeApiKey(
    @Arg("input", () => RevokeApiKeyInput, { description: "Which one." }) input: RevokeApiKeyInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<RevokeApiKeyPayload> {
    return answer(input, { apiKey: null }, async () => {
      return { apiKey: toApiKey(await services.access.revokeKey(principal, input.id)) };
    });
  }

  @Mutation(() => CreateWatchTokenPayload, {
    description: "Makes a token with which one app can watch one payment for 30 minutes.",
  })
  createWatchToken(
    @Arg("input", () => CreateWatchTokenInput, { description: "What to watch." })
    input: CreateWatchTokenInput,
    @Ctx() { principal, scope, services }: RequestContext,
  ): Promise<CreateWatchTokenPayload> {
    const refused = { credential: null, expiresAt: null };
    return answer(input, refused, async () => {
      const payment = await services.payments.reader.byId(scope, input.paymentId);
      if (payment === undefined) throw notFound("payment", ["input", "paymentId"]);
      const { credential, token } = await services.access.createWatchToken(principal, payment);
      return { credential, expiresAt: token.expiresAt };
    });
  }
}

function readHolder(input: CreateApiKeyInput): KeyHolder {
  switch (input.role) {
    case "MARKETPLACE":
      return { role: "MARKETPLACE" };
    case "SELLER":
    case "PUBLISHABLE": {
      const { role, sellerId } = input;
      if (isGiven(sellerId)) return { role, sellerId };
      throw refuse("INVALID_INPUT", "say for which seller", ["input", "sellerId"]);
    }
    case "PARTNER":
      return readPartner(input);
  }
}

function readPartner(input: CreateApiKeyInput): KeyHolder {
  const [name, sellerIds] = readAll(
    () => {
      if (isGiven(input.name)) return input.name;
      throw refuse("INVALID_INPUT", "give the partner a name", ["input", "name"]);
    },
    () => {
      const ids = input.sellerIds ?? [];
      const path = ["input", "sellerIds"];
      if (ids.length < 1 || ids.length > partnerSellersLimit) {
        throw refuse("INVALID_INPUT", `list 1 to ${partnerSellersLimit} sellers`, path);
      }
      return readAll(...ids.map((id, at) => () => readId("Seller", id, [...path, String(at)])));
    },
  );
  return { role: "PARTNER", name, sellerIds };
}

function toApiKey(key: ApiKeyEntity): ApiKeyType {
  const { id, role, holder, createdAt, revokedAt } = key;
  return { id, role, holder, createdAt, revokedAt };
}
