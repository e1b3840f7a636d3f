import { payoutSignatures, signatureHeader } from "../../../simulator/payu/signature";

describe("PayU's signatures", () => {
  const key = "example-second-key-000000000001";

  it.each([
    ["MD5", "439ddfc456204b537d18736a6de4be31"],
    ["SHA-1", "9ed5716d4f84399e44038786f672d6012cbf4f1c"],
    ["SHA-256", "e52e0cb1634e3eb95c3b9e4417d2aec96dc88c9c35c956a31069cc0cd2b2912b"],
  ] as const)("hash the body and the second key with %s", (algorithm, signature) => {
    const body = '{"order":{"orderId":"T1TEST00000000GUEST000P01","status":"COMPLETED"}}';
    expect(signatureHeader(body, key, algorithm)).toBe(
      `sender=checkout;signature=${signature};algorithm=${algorithm};content=DOCUMENT`,
    );
  });

  it("of payouts are those of the published sample", () => {
    const sample = {
      type: "payout",
      merchant_id: "232977",
      payout_id: "59aa29da1df743ac96e8c3f281af66fd",
      amount: "2",
      currency: "PLN",
      status: "2",
      payout_init_date: "2021-02-21 15:09:18",
      ts: "1588597815353",
    };
    expect(payoutSignatures(sample, "pKGtKJJ8BdLu7TP6")).toEqual({
      sig: "53767327a0a6d77974bc08302f5b7df4",
      sig_ext: "2ecc4770168fc08d0ed30d871e1c2651",
      sig_ext_order: "type,merchant_id,payout_id,amount,currency,status,payout_init_date,ts",
    });
  });

  it("of payouts put the amount before the status", () => {
    const distinct = {
      type: "payout",
      merchant_id: "341009",
      payout_id: "aaaabbbbccccddddeeeeffff00001111",
      amount: "1000",
      currency: "PLN",
      status: "5",
      payout_init_date: "2026-01-15 10:00:00",
      ts: "1768471200000",
    };
    expect(payoutSignatures(distinct, key)).toMatchObject({
      sig: "4ce5b8085dea2cdc605dd63417ef3824",
      sig_ext: "382826900b0434547b755b62fc61c937",
    });
  });
});
