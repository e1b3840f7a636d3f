import type { Payment, Refund } from "./model";

/** All payments, found in constant time by id and by external reference. */
export class PaymentBook {
  readonly #byId = new Map<number, Payment>();
  readonly #byAccount = new Map<number, Payment[]>();
  readonly #byReference = new Map<string, Payment[]>();

  add(payment: Payment): void {
    this.#byId.set(payment.id, payment);
    append(this.#byAccount, payment.account, payment);
    this.#indexReference(payment);
  }

  get(id: number): Payment | undefined {
    return this.#byId.get(id);
  }

  ofAccount(account: number): readonly Payment[] {
    return this.#byAccount.get(account) ?? [];
  }

  withReference(account: number, reference: string): readonly Payment[] {
    return this.#byReference.get(`${account} ${reference}`) ?? [];
  }

  changeReference(payment: Payment, reference: string | null): void {
    const key = `${payment.account} ${payment.externalReference}`;
    const others = this.#byReference.get(key)?.filter((other) => other !== payment);
    if (others) this.#byReference.set(key, others);
    payment.externalReference = reference;
    this.#indexReference(payment);
  }

  withRefund(id: number): { payment: Payment; refund: Refund } | undefined {
    for (const payment of this.#byId.values()) {
      const refund = payment.refunds.find((one) => one.id === id);
      if (refund) return { payment, refund };
    }
    return undefined;
  }

  snapshot(): Payment[] {
    return [...this.#byId.values()];
  }

  restore(payments: Payment[]): void {
    for (const map of [this.#byId, this.#byAccount, this.#byReference]) map.clear();
    for (const payment of payments) this.add(payment);
  }

  #indexReference(payment: Payment): void {
    if (payment.externalReference === null) return;
    append(this.#byReference, `${payment.account} ${payment.externalReference}`, payment);
  }
}

function append<Key>(map: Map<Key, Payment[]>, key: Key, payment: Payment): void {
  const list = map.get(key);
  if (list) list.push(payment);
  else map.set(key, [payment]);
}
