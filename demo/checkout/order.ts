/**
 * An order at three sellers, paid at PayU by one payment. The marketplace's backend makes the order; the page goes to PayU,
 * comes back, and watches each seller's payment. Only `marketplace-backend.ts` has to move to a server.
 */
import { clearFault, sayFault, showRefusal } from "./decline";
import { element, make, told, turnTo } from "./dom";
import { areRight, TextField } from "./fields";
import { Refused } from "./gateway";
import { money, say } from "./language";
import { type Update, watchPayment } from "./live-status";
import {
  type Cart,
  cartsOf,
  currency,
  MarketplaceBackend,
  type OrderMade,
  total,
} from "./marketplace-backend";
import { preparePage } from "./page";
import { amountLine, type ReceiptLine, showReceipt, timeLine } from "./receipt";
import { readMarketplace } from "./settings";
import type { Status } from "./words/words";

/** Written down before it is sent, so that a reload asks again under the same key. */
interface StoredOrder {
  readonly idempotencyKey: string;
  readonly reference: string;
  readonly email: string;
  readonly made?: OrderMade;
}

const storageKey = "checkout-marketplace-order";

preparePage(() => {});
const marketplace = await readMarketplace();
const backend = new MarketplaceBackend(marketplace);
const carts = cartsOf(marketplace);
const statuses = new Map<string, Status>();
showCarts();

const email = new TextField("order-email", "email", {
  ...{ path: "buyer.email", type: "email", autocomplete: "email" },
  pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
});
element("buyer").append(email.element);
say(element("pay"), ({ buttons }) => buttons.payOrder(money(total, currency)));
element("fill").addEventListener("click", () => {
  email.value = "ana@testuser.com";
});
element("form-order").addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});

const stored = readStored();
if (stored === undefined) element("form-order").hidden = false;
else void follow(stored);

async function submit(): Promise<void> {
  clearFault();
  if (readStored() !== undefined || !areRight([email])) return;
  const order: StoredOrder = {
    idempotencyKey: crypto.randomUUID(),
    reference: `demo-${crypto.randomUUID()}`,
    email: email.value,
  };
  write(order);
  await follow(order);
}

async function follow(order: StoredOrder): Promise<void> {
  element("form-order").hidden = true;
  element("next").replaceChildren(told("p", ({ progress }) => progress.busy, { class: "busy" }));
  turnTo(element("payment"));
  if (order.made !== undefined) return watchAll(order, order.made);
  try {
    const continueUrl = new URL(location.pathname, location.href).href;
    const made = await backend.order({ ...order, continueUrl });
    write({ ...order, made });
    if (made.pageUrl !== null) location.assign(made.pageUrl);
    else watchAll({ ...order, made }, made);
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    sessionStorage.removeItem(storageKey);
    offerAgain(() => showRefusal(fault.errors, [email]));
  }
}

/** That the buyer came back proves nothing: what became of it, each seller's payment says. */
function watchAll(order: StoredOrder, { payments }: OrderMade): void {
  for (const { id, seller } of payments) {
    watchPayment({
      makeWatchToken: () => backend.makeWatchToken(id),
      onConnection: () => {},
    }).subscribe((update) => showUpdate(order, seller.id, update));
  }
}

function showUpdate(order: StoredOrder, sellerId: string, { status, payment }: Update): void {
  const line = element(`status-${sellerId}`);
  line.dataset.status = status;
  say(line, (words) => words.statuses[status]);
  statuses.set(sellerId, status);
  const seen = [...statuses.values()];
  if (seen.length < carts.length) return;
  if (seen.every((each) => each === "APPROVED")) {
    const receipt = receiptOf(order, payment.approvedAt);
    element("next").replaceChildren(receipt);
    turnTo(receipt);
  } else if (seen.every((each) => ended.has(each))) {
    sessionStorage.removeItem(storageKey);
    offerAgain(() => sayFault((words) => words.statuses[status]));
  } else if (seen.includes("PENDING")) {
    element("next").replaceChildren(...toPage(order));
  }
}

const ended: ReadonlySet<Status> = new Set(["REJECTED", "FAILED", "CANCELLED", "EXPIRED"]);

/** Who walked away from PayU's page may go there again. */
function toPage({ made }: StoredOrder): HTMLElement[] {
  if (made?.pageUrl == null) return [];
  return [
    make(
      "div",
      { class: "next next-page" },
      told("h3", ({ next }) => next.pageTitle),
      told("p", ({ next }) => next.pageText),
      told("a", ({ buttons }) => buttons.goToPage, {
        ...{ class: "button", id: "go-to-page", href: made.pageUrl },
      }),
    ),
  ];
}

function receiptOf({ reference }: StoredOrder, approvedAt: string | null): HTMLElement {
  const ofSellers = carts.map(
    ({ seller, amount }): ReceiptLine => ({
      label: () => seller.name,
      value: () => money(amount, currency),
    }),
  );
  return showReceipt(
    [
      ...ofSellers,
      amountLine(total, currency),
      { label: ({ receipt }) => receipt.method, value: () => "PayU" },
      ...(approvedAt === null ? [] : [timeLine(approvedAt)]),
      { label: ({ receipt }) => receipt.order, value: () => reference },
    ],
    () => {
      sessionStorage.removeItem(storageKey);
      location.reload();
    },
  );
}

function offerAgain(tell: () => void): void {
  element("payment").hidden = true;
  turnTo(element("form-order"));
  tell();
}

function showCarts(): void {
  const lines = carts.map(({ seller, thing, amount }: Cart) =>
    make(
      "div",
      {},
      make(
        "dt",
        {},
        told("span", ({ order }) => order[thing]),
        make("small", {}, seller.name),
      ),
      say(make("dd"), () => money(amount, currency)),
    ),
  );
  element("carts").prepend(...lines);
  say(element("amount"), () => money(total, currency));
  const states = carts.map(({ seller }) =>
    make(
      "li",
      {},
      make("strong", {}, seller.name),
      make("span", { id: `status-${seller.id}`, class: "status" }),
    ),
  );
  element("sellers").replaceChildren(...states);
}

function readStored(): StoredOrder | undefined {
  const text = sessionStorage.getItem(storageKey);
  // The page's own words, from this very browser.
  return text === null ? undefined : (JSON.parse(text) as StoredOrder);
}

function write(order: StoredOrder): void {
  sessionStorage.setItem(storageKey, JSON.stringify(order));
}
