import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { notFound, refuse } from "../../domain/errors";
import type { ApiKeyEntity } from "../../entities/api-key.entity";
import { type ApiKeyType, ViewerType } from "../../schema/access.type";
import { CreateApiKeyInput, CreateWatchTokenInput, RevokeApiKeyInput } from "../../schema/inputs";
import {
  CreateApiKeyPayload,
  CreateWatchTokenPayload,
  RevokeApiKeyPayload,
} from "../../schema/payloads";
import { SellerType } from "../../schema/seller.type";
import type { KeyHolder } from "../../services/access.service";
import type { RequestContext } from "../context";
import { answer, readId } from "../mutation";
import { toSeller } from "../seller/seller.mapper";

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
    const seller = sellerId === null ? undefined : await loaders.sellers.load(sellerId);
    return seller === undefined ? null : toSeller(seller);
  }

  @Mutation(() => CreateApiKeyPayload, {
    description:
      "Makes an API key. A holder has two live ones at most, so that they can be swapped. Sellers make keys for themselves.",
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
      const id = readId("ApiKey", input.id, ["input", "id"]);
      return { apiKey: toApiKey(await services.access.revokeKey(principal, id)) };
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
      const path = ["input", "paymentId"];
      const id = readId("Payment", input.paymentId, path);
      const payment = await services.payments.reader.byId(scope, id);
      if (payment === undefined) throw notFound("payment", path);
      const { credential, token } = await services.access.createWatchToken(principal, payment);
      return { credential, expiresAt: token.expiresAt };
    });
  }
}

function readHolder(input: CreateApiKeyInput): KeyHolder {
  switch (input.role) {
    case "MARKETPLACE":
      return { role: "MARKETPLACE" };
    case "SELLER": {
      const path = ["input", "sellerId"];
      if (!input.sellerId) throw refuse("INVALID_INPUT", "say for which seller", path);
      return { role: "SELLER", sellerId: readId("Seller", input.sellerId, path) };
    }
    case "PARTNER":
      return readPartner(input);
  }
}

function readPartner({ name, sellerIds }: CreateApiKeyInput): KeyHolder {
  if (!name) throw refuse("INVALID_INPUT", "give the partner a name", ["input", "name"]);
  if (!sellerIds || sellerIds.length < 1 || sellerIds.length > partnerSellersLimit) {
    throw refuse("INVALID_INPUT", `list 1 to ${partnerSellersLimit} sellers`, [
      "input",
      "sellerIds",
    ]);
  }
  const ids = sellerIds.map((id, i) => readId("Seller", id, ["input", "sellerIds", String(i)]));
  return { role: "PARTNER", name, sellerIds: ids };
}

function toApiKey(key: ApiKeyEntity): ApiKeyType {
  const { id, role, holder, createdAt, revokedAt } = key;
  return { id, role, holder, createdAt, revokedAt };
}
