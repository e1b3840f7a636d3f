import { areRight } from "../fields";
import { BuyerFields } from "./buyer";
import type { FormContext, PaymentForm } from "./form";

export function pixForm({ shop, documentTypes, offers, nameOf }: FormContext): PaymentForm {
  const [offer] = offers;
  const buyer = new BuyerFields("pix", offer?.buyerFields ?? [], documentTypes, undefined);
  return {
    kind: "PIX",
    element: buyer.element,
    fields: buyer.fields,
    testCases: [{ label: ({ test }) => test.fill, fill: () => buyer.fillForTest(shop.country) }],
    async read() {
      if (!areRight(buyer.fields) || !buyer.hasRightDocument) return undefined;
      const payWith = { pix: { validForSeconds: 1_800 } };
      return { request: { payWith, payer: buyer.payer }, means: nameOf(offer?.id ?? "") };
    },
  };
}
