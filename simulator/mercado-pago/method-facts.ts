import type { Account } from "./model";
import { isCard, type PaymentMethod } from "./payment-methods";
import type { Site } from "./sites";
import { methodOfTestCard } from "./test-cards";

interface Facts {
  /** In major units; the site's usual ones where they are left out. */
  min?: number;
  max?: number;
  /** Minutes until money that was paid is confirmed. */
  accreditation: number;
  needed?: readonly string[];
  institutions?: readonly { id: string; description: string }[];
}

/** Choice: amounts and times of the real lists differ by account and change; these are of their order. */
const facts: Readonly<Record<string, Facts>> = {
  pix: { max: 1_000_000, accreditation: 0, needed: ["identification_number"] },
  bolbradesco: {
    min: 4,
    max: 100_000,
    accreditation: 1_440,
    needed: ["first_name", "last_name", "identification_type", "identification_number"],
  },
  rapipago: { min: 100, max: 500_000, accreditation: 0 },
  pagofacil: { min: 100, max: 500_000, accreditation: 0 },
  oxxo: { min: 10, max: 10_000, accreditation: 2_880 },
  bancomer: { min: 10, max: 100_000, accreditation: 60 },
  clabe: { min: 10, max: 350_000, accreditation: 10 },
  webpay: {
    min: 50,
    max: 10_000_000,
    accreditation: 0,
    institutions: [{ id: "1234", description: "Transbank" }],
  },
  pse: {
    min: 1_600,
    max: 340_000_000,
    accreditation: 0,
    needed: ["entity_type", "financial_institution"],
    institutions: [
      { id: "1007", description: "Bancolombia" },
      { id: "1051", description: "Banco Davivienda" },
      { id: "1013", description: "BBVA Colombia" },
    ],
  },
  efecty: { min: 5_000, max: 8_000_000, accreditation: 1_440 },
  account_money: { accreditation: 0 },
};

const ofCards: Facts = {
  accreditation: 2_880,
  needed: ["cardholder_name", "cardholder_identification_type", "cardholder_identification_number"],
};
const ofOthers: Facts = { accreditation: 1_440 };

/** The first digits of each scheme's cards, in the form of the real patterns. */
const schemePatterns: Readonly<Record<string, string>> = {
  visa: "^4",
  master: "^(5[1-5]|2[2-7])",
  amex: "^(34|37)",
  elo: "^(636368|438935|504175|451416)",
};

/** One method as `/v1/payment_methods` lists it for an account (fields as in the OpenAPI file and public samples). */
export function viewListedMethod(account: Account, site: Site, method: PaymentMethod) {
  const its = facts[method.id] ?? (isCard(method) ? ofCards : ofOthers);
  const logo = `https://http2.mlstatic.com/storage/logos-api-admin/${method.id}-m.svg`;
  return {
    id: method.id,
    name: method.name,
    payment_type_id: method.type,
    status: account.methodStatuses?.[method.id] ?? "active",
    secure_thumbnail: logo,
    thumbnail: logo.replace("https:", "http:"),
    deferred_capture: method.type === "credit_card" ? "supported" : "unsupported",
    settings: isCard(method) ? [cardSettings(site, method)] : [],
    additional_info_needed: its.needed ?? [],
    min_allowed_amount: its.min ?? (site.decimals === 0 ? 100 : 1),
    max_allowed_amount: its.max ?? 60_000_000,
    accreditation_time: its.accreditation,
    financial_institutions: its.institutions ?? [],
    processing_modes: ["aggregator"],
  };
}

/** Choice: a scheme's pattern leaves out the published cards of others, and a debit method has those alone. */
function cardSettings(site: Site, { id }: PaymentMethod) {
  const own = binsOf(site, (method) => method === id);
  const others = binsOf(site, (method) => method !== id);
  const scheme = schemePatterns[id];
  const overlapping = others.filter((bin) => scheme !== undefined && new RegExp(scheme).test(bin));
  return {
    bin: {
      pattern: scheme ?? (own.length === 0 ? "^$" : `^(${own.join("|")})`),
      exclusion_pattern: overlapping.length === 0 ? null : `^(${overlapping.join("|")})`,
      installments_pattern: scheme ?? null,
    },
    card_number: { length: id === "amex" ? 15 : 16, validation: "standard" },
    security_code: {
      mode: "mandatory",
      length: id === "amex" ? 4 : 3,
      card_location: id === "amex" ? "front" : "back",
    },
  };
}

function binsOf(site: Site, isWanted: (method: string) => boolean): string[] {
  const cards = methodOfTestCard(site.id);
  return Object.keys(cards)
    .filter((number) => isWanted(cards[number] ?? ""))
    .map((number) => number.slice(0, 6));
}
