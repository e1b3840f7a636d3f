/** The part of MercadoPago.js that the page uses. The script is on https://sdk.mercadopago.com/js/v2. */
type SecureFieldType = "cardNumber" | "expirationDate" | "securityCode";

interface SecureFieldOptions {
  readonly placeholder?: string;
  /** What screen readers call it. */
  readonly srLabel?: string;
  readonly ariaRequired?: boolean;
  /** Of the text inside the provider's frame; the box around it is the page's. */
  readonly style?: Readonly<Record<string, string>>;
}

interface SecureField {
  /** Puts the provider's frame into the element with this id. */
  mount(containerId: string): SecureField;
  on(event: "ready" | "focus" | "blur" | "change", heard: () => void): SecureField;
  on(
    event: "validityChange",
    heard: (event: { readonly errorMessages: readonly { readonly cause: string }[] }) => void,
  ): SecureField;
  /** The first digits of the card; null until there are enough of them. */
  on(event: "binChange", heard: (event: { readonly bin: string | null }) => void): SecureField;
  update(properties: {
    readonly invalid?: boolean;
    readonly settings?: { readonly mode: "mandatory"; readonly length: number };
  }): SecureField;
}

interface CardToken {
  readonly id: string;
  readonly last_four_digits?: string;
}

interface CardFault {
  readonly field?: string;
  readonly code?: string;
}

declare class MercadoPago {
  constructor(publicKey: string, options?: { readonly locale?: string });
  readonly fields: {
    create(type: SecureFieldType, options?: SecureFieldOptions): SecureField;
    /** Throws a `CardFault`, or a list of them. */
    createCardToken(card: {
      readonly cardholderName: string;
      readonly identificationType?: string;
      readonly identificationNumber?: string;
    }): Promise<CardToken | undefined>;
  };
}

interface Window {
  /** The device's name for fraud prevention; the script sets it. */
  readonly MP_DEVICE_SESSION_ID?: string;
}
