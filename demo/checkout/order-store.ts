import type { FormKind } from "./words/words";

/** What `createPayment` is given for one press of "pay", beside what the backend says itself. */
export interface PaymentRequest {
  /** Left out: the buyer chooses at PayU. */
  readonly payWith?: Readonly<Record<string, unknown>>;
  readonly payer: Payer;
  readonly deviceId?: string;
}

export interface Payer {
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly identification?: { readonly type: string; readonly number: string };
  readonly phone?: { readonly areaCode: string; readonly number: string };
}

/** One press of "pay". */
export interface Attempt {
  /** Whoever repeats the request under this key is charged once. */
  readonly idempotencyKey: string;
  readonly form: FormKind;
  /** What the buyer chose, for the receipt: "Visa •••• 3704". */
  readonly means: string;
  /** There until the payment is known: its token pays once, and whose it is need not be kept. */
  readonly request?: PaymentRequest;
  readonly paymentId?: string;
}

interface StoredOrder {
  readonly reference: string;
  /** Payments that have ended without being paid: those of declined cards. */
  readonly ended: readonly string[];
  readonly attempt?: Attempt;
}

/**
 * The buyer's order, kept through reloads. An attempt is written down BEFORE it is sent: a page that was reloaded while
 * it paid asks again under the same key, and so never pays twice. In a shop with accounts, the server keeps this.
 */
export class OrderStore {
  #order: StoredOrder;

  /** `name`: of the shop, since each has an order of its own. */
  constructor(private readonly name: string) {
    const stored = sessionStorage.getItem(this.#key);
    // The page's own words, from this very browser.
    this.#order = stored === null ? newOrder() : (JSON.parse(stored) as StoredOrder);
    this.#write();
  }

  get reference(): string {
    return this.#order.reference;
  }

  get ended(): readonly string[] {
    return this.#order.ended;
  }

  get attempt(): Attempt | undefined {
    return this.#order.attempt;
  }

  begin(attempt: Omit<Attempt, "idempotencyKey" | "paymentId">): Attempt {
    const begun = { ...attempt, idempotencyKey: crypto.randomUUID() };
    this.#order = { ...this.#order, attempt: begun };
    this.#write();
    return begun;
  }

  /** From here on the payment can be watched, and nothing need be asked again. */
  hasPayment(paymentId: string): void {
    const { attempt } = this.#order;
    if (attempt === undefined) return;
    const { request: _done, ...rest } = attempt;
    this.#order = { ...this.#order, attempt: { ...rest, paymentId } };
    this.#write();
  }

  /** The attempt came to nothing: the next press is a new one. */
  endAttempt(): void {
    const { attempt, ended, reference } = this.#order;
    const { paymentId } = attempt ?? {};
    this.#order = { reference, ended: paymentId === undefined ? ended : [...ended, paymentId] };
    this.#write();
  }

  /** The buyer buys again. */
  beginOrder(): void {
    this.#order = newOrder();
    this.#write();
  }

  get #key(): string {
    return `checkout-order ${this.name}`;
  }

  #write(): void {
    sessionStorage.setItem(this.#key, JSON.stringify(this.#order));
  }
}

function newOrder(): StoredOrder {
  return { reference: `demo-${crypto.randomUUID()}`, ended: [] };
}
