/**
 * Stands in for MercadoPago.js in pages that run against the simulator: the same names, the same events, nothing to be had
 * from elsewhere. Facts: the reference of the core methods and of the secure fields in the public repository
 * mercadopago/sdk-js (docs/core-methods.md, docs/fields.md).
 *
 * Choice: the real script puts frames of its own into the containers, so that the page cannot read the card. Here they are
 * plain fields, which only this script reads. The event `simulator:fill-card` fills them, for pages with test cards to
 * click; the real script knows no such thing.
 */

interface IdentificationType {
  readonly id: string;
  readonly name: string;
}

interface PaymentMethod {
  readonly id: string;
  readonly name: string;
}

interface Issuer {
  readonly id: string;
  readonly name: string;
}

interface Installments {
  readonly payer_costs: readonly {
    readonly installments: number;
    readonly recommended_message: string;
  }[];
}

interface CardTokenParams {
  readonly cardNumber?: string;
  readonly cardholderName?: string;
  readonly cardExpirationMonth?: string;
  readonly cardExpirationYear?: string;
  readonly securityCode?: string;
  readonly identificationType?: string;
  readonly identificationNumber?: string;
}

/** The API is where this script comes from. */
const apiUrl = new URL((document.currentScript as HTMLScriptElement).src).origin;

class MercadoPago {
  readonly fields = new Fields(this);

  constructor(private readonly publicKey: string) {}

  getIdentificationTypes(): Promise<IdentificationType[]> {
    return this.#get("/v1/identification_types");
  }

  getPaymentMethods({ bin }: { bin: string }): Promise<{ results: PaymentMethod[] }> {
    return this.#get("/v1/payment_methods/search", { bins: bin });
  }

  getIssuers({ paymentMethodId, bin }: { paymentMethodId: string; bin: string }) {
    const query = { payment_method_id: paymentMethodId, bin };
    return this.#get<Issuer[]>("/v1/payment_methods/card_issuers", query);
  }

  getInstallments({ amount, bin }: { amount: string; bin: string }): Promise<Installments[]> {
    return this.#get("/v1/payment_methods/installments", { amount, bin });
  }

  createCardToken(card: CardTokenParams): Promise<{ id: string; last_four_digits: string }> {
    const identification = { type: card.identificationType, number: card.identificationNumber };
    return this.#ask(
      "/v1/card_tokens",
      {},
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          card_number: card.cardNumber?.replace(/\s/g, ""),
          expiration_month: card.cardExpirationMonth,
          expiration_year: card.cardExpirationYear,
          security_code: card.securityCode,
          cardholder: {
            name: card.cardholderName,
            // Some countries have no documents to ask for.
            ...(identification.type ? { identification } : {}),
          },
        }),
      },
    );
  }

  #get<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, query, { method: "GET" });
  }

  /** @throws a list of faults */
  async #ask<Answer>(
    path: string,
    query: Record<string, string>,
    init: RequestInit,
  ): Promise<Answer> {
    const url = new URL(path, apiUrl);
    url.search = new URLSearchParams({ ...query, public_key: this.publicKey }).toString();
    const response = await fetch(url, init).catch(() => {
      throw [{ code: "network", message: "The network cannot be reached" }];
    });
    const answer = await response.json();
    if (response.ok) return answer;
    const causes: { code: string; description: string }[] = answer.cause ?? [];
    throw causes.length > 0
      ? causes.map(({ code, description }) => ({ code, message: description }))
      : [{ code: String(answer.error), message: String(answer.message) }];
  }
}

type SecureFieldType = "cardNumber" | "expirationDate" | "securityCode";

interface SecureFieldOptions {
  readonly placeholder?: string;
  readonly srLabel?: string;
  readonly ariaRequired?: boolean;
}

type FieldEvent = "ready" | "focus" | "blur" | "change" | "validityChange" | "binChange" | "error";

/** What browsers may fill in. */
const autocompleteOf: Readonly<Record<SecureFieldType, AutoFill>> = {
  cardNumber: "cc-number",
  expirationDate: "cc-exp",
  securityCode: "cc-csc",
};

/** One field of the card. */
class SecureField {
  readonly #input = document.createElement("input");
  readonly #heard = new Map<FieldEvent, ((event: object) => void)[]>();
  #securityCodeLength = 3;
  #bin: string | null = null;

  constructor(
    private readonly type: SecureFieldType,
    { placeholder = "", srLabel = type, ariaRequired = false }: SecureFieldOptions,
  ) {
    this.#input.inputMode = "numeric";
    this.#input.autocomplete = autocompleteOf[type];
    this.#input.placeholder = placeholder;
    this.#input.ariaLabel = srLabel;
    this.#input.setAttribute("aria-required", String(ariaRequired));
    this.#input.addEventListener("input", () => this.#changed());
    this.#input.addEventListener("focus", () => this.#tell("focus"));
    this.#input.addEventListener("blur", () => {
      this.#tell("blur");
      if (this.value !== "") this.#tellValidity();
    });
  }

  get value(): string {
    return this.#input.value.trim();
  }

  mount(containerId: string): this {
    document.getElementById(containerId)?.append(this.#input);
    this.#tell("ready");
    return this;
  }

  unmount(): void {
    this.#input.remove();
  }

  on(event: FieldEvent, heard: (event: object) => void): this {
    this.#heard.set(event, [...(this.#heard.get(event) ?? []), heard]);
    return this;
  }

  update(properties: {
    readonly placeholder?: string;
    readonly invalid?: boolean;
    readonly settings?: { readonly length?: number };
  }): this {
    const { placeholder, invalid, settings } = properties;
    if (placeholder !== undefined) this.#input.placeholder = placeholder;
    if (invalid !== undefined) this.#input.ariaInvalid = String(invalid);
    if (this.type === "securityCode") this.#securityCodeLength = settings?.length ?? 3;
    return this;
  }

  /** As if it had been typed. */
  fill(text: string): void {
    this.#input.value = text;
    this.#changed();
  }

  focus(): void {
    this.#input.focus();
  }

  get faults(): readonly { message: string; cause: string }[] {
    const cause = this.#cause();
    return cause === undefined ? [] : [{ cause, message: `${this.type}: ${cause}` }];
  }

  /** A word of docs/fields.md. */
  #cause(): string | undefined {
    if (this.type === "expirationDate") {
      const isDate = /^(0?[1-9]|1[0-2])\s*\/\s*(\d{2}|\d{4})$/.test(this.value);
      return isDate ? undefined : "invalid_value";
    }
    const digits = this.value.replace(/\s/g, "");
    if (!/^\d*$/.test(digits)) return "invalid_type";
    const [least, most] =
      this.type === "cardNumber" ? [9, 19] : [this.#securityCodeLength, this.#securityCodeLength];
    return digits.length < least || digits.length > most ? "invalid_length" : undefined;
  }

  #changed(): void {
    this.#tell("change");
    // While it is typed, a mistake is only seen to be gone.
    if (this.faults.length === 0) this.#tellValidity();
    if (this.type === "cardNumber") this.#tellBin();
  }

  #tellBin(): void {
    const digits = this.value.replace(/\D/g, "").slice(0, 8);
    const bin = digits.length < 8 ? null : digits;
    if (bin === this.#bin) return;
    this.#bin = bin;
    this.#tell("binChange", { bin });
  }

  #tellValidity(): void {
    this.#tell("validityChange", { errorMessages: this.faults });
  }

  #tell(event: FieldEvent, more: object = {}): void {
    for (const heard of this.#heard.get(event) ?? []) heard({ field: this.type, ...more });
  }
}

/** The fields module. */
class Fields {
  readonly #made = new Map<SecureFieldType, SecureField>();

  constructor(private readonly api: MercadoPago) {
    document.addEventListener("simulator:fill-card", (event) => {
      const card: unknown = (event as CustomEvent).detail;
      for (const [type, field] of this.#made) {
        const text = (card as Partial<Record<SecureFieldType, unknown>>)[type];
        if (typeof text === "string") field.fill(text);
      }
    });
  }

  create(type: SecureFieldType, options: SecureFieldOptions = {}): SecureField {
    const field = new SecureField(type, options);
    this.#made.set(type, field);
    return field;
  }

  focus(): void {
    this.#made.get("cardNumber")?.focus();
  }

  /** Every call is a new token, for a token pays once. @throws a list of faults */
  async createCardToken(card: {
    readonly cardholderName?: string;
    readonly identificationType?: string;
    readonly identificationNumber?: string;
  }) {
    const faults = [...this.#made].flatMap(([field, { faults }]) =>
      faults.map((fault) => ({ field, ...fault })),
    );
    if (faults.length > 0) throw faults;
    const value = (type: SecureFieldType) => this.#made.get(type)?.value ?? "";
    const [month = "", year = ""] = value("expirationDate").split("/");
    return this.api.createCardToken({
      ...card,
      cardNumber: value("cardNumber"),
      cardExpirationMonth: month.trim(),
      cardExpirationYear: year.trim(),
      securityCode: value("securityCode"),
    });
  }
}

/** Names the device for fraud prevention, as the real script does once it is loaded. */
function makeDeviceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `armor.${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

Object.assign(window, { MercadoPago, MP_DEVICE_SESSION_ID: makeDeviceId() });

export {};
