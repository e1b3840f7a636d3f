import { make } from "../dom";
import { areRight, RadioField, TextField } from "../fields";
import { wordsNow } from "../language";
import { BuyerFields } from "./buyer";
import type { FormContext, PaymentForm } from "./form";

/** PayU's page, or that of one bank. */
export function payByLinkForm({ shop, offers, nameOf }: FormContext): PaymentForm {
  const which = new RadioField("payu-method", "method", { path: "payWith.payByLink.value" });
  which.offer([
    { value: "any", text: ({ methods }) => methods.anyAtPayu },
    ...offers.map(({ id }) => ({ value: `link ${id}`, text: () => nameOf(id) })),
  ]);
  const buyer = new BuyerFields("payu", ["EMAIL"], [], undefined);
  const fields = [which, ...buyer.fields];
  return {
    kind: "PAY_BY_LINK",
    element: make("div", {}, which.element, buyer.element),
    fields,
    testCases: [{ label: ({ test }) => test.fill, fill: () => buyer.fillForTest(shop.country) }],
    async read() {
      if (!areRight(fields)) return undefined;
      const { payer } = buyer;
      if (which.value === "any")
        return { request: { payer }, means: wordsNow().methods.PAY_BY_LINK };
      const value = which.value.slice("link ".length);
      return { request: { payWith: { payByLink: { value } }, payer }, means: nameOf(value) };
    },
  };
}

export function blikForm({ shop, offers, nameOf }: FormContext): PaymentForm {
  const code = new TextField("blik-code", "blikCode", {
    ...{ path: "payWith.blik", inputMode: "numeric", pattern: /^\d{6}$/ },
    autocomplete: "one-time-code",
  });
  const buyer = new BuyerFields("blik", ["EMAIL"], [], undefined);
  const fields = [code, ...buyer.fields];
  const fill = (digits: string) => () => {
    buyer.fillForTest(shop.country);
    code.value = digits;
  };
  return {
    kind: "BLIK",
    element: make("div", {}, code.element, buyer.element),
    fields,
    testCases: [
      { label: ({ test }) => test.blikPaid, fill: fill("777123") },
      { label: ({ test }) => test.blikDeclined, fill: fill("500500") },
    ],
    async read() {
      if (!areRight(fields)) return undefined;
      const payWith = { blik: { code: code.value } };
      return { request: { payWith, payer: buyer.payer }, means: nameOf(offers[0]?.id ?? "") };
    },
  };
}
