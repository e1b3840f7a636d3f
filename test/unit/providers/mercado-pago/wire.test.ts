import { readPayment, readRefund } from "../../../../src/providers/mercado-pago/wire";
import { reference } from "./fixtures";
import { golden } from "./golden";

const ars = (minor: bigint) => ({ minor, currency: "ARS" as const });

describe("documented payments", () => {
  test("approved", () => {
    expect(readPayment(golden("payment-approved"))).toEqual({
      providerPaymentId: "9000000001",
      status: "APPROVED",
      providerStatus: "approved",
      providerStatusDetail: "accredited",
      amount: ars(10050n),
      providerAccountId: "555",
      reference,
      providerUpdatedAt: new Date("2026-01-10T14:10:11.000Z"),
      refundedAmount: ars(0n),
      refunds: [],
      captured: true,
      approvedAt: new Date("2026-01-10T14:10:11.000Z"),
      expiresAt: null,
      method: {
        methodId: "visa",
        typeId: "credit_card",
        issuerId: "310",
        installments: 1,
        cardFirstSix: "450995",
        cardLastFour: "3704",
      },
      fees: [
        { type: "mercadopago_fee", amount: ars(450n), payer: "collector" },
        { type: "application_fee", amount: ars(200n), payer: "collector" },
      ],
      netReceived: ars(9400n),
      nextAction: null,
      settlement: expect.objectContaining({ receivedMinor: 9400n }),
    });
  });

  test.each([
    [
      "payment-rejected",
      { status: "REJECTED", providerStatusDetail: "cc_rejected_insufficient_amount" },
    ],
    ["payment-authorized", { status: "AUTHORIZED", captured: false, approvedAt: null }],
    ["payment-in-review", { status: "IN_REVIEW" }],
    [
      "payment-partially-refunded",
      {
        status: "PARTIALLY_REFUNDED",
        refundedAmount: ars(2550n),
        refunds: [
          {
            providerRefundId: "7000000001",
            status: "COMPLETED",
            providerStatus: "approved",
            amount: ars(2550n),
            createdAt: new Date("2026-01-11T14:00:00.000Z"),
          },
        ],
      },
    ],
    [
      "payment-pending-pix",
      {
        status: "PENDING",
        amount: { minor: 10050n, currency: "BRL" },
        expiresAt: new Date("2026-01-11T14:10:10.000Z"),
        nextAction: {
          kind: "SHOW_QR_CODE",
          text: "000201",
          imageBase64: null,
          pageUrl: "https://www.mercadopago.com.br/payments/9000000002/ticket",
          expiresAt: new Date("2026-01-11T14:10:10.000Z"),
        },
        method: {
          methodId: "pix",
          typeId: "bank_transfer",
          issuerId: null,
          installments: 1,
          cardFirstSix: null,
          cardLastFour: null,
        },
      },
    ],
    [
      "payment-pending-ticket-cop",
      {
        status: "PENDING",
        amount: { minor: 1_500_000n, currency: "COP" },
        nextAction: {
          kind: "SHOW_VOUCHER",
          pageUrl: "https://www.mercadopago.com.co/payments/9000000003/ticket",
          barcode: null,
          digitableLine: null,
          reference: null,
          verificationCode: null,
          expiresAt: new Date("2026-01-14T04:59:59.000Z"),
        },
      },
    ],
  ])("%s", (name, expected) => {
    expect(readPayment(golden(name))).toMatchObject(expected);
  });
});

describe("what cannot be done without", () => {
  test.each<[string, unknown]>([
    ["no object", null],
    ["a list", []],
    ["text", "{}"],
    ["no id", golden("payment-approved", { id: undefined })],
    ["an id that a double cannot hold", golden("payment-approved", { id: 2 ** 53 })],
    ["no status", golden("payment-approved", { status: null })],
    ["a status longer than any", golden("payment-approved", { status: "x".repeat(65) })],
    ["an id longer than any", golden("payment-approved", { id: "1".repeat(65) })],
    ["an id that is no id", golden("payment-approved", { id: "1\u0000" })],
    ["an id of half a character", golden("payment-approved", { id: "\ud83d" })],
    ["an id that leads elsewhere", golden("payment-approved", { id: ".." })],
    ["a status of several words", golden("payment-approved", { status: "a b" })],
    ["no currency", golden("payment-approved", { currency_id: undefined })],
    ["an unknown currency", golden("payment-approved", { currency_id: "VES" })],
    ["no amount", golden("payment-approved", { transaction_amount: null })],
    ["too many decimals", golden("payment-approved", { transaction_amount: 100.505 })],
    [
      "an unreadable refunded sum",
      golden("payment-approved", { transaction_amount_refunded: "x" }),
    ],
  ])("%s", (_name, json) => {
    expect(readPayment(json)).toBeUndefined();
  });
});

describe("what may differ or be missing", () => {
  test("the least", () => {
    const least = { id: "77", status: "approved", currency_id: "ARS", transaction_amount: "5" };
    expect(readPayment(least)).toEqual({
      providerPaymentId: "77",
      status: "APPROVED",
      providerStatus: "approved",
      providerStatusDetail: null,
      amount: ars(500n),
      providerAccountId: null,
      reference: null,
      providerUpdatedAt: null,
      refundedAmount: ars(0n),
      refunds: [],
      captured: true,
      approvedAt: null,
      expiresAt: null,
      method: null,
      fees: [],
      netReceived: null,
      nextAction: null,
      settlement: null,
    });
  });

  test("an unknown status keeps its word and has none of ours", () => {
    expect(readPayment(golden("payment-approved", { status: "levitating" }))).toMatchObject({
      status: null,
      providerStatus: "levitating",
    });
  });

  test.each<[string, object, object]>([
    ["issuer id as a number", { issuer_id: 310 }, { method: { issuerId: "310" } }],
    ["an empty reference", { external_reference: "" }, { reference: null }],
    [
      "a detail longer than any",
      { status_detail: "x".repeat(65) },
      { providerStatus: "approved", providerStatusDetail: null },
    ],
    [
      "the seller in an object",
      { collector_id: null, collector: { id: 555 } },
      { providerAccountId: "555" },
    ],
    [
      "a time without offset",
      { date_last_updated: "2026-01-10T10:10:11" },
      { providerUpdatedAt: null },
    ],
    [
      "a time without sense",
      { date_last_updated: "2026-13-99T10:10:11Z" },
      { providerUpdatedAt: null },
    ],
    [
      "a time in Zulu",
      { date_last_updated: "2026-01-10T14:10:11.000Z" },
      { providerUpdatedAt: new Date("2026-01-10T14:10:11.000Z") },
    ],
    ["card that is null", { card: null }, { method: { cardLastFour: null } }],
    ["installments as text", { installments: "3" }, { method: { installments: null } }],
    ["a fee that is not exact", { fee_details: [{ type: "a", amount: 0.005 }, 7] }, { fees: [] }],
    [
      "a net sum that is not exact",
      { transaction_details: { net_received_amount: 0.005 } },
      { netReceived: null },
    ],
    [
      "sums with the noise of doubles",
      {
        transaction_amount: 33.300000000000004,
        transaction_details: { net_received_amount: 29.970000000000002 },
        fee_details: [{ type: "a", amount: 1.1500000000000001, fee_payer: "collector" }],
      },
      {
        amount: ars(3330n),
        netReceived: ars(2997n),
        fees: [{ type: "a", amount: ars(115n), payer: "collector" }],
      },
    ],
    ["a fee without a proper name", { fee_details: [{ type: "a b", amount: 1 }] }, { fees: [] }],
    [
      "more instalments than anybody pays in",
      { installments: 1e12 },
      { method: { installments: null } },
    ],
    [
      "digits that are none",
      { card: { first_six_digits: "4509-9", last_four_digits: "x".repeat(70_000) } },
      { method: { cardFirstSix: null, cardLastFour: null } },
    ],
    ["refunds that are null", { refunds: null }, { refunds: [] }],
  ])("%s", (_name, changes, expected) => {
    expect(readPayment(golden("payment-approved", changes))).toMatchObject(expected);
  });
});

test("fees without end are folded to what the column keeps", () => {
  const fees = (count: number, types: number) =>
    Array.from({ length: count }, (_, nth) => ({
      ...{ type: `fee_${nth % types}`, amount: 0.01, fee_payer: "collector" },
    }));
  const read = (fee_details: object[]) =>
    readPayment(golden("payment-approved", { fee_details }))?.fees ?? [];
  expect(read(fees(100, 1))).toHaveLength(100);
  expect(read(fees(5_000, 2))).toEqual([
    { type: "fee_0", amount: ars(2_500n), payer: "collector" },
    { type: "fee_1", amount: ars(2_500n), payer: "collector" },
  ]);
  expect(read(fees(5_000, 5_000))).toHaveLength(100);
});

test("a refund that is listed twice is one", () => {
  const refunds = [golden("refund"), golden("refund"), golden("refund", { id: 2 })];
  const read = readPayment(golden("payment-partially-refunded", { refunds }));
  expect(read?.refunds.map(({ providerRefundId }) => providerRefundId)).toEqual([
    ...["7000000001", "2"],
  ]);
});

describe("refunds", () => {
  test("documented", () => {
    expect(readRefund(golden("refund"), "ARS")).toEqual({
      providerRefundId: "7000000001",
      status: "COMPLETED",
      providerStatus: "approved",
      amount: ars(2550n),
      createdAt: new Date("2026-01-11T14:00:00.000Z"),
    });
  });

  test.each<[string, unknown]>([
    ["no object", undefined],
    ["no id", golden("refund", { id: null })],
    ["no status", golden("refund", { status: null })],
    ["no amount", golden("refund", { amount: null })],
  ])("unreadable: %s", (_name, json) => {
    expect(readRefund(json, "ARS")).toBeUndefined();
  });
});
