import fc from "fast-check";
import { Places } from "../../../src/jobs/places";

const waiting = fc.record({
  provider: fc.constantFrom("MERCADO_PAGO", "PAYU"),
  account: fc.constantFrom("a", "b", "c", "d"),
});

/** Takes as many as there are, for one account. */
const fill = (places: Places, provider: string, account: string): number => {
  let count = 0;
  while (places.take({ provider, account })) count++;
  return count;
};

describe("the places of a job", () => {
  test("are each provider's own", () => {
    const places = new Places(20);
    for (const account of "abcdefghijklmnopqrstuvwxyz") fill(places, "MERCADO_PAGO", account);
    expect(places.full.providers).toEqual(["MERCADO_PAGO"]);
    expect(fill(places, "PAYU", "shop")).toBe(10);
  });

  test("leave room beside accounts that hang", () => {
    const places = new Places(20);
    expect(fill(places, "MERCADO_PAGO", "a")).toBe(10);
    expect(fill(places, "MERCADO_PAGO", "b")).toBe(5);
    expect(fill(places, "MERCADO_PAGO", "c")).toBe(3);
    expect(places.full).toEqual({
      providers: [],
      accounts: ["a", "b", "c"].map((account) => ({ provider: "MERCADO_PAGO", account })),
    });
    places.leave({ provider: "MERCADO_PAGO", account: "c" });
    expect(places.full.accounts.map(({ account }) => account)).toEqual(["a", "b"]);
  });

  test("are bounded, tell who is full, and are all there again in the end", () => {
    const steps = fc.array(fc.record({ waiting, leaves: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (plan, limit) => {
        const places = new Places(limit);
        const taken: { provider: string; account: string }[] = [];
        for (const { waiting, leaves } of plan) {
          const gone = leaves ? taken.shift() : undefined;
          if (gone !== undefined) places.leave(gone);
          const { providers, accounts } = places.full;
          const isFull =
            providers.includes(waiting.provider) ||
            accounts.some(
              ({ provider, account }) =>
                provider === waiting.provider && account === waiting.account,
            );
          const isGiven = places.take(waiting);
          expect(isGiven).toBe(!isFull);
          if (isGiven) taken.push(waiting);
          const ofProvider = taken.filter(({ provider }) => provider === waiting.provider);
          expect(ofProvider.length).toBeLessThanOrEqual(limit);
        }
        for (const each of taken) places.leave(each);
        expect(places.full).toEqual({ providers: [], accounts: [] });
      }),
    );
  });
});
