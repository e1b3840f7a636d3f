export const personTypes = ["NATURAL", "LEGAL"] as const;
export type PersonType = (typeof personTypes)[number];

/** Where a payer lives, as boletos and banks ask for it. */
export interface PayerPlace {
  readonly zipCode: string;
  readonly street: string;
  readonly number: string;
  readonly neighborhood: string;
  readonly city: string;
  readonly state?: string;
}

/** How a payment is paid. What is absent, the provider chooses. */
export type PayWith =
  | {
      readonly kind: "CARD";
      readonly token: string;
      readonly methodId?: string;
      readonly issuerId?: string;
      readonly installments?: number;
      /** Let the card's bank ask the payer, where it wants to. */
      readonly threeDSecure: boolean;
    }
  | { readonly kind: "PIX"; readonly validForSeconds?: number }
  | {
      readonly kind: "VOUCHER";
      readonly methodId: string;
      readonly address?: PayerPlace;
      readonly validForSeconds?: number;
    }
  | {
      readonly kind: "BANK_REDIRECT";
      readonly bank: string;
      readonly personType: PersonType;
      readonly address: PayerPlace;
      readonly returnUrl: string;
    }
  | { readonly kind: "WALLET_TOKEN"; readonly token: string }
  | { readonly kind: "PAY_BY_LINK"; readonly value: string }
  | { readonly kind: "BLIK"; readonly code: string };

export type PayWithKind = PayWith["kind"];

/** The input's field for each kind. */
export const payWithFields = {
  CARD: "card",
  PIX: "pix",
  VOUCHER: "voucher",
  BANK_REDIRECT: "bankRedirect",
  WALLET_TOKEN: "walletToken",
  PAY_BY_LINK: "payByLink",
  BLIK: "blik",
} as const satisfies Record<PayWithKind, string>;
