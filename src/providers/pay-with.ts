import { type PayWith, type PayWithKind, payWithFields } from "../domain/pay-with";
import type { ProviderRefusal } from "./provider";

/** Where `payWith` has what the older fields of the input had. What a kind has no field for is the kind itself. */
const places: Readonly<Record<string, Partial<Record<PayWithKind, string>>>> = {
  cardToken: { CARD: "token", WALLET_TOKEN: "token" },
  methodId: { CARD: "methodId", VOUCHER: "methodId" },
  issuerId: { CARD: "issuerId" },
  installments: { CARD: "installments" },
};

/** A refusal at its place in the input, for an adapter whose rules speak of the older fields. */
export function inPayWith(payWith: PayWith | null, refusal: ProviderRefusal): ProviderRefusal {
  const { field } = refusal;
  const ofKind = field === undefined ? undefined : places[field];
  if (payWith === null || ofKind === undefined) return refusal;
  return { ...refusal, field: placeIn(payWith, ofKind[payWith.kind]) };
}

/** A field of the way to pay, or the way itself. */
export function placeIn({ kind }: PayWith, field?: string): string {
  return ["payWith", payWithFields[kind], ...(field === undefined ? [] : [field])].join(".");
}
