import { button, element, make, told } from "./dom";
import { bankForm } from "./forms/bank";
import { cardForm } from "./forms/card";
import type { FormContext, PaymentForm } from "./forms/form";
import { blikForm, payByLinkForm } from "./forms/payu";
import { pixForm } from "./forms/pix";
import { voucherForm } from "./forms/voucher";
import { money, say, sayAs } from "./language";
import type { MethodOffer } from "./look-ups";
import { loadScript } from "./page";
import { showTabs } from "./tabs";
import type { FormKind, Words } from "./words/words";

/** In the order of the tabs. */
const kinds = ["CARD", "PIX", "BLIK", "VOUCHER", "BANK_REDIRECT", "PAY_BY_LINK"] as const;

/**
 * A tab for each form that the shop's methods are paid by. A method whose forms this page does not have is left out: a
 * wallet's token, say, which the wallet's own script makes.
 */
export async function showMethods(
  context: Omit<FormContext, "offers"> & { readonly methods: readonly MethodOffer[] },
  chosen: FormKind | undefined,
  choose: (form: PaymentForm) => void,
): Promise<void> {
  const { methods, ...rest } = context;
  const forms: PaymentForm[] = [];
  let mount = () => {};
  for (const kind of kinds) {
    const offers = methods.filter(({ payWith }) => payWith.find(isKnown) === kind);
    if (offers.length === 0) continue;
    if (kind === "CARD") {
      const card = await makeCardForm({ ...rest, offers });
      if (card === undefined) continue;
      mount = () => card.mount();
      forms.push(card);
    } else {
      forms.push(makers[kind]({ ...rest, offers }));
    }
  }
  const place = element("methods");
  if (forms.length === 0) {
    place.replaceChildren(told("p", (words) => words.methods.none));
    return;
  }
  const tabs = forms.map((form) => ({
    name: form.kind,
    label: labelOf(form.kind),
    panel: panelOf(form, context),
  }));
  showTabs(place, tabs, chosen, (name) => {
    const form = forms.find(({ kind }) => kind === name);
    if (form !== undefined) choose(form);
  });
  mount();
}

const makers: Readonly<Record<Exclude<FormKind, "CARD">, (context: FormContext) => PaymentForm>> = {
  PIX: pixForm,
  BLIK: blikForm,
  VOUCHER: voucherForm,
  BANK_REDIRECT: bankForm,
  PAY_BY_LINK: payByLinkForm,
};

function isKnown(form: string): boolean {
  return (kinds as readonly string[]).includes(form);
}

function labelOf(kind: FormKind): (words: Words) => string {
  return (words) => words.methods[kind];
}

/** Undefined where the provider's script did not come: the other methods need it not. */
async function makeCardForm(context: FormContext) {
  const { publicKey, country } = context.shop;
  if (publicKey === null) return undefined;
  try {
    await loadScript(context.scriptUrl);
  } catch {
    return undefined;
  }
  const locale = country === "BR" ? "pt-BR" : `es-${country}`;
  return cardForm(context, new MercadoPago(publicKey, { locale }));
}

function panelOf(form: PaymentForm, { shop }: Pick<FormContext, "shop">): HTMLElement {
  const { amount, currency } = shop.order;
  const pay = make("button", { type: "submit", class: "pay" });
  say(pay, ({ buttons }) => buttons.payBy[form.kind](money(amount, currency)));
  const cases = form.testCases.map(({ label, fill }) => button(label, fill, { class: "chip" }));
  const tests = make(
    "div",
    { class: "tests", role: "group" },
    told("p", ({ test }) => test.title, { class: "tests-title" }),
    make("div", { class: "chips" }, ...cases),
    ...(form.kind === "CARD" ? [told("p", ({ test }) => test.text, { class: "hint" })] : []),
  );
  sayAs(tests, "aria-label", ({ test }) => test.title);
  return make(
    "div",
    {},
    told("p", ({ hints }) => hints[form.kind], { class: "hint" }),
    form.element,
    pay,
    tests,
  );
}
