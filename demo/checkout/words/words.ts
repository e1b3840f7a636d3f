/** Every status of a payment: whether more will come by itself while the payment is in it. */
export const changesByItself = {
  PROCESSING: true,
  PENDING: true,
  IN_REVIEW: true,
  UNKNOWN: true,
  AUTHORIZED: false,
  APPROVED: false,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  FAILED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  IN_DISPUTE: false,
  CHARGED_BACK: false,
} as const;
export type Status = keyof typeof changesByItself;

export type Advice =
  | "CORRECT_AND_RETRY"
  | "USE_OTHER_METHOD"
  | "CALL_ISSUER"
  | "WAIT"
  | "DO_NOT_RETRY";

export type Category = "DATA_ENTRY" | "ISSUER" | "FRAUD_PREVENTION" | "PROVIDER";

/** The forms that the page has; each fills one field of `payWith`. */
export type FormKind = "CARD" | "PIX" | "VOUCHER" | "BANK_REDIRECT" | "PAY_BY_LINK" | "BLIK";

/** What a buyer may have to fill in. */
export type FieldName =
  | "cardNumber"
  | "expirationDate"
  | "securityCode"
  | "cardholder"
  | "installments"
  | "email"
  | "firstName"
  | "lastName"
  | "documentType"
  | "documentNumber"
  | "areaCode"
  | "phone"
  | "zipCode"
  | "street"
  | "houseNumber"
  | "neighborhood"
  | "city"
  | "state"
  | "bank"
  | "personType"
  | "method"
  | "blikCode";

/** Why nothing was paid, where no field is to blame. */
export type Refusal = "TOO_MANY" | "REPEATED" | "SHOP" | "OTHER";

/** Everything that a buyer reads. Why a card was declined is told by the gateway, in the same languages. */
export interface Words {
  readonly page: {
    readonly title: string;
    readonly shop: string;
    readonly language: string;
    readonly note: string;
    readonly toOrder: string;
    readonly toCheckout: string;
    readonly notAvailable: string;
  };
  readonly order: {
    readonly title: string;
    readonly books: string;
    readonly total: string;
    readonly ofSellers: string;
    readonly novel: string;
    readonly mug: string;
    readonly print: string;
  };
  readonly methods: Readonly<Record<FormKind, string>> & {
    readonly title: string;
    readonly none: string;
    readonly anyAtPayu: string;
  };
  readonly fields: Readonly<Record<FieldName, string>>;
  /** What to do about a field that is wrong. */
  readonly wrong: Readonly<Record<FieldName, string>>;
  readonly persons: { readonly natural: string; readonly legal: string };
  readonly installments: {
    readonly once: (total: string) => string;
    readonly parts: (count: number, each: string, total: string) => string;
    readonly none: string;
  };
  readonly buttons: {
    readonly pay: (amount: string) => string;
    readonly payBy: Readonly<Record<FormKind, (amount: string) => string>>;
    readonly payOrder: (amount: string) => string;
    readonly otherMethod: string;
    readonly newOrder: string;
    readonly print: string;
    readonly copy: string;
    readonly copied: string;
    readonly goToPage: string;
    readonly openVoucher: string;
  };
  readonly hints: Readonly<Record<FormKind, string>>;
  readonly next: {
    readonly qrTitle: string;
    readonly qrSteps: readonly string[];
    readonly qrPicture: string;
    readonly qrText: string;
    readonly voucherTitle: string;
    readonly voucherText: string;
    readonly reference: string;
    readonly barcode: string;
    readonly digitableLine: string;
    readonly verificationCode: string;
    readonly pageTitle: string;
    readonly pageText: string;
    readonly challengeTitle: string;
    readonly challengeText: string;
    readonly challengeOver: string;
    readonly blikTitle: string;
    readonly blikText: string;
    readonly timeLeft: (time: string) => string;
    readonly payUntil: (time: string) => string;
    readonly timeOver: string;
  };
  readonly progress: {
    readonly title: string;
    readonly live: string;
    readonly offline: string;
    readonly busy: string;
    readonly steps: string;
  };
  readonly receipt: {
    readonly title: string;
    readonly thanks: string;
    readonly amount: string;
    readonly seller: string;
    readonly method: string;
    readonly paidAt: string;
    readonly order: string;
    readonly payment: string;
  };
  readonly test: {
    readonly title: string;
    readonly text: string;
    readonly approved: string;
    readonly review: string;
    readonly funds: string;
    readonly securityCode: string;
    readonly date: string;
    readonly form: string;
    readonly call: string;
    readonly challenge: string;
    readonly challengeFails: string;
    readonly fill: string;
    readonly blikPaid: string;
    readonly blikDeclined: string;
  };
  readonly refusals: Readonly<Record<Refusal, string>>;
  readonly cardFormFault: string;
  readonly statuses: Readonly<Record<Status, string>>;
  /** What to do after a decline. */
  readonly remedies: Readonly<Record<Advice, string>>;
  /** Whose side a decline comes from. */
  readonly categories: Readonly<Record<Category, string>>;
}
