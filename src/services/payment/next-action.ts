import { z } from "zod";
import type { Clock } from "../../domain/clock";
import type { PaymentId } from "../../domain/ids";
import { type NextAction, pageOf } from "../../domain/next-action";
import type { PaymentStatus } from "../../domain/payment-status";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { KeyRing } from "../../security/key-ring";
import { sealedPlace } from "../../security/sealed-columns";

/** The columns that keep a next action. Its page is in `redirectUrl`, and what nobody else may read is sealed. */
export type NextActionColumns = Pick<PaymentEntity, "redirectUrl" | "nextAction">;
type Sealed = Pick<PaymentEntity, "creqSealed">;

const text = z.string().nullable();
const expiresAt = z.iso
  .datetime()
  .nullable()
  .transform((value) => (value === null ? null : new Date(value)));
const storedAction = z.discriminatedUnion("kind", [
  z.object({
    ...{ kind: z.literal("SHOW_QR_CODE"), text: z.string(), imageBase64: text, expiresAt },
  }),
  z.object({
    ...{ kind: z.literal("SHOW_VOUCHER"), barcode: text, digitableLine: text, reference: text },
    ...{ verificationCode: text, expiresAt },
  }),
  z.object({ kind: z.literal("GO_TO_PAGE"), mayBeFramed: z.boolean(), expiresAt }),
  z.object({ kind: z.literal("CARD_CHALLENGE"), expiresAt }),
]);

/** Nothing is left to do. */
export const noNextAction = {
  redirectUrl: null,
  nextAction: null,
  creqSealed: null,
} as const satisfies NextActionColumns & Sealed;

/** The columns of an action, of an order or a payment; what is secret in it is left out. */
export function columnsOfAction(action: NextAction | null): NextActionColumns {
  if (action === null) return { redirectUrl: null, nextAction: null };
  const { expiresAt } = action;
  const end = { expiresAt: expiresAt?.toISOString() ?? null };
  return { redirectUrl: pageOf(action), nextAction: { ...withoutPage(action), ...end } };
}

function withoutPage(action: NextAction): Record<string, unknown> {
  switch (action.kind) {
    case "SHOW_QR_CODE":
    case "SHOW_VOUCHER": {
      const { pageUrl: _page, ...rest } = action;
      return rest;
    }
    case "GO_TO_PAGE":
      return { kind: action.kind, mayBeFramed: action.mayBeFramed };
    case "CARD_CHALLENGE":
      return { kind: action.kind };
  }
}

/**
 * What an observation says of a payment's next action; no columns where they stay as they are. `told`: undefined where the
 * provider's answer does not tell. Whoever waits for nothing more of the payer keeps nothing of it.
 */
export function observedAction(
  keyRing: KeyRing,
  id: PaymentId,
  status: PaymentStatus,
  told: NextAction | null | undefined,
): Partial<NextActionColumns & Sealed> {
  if (status !== "PENDING") return noNextAction;
  if (told === undefined) return {};
  if (told?.kind !== "CARD_CHALLENGE" || told.creq === null) {
    return { ...columnsOfAction(told), creqSealed: null };
  }
  return { ...columnsOfAction(told), creqSealed: keyRing.seal(told.creq, placeOf(id)) };
}

/** A payment's or an order's next action; null where there is none, and where it is of no use any more. */
export function nextActionOf(
  { keyRing, clock }: { readonly keyRing: KeyRing; readonly clock: Clock },
  row: NextActionColumns & Partial<Sealed> & { readonly id: string; readonly status: string },
): NextAction | null {
  if (row.status !== "PENDING") return null;
  const action = readAction(keyRing, row);
  const isOver = action?.expiresAt != null && action.expiresAt <= clock.now();
  return isOver ? null : action;
}

function readAction(
  keyRing: KeyRing,
  { id, redirectUrl, nextAction, creqSealed }: Parameters<typeof nextActionOf>[1],
): NextAction | null {
  if (nextAction === null) {
    // Written by a release that kept the page alone.
    const page = { kind: "GO_TO_PAGE", mayBeFramed: false, expiresAt: null } as const;
    return redirectUrl === null ? null : { ...page, url: redirectUrl };
  }
  const stored = storedAction.parse(nextAction);
  switch (stored.kind) {
    case "SHOW_QR_CODE":
    case "SHOW_VOUCHER":
      return { ...stored, pageUrl: redirectUrl };
    case "GO_TO_PAGE":
      return redirectUrl === null ? null : { ...stored, url: redirectUrl };
    case "CARD_CHALLENGE": {
      const creq = creqSealed ? keyRing.open(creqSealed, placeOf(id)) : null;
      return redirectUrl === null ? null : { ...stored, url: redirectUrl, creq };
    }
  }
}

function placeOf(id: string): string {
  return sealedPlace("payment", "creq_sealed", id);
}
