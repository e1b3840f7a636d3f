import type { Currency, Money } from "../../domain/money";
import type { PayWithKind } from "../../domain/pay-with";
import type {
  CardInstallments,
  CardIssuer,
  DocumentType,
  MethodKind,
} from "../../domain/payment-method";
import type { Language } from "../../domain/rejection";
import { isObject, objectOf, readLine, readList, readName, readPictureUrl } from "../json";
import type { ListedMethod, LookUpOperations, Outcome, ReadCall } from "../provider";
import { readMoney } from "./amounts";
import { isSuccess, type PayuClient } from "./client";
import { failureOf } from "./failures";
import { readEnvelope } from "./wire";

/** The pay-by-link of cards. */
const cardId = "c";

/** Choice, from the values that PayU's documents name: every other pay-by-link leads to a bank. */
const kindByValue: ReadonlyMap<string, MethodKind> = new Map([
  [cardId, "CARD"],
  ["blik", "BLIK"],
  ["ap", "WALLET"],
  ["jp", "WALLET"],
  ["ma", "WALLET"],
  ["vc", "WALLET"],
  ["ai", "PAY_LATER"],
  ["ppf", "PAY_LATER"],
  ["b", "BANK_TRANSFER"],
  ["bt", "BANK_TRANSFER"],
  ["pt", "BANK_TRANSFER"],
]);

/** PayU's families of deferred payments begin so: PayU's own, Twisto, Klarna. */
const isPayLater = (value: string) => /^dp[a-z]*$/.test(value);

/** PayU does not write Portuguese. */
const languageOf: Readonly<Record<Language, string>> = { EN: "en", ES: "es", PT: "en", PL: "pl" };

/** What a shop offers to its buyers (reference, paymethods). All of a shop's sellers have the same. */
export class PayuLookUps implements LookUpOperations {
  constructor(private readonly client: PayuClient) {}

  /** GET /api/v2_1/paymethods. Only the pay-by-links are read: saved cards are of one buyer. */
  async methods(
    { currency, language }: { readonly currency: Currency; readonly language: Language },
    { credentials }: ReadCall,
  ): Promise<Outcome<readonly ListedMethod[]>> {
    const path = `/api/v2_1/paymethods?lang=${languageOf[language]}`;
    const answer = await this.client.get(credentials.shop, "listPayMethods", path);
    if (answer.kind !== "accepted") return answer;
    const { payByLinks } = objectOf(answer.value.json);
    if (!Array.isArray(payByLinks)) return answer.value.unreadable("there is no list of methods");
    return { kind: "accepted", value: readList(payByLinks, (link) => readLink(link, currency)) };
  }

  /**
   * POST /api/front/card-installments-options, in Romania and where PayU was asked for it (reference). It names the
   * counts; what they cost, the bank says on PayU's page. Choice: where there is nothing at that address, or a value
   * is refused, the shop has no instalments.
   */
  async installmentPlans(
    { bin, amount }: { readonly bin: string; readonly amount: Money },
    { credentials }: ReadCall,
  ): Promise<Outcome<readonly CardInstallments[]>> {
    if (amount.currency !== "RON") return { kind: "accepted", value: [] };
    const reply = await this.client.ask(credentials.shop, ({ posId }) => ({
      operation: "listInstallments",
      method: "POST",
      path: "/api/front/card-installments-options",
      body: { cardBin: bin, posId },
    }));
    if (reply.kind !== "answer") return reply;
    if (!isSuccess(reply)) {
      const { statusCode } = readEnvelope(reply.json);
      const hasNone = statusCode === "DATA_NOT_FOUND" || statusCode === "ERROR_VALUE_INVALID";
      return hasNone && reply.status < 500 ? { kind: "accepted", value: [] } : failureOf(reply);
    }
    const { json } = reply;
    if (!isObject(json) || !Array.isArray(json.numbers)) {
      return reply.unreadable("there is no list of instalments");
    }
    const least = readMoney(objectOf(json.settings).minAmount, amount.currency);
    const isEnough = least === undefined || amount.minor >= least.minor;
    const counts = readList(json.numbers, readCount).filter((count) => count === 1 || isEnough);
    return {
      kind: "accepted",
      value: [
        {
          methodId: cardId,
          cardType: null,
          issuer: null,
          plans: counts.map((n) => planOf(n, amount)),
        },
      ],
    };
  }

  /** PayU asks buyers for none. */
  async documentTypes(): Promise<Outcome<readonly DocumentType[]>> {
    return { kind: "accepted", value: [] };
  }

  /** PayU tells no issuers apart. */
  async cardIssuers(): Promise<Outcome<readonly CardIssuer[]>> {
    return { kind: "accepted", value: [] };
  }
}

function readLink(json: unknown, currency: Currency): ListedMethod | undefined {
  if (!isObject(json) || json.status !== "ENABLED") return undefined;
  const id = readName(json.value);
  if (id === null) return undefined;
  const kind = kindByValue.get(id) ?? (isPayLater(id) ? "PAY_LATER" : "BANK_REDIRECT");
  return {
    id,
    kind,
    payWith: formsOf(kind),
    cardType: null,
    name: readLine(json.name) ?? id,
    logoUrl: readPictureUrl(json.brandImageUrl),
    minAmount: readMoney(json.minAmount, currency) ?? null,
    maxAmount: readMoney(json.maxAmount, currency) ?? null,
    currencies: [currency],
    buyerFields: ["EMAIL"],
    banks: [],
    settlesInMinutes: null,
    separateCapture: kind === "CARD",
    // One pay-by-link takes every card; which of them, PayU's page tells.
    ...(kind === "CARD" ? { takesCard: () => true } : {}),
  };
}

/** A pay-by-link leads to a page. A card's token comes from PayU's own form, which a page has to embed first. */
function formsOf(kind: MethodKind): readonly PayWithKind[] {
  if (kind === "BLIK") return ["BLIK"];
  return kind === "CARD" ? ["PAY_BY_LINK", "CARD"] : ["PAY_BY_LINK"];
}

function readCount(value: unknown): number | undefined {
  const isCount =
    typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1_000;
  return isCount ? value : undefined;
}

/** Paid at once, the price is the price. */
function planOf(count: number, amount: Money) {
  const cost = count === 1 ? amount : null;
  return {
    count,
    installmentAmount: cost,
    totalAmount: cost,
    ratePercent: count === 1 ? "0" : null,
    labels: [],
    message: null,
  };
}
