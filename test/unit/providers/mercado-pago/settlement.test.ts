import { readPayment } from "../../../../src/providers/mercado-pago/wire";
import { golden } from "./golden";

const read = (changes: object = {}, name: Parameters<typeof golden>[0] = "payment-approved") =>
  readPayment(golden(name, changes))?.settlement;
const charge = (extra: object = {}) => ({
  id: "1-001",
  name: "mercadopago_fee",
  type: "fee",
  accounts: { from: "collector", to: "mp" },
  amounts: { original: 4.5, refunded: 0 },
  ...extra,
});
const feesOf = (changes: object) =>
  read(changes)?.fees.map(({ kind, payer, minor, refundedMinor }) =>
    [kind, payer, minor, refundedMinor].join(" "),
  );

describe("what Mercado Pago tells of a payment's money", () => {
  test("are its fees, what reached the seller, and when it is released", () => {
    expect(read()).toEqual({
      receivedMinor: 9400n,
      refundedMinor: 0n,
      chargedBackMinor: 0n,
      fees: [
        { kind: "PROCESSING", payer: "SELLER", minor: 450n, refundedMinor: 0n },
        { kind: "APPLICATION", payer: "SELLER", minor: 200n, refundedMinor: 0n },
      ],
      releaseAt: new Date("2026-01-24T14:10:11.000Z"),
      releaseState: null,
    });
    expect(read({ money_release_status: "pending" })?.releaseState).toBe("PENDING");
    expect(read({ money_release_status: "released" })?.releaseState).toBe("RELEASED");
  });

  test.each(["payment-rejected", "payment-authorized", "payment-in-review"] as const)(
    "is nothing for %s, whatever fees it shows",
    (name) => {
      expect(read({ charges_details: [charge()], fee_details: [] }, name)).toBeNull();
    },
  );

  test("are the newer charges, which show what was given back, and the payer's of the older list", () => {
    const charges_details = [
      charge({ amounts: { original: 4.5, refunded: 1.14 } }),
      charge({ name: "application_fee", accounts: { from: "collector", to: "marketplace_owner" } }),
      charge({ name: "tax_withholding-gross_income", type: "tax", amounts: { original: 0.3 } }),
      charge({ name: "something_new", accounts: { from: "mp", to: "payer" } }),
    ];
    const fee_details = [
      { type: "mercadopago_fee", amount: 4.5, fee_payer: "collector" },
      { type: "a_collectors_fee", amount: 1, fee_payer: "collector" },
      { type: "financing_fee", amount: 20, fee_payer: "payer" },
    ];
    expect(feesOf({ charges_details, fee_details })).toEqual([
      "PROCESSING SELLER 450 114",
      "APPLICATION SELLER 450 0",
      "TAX SELLER 30 0",
      "OTHER OTHER 450 0",
      "FINANCING PAYER 2000 0",
    ]);
  });

  test.each([
    [null, 10_050n],
    ["settled", 10_050n],
    ["in_process", 10_050n],
    ["reimbursed", 0n],
  ])("is what a bank took back, by the detail %j", (status_detail, chargedBackMinor) => {
    expect(read({ status: "charged_back", status_detail })).toMatchObject({ chargedBackMinor });
  });

  test.each<[string, object, object]>([
    ["no list", { fee_details: "none", charges_details: null }, { fees: [] }],
    ["a fee that is not exact", { fee_details: [{ type: "a", amount: 0.005 }] }, { fees: [] }],
    [
      "a charge that is not exact",
      { charges_details: [charge({ amounts: { original: 0.005 } })], fee_details: [] },
      { fees: [] },
    ],
    ["a charge that is none", { charges_details: [7, null], fee_details: [] }, { fees: [] }],
    ["a net of null", { transaction_details: {} }, { receivedMinor: null }],
    ["a release without sense", { money_release_date: "soon" }, { releaseAt: null }],
    ["a new word", { money_release_status: "frozen" }, { releaseState: null }],
  ])("leaves out %s", (_, changes, expected) => {
    expect(read(changes)).toMatchObject(expected);
  });

  test("is folded where there is no end of it, to the same sum", () => {
    const charges_details = Array.from({ length: 5_000 }, (_, nth) =>
      charge({ name: `fee_${nth}`, amounts: { original: 0.02, refunded: 0.01 } }),
    );
    expect(feesOf({ charges_details })).toEqual(["OTHER SELLER 10000 5000"]);
  });
});
