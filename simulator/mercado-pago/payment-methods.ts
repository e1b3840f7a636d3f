import type { SiteId } from "./sites";

export type PaymentTypeId =
  | "credit_card"
  | "debit_card"
  | "ticket"
  | "bank_transfer"
  | "account_money"
  | "atm";

/** Words of `status` in the list of methods; only the first can be paid with. */
export const methodStatuses = ["active", "deactive", "temporally_deactive"] as const;
export type MethodStatus = (typeof methodStatuses)[number];

export interface PaymentMethod {
  id: string;
  name: string;
  type: PaymentTypeId;
}

const creditCards: PaymentMethod[] = [
  { id: "visa", name: "Visa", type: "credit_card" },
  { id: "master", name: "Mastercard", type: "credit_card" },
  { id: "amex", name: "American Express", type: "credit_card" },
];
const debitVisa: PaymentMethod = { id: "debvisa", name: "Visa Débito", type: "debit_card" };
const debitMaster: PaymentMethod = {
  id: "debmaster",
  name: "Mastercard Débito",
  type: "debit_card",
};
const accountMoney: PaymentMethod = {
  id: "account_money",
  name: "Mercado Pago",
  type: "account_money",
};

/** A small realistic choice for each site; the real lists are longer and change. */
const methods: Record<SiteId, PaymentMethod[]> = {
  MLA: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "rapipago", name: "Rapipago", type: "ticket" },
    { id: "pagofacil", name: "Pago Fácil", type: "ticket" },
    accountMoney,
  ],
  MLB: [
    ...creditCards,
    { id: "elo", name: "Elo", type: "credit_card" },
    { id: "debelo", name: "Elo Débito", type: "debit_card" },
    { id: "pix", name: "Pix", type: "bank_transfer" },
    { id: "bolbradesco", name: "Boleto", type: "ticket" },
    accountMoney,
  ],
  MLM: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "oxxo", name: "OXXO", type: "ticket" },
    { id: "clabe", name: "SPEI", type: "bank_transfer" },
    { id: "bancomer", name: "BBVA", type: "atm" },
    accountMoney,
  ],
  MLC: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "webpay", name: "Webpay", type: "bank_transfer" },
    accountMoney,
  ],
  MCO: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "pse", name: "PSE", type: "bank_transfer" },
    { id: "efecty", name: "Efecty", type: "ticket" },
    accountMoney,
  ],
  MPE: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "yape", name: "Yape", type: "debit_card" },
    { id: "pagoefectivo_atm", name: "PagoEfectivo", type: "atm" },
    accountMoney,
  ],
  MLU: [
    ...creditCards,
    debitVisa,
    debitMaster,
    { id: "abitab", name: "Abitab", type: "ticket" },
    { id: "redpagos", name: "Redpagos", type: "ticket" },
    accountMoney,
  ],
};

export function paymentMethodsOf(site: SiteId): readonly PaymentMethod[] {
  return methods[site];
}

export function findPaymentMethod(site: SiteId, id: string): PaymentMethod | undefined {
  return methods[site].find((method) => method.id === id);
}

export function isCard(method: PaymentMethod): boolean {
  return method.type === "credit_card" || method.type === "debit_card";
}

/** Choice: status_detail by kind of method, from the list of details documented for `pending`. */
export function waitingDetail(method: PaymentMethod): string {
  return method.type === "bank_transfer" ? "pending_waiting_transfer" : "pending_waiting_payment";
}
