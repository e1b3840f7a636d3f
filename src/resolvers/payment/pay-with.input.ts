import { refuse, refuseAny } from "../../domain/errors";
import type { PayWith } from "../../domain/pay-with";
import type { PayWithInput } from "../../schema/payment/pay-with.input";
import { defined, isGiven } from "../given";

/**
 * The way to pay of an input that GraphQL has seen to have exactly one.
 * @throws Refusal where it has not, for callers that come by another way.
 */
function readPayWith(input: PayWithInput, path: readonly string[]): PayWith {
  const { card, pix, voucher, bankRedirect, walletToken, payByLink, blik } = input;
  if (isGiven(card)) return { kind: "CARD", ...(defined(card) as typeof card) };
  if (isGiven(pix)) return { kind: "PIX", ...defined(pix) };
  if (isGiven(voucher)) {
    const { address, ...rest } = voucher;
    const place = isGiven(address) ? { address: plain(address) } : {};
    return { kind: "VOUCHER", ...(defined(rest) as typeof rest), ...place };
  }
  if (isGiven(bankRedirect)) {
    return { kind: "BANK_REDIRECT", ...bankRedirect, address: plain(bankRedirect.address) };
  }
  if (isGiven(walletToken)) return { kind: "WALLET_TOKEN", ...walletToken };
  if (isGiven(payByLink)) return { kind: "PAY_BY_LINK", ...payByLink };
  if (isGiven(blik)) return { kind: "BLIK", ...blik };
  throw refuse("INVALID_INPUT", "say how it is paid", path);
}

/**
 * How it is paid, where an input says so in `payWith`; undefined where it does not. `older`: its fields that `payWith`
 * replaces. `path`: where the input stands.
 * @throws Refusal where an older field is given as well.
 */
export function readPayWithOf<Field extends string>(
  input: { readonly payWith?: PayWithInput } & { readonly [F in Field]?: unknown },
  older: readonly Field[],
  path: readonly string[],
): PayWith | undefined {
  const { payWith } = input;
  if (!isGiven(payWith)) return undefined;
  const message = "payWith says how it is paid: leave this out";
  refuseAny(
    older
      .filter((field) => isGiven(input[field]))
      .map((field) => ({ code: "INVALID_INPUT", message, path: [...path, field] })),
  );
  return readPayWith(payWith, [...path, "payWith"]);
}

/** Without null, which is the same as nothing. */
function plain<T extends object>(value: T): T {
  return defined(value) as T;
}
