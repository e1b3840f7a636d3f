import { digitableLineOf } from "../../../../src/providers/mercado-pago/boleto";
import { readPayment } from "../../../../src/providers/mercado-pago/wire";
import { golden } from "./golden";

const end = new Date("2026-01-14T04:59:59.000Z");
const page = "https://www.mercadopago.com.co/payments/9000000003/ticket";
const ofTicket = (changes: object) =>
  readPayment(golden("payment-pending-ticket-cop", changes))?.nextAction;
const ofPix = (transaction_data: object) =>
  readPayment(golden("payment-pending-pix", { point_of_interaction: { transaction_data } }))
    ?.nextAction;
const ofChallenge = (changes: object) =>
  readPayment(
    golden("payment-pending-ticket-cop", {
      payment_method_id: "master",
      payment_type_id: "credit_card",
      status_detail: "pending_challenge",
      date_of_expiration: null,
      transaction_details: {},
      ...changes,
    }),
  );

describe("a voucher", () => {
  test("has all that the provider tells of it", () => {
    expect(
      ofTicket({
        transaction_details: {
          external_resource_url: page,
          payment_method_reference_id: "0000000001",
          verification_code: "0000000002",
          barcode: { type: "Code128C", content: "3335008800000000000000000000" },
        },
      }),
    ).toEqual({
      kind: "SHOW_VOUCHER",
      pageUrl: page,
      barcode: "3335008800000000000000000000",
      digitableLine: null,
      reference: "0000000001",
      verificationCode: "0000000002",
      expiresAt: end,
    });
  });

  test("that shows nothing is none", () => {
    expect(ofTicket({ transaction_details: { external_resource_url: "ftp://x/" } })).toBeNull();
  });

  test("of a payment that waits for nothing is none", () => {
    for (const status of ["approved", "in_process", "cancelled", "levitating"]) {
      expect(ofTicket({ status })).toBeNull();
    }
  });
});

describe("a boleto's line", () => {
  // A published pair of barcode and line, of a bank's manual.
  test("is made of its barcode", () => {
    expect(digitableLineOf("00193373700000001000500940144816060680935031")).toBe(
      "00190500954014481606906809350314337370000000100",
    );
  });

  test.each([
    ["of a utility", `8${"0".repeat(43)}`],
    ["too short", "0".repeat(43)],
    ["no digits", "x".repeat(44)],
    ["nothing", null],
  ])("is not made of a barcode that is %s", (_name, barcode) => {
    expect(digitableLineOf(barcode)).toBeNull();
  });
});

describe("a page", () => {
  test("of a bank is gone to, and not framed", () => {
    expect(ofTicket({ payment_method_id: "pse", payment_type_id: "bank_transfer" })).toEqual({
      kind: "GO_TO_PAGE",
      url: page,
      mayBeFramed: false,
      expiresAt: end,
    });
  });

  test.each([
    ["is a script", "javascript:alert(1)"],
    ["is longer than any", `https://bank.example/${"x".repeat(5_000)}`],
  ])("that %s is none", (_name, external_resource_url) => {
    const transaction_details = { external_resource_url };
    expect(ofTicket({ payment_type_id: "bank_transfer", transaction_details })).toBeNull();
  });
});

describe("a Pix code", () => {
  test("has its picture, without what is no picture", () => {
    expect(ofPix({ qr_code: "000201", qr_code_base64: "iVBORw0KGgo=" })).toMatchObject({
      text: "000201",
      imageBase64: "iVBORw0KGgo=",
      pageUrl: null,
    });
    for (const qr_code_base64 of ["data:image/png;base64,iVBO", "x".repeat(100_001), 5]) {
      expect(ofPix({ qr_code: "000201", qr_code_base64 })).toMatchObject({ imageBase64: null });
    }
  });

  test("that is not told leaves the page", () => {
    expect(ofPix({ ticket_url: page })).toMatchObject({ kind: "GO_TO_PAGE", url: page });
  });
});

describe("a card's challenge", () => {
  const inFive = new Date("2026-01-10T14:15:10.000Z");

  test.each(["three_ds_info", "three_dsinfo"])("is in %s, and has an end of ours", (field) => {
    const seen = ofChallenge({
      [field]: { external_resource_url: "https://acs.example/c", creq: "eyJ0" },
    });
    expect(seen).toMatchObject({
      status: "PENDING",
      expiresAt: inFive,
      nextAction: {
        kind: "CARD_CHALLENGE",
        url: "https://acs.example/c",
        creq: "eyJ0",
        expiresAt: inFive,
      },
    });
  });

  test("keeps the provider's end where it tells one", () => {
    const date_of_expiration = "2026-01-10T10:12:10.000-04:00";
    expect(ofChallenge({ date_of_expiration })?.expiresAt).toEqual(
      new Date("2026-01-10T14:12:10.000Z"),
    );
  });

  test("writes an address in plain letters, and needs one", () => {
    const of = (external_resource_url: unknown) =>
      ofChallenge({ three_ds_info: { external_resource_url } })?.nextAction;
    expect(of("https://acs.example/é\u0000")).toMatchObject({ url: "https://acs.example/%C3%A9" });
    expect(of("https://acs.example/c")).toMatchObject({ creq: null });
    expect(of(undefined)).toBeNull();
  });
});
