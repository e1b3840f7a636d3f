import type { ProviderAccounts } from "../accounts/provider-accounts";
import type { Heard, Hearer, Notice, Subject } from "../inbox/hearing";
import type { ConnectionService } from "./connection.service";

/** Looks at a connection that is said to have ended, and that the provider still lets be used. */
const looksAtEnded = 4;

/** Looks at sellers' accounts whose consent is said to have begun or ended. */
export class ConnectionHearer implements Hearer<"connection"> {
  /** `connections` is undefined where sellers cannot connect here. */
  constructor(
    private readonly accounts: ProviderAccounts,
    private readonly connections: ConnectionService | undefined,
  ) {}

  /** The notification may come before the provider's own servers refuse the credentials: then it looks again. */
  async hear(
    { provider, shop, attempts }: Notice,
    { providerAccountId, saysEnded }: Subject<"connection">,
  ): Promise<string> {
    const account = await this.accounts.byProviderId(provider, shop, providerAccountId);
    if (account === undefined) return "ignored: a stranger's account";
    if (this.connections === undefined) return "ignored: no application is set up";
    const stands = await this.connections.lookAt(account);
    if (stands === undefined || (stands && saysEnded && attempts < looksAtEnded)) return "again";
    return stands ? "looked up: connected" : "looked up: not connected";
  }

  find(
    { provider, shop }: Pick<Notice, "provider" | "shop">,
    { providerAccountId }: Subject<"connection">,
  ): Promise<Heard | undefined> {
    return this.accounts.byProviderId(provider, shop, providerAccountId);
  }
}
