import { z } from "zod";
import type { Database, UnitOfWork } from "../../src/database/database";
import { systemClock } from "../../src/domain/clock";
import { type ErrorCode, refuse } from "../../src/domain/errors";
import type { MarketplaceId, OperationId, SellerId } from "../../src/domain/ids";
import { MarketplaceEntity } from "../../src/entities/marketplace.entity";
import type { OperationKind } from "../../src/operations/operation-kind";
import type { Outcome } from "../../src/providers/provider";
import { createIdFactory } from "../../src/security/ids";

/** What a provider does with what reaches it. */
type Reaction = Outcome<string> | (() => Promise<Outcome<string>>);

export const unknown: Outcome<string> = { kind: "unknown", reason: "the answer was lost" };

export function refused(code: ErrorCode = "PROVIDER_REFUSED"): Outcome<string> {
  return { kind: "refused", refusal: { code, message: "not like this", retryable: false } };
}

/** The far side of an operation: it has an effect once for each key, and counts how often it was asked. */
export class Remote {
  /** The key of each request to act, in their order. */
  readonly asked: string[] = [];
  /** The keys that had an effect. */
  readonly done = new Set<string>();
  looks = 0;
  /** What becomes of the next requests, first one first; then all are accepted. */
  readonly reactions: Reaction[] = [];

  async act(key: string): Promise<Outcome<string>> {
    this.asked.push(key);
    const reaction = this.reactions.shift();
    if (reaction !== undefined) return typeof reaction === "function" ? reaction() : reaction;
    this.done.add(key);
    return { kind: "accepted", value: "done" };
  }

  /** Lets the next request wait until the answer is given. */
  hold(): { answer(outcome: Outcome<string>): void } {
    let answer: (outcome: Outcome<string>) => void = () => {};
    const answered = new Promise<Outcome<string>>((resolve) => {
      answer = resolve;
    });
    this.reactions.push(() => answered);
    return { answer: (outcome) => answer(outcome) };
  }
}

export interface TransferArgs {
  readonly amount: number;
}

/** A subject as it was read: the smallest table will do, and its name is the status. */
export type Transfer = Pick<MarketplaceEntity, "id" | "name">;

/** What has to be known to send it again; the amounts and times of a real one are of such types. */
export const transferCommand = z.strictObject({
  secret: z.string(),
  minor: z.codec(z.string(), z.bigint(), { decode: BigInt, encode: String }),
  askedAt: z.codec(z.string(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
});
export type TransferCommand = z.output<typeof transferCommand>;

export type TransferKind = OperationKind<TransferArgs, Transfer, string, TransferCommand>;

const ids = createIdFactory(systemClock);

/** The smallest operation: makes a row that says ASKED, and then DONE or FAILED. */
export function transferKind(
  database: Database,
  remote: Remote,
  seller: SellerId,
  more: Partial<TransferKind> = {},
): TransferKind {
  const table = database.table(MarketplaceEntity);
  const become = (unit: UnitOfWork, { id, name }: Transfer, status: string) =>
    unit.change(table.update({ name: status }, { id, name }, 1));
  return {
    name: "transfer",
    commandForms: [transferCommand],
    async plan({ amount }) {
      if (amount > 1_000) throw refuse("INVALID_AMOUNT", "too much", ["input", "amount"]);
      const id = ids.next("Marketplace");
      return {
        sellerId: seller,
        subjectId: id,
        state: { id, name: "ASKED" },
        command: { secret: `of ${amount}`, minor: BigInt(amount), askedAt: new Date(0) },
        write: (unit) => unit.change(table.insert({ id, name: "ASKED", createdAt: new Date() })),
      };
    },
    async load({ subjectId }) {
      const [row] = await database.read("SELECT id, name FROM marketplace WHERE id = ?", [
        subjectId,
      ]);
      if (row === undefined) throw new Error("the subject is gone");
      return { id: String(row.id) as MarketplaceId, name: String(row.name) };
    },
    send: (_state, key) => remote.act(key),
    settle(unit, state, outcome) {
      switch (outcome.kind) {
        case "accepted":
          become(unit, state, "DONE");
          return { finished: true, refusal: null };
        case "refused": {
          become(unit, state, "FAILED");
          const { code, message } = outcome.refusal;
          return { finished: true, refusal: [{ code, message, path: [] }] };
        }
        case "unknown":
          return { finished: false };
      }
    },
    ...more,
  };
}

/** Looks up by the subject whether the effect is there, as if the provider could be searched by it. */
export function lookUpIn(database: Database, remote: Remote): NonNullable<TransferKind["lookUp"]> {
  return async ({ id }) => {
    remote.looks++;
    const [row] = await database.read("SELECT id FROM operation WHERE subject_id = ?", [id]);
    const key = String(row?.id) as OperationId;
    return { kind: "accepted", value: remote.done.has(key) ? "done" : null };
  };
}
