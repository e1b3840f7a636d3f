/**
 * The browser's side of a card payment: the provider's script turns the card into a token, the shop's backend
 * pays with it, and the page watches the payment live. Only `shop-backend.ts` has to move to a server.
 */
import { type Language, languages, words } from "./buyer-words";
import { type Update, watchPayment } from "./live-status";
import { makeWatchToken, order, pay, Refused, readPublicKey, settings } from "./shop-backend";

const show = (id: string, text: string) => {
  element(id).textContent = text;
  element(id).hidden = text === "";
};
const button = element("pay") as HTMLButtonElement;
const language = element("language") as HTMLSelectElement;

language.value =
  languages.find((code) => navigator.language.toUpperCase().startsWith(code)) ?? "EN";
show("description", order.description);
show("amount", `${order.currency} ${order.amount}`);
const [publicKey] = await Promise.all([readPublicKey(), loadScript(settings.scriptUrl)]);

let fetching = 0;
const cardForm = new MercadoPago(publicKey).cardForm({
  amount: order.amount,
  iframe: true,
  form: {
    id: "form-checkout",
    cardNumber: { id: "form-checkout__cardNumber", placeholder: "4509 9535 6623 3704" },
    expirationDate: { id: "form-checkout__expirationDate", placeholder: "MM/YY" },
    securityCode: { id: "form-checkout__securityCode", placeholder: "123" },
    cardholderName: { id: "form-checkout__cardholderName", placeholder: "APRO" },
    cardholderEmail: { id: "form-checkout__cardholderEmail", placeholder: "ana@testuser.com" },
    identificationType: { id: "form-checkout__identificationType" },
    identificationNumber: { id: "form-checkout__identificationNumber", placeholder: "12345678" },
    issuer: { id: "form-checkout__issuer" },
    installments: { id: "form-checkout__installments" },
  },
  callbacks: {
    onFormMounted: (fault) => {
      if (fault !== undefined && fault !== null) show("form-fault", "The card form did not open.");
    },
    onReady: () => {
      button.disabled = false;
    },
    onFetching: () => {
      fetching += 1;
      element("fetching").hidden = false;
      return () => {
        fetching -= 1;
        element("fetching").hidden = fetching === 0;
      };
    },
    onCardTokenReceived: (faults) => {
      const messages = [faults ?? []].flat().map(({ message, code }) => message ?? code);
      show("form-fault", messages.join(". "));
    },
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
  },
});

async function submit(): Promise<void> {
  // Before anything else: a second press must not be a second payment.
  if (button.disabled) return;
  button.disabled = true;
  clearMarks();
  try {
    const form = cardForm.getCardFormData();
    const paymentId = await pay({
      idempotencyKey: crypto.randomUUID(),
      cardToken: form.token,
      methodId: form.paymentMethodId,
      issuerId: form.issuerId || undefined,
      installments: Number(form.installments),
      deviceId: window.MP_DEVICE_SESSION_ID,
      payer: {
        email: form.cardholderEmail,
        identification: form.identificationType
          ? { type: form.identificationType, number: form.identificationNumber }
          : undefined,
      },
    });
    watch(paymentId, language.value as Language);
  } catch (fault) {
    const { statuses } = words[language.value as Language];
    const isRefused = fault instanceof Refused;
    show("form-fault", isRefused ? `${statuses.FAILED} (${fault.code}).` : statuses.UNKNOWN);
    // Only a refusal is certain: after anything else the payment may be there.
    button.disabled = !isRefused;
  }
}

function watch(paymentId: string, inLanguage: Language): void {
  element("statuses").replaceChildren();
  element("payment").hidden = false;
  const watching = watchPayment({
    language: inLanguage,
    makeWatchToken: () => makeWatchToken(paymentId),
    onConnection: (isLive) => show("connection", isLive ? "live" : "connecting again…"),
  });
  watching.subscribe({
    next: (update) => showUpdate(update, inLanguage),
    complete: () => show("connection", ""),
  });
}

function showUpdate({ status, payment: { rejection } }: Update, inLanguage: Language): void {
  const { statuses, remedies, categories } = words[inLanguage];
  const line = document.createElement("li");
  line.dataset.status = status;
  line.textContent = statuses[status];
  element("statuses").append(line);

  // Another card, or the same one corrected: a new token and a new key, so a new payment.
  button.disabled = status !== "REJECTED" && status !== "FAILED";
  if (rejection === null) return;
  show("rejection-message", rejection.buyerMessage);
  show("rejection-remedy", remedies[rejection.advice]);
  show("rejection-category", categories[rejection.category]);
  element("rejection").hidden = false;
  if (rejection.field !== null)
    element(fieldIds[rejection.field] ?? "form-checkout").classList.add("wrong");
}

/** Where the form has what a decline may name; the rest of it is the form itself. */
const fieldIds: Readonly<Record<string, string>> = {
  cardNumber: "form-checkout__cardNumber",
  expirationDate: "form-checkout__expirationDate",
  securityCode: "form-checkout__securityCode",
  installments: "form-checkout__installments",
  identification: "form-checkout__identificationNumber",
};

function clearMarks(): void {
  for (const marked of document.querySelectorAll(".wrong")) marked.classList.remove("wrong");
  element("rejection").hidden = true;
  show("form-fault", "");
}

function loadScript(url: string): Promise<void> {
  const script = document.createElement("script");
  script.src = url;
  return new Promise((loaded, failed) => {
    script.onload = () => loaded();
    script.onerror = () => failed(new Error("The card form's script did not load"));
    document.head.append(script);
  });
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element ${id}`);
  return found;
}
