import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { CreateTestUserInput } from "../../schema/test-user/test-user.input";
import { CreateTestUserPayload } from "../../schema/test-user/test-user.payloads";
import { TestUserType } from "../../schema/test-user/test-user.type";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { answer, toUserErrors } from "../mutation";
import { toTestUser } from "./test-user.view";

/** Users to try payments with. */
@Resolver(() => TestUserType)
export class TestUserResolver {
  @Mutation(() => CreateTestUserPayload, {
    description:
      "Makes a test user at a provider, as a buyer or as a seller to connect. For the marketplace only. The password is in the first answer and never again. A lost answer leaves the user UNKNOWN for good: the provider cannot be asked, and nothing is sent twice.",
  })
  createTestUser(
    @Arg("input", () => CreateTestUserInput, { description: "The test user." })
    input: CreateTestUserInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<CreateTestUserPayload> {
    const refused = { replayed: false, testUser: null, password: null };
    return answer(input, refused, async () => {
      const { idempotencyKey, provider, country, description } = input;
      const made = await services.testUsers.create(principal, idempotencyKey, {
        provider,
        country,
        ...(isGiven(description) ? { description } : {}),
      });
      return {
        replayed: made.replayed,
        testUser: toTestUser(made.user),
        password: made.password,
        userErrors: toUserErrors(made.refusal),
      };
    });
  }
}
