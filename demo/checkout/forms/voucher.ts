import { make } from "../dom";
import { areRight, RadioField } from "../fields";
import { BuyerFields } from "./buyer";
import type { FormContext, PaymentForm } from "./form";

const threeDays = 3 * 24 * 3_600;

export function voucherForm({ shop, documentTypes, offers, nameOf }: FormContext): PaymentForm {
  const which = new RadioField("voucher-method", "method", { path: "payWith.voucher.methodId" });
  which.offer(offers.map(({ id }) => ({ value: id, text: () => nameOf(id) })));
  // Vouchers of one country ask for much the same.
  const asked = [...new Set(offers.flatMap(({ buyerFields }) => buyerFields))];
  const path = "payWith.voucher.address";
  const buyer = new BuyerFields("voucher", asked, documentTypes, path);
  const fields = [which, ...buyer.fields];
  return {
    kind: "VOUCHER",
    element: make("div", {}, which.element, buyer.element),
    fields,
    testCases: [{ label: ({ test }) => test.fill, fill: () => buyer.fillForTest(shop.country) }],
    async read() {
      if (!areRight(fields) || !buyer.hasRightDocument) return undefined;
      const methodId = which.value;
      const offer = offers.find(({ id }) => id === methodId);
      const address = offer?.buyerFields.includes("ADDRESS") ? { address: buyer.place } : {};
      const payWith = { voucher: { methodId, validForSeconds: threeDays, ...address } };
      return { request: { payWith, payer: buyer.payer }, means: nameOf(methodId) };
    },
  };
}
