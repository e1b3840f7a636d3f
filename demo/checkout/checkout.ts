/**
 * A shop's checkout. The page asks with a publishable key what the shop takes, reads what the buyer fills in, hands it to
 * the shop's backend, and watches the payment live. Only `shop-backend.ts` has to move to a server.
 */
import type { Subscription } from "rxjs";
import { clearFault, sayFault, showRefusal, showRejection } from "./decline";
import { element, turnTo } from "./dom";
import type { PaymentForm } from "./forms/form";
import { Refused, type UserError } from "./gateway";
import { language, money, say } from "./language";
import { type Update, watchPayment } from "./live-status";
import { LookUps } from "./look-ups";
import { showMethods } from "./methods";
import { type Attempt, OrderStore } from "./order-store";
import { preparePage } from "./page";
import { Progress } from "./progress";
import { amountLine, showReceipt, timeLine } from "./receipt";
import { readSettings } from "./settings";
import { type Shop, ShopBackend } from "./shop-backend";

preparePage(() => void readNames());
const settings = await readSettings();
const shopNumber = chooseShop();
const { sellerKey, publishableKey } = settings.shops[shopNumber] ?? {};
element("to-order").hidden = !settings.hasOrderPage;
const backend = new ShopBackend(sellerKey ?? "");
const store = new OrderStore(String(shopNumber));
const progress = new Progress(() => void payAnotherWay());
const methodNames = new Map<string, string>();

let form: PaymentForm | undefined;
/** Why the provider refused a payment, which may come before its status or after it. */
let failures: readonly UserError[] = [];
let watching: Subscription | undefined;

const shop = await backend.readShop().catch(notAvailable);
const lookUps = new LookUps(publishableKey ?? "", shop.order);
showOrder(shop);
const formReady = prepareForm();
if (store.attempt === undefined) element("form-checkout").hidden = false;
else void follow(store.attempt);

element("form-checkout").addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});

let isReading = false;

async function submit(): Promise<void> {
  // Before anything else: a second press must not be a second payment.
  if (isReading || form === undefined || store.attempt !== undefined) return;
  isReading = true;
  element("form-checkout").setAttribute("aria-busy", "true");
  clearFault();
  for (const field of form.fields) field.clear();
  try {
    const { kind } = form;
    const chosen = await form.read();
    // Written down before it is sent: whatever happens to the page now, the key stays the same.
    if (chosen !== undefined) void follow(store.begin({ form: kind, ...chosen }));
  } finally {
    isReading = false;
    element("form-checkout").removeAttribute("aria-busy");
  }
}

/** From the press of "pay" to the end, also after a reload: whatever is missing is made up for. */
async function follow(attempt: Attempt): Promise<void> {
  failures = [];
  element("form-checkout").hidden = true;
  progress.begin();
  try {
    const paymentId =
      attempt.paymentId ??
      (await backend.pay(attempt, store, (errors) => {
        failures = errors;
        if (store.attempt === undefined) void offerAgain(() => showRefusal(errors, fields()));
      }));
    store.hasPayment(paymentId);
    watch(paymentId, attempt);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    store.endAttempt();
    await offerAgain(() => showRefusal(fault.errors, fields()));
  }
}

function watch(paymentId: string, attempt: Attempt): void {
  watching = watchPayment({
    makeWatchToken: () => backend.makeWatchToken(paymentId),
    onConnection: (isLive) => progress.connection(isLive),
  }).subscribe({
    next: (update) => showUpdate(update, attempt),
    complete: () => progress.end(),
  });
}

function showUpdate(update: Update, attempt: Attempt): void {
  progress.show(update, attempt.form);
  const { status, payment } = update;
  switch (status) {
    case "APPROVED":
    case "AUTHORIZED":
    case "PARTIALLY_REFUNDED":
      progress.finish(receiptOf(update, attempt));
      break;
    case "REJECTED":
    case "FAILED":
    case "CANCELLED":
    case "EXPIRED":
      // Another card, or the same one corrected: a new token and a new key, so a new payment.
      store.endAttempt();
      void offerAgain(() => {
        if (payment.rejection !== null) showRejection(payment.rejection, fields());
        else if (failures.length > 0) showRefusal(failures, fields());
        else if (status !== "CANCELLED") sayFault(({ statuses }) => statuses[status]);
      });
      break;
    default:
  }
}

/** The form once more, with what is to be said about the last attempt. */
async function offerAgain(tell: () => void): Promise<void> {
  await formReady;
  progress.end();
  element("payment").hidden = true;
  turnTo(element("form-checkout"));
  tell();
}

async function payAnotherWay(): Promise<void> {
  const paymentId = store.attempt?.paymentId;
  // What comes of it, the payment's own status says.
  if (paymentId !== undefined) await backend.cancel(paymentId);
}

function receiptOf({ payment }: Update, { means }: Attempt): HTMLElement {
  const { amount, currency } = shop.order;
  return showReceipt(
    [
      amountLine(amount, currency),
      { label: ({ receipt }) => receipt.seller, value: () => shop.name },
      { label: ({ receipt }) => receipt.method, value: () => means },
      ...(payment.approvedAt === null ? [] : [timeLine(payment.approvedAt)]),
      { label: ({ receipt }) => receipt.order, value: () => store.reference },
      { label: ({ receipt }) => receipt.payment, value: () => payment.id },
    ],
    () => {
      watching?.unsubscribe();
      store.beginOrder();
      location.reload();
    },
  );
}

function fields() {
  return form?.fields ?? [];
}

function showOrder({ name, order }: Shop): void {
  element("seller").textContent = name;
  say(element("amount"), () => money(order.amount, order.currency));
}

async function prepareForm(): Promise<void> {
  const { methods, documentTypes } = await lookUps.methods(language());
  for (const { id, name } of methods) methodNames.set(id, name);
  const nameOf = (id: string) => methodNames.get(id) ?? id;
  const { scriptUrl } = settings;
  const context = { shop, scriptUrl, lookUps, documentTypes, methods, nameOf };
  await showMethods(context, store.attempt?.form, (chosen) => {
    form = chosen;
    clearFault();
  });
  element("form-checkout").dataset.ready = "";
}

/** Methods have names in the buyer's language, at PayU. */
async function readNames(): Promise<void> {
  const { methods } = await lookUps.methods(language());
  for (const { id, name } of methods) methodNames.set(id, name);
}

/** Which of the demo's shops: by the address, so that it survives a reload. */
function chooseShop(): number {
  const select = element<HTMLSelectElement>("shop");
  const wished = Number(new URLSearchParams(location.search).get("shop") ?? "0");
  const number = settings.shops[wished] === undefined ? 0 : wished;
  for (const [index, { name }] of settings.shops.entries()) {
    select.append(new Option(name, String(index), false, index === number));
  }
  element("shop-choice").hidden = settings.shops.length < 2;
  select.addEventListener("change", () => location.assign(`?shop=${select.value}`));
  return number;
}

function notAvailable(fault: unknown): never {
  sayFault(({ page }) => page.notAvailable);
  element("form-checkout").hidden = false;
  throw fault;
}
