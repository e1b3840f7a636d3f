import type { HeldToken } from "../held-token";
import { isObject, readText } from "../json";
import type {
  GrantedCredentials,
  MadeTestUser,
  Outcome,
  TestUserCommand,
  TestUserOperations,
} from "../provider";
import type { MercadoPagoClient } from "./client";
import type { ErrorMeaning } from "./errors";
import { siteOfCountry, sites } from "./sites";
import { readId } from "./wire";

const dayMs = 24 * 60 * 60_000;

/** Choice: ten, of the two published limits; whoever keeps to it keeps to fifteen as well. */
const mostAlive = 10;

const meaningByStatus: ReadonlyMap<number, ErrorMeaning> = new Map([
  [
    // No code is documented for too many. Choice: a 400 that names none is read as that, since country and
    // description were checked before; users that were made in the dashboard count there, and not with us.
    400,
    {
      code: "TOO_MANY_TEST_USERS",
      message: `Mercado Pago makes no further test user, most likely because ${mostAlive} are alive. Use one of those, delete one in its dashboard, or wait: each ends after 60 days without activity.`,
    },
  ],
  [
    // Elsewhere a look-up clears up what a 429 leaves open. Here it would cost a place for 60 days, and nothing was
    // sent before under any key that it could be about.
    429,
    {
      code: "PROVIDER_UNAVAILABLE",
      message:
        "Mercado Pago is being asked too much, and made no test user. Try again under a new key.",
    },
  ],
]);

/** Test users (docs, create test users), in the name of our application's owner. */
export class MercadoPagoTestUsers implements TestUserOperations {
  readonly countries = sites.map(({ country }) => country);
  readonly mostAlive = mostAlive;
  /** Counted from the making. Activity prolongs it (docs), and is not seen here. */
  readonly livesMs = 60 * dayMs;

  constructor(
    private readonly client: MercadoPagoClient,
    private readonly application: HeldToken<GrantedCredentials>,
  ) {}

  async create(
    { country, description }: TestUserCommand,
    idempotencyKey: string,
  ): Promise<Outcome<MadeTestUser>> {
    const request = {
      operation: "createTestUser",
      method: "POST",
      // The newer one of two documented paths: it keeps the description, by which a person finds the user again.
      path: "/users/test",
      body: JSON.stringify({ site_id: siteOfCountry(country)?.id, description }),
      meaningByStatus,
    } as const;
    const outcome = await this.application.call(({ accessToken, providerAccountId }) => {
      const credentials = { accessToken, shop: "", providerAccountId, country: null };
      return this.client.send(request, { credentials, idempotencyKey });
    });
    if (outcome.kind !== "accepted") return outcome;
    const made = readTestUser(outcome.value.json);
    return made === undefined
      ? outcome.value.unreadable("the test user cannot be read")
      : { kind: "accepted", value: made };
  }
}

function readTestUser(json: unknown): MadeTestUser | undefined {
  if (!isObject(json)) return undefined;
  const providerUserId = readId(json.id);
  const nickname = within(100, json.nickname);
  const password = readText(json.password);
  if (providerUserId === null || nickname === null || password === null) return undefined;
  return { providerUserId, nickname, password, email: within(254, json.email) };
}

/** A text no longer than the column that keeps it. */
function within(most: number, value: unknown): string | null {
  const text = readText(value);
  return text !== null && text.length <= most ? text : null;
}
