import type { Booking, Operation, Pos } from "./model";

/** The money of one seller in one currency, or of one shop. */
interface Account {
  name: string;
  totalMinor: number;
  blocked: { amountMinor: number; until: number }[];
  operations: Operation[];
}

export type NewOperation = Omit<Operation, "id">;

/** All balances. Nothing moves money but `book` and `cancel`, so every change is an operation. */
export class Books {
  readonly #accounts = new Map<string, Account>();

  book(name: string, id: number, operation: NewOperation, blockedUntil?: number): Booking {
    const account = this.#open(name);
    account.totalMinor += operation.changeMinor;
    account.operations.push({ id, ...operation });
    if (blockedUntil !== undefined) {
      account.blocked.push({ amountMinor: operation.changeMinor, until: blockedUntil });
    }
    return { account: name, operationId: id };
  }

  complete(booking: Booking, at: number): void {
    const operation = this.#find(booking);
    operation.status = "COMPLETED";
    operation.eventAt = at;
  }

  /** What the operation took is given back. */
  cancel(booking: Booking, at: number): void {
    const operation = this.#find(booking);
    operation.status = "CANCELED";
    operation.eventAt = at;
    this.#open(booking.account).totalMinor -= operation.changeMinor;
  }

  balance(name: string, now: number): { totalMinor: number; availableMinor: number } {
    const account = this.#accounts.get(name);
    if (!account) return { totalMinor: 0, availableMinor: 0 };
    account.blocked = account.blocked.filter(({ until }) => until > now);
    const blocked = account.blocked.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    // Money that was given back while it was blocked cannot be missing twice.
    const availableMinor = Math.max(account.totalMinor - blocked, 0);
    return { totalMinor: account.totalMinor, availableMinor };
  }

  operations(name: string): readonly Operation[] {
    return this.#accounts.get(name)?.operations ?? [];
  }

  snapshot(): Account[] {
    return [...this.#accounts.values()];
  }

  restore(accounts: Account[]): void {
    this.#accounts.clear();
    for (const account of accounts) this.#accounts.set(account.name, account);
  }

  #open(name: string): Account {
    const known = this.#accounts.get(name);
    if (known) return known;
    const opened: Account = { name, totalMinor: 0, blocked: [], operations: [] };
    this.#accounts.set(name, opened);
    return opened;
  }

  #find({ account, operationId }: Booking): Operation {
    const operation = this.#open(account).operations.findLast(({ id }) => id === operationId);
    if (!operation) throw new Error(`Account ${account} has no operation ${operationId}`);
    return operation;
  }
}

/**
 * A seller has one balance in each currency, whichever POS sold. Choice: a marketplace's fees and
 * the sales without sellers are in the account of the shop, which is what GET shops shows.
 */
export function accountName(pos: Pos, seller: string | null): string {
  return seller === null || seller === pos.feeAccount
    ? `shop ${pos.shopId}`
    : `seller ${pos.marketplaceId} ${pos.currency} ${seller}`;
}
