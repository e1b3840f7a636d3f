import type { Account } from "./model";
import type { PaymentTypeId } from "./payment-methods";
import { type Site, toMajor } from "./sites";

/** Choice: in how many parts every credit card may pay. */
const counts = [1, 3, 6, 12];

/** Choice: unless the account offers more, so many parts cost the buyer nothing. */
const usuallyFree = 3;

/** Choice: beyond those, each part costs so much of the whole, in tenths of a percent. */
const perMilleOfPart = 25;

/** What the buyer pays in all for so many parts, in minor units. */
export function totalMinor(account: Account | undefined, amountMinor: number, count: number) {
  return amountMinor + Math.round((amountMinor * ratePerMille(account, count)) / 1_000);
}

function ratePerMille(account: Account | undefined, count: number): number {
  return count <= (account?.interestFreeUpTo ?? usuallyFree) ? 0 : count * perMilleOfPart;
}

/** The `payer_costs` of a card, for an amount in minor units. */
export function payerCosts(
  account: Account,
  site: Site,
  type: PaymentTypeId,
  amountMinor: number,
): object[] {
  return (type === "credit_card" ? counts : [1]).map((installments) => {
    const total = totalMinor(account, amountMinor, installments);
    const part = toMajor(Math.round(total / installments), site.decimals);
    const rate = ratePerMille(account, installments) / 10;
    return {
      installments,
      installment_rate: rate,
      discount_rate: 0,
      reimbursement_rate: null,
      labels: labelsOf(site, installments, rate),
      recommended_message: `${installments} x ${part.toFixed(site.decimals)}`,
      installment_amount: part,
      total_amount: toMajor(total, site.decimals),
      min_allowed_amount: installments === 1 ? 0 : toMajor(installments * 100, site.decimals),
      max_allowed_amount: 60_000_000,
    };
  });
}

/** In Argentina they carry the costs that a page has to show by law, written as public samples show them. */
function labelsOf(site: Site, installments: number, rate: number): string[] {
  const recommended = installments === 3 ? ["recommended_installment"] : [];
  if (site.id !== "MLA") return recommended;
  const percent = (number: number) => `${number.toFixed(2).replace(".", ",")}%`;
  return [...recommended, `CFT_${percent(rate * 1.21)}|TEA_${percent(rate)}`];
}
