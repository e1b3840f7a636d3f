import { readConfig } from "../../src/config";
import type { SellerId } from "../../src/domain/ids";
import { createCursors } from "../../src/events/cursor";
import type { TestGateway } from "./gateway";
import type { Json } from "./simulator";

export interface Consent {
  readonly userId: number;
  readonly answer?: "agree" | "deny";
}

/** What a seller's browser does on the provider's page: answers where the seller is sent back to. */
export async function answerConsent(
  authorizationUrl: string,
  { userId, answer = "agree" }: Consent,
): Promise<URL> {
  const asked = new URL(authorizationUrl);
  const response = await fetch(`${asked.origin}${asked.pathname}`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams([
      ...asked.searchParams,
      ["user_id", String(userId)],
      ["answer", answer],
    ]),
  });
  const location = response.headers.get("location");
  if (location === null) throw new Error(`no way back: ${response.status}`);
  return new URL(location);
}

/** Begins a connection and answers the address where the seller agrees. */
export async function startConnection(
  gateway: TestGateway,
  input: Record<string, unknown>,
  credential?: string,
): Promise<string> {
  const selection = "authorizationUrl expiresAt";
  const started = await gateway.mutate("startSellerConnection", input, selection, credential);
  if (started.authorizationUrl === null) throw new Error(JSON.stringify(started.userErrors));
  return started.authorizationUrl;
}

/** What can be seen of an account over the API. */
export const accountFields =
  "id provider providerAccountId status statusReason publicKey scopes liveMode credentialsExpireAt credentialsRefreshedAt acceptsPayments capabilities";

export async function accountsOf(gateway: TestGateway, sellerId: string): Promise<Json[]> {
  const document = `query ($id: ID!) { seller(id: $id) { accounts { ${accountFields} } } }`;
  return (await gateway.data(document, { id: sellerId })).seller.accounts;
}

/** Connects a seller by the whole way that a browser takes, and answers the account. */
export async function connectByConsent(
  gateway: TestGateway,
  sellerId: string,
  userId: number,
): Promise<Json> {
  const back = await answerConsent(await startConnection(gateway, { sellerId }), { userId });
  const response = await fetch(back);
  if (response.status !== 200) throw new Error(await response.text());
  const accounts = await accountsOf(gateway, sellerId);
  return accounts.find(({ providerAccountId }) => providerAccountId === String(userId));
}

/** The place in a seller's log from before anything that ever happened to it. */
export function beginningOf(sellerId: string): string {
  const { cursorSecret } = readConfig({ NODE_ENV: "test" });
  return createCursors(cursorSecret).write({ streamId: sellerId as SellerId, seq: 0n });
}
