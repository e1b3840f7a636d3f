/** The part of MercadoPago.js that the page uses. The script is on https://sdk.mercadopago.com/js/v2. */
interface CardFormField {
  readonly id: string;
  readonly placeholder?: string;
}

interface CardFormFault {
  readonly code?: string;
  readonly message?: string;
}

interface CardFormOptions {
  readonly amount: string;
  /** The card's own fields are frames of the provider's. */
  readonly iframe: boolean;
  readonly form: { readonly id: string } & Readonly<
    Record<
      | "cardNumber"
      | "expirationDate"
      | "securityCode"
      | "cardholderName"
      | "cardholderEmail"
      | "identificationType"
      | "identificationNumber"
      | "issuer"
      | "installments",
      CardFormField
    >
  >;
  readonly callbacks: {
    readonly onFormMounted: (fault?: unknown) => void;
    readonly onReady: () => void;
    readonly onFetching: (resource: string) => () => void;
    readonly onCardTokenReceived: (faults?: CardFormFault | readonly CardFormFault[]) => void;
    /** Comes once there is a token. */
    readonly onSubmit: (event: Event) => void;
  };
}

interface CardFormData {
  readonly token: string;
  readonly paymentMethodId: string;
  readonly issuerId: string;
  readonly installments: string;
  readonly cardholderEmail: string;
  readonly identificationType: string;
  readonly identificationNumber: string;
}

declare class MercadoPago {
  constructor(publicKey: string, options?: { readonly locale?: string });
  cardForm(options: CardFormOptions): { getCardFormData(): CardFormData };
}

interface Window {
  /** The device's name for fraud prevention; the script sets it. */
  readonly MP_DEVICE_SESSION_ID?: string;
}
