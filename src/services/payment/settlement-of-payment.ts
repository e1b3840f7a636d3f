import { isCaptured } from "../../domain/payment-status";
import {
  type Settlement,
  type SettlementFacts,
  settle,
  settleAsAgreed,
} from "../../domain/settlement";
import type { EventSnapshot } from "../../entities/event.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import { readSettlement } from "../../entities/stored-settlement";
import type { ProviderRegistry } from "../../providers/registry";
import { capturedMinor } from "./payment-availability";

/** What `settlementOf` looks at. */
export const settlementNeeds = [
  "status",
  "provider",
  "amountMinor",
  "captureMinor",
  "applicationFeeMinor",
  "refundedMinor",
  "settlement",
] as const satisfies readonly (keyof PaymentEntity)[];

/**
 * What has become of a payment's money; null while none was taken, and until the provider has told. All figures are of
 * one moment: a refund that the provider's figures do not show yet is not in them.
 */
export function settlementOf(
  registry: ProviderRegistry,
  payment: Pick<PaymentEntity, (typeof settlementNeeds)[number]>,
): Settlement | null {
  if (!isCaptured[payment.status]) return null;
  const gross = capturedMinor(payment);
  const { settlement, applicationFeeMinor, refundedMinor } = payment;
  if (registry.get(payment.provider)?.settlement === "AGREED") {
    return settleAsAgreed(gross, applicationFeeMinor ?? 0n, refundedMinor);
  }
  return settlement === null ? null : settle(gross, settlement);
}

/** A payment's settlement as an event has left it. */
export function settlementAt({ settlement }: EventSnapshot): SettlementFacts | null {
  return settlement === undefined ? null : readSettlement(settlement);
}
