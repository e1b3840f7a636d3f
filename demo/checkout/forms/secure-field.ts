import { make } from "../dom";
import { Field } from "../fields";
import { wordsNow } from "../language";

/** A frame of the provider's, into which the card is typed: the page never sees it. */
export class CardField extends Field {
  readonly #field: SecureField;
  #isWrong = false;
  #isTyped = false;

  constructor(
    provider: MercadoPago,
    readonly type: SecureFieldType,
    placeholder: string,
  ) {
    const id = `card-${type}`;
    super(type, make("div", { id, class: "secure" }), undefined);
    const style = { fontSize: "16px", height: "100%", width: "100%" };
    const options = { placeholder, style, srLabel: wordsNow().fields[type], ariaRequired: true };
    this.#field = provider.fields.create(type, options);
    this.#field.on("change", () => {
      this.#isTyped = true;
      this.clear();
    });
    this.#field.on("validityChange", ({ errorMessages }) => {
      this.#isWrong = errorMessages.length > 0;
      if (!this.#isWrong) this.clear();
    });
  }

  /** Once its place is on the page. */
  mount(): void {
    this.#field.mount(this.control.id);
  }

  onBin(heard: (bin: string | null) => void): void {
    this.#field.on("binChange", ({ bin }) => heard(bin));
  }

  expectLength(length: number): void {
    this.#field.update({ settings: { mode: "mandatory", length } });
  }

  isRight(): boolean {
    return this.#isTyped && !this.#isWrong;
  }

  override focus(): void {
    this.control.querySelector<HTMLElement>("iframe, input")?.focus();
  }

  protected override tellInvalid(faultId: string | undefined): void {
    this.#field?.update({ invalid: faultId !== undefined });
  }
}
