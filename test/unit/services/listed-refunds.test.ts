import fc from "fast-check";
import type { RefundObservation } from "../../../src/domain/payment-observation";
import type { RefundStatus } from "../../../src/domain/refund-status";
import type { RefundEntity } from "../../../src/entities/refund.entity";
import {
  findOwn,
  keyTrustMs,
  listLagMs,
  matchRefunds,
} from "../../../src/services/payment/listed-refunds";
import { anId, aRefund } from "../resolvers/fixtures";

const row = (changes: Partial<RefundEntity>): RefundEntity =>
  aRefund({ currency: "ARS", amountMinor: 1000n, ...changes });
const seen = (
  providerRefundId: string,
  changes: Partial<RefundObservation> & { minor?: bigint; at?: number } = {},
): RefundObservation => {
  const { minor = 1000n, at = 0, ...rest } = changes;
  return {
    providerRefundId,
    status: "COMPLETED",
    providerStatus: "approved",
    amount: { minor, currency: "ARS" },
    createdAt: new Date(at),
    ...rest,
  };
};

describe("findOwn", () => {
  const lost = row({ id: anId("Refund", 1), status: "UNKNOWN", providerRefundId: null });
  const other = row({ id: anId("Refund", 2), status: "COMPLETED", providerRefundId: "a" });

  test("takes no refund that another row has", () => {
    expect(findOwn(lost, [lost, other], [seen("a")], keyTrustMs)).toBeUndefined();
    expect(findOwn(lost, [lost, other], [seen("a"), seen("b")], keyTrustMs)?.providerRefundId).toBe(
      "b",
    );
  });

  test("takes none of another amount", () => {
    expect(findOwn(lost, [lost], [seen("a", { minor: 999n })], keyTrustMs)).toBeUndefined();
  });

  test("takes money that moved before money that may, and the newest of equals", () => {
    const listed = [
      seen("rejected", { status: "REJECTED", at: 9 }),
      seen("open", { status: "PENDING", at: 8 }),
      seen("older", { at: 1 }),
      seen("newer", { at: 2 }),
    ];
    const taken: (string | undefined)[] = [];
    for (let left = listed; left.length > 0; ) {
      const own = findOwn(lost, [lost], left, keyTrustMs);
      taken.push(own?.providerRefundId);
      left = left.filter((one) => one !== own).slice(0, left.length - 1);
    }
    expect(taken).toEqual(["newer", "older", "open", "rejected"]);
  });

  test("believes early in none that moved no money", () => {
    const listed = [seen("a", { status: "REJECTED" })];
    expect(findOwn(lost, [lost], listed, listLagMs - 1)).toBeUndefined();
    expect(findOwn(lost, [lost], listed, keyTrustMs)?.providerRefundId).toBe("a");
  });

  test("takes none where several of ours wait for fewer, until their keys may be forgotten", () => {
    const second = row({ id: anId("Refund", 3), status: "PROCESSING", providerRefundId: null });
    const rows = [lost, second];
    expect(findOwn(lost, rows, [seen("a")], keyTrustMs - 1)).toBeUndefined();
    expect(findOwn(lost, rows, [seen("a")], keyTrustMs)?.providerRefundId).toBe("a");
    expect(findOwn(lost, rows, [seen("a"), seen("b")], 0)).toBeDefined();
  });

  test("goes by the key alone where the provider shows keys", () => {
    const theirs = seen("a", { reference: null });
    expect(findOwn(lost, [lost], [theirs], keyTrustMs)).toBeUndefined();
    const ours = seen("b", { reference: lost.id });
    expect(findOwn(lost, [lost], [theirs, ours], keyTrustMs)).toBe(ours);
  });
});

test("every listed refund is of one row at most, or of nobody", () => {
  const status = fc.constantFrom<RefundStatus>("UNKNOWN", "PENDING", "COMPLETED", "FAILED");
  const minor = fc.constantFrom(1000n, 2000n);
  const rows = fc.array(
    fc.record({ status, minor, id: fc.option(fc.constantFrom("a", "b", "c", "d")) }),
    { maxLength: 6 },
  );
  const listed = fc.uniqueArray(
    fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e", "f"), minor, status }),
    { selector: ({ id }) => id },
  );
  fc.assert(
    fc.property(rows, listed, (drafts, observed) => {
      const ids = new Set<string>();
      const ours = drafts.map((draft, index) => {
        const isFree = draft.id !== null && !ids.has(draft.id);
        if (draft.id !== null) ids.add(draft.id);
        return row({
          id: anId("Refund", index),
          status: draft.status,
          amountMinor: draft.minor,
          providerRefundId: isFree ? draft.id : null,
        });
      });
      const all = observed.map((one) => seen(one.id, { minor: one.minor, status: one.status }));
      const { known, others } = matchRefunds(ours, all);
      expect(known.length + others.length).toBe(all.length);
      expect(new Set(known.map((pair) => pair.row)).size).toBe(known.length);
      for (const pair of known) {
        const { providerRefundId, amountMinor } = pair.row;
        const isNamed = providerRefundId === pair.seen.providerRefundId;
        const isNameless = providerRefundId === null && amountMinor === pair.seen.amount.minor;
        expect(isNamed || (isNameless && pair.seen.status === "COMPLETED")).toBe(true);
      }
    }),
  );
});
