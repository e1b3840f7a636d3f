import "reflect-metadata";
import { validateSync } from "class-validator";
import fc from "fast-check";
import { isSurelyValid } from "../../../src/resolvers/surely-valid";
import { AdditionalInfoInput, ItemInput } from "../../../src/schema/payment/additional-info.input";
import { PayerInput } from "../../../src/schema/payment/payer.input";
import { CreatePaymentInput } from "../../../src/schema/payment/payment.input";
import { anId } from "./fixtures";

const good = {
  idempotencyKey: "0b1f4c5e-1d7a-4a55-9c4b-0d8f0e6a7c11",
  sellerId: anId("Seller"),
  amount: "80.00",
  currency: "ARS",
  cardToken: "ff8080814c11e237014c1ff593b57b4d",
  methodId: "visa",
  installments: 1,
};

function payment(changes: Record<string, unknown> = {}): CreatePaymentInput {
  const payer = Object.assign(new PayerInput(), { email: "buyer@testuser.com" });
  return Object.assign(new CreatePaymentInput(), good, { payer }, changes);
}

function withItem(item: Record<string, unknown>): CreatePaymentInput {
  const items = [Object.assign(new ItemInput(), item)];
  return payment({ additionalInfo: Object.assign(new AdditionalInfoInput(), { items }) });
}

const hasViolations = (input: object) =>
  validateSync(input, { forbidUnknownValues: false }).length > 0;

describe("an input that is surely valid", () => {
  test("is one that keeps all rules", () => {
    expect(isSurelyValid(payment())).toBe(true);
    expect(isSurelyValid(withItem({ title: "Shoes", quantity: 1, unitPrice: "80.00" }))).toBe(true);
  });

  test.each([
    ["a rule broken", payment({ idempotencyKey: "short" })],
    ["a payer's rule broken", payment({ payer: Object.assign(new PayerInput(), { email: "?" }) })],
    ["an item's rule broken", withItem({ title: "Shoes", quantity: 0, unitPrice: "80.00" })],
    ["text where an object belongs", payment({ payer: "buyer@testuser.com" })],
  ])("is none with %s", (_, input) => {
    expect(isSurelyValid(input)).toBe(false);
    expect(hasViolations(input)).toBe(true);
  });

  test("is never one in which class-validator finds a violation", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.values(good), null, undefined, "", 0, -1, 1.5, [], {}),
    );
    const field = fc.constantFrom(
      ...Object.keys(good),
      ...["payer", "description", "externalReference", "deviceId", "additionalInfo", "issuerId"],
    );
    fc.assert(
      fc.property(fc.dictionary(field, value, { maxKeys: 4 }), (changes) => {
        const input = payment(changes);
        return !isSurelyValid(input) || !hasViolations(input);
      }),
      { numRuns: 2_000 },
    );
  });
});
