import { demoCredentials } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { TestGateway } from "../support/gateway";
import type { Json } from "../support/simulator";
import {
  connectSubmerchant,
  notifyOfPayouts,
  payoutOf,
  type Submerchant,
} from "../support/submerchants";

const updates = `subscription ($id: ID, $sellerId: ID, $after: Cursor) {
  payoutUpdated(id: $id, sellerId: $sellerId, after: $after) {
    cursor sequence status event { type from to } payout { id status providerStatus fundsReturned failure { code } }
  }
}`;

describeEachDatabase("payoutUpdated", (database) => {
  let gateway: TestGateway;
  let seller: Submerchant;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, notifications: { mode: "on", delayMs: 200 } });
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
    await notifyOfPayouts(gateway);
    seller = await connectSubmerchant(gateway, { grantMinor: 1_000_000 });
  });
  afterAll(() => gateway.stop());

  /** Reads updates one by one; `next` waits for one more. */
  const watch = (variables: Record<string, unknown>, credential?: string | null) => {
    const client = gateway.client(credential);
    const iterator = client.iterate<Json>({ query: updates, variables });
    const next = async (): Promise<Json> => {
      const { value, done } = await iterator.next();
      if (done) throw new Error("the subscription ended");
      if (value.errors !== undefined) throw new Error(JSON.stringify(value.errors));
      return value.data.payoutUpdated;
    };
    return {
      client,
      next,
      /** Up to and with the first update that leads to this status. */
      async until(status: string): Promise<Json[]> {
        const seen = [await next()];
        while (seen.at(-1).status !== status) seen.push(await next());
        return seen;
      },
      end: () => iterator.return?.(),
    };
  };
  const create = async (extra: Json = {}): Promise<Json> => {
    const input = payoutOf(seller, extra);
    return (await gateway.mutate("createPayout", input, "payout { id status providerPayoutId }"))
      .payout;
  };
  const move = ({ providerPayoutId }: Json, status: number) =>
    gateway.simulator.payu.movePayout(providerPayoutId, status);
  const isInOrder = (seen: Json[]) => {
    const sequences = seen.map(({ sequence }) => BigInt(sequence));
    return sequences.every((sequence, i) => i === 0 || sequence > (sequences[i - 1] ?? 0n));
  };

  test("of one payout begins with its present state and goes on until the money is back", async () => {
    const payout = await create();
    const watched = watch({ id: payout.id });
    const [first, ...others] = [await watched.next()];
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      status: "PENDING",
      payout: { id: payout.id, status: "PENDING" },
    });
    await move(payout, 5);
    expect((await watched.until("PAID")).at(-1)).toMatchObject({
      event: { type: "PAYOUT_STATUS_CHANGED", from: "PENDING", to: "PAID" },
      payout: { status: "PAID", providerStatus: "5", fundsReturned: false },
    });
    await move(payout, 6);
    expect(await watched.next()).toMatchObject({
      status: "RETURNED",
      payout: { status: "RETURNED", fundsReturned: true },
    });
    await watched.end();
  });

  test("of a seller shows each payout from its beginning, also one that is refused", async () => {
    const opening = await create();
    const document =
      "query ($id: ID!) { payout(id: $id) { events(first: 50) { pageInfo { endCursor } } } }";
    const { events } = (await gateway.data(document, { id: opening.id })).payout;
    const watched = watch({ sellerId: seller.id, after: events.pageInfo.endCursor });
    const payout = await create();
    const refused = await create({ amount: "999999.00" });
    const seen = await watched.until("FAILED");
    const of = (id: string) =>
      seen.filter((each) => each.payout.id === id).map(({ status }) => status);
    expect(of(payout.id).slice(0, 2)).toEqual(["PROCESSING", "PENDING"]);
    expect(of(refused.id)).toEqual(["PROCESSING", "FAILED"]);
    expect(seen.at(-1).payout.failure).toEqual({ code: "INSUFFICIENT_BALANCE" });
    // What each showed is what it was then.
    expect(seen.every((each) => each.status === each.payout.status)).toBe(true);
    await watched.end();
  });

  test("shows a seller's own key its payouts without being told whose", async () => {
    const payout = await create();
    const own = watch({ id: payout.id }, seller.key);
    const { cursor } = await own.next();
    await own.end();
    const watched = watch({ after: cursor }, seller.key);
    await move(payout, 5);
    expect((await watched.until("PAID")).at(-1).payout.id).toBe(payout.id);
    await watched.end();
  });

  test("resumed after a dropped socket has seen every change once, in order", async () => {
    const payout = await create();
    const watched = watch({ id: payout.id });
    const first = await watched.next();
    // The socket dies without a word; meanwhile things go on.
    watched.client.terminate();
    const meanwhile = watch({ id: payout.id });
    await move(payout, 2);
    await move(payout, 5);
    const all = await meanwhile.until("PAID");

    const resumed = watch({ id: payout.id, after: first.cursor });
    const seen = [first, ...(await resumed.until("PAID"))];
    await move(payout, 6);
    seen.push(await resumed.next());
    expect(seen.at(-1).status).toBe("RETURNED");
    expect(isInOrder(seen)).toBe(true);
    expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
    // What the one that stayed has seen is what the one that came back has seen.
    const cursors = seen.map(({ cursor }) => cursor);
    expect(cursors).toEqual(expect.arrayContaining(all.map(({ cursor }) => cursor)));
    await meanwhile.end();
    await resumed.end();
  });

  test("of what the caller may not see is refused", async () => {
    const other = await connectSubmerchant(gateway);
    const payout = await create();
    const refused = async (
      variables: Record<string, unknown>,
      credential: string,
      code: string,
    ): Promise<void> => {
      const iterator = gateway.client(credential).iterate<Json>({ query: updates, variables });
      const answer = await iterator.next().then(
        ({ value }) => value.errors,
        (fault) => fault,
      );
      expect(JSON.stringify(answer)).toContain(code);
    };
    await refused({ id: payout.id }, other.key, "NOT_FOUND");
    await refused({ sellerId: seller.id }, other.key, "NOT_FOUND");
    await refused({ sellerId: seller.id }, demoCredentials.partner, "NOT_FOUND");
    await refused({}, demoCredentials.marketplace, "INVALID_INPUT");
    await refused({ id: payout.id, after: "bm9uc2Vuc2U" }, seller.key, "CURSOR_INVALID");
    await refused({ id: seller.id }, seller.key, "WRONG_ID_KIND");
  });
});
