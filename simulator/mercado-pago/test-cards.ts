import type { SiteId } from "./sites";

/** Public test numbers (Mercado Pago docs: test cards) and the methods that they stand for. */
const testCards: Record<SiteId, Record<string, string>> = {
  MLA: { "4509953566233704": "visa", "5031755734530604": "master", "371180303257522": "amex" },
  MLB: {
    "4235647728025682": "visa",
    "5031433215406351": "master",
    "5480832801033311": "master",
    "375365153556885": "amex",
    "5067766783888311": "debelo",
  },
  MLM: {
    "4075595716483764": "visa",
    "5474925432670366": "master",
    "371180303257522": "amex",
    "5579053461482647": "debmaster",
    "4189141221267633": "debvisa",
  },
  MLC: { "4168818844447115": "visa", "5416752602582580": "master", "375778174461804": "amex" },
  MCO: { "4013540682746260": "visa", "5254133674403564": "master", "374378187755283": "amex" },
  MPE: { "4009175332806176": "visa", "5031755734530604": "master", "371180303257522": "amex" },
  MLU: { "4509953566233704": "visa", "5031755734530604": "master" },
};

/** The number behind a card token that is minted without card data. */
export function defaultCardNumber(site: SiteId): string {
  const [first] = Object.keys(testCards[site]);
  return first ?? "4509953566233704";
}

/** The site's published numbers, and the method of each. */
export function methodOfTestCard(site: SiteId): Readonly<Record<string, string>> {
  return testCards[site];
}

/**
 * The method a number belongs to. Choice: a number that is no published test card is taken by its
 * leading digits, so that any Luhn-valid number works; an unknown scheme stays without a method.
 */
export function methodOfCard(site: SiteId, number: string): string | undefined {
  const known = testCards[site][number];
  if (known !== undefined) return known;
  if (number.startsWith("4")) return "visa";
  if (/^(5[1-5]|2[2-7])/.test(number)) return "master";
  if (/^3[47]/.test(number)) return "amex";
  return undefined;
}

/** The same from the first digits alone, which is what a card form knows while it is filled in. */
export function methodOfBin(site: SiteId, bin: string): string | undefined {
  const known = Object.keys(testCards[site]).find((number) => number.startsWith(bin));
  return methodOfCard(site, known ?? bin);
}

export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    const digit = Number(number[number.length - 1 - index]);
    const doubled = digit * 2;
    if (index % 2 === 0) sum += digit;
    else sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export interface CardOutcome {
  status: "approved" | "in_process" | "rejected";
  detail: string;
}

/**
 * The cardholder's name decides a test payment (Mercado Pago docs: test cards). The documents name
 * the outcome in words only; the exact status details are our reading of them.
 */
const outcomes: Record<string, CardOutcome> = {
  APRO: { status: "approved", detail: "accredited" },
  CONT: { status: "in_process", detail: "pending_contingency" },
  OTHE: rejected("cc_rejected_other_reason"),
  CALL: rejected("cc_rejected_call_for_authorize"),
  FUND: rejected("cc_rejected_insufficient_amount"),
  SECU: rejected("cc_rejected_bad_filled_security_code"),
  EXPI: rejected("cc_rejected_bad_filled_date"),
  FORM: rejected("cc_rejected_bad_filled_other"),
  CARD: rejected("cc_rejected_bad_filled_card_number"),
  INST: rejected("cc_rejected_invalid_installments"),
  DUPL: rejected("cc_rejected_duplicated_payment"),
  LOCK: rejected("cc_rejected_card_disabled"),
  CTNA: rejected("cc_rejected_card_type_not_allowed"),
  ATTE: rejected("cc_rejected_max_attempts"),
  BLAC: rejected("cc_rejected_blacklist"),
};

/** Choice: under any other name the card is good. */
export function outcomeFor(holder: string): CardOutcome {
  return outcomes[holder.trim().toUpperCase()] ?? { status: "approved", detail: "accredited" };
}

function rejected(detail: string): CardOutcome {
  return { status: "rejected", detail };
}
