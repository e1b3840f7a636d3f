import type { Database, UnitOfWork } from "../../database/database";
import type { Clock } from "../../domain/clock";
import { refuse, type UserErrorFact } from "../../domain/errors";
import type { IdFactory, MarketplaceId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import { TestUserEntity } from "../../entities/test-user.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { MadeTestUser, Outcome, TestUserOperations } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { refusalOf } from "../shared/refusal-of-provider";

export interface CreateTestUserArgs {
  readonly marketplaceId: MarketplaceId;
  readonly provider: Provider;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly description?: string;
}

/** A test user being made. */
export interface TestUserInMaking {
  user: TestUserEntity;
  /** As the provider told it, for this one answer. */
  password: string | null;
}

export interface TestUserDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly registry: ProviderRegistry;
}

/**
 * Makes a test user. Providers know no key for this and list nothing, so that it is sent once and a lost answer
 * stays lost: a second user would take one more of the few places, and the first one's password is gone anyway.
 */
export function createTestUserKind(
  deps: TestUserDependencies,
): OperationKind<CreateTestUserArgs, TestUserInMaking, MadeTestUser> {
  return {
    name: "createTestUser",
    commandForms: noCommand,
    sendsOnce: true,
    plan: (args) => plan(deps, args),
    load: async ({ subjectId }) => ({
      user: await deps.database.table(TestUserEntity).byId(deps.database, subjectId),
      password: null,
    }),
    send: ({ user: { id, provider, country, description } }, idempotencyKey) =>
      // Without a description, a person finds it at the provider by our id.
      operationsOf(deps, provider).create(
        { country, description: description ?? id },
        idempotencyKey,
      ),
    settle: (unit, making, outcome) => settle(deps, unit, making, outcome),
  };
}

async function plan(
  deps: TestUserDependencies,
  args: CreateTestUserArgs,
): Promise<Intent<TestUserInMaking>> {
  const { countries, livesMs, mostAlive } = operationsOf(deps, args.provider);
  if (!countries.includes(args.country)) {
    const message = `test users can be of ${countries.join(", ")}`;
    throw refuse("INVALID_INPUT", message, ["input", "country"]);
  }
  await refuseTooMany(deps, args.provider, mostAlive);

  const now = deps.clock.now();
  const user: TestUserEntity = {
    id: deps.ids.next("TestUser"),
    marketplaceId: args.marketplaceId,
    provider: args.provider,
    country: args.country,
    description: args.description ?? null,
    status: "PROCESSING",
    providerUserId: null,
    nickname: null,
    email: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(now.getTime() + livesMs),
    version: 1,
  };
  return {
    sellerId: null,
    subjectId: user.id,
    state: { user, password: null },
    command: {},
    write: (unit) => unit.change(deps.database.table(TestUserEntity).insert(user)),
  };
}

/**
 * Counts what is alive over all marketplaces, who share the application. One whose making is unknown counts as
 * well. Of two at once both may pass; the provider's own count is the last word.
 */
async function refuseTooMany(
  { database, clock }: TestUserDependencies,
  provider: Provider,
  mostAlive: number,
): Promise<void> {
  const rows = await database.read(
    "SELECT expires_at FROM test_user WHERE provider = ? AND expires_at > ? AND status <> 'FAILED' ORDER BY expires_at",
    [provider, clock.now().getTime()],
  );
  const next = rows[rows.length - mostAlive];
  if (next === undefined) return;
  const when = new Date(Number(next.expires_at)).toISOString();
  throw refuse(
    "TOO_MANY_TEST_USERS",
    `${mostAlive} test users are alive, and the provider makes no more; use one of those, or come back when the next one ends, at ${when}`,
    ["input"],
  );
}

function settle(
  deps: TestUserDependencies,
  unit: UnitOfWork,
  making: TestUserInMaking,
  outcome: Outcome<MadeTestUser>,
): Settlement {
  switch (outcome.kind) {
    case "accepted": {
      const { password, ...known } = outcome.value;
      change(deps, unit, making, { status: "CREATED", ...known });
      making.password = password;
      return { finished: true, refusal: null };
    }
    case "refused":
      change(deps, unit, making, { status: "FAILED" });
      return { finished: true, refusal: [refusalOf(making.user, outcome.refusal)] };
    case "unknown":
      change(deps, unit, making, { status: "UNKNOWN" });
      return { finished: true, refusal: [answerLost(making.user)] };
  }
}

function change(
  deps: TestUserDependencies,
  unit: UnitOfWork,
  making: TestUserInMaking,
  changes: Partial<TestUserEntity>,
): void {
  const { id, version } = making.user;
  const complete = { ...changes, updatedAt: deps.clock.now(), version: version + 1 };
  unit.change(deps.database.table(TestUserEntity).update(complete, { id, version }, 1));
  making.user = Object.assign(new TestUserEntity(), making.user, complete);
}

function answerLost({ provider }: TestUserEntity): UserErrorFact {
  return {
    code: "OUTCOME_UNKNOWN",
    message:
      "the provider's answer was lost: a test user may be there whose password nobody knows, and counts as one; make another one under a new key",
    path: ["input"],
    provider,
  };
}

/** @throws Refusal where the provider has no test users, or the gateway no application to ask for them with. */
function operationsOf({ registry }: TestUserDependencies, provider: Provider): TestUserOperations {
  const operations = registry.get(provider)?.testUsers;
  if (operations !== undefined) return operations;
  const message =
    "no test users are made at this provider: it has none, or the gateway no application there";
  throw refuse("INVALID_INPUT", message, ["input", "provider"]);
}
