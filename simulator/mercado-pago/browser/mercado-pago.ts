/**
 * Stands in for MercadoPago.js in pages that run against the simulator: the same names, the same order of
 * callbacks, nothing to be had from elsewhere. Facts: the reference of `cardForm` and of the core methods in
 * the public repository mercadopago/sdk-js.
 *
 * Choice: with `iframe` the real script puts frames of its own into the containers, so that the page cannot
 * read the card. Here they are plain fields, which only this script reads.
 */
interface FieldOptions {
  readonly id: string;
  readonly placeholder?: string;
}

type FieldName =
  | "cardNumber"
  | "expirationDate"
  | "securityCode"
  | "cardholderName"
  | "cardholderEmail"
  | "identificationType"
  | "identificationNumber"
  | "issuer"
  | "installments";

/** The script tells a mistake as a list of these. */
interface Fault {
  readonly code: string;
  readonly message: string;
}

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

type Received<Data> = (faults?: readonly Fault[], data?: Data) => void;

interface CardFormOptions {
  readonly amount: string;
  readonly autoMount?: boolean;
  readonly iframe?: boolean;
  readonly form: { readonly id: string } & Readonly<Partial<Record<FieldName, FieldOptions>>>;
  readonly callbacks: {
    readonly onFormMounted: (faults?: readonly Fault[]) => void;
    readonly onFormUnmounted?: (faults?: readonly Fault[]) => void;
    readonly onIdentificationTypesReceived?: Received<readonly IdentificationType[]>;
    readonly onPaymentMethodsReceived?: Received<readonly PaymentMethod[]>;
    readonly onIssuersReceived?: Received<readonly Issuer[]>;
    readonly onInstallmentsReceived?: Received<Installments>;
    readonly onCardTokenReceived?: Received<{ token: string }>;
    /** What it returns is called when the fetching is over. */
    readonly onFetching?: (resource: string) => unknown;
    readonly onSubmit?: (event: SubmitEvent) => void;
    readonly onReady?: () => void;
    readonly onError?: (faults: readonly Fault[]) => void;
  };
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

  createCardToken(card: CardTokenParams): Promise<{ id: string }> {
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

  cardForm(options: CardFormOptions): CardForm {
    const form = new CardForm(this, options);
    if (options.autoMount !== false) form.mount();
    return form;
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

/** The fields that hold the card itself, and what browsers may fill in there. */
const cardFields = {
  cardNumber: "cc-number",
  expirationDate: "cc-exp",
  securityCode: "cc-csc",
} as const satisfies Partial<Record<FieldName, AutoFill>>;

class CardForm {
  #token = "";
  #bin = "";
  #paymentMethodId = "";
  readonly #made: HTMLElement[] = [];
  #listening = new AbortController();

  constructor(
    private readonly api: MercadoPago,
    private readonly options: CardFormOptions,
  ) {}

  mount(): void {
    const { callbacks } = this.options;
    const form = document.getElementById(this.options.form.id);
    if (!(form instanceof HTMLFormElement)) {
      callbacks.onFormMounted([{ code: "form", message: "There is no form with this id" }]);
      return;
    }
    for (const [name, autocomplete] of Object.entries(cardFields)) {
      this.#makeField(name as keyof typeof cardFields, autocomplete);
    }
    for (const [name, options] of Object.entries(this.options.form)) {
      const field = this.#field(name as FieldName);
      if (typeof options === "object" && field instanceof HTMLInputElement) {
        field.placeholder = options.placeholder ?? "";
      }
    }
    const { signal } = this.#listening;
    this.#field("cardNumber")?.addEventListener("input", () => void this.#readBin(), { signal });
    form.addEventListener("submit", (event) => void this.#submitted(event), { signal });
    callbacks.onFormMounted();
    void this.#fetchIdentificationTypes();
  }

  unmount(): void {
    this.#listening.abort();
    this.#listening = new AbortController();
    for (const field of this.#made.splice(0)) field.remove();
    this.options.callbacks.onFormUnmounted?.();
  }

  /** Answers undefined after a fault, which `onCardTokenReceived` has told. */
  async createCardToken(): Promise<{ token: string } | undefined> {
    const [month = "", year = ""] = this.#value("expirationDate").split("/");
    const created = await this.#fetching("cardToken", "onCardTokenReceived", async () => {
      const { id } = await this.api.createCardToken({
        cardNumber: this.#value("cardNumber"),
        cardExpirationMonth: month.trim(),
        cardExpirationYear: year.trim(),
        securityCode: this.#value("securityCode"),
        cardholderName: this.#value("cardholderName"),
        identificationType: this.#value("identificationType"),
        identificationNumber: this.#value("identificationNumber"),
      });
      return { token: id };
    });
    this.#token = created?.token ?? "";
    return created;
  }

  /** Everything that the shop may know. The card is not among it. */
  getCardFormData() {
    return {
      amount: this.options.amount,
      token: this.#token,
      installments: this.#value("installments"),
      paymentMethodId: this.#paymentMethodId,
      issuerId: this.#value("issuer"),
      cardholderEmail: this.#value("cardholderEmail"),
      identificationType: this.#value("identificationType"),
      identificationNumber: this.#value("identificationNumber"),
      processingMode: "aggregator",
      merchantAccountId: undefined,
    };
  }

  submit(): void {
    (document.getElementById(this.options.form.id) as HTMLFormElement).requestSubmit();
  }

  /** Every press is a new token, for a token pays once. The shop hears of it when there is one. */
  async #submitted(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if ((await this.createCardToken()) !== undefined) this.options.callbacks.onSubmit?.(event);
  }

  async #readBin(): Promise<void> {
    const bin = this.#value("cardNumber").replace(/\D/g, "").slice(0, 8);
    if (bin.length < 8 || bin === this.#bin) return;
    this.#bin = bin;
    const method = (
      await this.#fetching(
        "paymentMethods",
        "onPaymentMethodsReceived",
        async () => (await this.api.getPaymentMethods({ bin })).results,
      )
    )?.[0];
    this.#paymentMethodId = method?.id ?? "";
    if (method === undefined) return;
    const issuers = await this.#fetching("issuers", "onIssuersReceived", () =>
      this.api.getIssuers({ paymentMethodId: method.id, bin }),
    );
    this.#fill(
      "issuer",
      issuers?.map(({ id, name }) => [id, name]),
    );
    const installments = await this.#fetching(
      "installments",
      "onInstallmentsReceived",
      async () => {
        const [first] = await this.api.getInstallments({ amount: this.options.amount, bin });
        return first ?? { payer_costs: [] };
      },
    );
    const parts = installments?.payer_costs.map(
      (cost) => [String(cost.installments), cost.recommended_message] as const,
    );
    this.#fill("installments", parts);
  }

  async #fetchIdentificationTypes(): Promise<void> {
    const types = await this.#fetching("identificationTypes", "onIdentificationTypesReceived", () =>
      this.api.getIdentificationTypes(),
    );
    this.#fill(
      "identificationType",
      types?.map(({ id, name }) => [id, name]),
    );
    this.options.callbacks.onReady?.();
  }

  async #fetching<Data>(
    resource: string,
    callback:
      | "onIdentificationTypesReceived"
      | "onPaymentMethodsReceived"
      | "onIssuersReceived"
      | "onInstallmentsReceived"
      | "onCardTokenReceived",
    fetchIt: () => Promise<Data>,
  ): Promise<Data | undefined> {
    const { callbacks } = this.options;
    const received = callbacks[callback] as Received<Data> | undefined;
    const done = callbacks.onFetching?.(resource);
    try {
      const data = await fetchIt();
      received?.(undefined, data);
      return data;
    } catch (faults) {
      received?.(faults as Fault[]);
      callbacks.onError?.(faults as Fault[]);
      return undefined;
    } finally {
      if (typeof done === "function") done();
    }
  }

  #makeField(name: keyof typeof cardFields, autocomplete: AutoFill): void {
    const container = this.#element(name);
    if (container === null || container instanceof HTMLInputElement) return;
    const input = document.createElement("input");
    input.inputMode = "numeric";
    input.autocomplete = autocomplete;
    input.ariaLabel = name;
    container.append(input);
    this.#made.push(input);
  }

  #fill(name: FieldName, choices: readonly (readonly [string, string])[] = []): void {
    const select = this.#field(name);
    if (!(select instanceof HTMLSelectElement)) return;
    select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  }

  #element(name: FieldName): HTMLElement | null {
    return document.getElementById(this.options.form[name]?.id ?? "");
  }

  #field(name: FieldName): HTMLInputElement | HTMLSelectElement | null {
    const element = this.#element(name);
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element;
    return element?.querySelector("input") ?? null;
  }

  #value(name: FieldName): string {
    return this.#field(name)?.value.trim() ?? "";
  }
}

/** Names the device for fraud prevention, as the real script does once it is loaded. */
function makeDeviceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `armor.${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

Object.assign(window, { MercadoPago, MP_DEVICE_SESSION_ID: makeDeviceId() });

export {};
