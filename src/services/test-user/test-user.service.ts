import { refuse, type UserErrorFact } from "../../domain/errors";
import type { TestUserId } from "../../domain/ids";
import { type Principal, rightsOf, type Scope } from "../../domain/principal";
import { TestUserEntity } from "../../entities/test-user.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import { claimantOf } from "../access/claimant";
import {
  type CreateTestUserArgs,
  createTestUserKind,
  type TestUserDependencies,
} from "./create-test-user";

/** What the making of a test user came to. */
export interface TestUserResult {
  readonly user: TestUserEntity;
  /** Null in all answers but the first one, and where there is no user. */
  readonly password: string | null;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** The use cases of test users, which belong to the marketplace and to no seller. */
export class TestUserService {
  readonly #create;

  constructor(
    private readonly deps: TestUserDependencies,
    engine: OperationEngine,
  ) {
    this.#create = engine.register(createTestUserKind(deps));
  }

  /** @throws Refusal FORBIDDEN, INVALID_INPUT, TOO_MANY_TEST_USERS, or by the key. */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<CreateTestUserArgs, "marketplaceId">,
  ): Promise<TestUserResult> {
    if (!rightsOf(principal).createTestUsers) {
      throw refuse("FORBIDDEN", "only the marketplace makes test users");
    }
    const { marketplaceId } = principal;
    const claimant = claimantOf(principal, idempotencyKey);
    const performed = await this.#create.perform(claimant, {
      ...given,
      marketplaceId,
    });
    const { state, subjectId, replayed, refusal } = performed;
    const { database } = this.deps;
    const user = state?.user ?? (await database.table(TestUserEntity).byId(database, subjectId));
    return { user, password: state?.password ?? null, replayed, refusal };
  }

  /** In the order of the ids; undefined where there is none in scope. */
  async byIds(
    { marketplaceId, sellerIds }: Scope,
    ids: readonly TestUserId[],
  ): Promise<(TestUserEntity | undefined)[]> {
    if (sellerIds !== "ALL") return ids.map(() => undefined);
    const { database } = this.deps;
    const condition = { sql: "marketplace_id = ?", values: [marketplaceId] };
    return database.table(TestUserEntity).byIds(database, ids, condition);
  }
}
