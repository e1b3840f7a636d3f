import { z } from "zod";
import { feeKinds, feePayers, releaseStates, type SettlementFacts } from "../domain/settlement";

/** JSON has no bigint and no date: both are texts in it. */
const minor = z.codec(z.string().regex(/^-?\d{1,18}$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});
const time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const settlement = z.object({
  receivedMinor: minor.nullable(),
  refundedMinor: minor,
  chargedBackMinor: minor,
  fees: z.array(
    z.object({
      kind: z.enum(feeKinds),
      payer: z.enum(feePayers),
      minor,
      refundedMinor: minor,
    }),
  ),
  releaseAt: time.nullable(),
  releaseState: z.enum(releaseStates).nullable(),
});

/** A settlement as columns and snapshots of events keep it. */
export type StoredSettlement = z.input<typeof settlement>;

export function storeSettlement(facts: SettlementFacts): StoredSettlement {
  return settlement.encode({ ...facts, fees: [...facts.fees] });
}

/** @throws ZodError where it is none */
export function readSettlement(stored: unknown): SettlementFacts {
  return settlement.parse(stored);
}
