import { randomBytes } from "node:crypto";
import type { Invoice, Plan, PlannedOutcome, Preapproval } from "./model";

export interface SubscriptionSnapshot {
  plans: Plan[];
  preapprovals: Preapproval[];
  invoices: Invoice[];
  outcomes: PlannedOutcome[];
}

/** All plans, subscriptions and invoices, in the order in which they were made. */
export class SubscriptionBook {
  readonly plans = new Map<string, Plan>();
  readonly preapprovals = new Map<string, Preapproval>();
  readonly invoices = new Map<number, Invoice>();
  outcomes: PlannedOutcome[] = [];
  readonly #byAccount = new Map<number, Preapproval[]>();
  /** How many subscriptions a payer has made to a plan, whatever became of them. */
  readonly #joined = new Map<string, number>();
  readonly #byPreapproval = new Map<string, Invoice[]>();

  addPreapproval(preapproval: Preapproval): void {
    this.preapprovals.set(preapproval.id, preapproval);
    append(this.#byAccount, preapproval.account, preapproval);
    const { planId, payerEmail } = preapproval;
    if (planId === null) return;
    this.#joined.set(`${planId} ${payerEmail}`, this.joinedBy(planId, payerEmail) + 1);
  }

  joinedBy(planId: string, payerEmail: string): number {
    return this.#joined.get(`${planId} ${payerEmail}`) ?? 0;
  }

  addInvoice(invoice: Invoice): void {
    this.invoices.set(invoice.id, invoice);
    append(this.#byPreapproval, invoice.preapprovalId, invoice);
  }

  preapprovalsOf(account: number): readonly Preapproval[] {
    return this.#byAccount.get(account) ?? [];
  }

  invoicesOf(preapprovalId: string): readonly Invoice[] {
    return this.#byPreapproval.get(preapprovalId) ?? [];
  }

  snapshot(): SubscriptionSnapshot {
    return {
      plans: [...this.plans.values()],
      preapprovals: [...this.preapprovals.values()],
      invoices: [...this.invoices.values()],
      outcomes: this.outcomes,
    };
  }

  /** Without a snapshot: empty. */
  restore(saved?: SubscriptionSnapshot): void {
    for (const map of [this.plans, this.preapprovals, this.invoices]) map.clear();
    for (const map of [this.#byAccount, this.#byPreapproval, this.#joined]) map.clear();
    for (const plan of saved?.plans ?? []) this.plans.set(plan.id, plan);
    for (const preapproval of saved?.preapprovals ?? []) this.addPreapproval(preapproval);
    for (const invoice of saved?.invoices ?? []) this.addInvoice(invoice);
    this.outcomes = saved?.outcomes ?? [];
  }
}

/** 32 hexadecimal digits that begin as the provider's do. */
export function newSubscriptionId(): string {
  return `2c938084${randomBytes(12).toString("hex")}`;
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
