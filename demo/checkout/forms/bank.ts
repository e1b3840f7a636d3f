import { make } from "../dom";
import { areRight, RadioField, SelectField } from "../fields";
import { BuyerFields } from "./buyer";
import type { FormContext, PaymentForm } from "./form";

/** The payer's bank, which comes back to this page. */
export function bankForm({ shop, documentTypes, offers, nameOf }: FormContext): PaymentForm {
  const [offer] = offers;
  const bank = new SelectField("bank-bank", "bank", { path: "payWith.bankRedirect.bank" });
  bank.offer((offer?.banks ?? []).map(({ id, name }) => ({ value: id, text: () => name })));
  const person = new RadioField("bank-person", "personType", {
    path: "payWith.bankRedirect.personType",
  });
  person.offer([
    { value: "NATURAL", text: ({ persons }) => persons.natural },
    { value: "LEGAL", text: ({ persons }) => persons.legal },
  ]);
  const path = "payWith.bankRedirect.address";
  const buyer = new BuyerFields("bank", offer?.buyerFields ?? [], documentTypes, path);
  const fields = [bank, person, ...buyer.fields];
  return {
    kind: "BANK_REDIRECT",
    element: make("div", {}, bank.element, person.element, buyer.element),
    fields,
    testCases: [{ label: ({ test }) => test.fill, fill: () => buyer.fillForTest(shop.country) }],
    async read() {
      if (!areRight(fields) || !buyer.hasRightDocument) return undefined;
      const payWith = {
        bankRedirect: {
          bank: bank.value,
          personType: person.value,
          address: buyer.place,
          returnUrl: location.href,
        },
      };
      const bankName = offer?.banks.find(({ id }) => id === bank.value)?.name ?? "";
      const means = [nameOf(offer?.id ?? ""), bankName].filter(Boolean).join(", ");
      return { request: { payWith, payer: buyer.payer }, means };
    },
  };
}
