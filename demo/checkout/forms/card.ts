import { make } from "../dom";
import { areRight, type Choice, SelectField, TextField } from "../fields";
import { money, wordsNow } from "../language";
import type { CardInstallments, InstallmentPlan } from "../look-ups";
import type { FieldName } from "../words/words";
import { BuyerFields } from "./buyer";
import type { FormContext, PaymentForm, TestCase } from "./form";
import { CardField } from "./secure-field";

/** Test cards of each country (Mercado Pago docs: test cards). */
const testCards: Readonly<Record<string, string>> = {
  AR: "4509953566233704",
  BR: "4235647728025682",
  CL: "4168818844447115",
  CO: "4013540682746260",
  MX: "4075595716483764",
  PE: "4009175332806176",
  UY: "4509953566233704",
};

/** A card by the provider's own fields, and the parts that the seller's account lets such a card pay in. */
export function cardForm(
  context: FormContext,
  provider: MercadoPago,
): PaymentForm & { mount(): void } {
  const { lookUps, shop, documentTypes, offers, nameOf } = context;
  const { currency } = shop.order;
  const number = new CardField(provider, "cardNumber", "0000 0000 0000 0000");
  const expires = new CardField(provider, "expirationDate", "MM/YY");
  const securityCode = new CardField(provider, "securityCode", "123");
  const holder = new TextField("card-cardholder", "cardholder", { autocomplete: "cc-name" });
  const installments = new SelectField("card-installments", "installments", {
    path: "payWith.card.installments",
  });
  const labels = make("p", { class: "labels", "aria-live": "polite" });
  const asked = [...new Set(offers.flatMap(({ buyerFields }) => buyerFields))];
  const buyer = new BuyerFields("card", asked, documentTypes, undefined);
  const fields = [number, expires, securityCode, holder, ...buyer.fields, installments];

  let cards: readonly CardInstallments[] = [];
  let lastBin: string | null = null;
  const chosen = () => {
    const [card, plan] = installments.value.split(" ").map(Number);
    const found = cards[card ?? -1];
    const plans = found?.plans[plan ?? -1];
    return found === undefined || plans === undefined ? undefined : { card: found, plan: plans };
  };
  const showLabels = () => {
    labels.textContent = chosen()?.plan.labels.join(" · ") ?? "";
  };
  const nothingToChoose: Choice = { value: "", text: (words) => words.installments.none };
  const showPlans = async (bin: string | null) => {
    lastBin = bin;
    const found = bin === null ? [] : await lookUps.plans(bin);
    // The buyer may have typed another card meanwhile.
    if (lastBin !== bin) return;
    cards = found;
    const choices = cards.flatMap((card, at) =>
      card.plans.map((plan, planAt) => ({
        value: `${at} ${planAt}`,
        text: () => textOf(plan, currency, cards.length > 1 ? nameIn(card, nameOf) : ""),
      })),
    );
    installments.offer(choices.length === 0 ? [nothingToChoose] : choices);
    securityCode.expectLength(cards[0]?.methodId === "amex" ? 4 : 3);
    // The shop does not take such a card, or not for this amount.
    if (bin !== null && choices.length === 0) number.mark();
    showLabels();
  };
  number.onBin((bin) => void showPlans(bin));
  installments.offer([nothingToChoose]);
  installments.onChange(showLabels);

  const testCase = (label: TestCase["label"], name: string): TestCase => ({
    label,
    fill: () => {
      buyer.fillForTest(shop.country);
      holder.value = name;
      // The simulator's fields hear of it. Those of the real provider are out of reach: there the number is typed.
      const card = {
        cardNumber: testCards[shop.country],
        expirationDate: "11/30",
        securityCode: "123",
      };
      document.dispatchEvent(new CustomEvent("simulator:fill-card", { detail: card }));
    },
  });

  return {
    kind: "CARD",
    element: make(
      "div",
      {},
      number.element,
      make("div", { class: "row" }, expires.element, securityCode.element),
      holder.element,
      buyer.element,
      installments.element,
      labels,
    ),
    fields,
    testCases: [
      testCase(({ test }) => test.approved, "APRO"),
      testCase(({ test }) => test.challenge, "CHAL"),
      testCase(({ test }) => test.challengeFails, "CHFA"),
      testCase(({ test }) => test.review, "CONT"),
      testCase(({ test }) => test.funds, "FUND"),
      testCase(({ test }) => test.securityCode, "SECU"),
      testCase(({ test }) => test.date, "EXPI"),
      testCase(({ test }) => test.form, "FORM"),
      testCase(({ test }) => test.call, "CALL"),
    ],
    mount() {
      for (const field of [number, expires, securityCode]) field.mount();
    },
    async read() {
      if (!areRight(fields.filter((field) => field !== installments))) return undefined;
      if (!buyer.hasRightDocument) return undefined;
      const token = await makeToken();
      if (token === undefined || !areRight([installments])) return undefined;
      const plan = chosen();
      if (plan === undefined) return undefined;
      const { methodId, issuer } = plan.card;
      const payWith = {
        card: {
          token: token.id,
          methodId,
          ...(issuer === null ? {} : { issuerId: issuer.id }),
          installments: plan.plan.installments,
          threeDSecure: true,
        },
      };
      const deviceId = window.MP_DEVICE_SESSION_ID;
      const request = {
        payWith,
        payer: buyer.payer,
        ...(deviceId === undefined ? {} : { deviceId }),
      };
      const digits = token.last_four_digits === undefined ? "" : ` •••• ${token.last_four_digits}`;
      return { request, means: `${nameOf(methodId)}${digits}` };
    },
  };

  /** Undefined after a fault, which stands at its field then. */
  async function makeToken(): Promise<CardToken | undefined> {
    const [type, documentNumber] = [buyer.documentType, buyer.text("documentNumber")];
    try {
      return await provider.fields.createCardToken({
        cardholderName: holder.value,
        ...(type === undefined
          ? {}
          : { identificationType: type, identificationNumber: documentNumber }),
      });
    } catch (faults) {
      const names = [faults].flat().map((fault) => fieldOfFault(fault as CardFault));
      const wrong = fields.filter(({ name }) => names.includes(name));
      for (const field of wrong.length === 0 ? [number] : wrong) field.mark();
      (wrong[0] ?? number).focus();
      return undefined;
    }
  }
}

/** The fields that the provider's codes are about (docs, card tokens: errors). */
const fieldByCode: Readonly<Record<string, FieldName>> = {
  ...{ "205": "cardNumber", E301: "cardNumber" },
  ...{ "208": "expirationDate", "209": "expirationDate" },
  ...{ "325": "expirationDate", "326": "expirationDate" },
  ...{ "224": "securityCode", E302: "securityCode", E203: "securityCode" },
  ...{ "221": "cardholder", "316": "cardholder" },
  ...{ "212": "documentType", "322": "documentType" },
  ...{ "213": "documentNumber", "214": "documentNumber", "324": "documentNumber" },
};

/** What `field` of a fault says where the form itself found it. */
const fieldByName: Readonly<Record<string, FieldName>> = {
  ...{ cardNumber: "cardNumber", securityCode: "securityCode", expirationDate: "expirationDate" },
  ...{ expirationMonth: "expirationDate", expirationYear: "expirationDate" },
  ...{ cardholderName: "cardholder", identificationNumber: "documentNumber" },
};

function fieldOfFault({ field, code }: CardFault): FieldName | undefined {
  return fieldByName[field ?? ""] ?? fieldByCode[code ?? ""];
}

function nameIn({ methodId, issuer }: CardInstallments, nameOf: (id: string) => string): string {
  return [nameOf(methodId), issuer?.name].filter(Boolean).join(", ");
}

function textOf(plan: InstallmentPlan, currency: string, card: string): string {
  const { installments: count, installmentAmount: each, totalAmount: total } = plan;
  const { installments } = wordsNow();
  const shown = (sum: { readonly amount: string } | null) =>
    sum === null ? "?" : money(sum.amount, currency);
  const text =
    count === 1
      ? installments.once(shown(total))
      : installments.parts(count, shown(each), shown(total));
  return card === "" ? text : `${card}: ${text}`;
}
