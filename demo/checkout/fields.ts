import { make, told } from "./dom";
import { say } from "./language";
import type { FieldName, Words } from "./words/words";

export interface FieldOptions {
  /** Where `createPayment` has it in its input: a refusal with this path is shown here. */
  readonly path?: string;
  readonly type?: "text" | "email" | "tel";
  readonly autocomplete?: AutoFill;
  readonly inputMode?: "numeric" | "text";
  /** What is right; anything but nothing where it is left out. */
  readonly pattern?: RegExp;
  readonly isOptional?: boolean;
}

/** A label, something to fill in, and what is wrong with it, in words. */
export abstract class Field {
  readonly element: HTMLElement;
  readonly #fault: HTMLElement;

  constructor(
    readonly name: FieldName,
    /** What screen readers and the label point at. */
    readonly control: HTMLElement,
    readonly path: string | undefined,
  ) {
    const { id } = control;
    this.#fault = make("p", { class: "fault", id: `${id}-fault`, hidden: "" });
    const text = (words: Words) => words.fields[name];
    // A label can be tied to what takes typing alone.
    const label =
      control instanceof HTMLDivElement
        ? told("span", text, { class: "label", id: `${id}-label` })
        : told("label", text, { for: id, id: `${id}-label` });
    this.element = make("div", { class: `field field-${name}` }, label, control, this.#fault);
  }

  abstract isRight(): boolean;

  mark(text: (words: Words) => string = (words) => words.wrong[this.name]): void {
    say(this.#fault, text).hidden = false;
    this.element.classList.add("wrong");
    this.tellInvalid(this.#fault.id);
  }

  clear(): void {
    this.#fault.hidden = true;
    this.element.classList.remove("wrong");
    this.tellInvalid(undefined);
  }

  /** For screen readers. `faultId`: of the words that say why; undefined where it is right. */
  protected tellInvalid(faultId: string | undefined): void {
    if (faultId === undefined) {
      this.control.removeAttribute("aria-invalid");
      this.control.removeAttribute("aria-describedby");
    } else {
      this.control.setAttribute("aria-invalid", "true");
      this.control.setAttribute("aria-describedby", faultId);
    }
  }

  focus(): void {
    this.control.focus();
  }
}

/** What was typed into one form is there in the next one, too. */
const typed = new Map<FieldName, Set<TextField>>();

export class TextField extends Field {
  readonly #input: HTMLInputElement;

  constructor(
    id: string,
    name: FieldName,
    private readonly options: FieldOptions = {},
  ) {
    const input = make("input", { id, type: options.type ?? "text" });
    if (options.autocomplete !== undefined) input.autocomplete = options.autocomplete;
    if (options.inputMode !== undefined) input.inputMode = options.inputMode;
    if (options.isOptional !== true) input.setAttribute("aria-required", "true");
    super(name, input, options.path);
    this.#input = input;
    input.addEventListener("input", () => {
      this.clear();
      for (const twin of typed.get(name) ?? []) if (twin !== this) twin.#input.value = input.value;
    });
    typed.set(name, (typed.get(name) ?? new Set()).add(this));
  }

  get value(): string {
    return this.#input.value.trim();
  }

  /** As if it had been typed. */
  set value(text: string) {
    this.#input.value = text;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  isRight(): boolean {
    if (this.value === "") return this.options.isOptional === true;
    return this.options.pattern?.test(this.value) ?? true;
  }
}

export interface Choice {
  readonly value: string;
  readonly text: (words: Words) => string;
}

export class SelectField extends Field {
  readonly #select: HTMLSelectElement;

  constructor(id: string, name: FieldName, options: Pick<FieldOptions, "path"> = {}) {
    const select = make("select", { id });
    super(name, select, options.path);
    this.#select = select;
    select.addEventListener("change", () => this.clear());
  }

  get value(): string {
    return this.#select.value;
  }

  set value(value: string) {
    this.#select.value = value;
  }

  get size(): number {
    return this.#select.options.length;
  }

  /** Keeps what was chosen, where it is still there. */
  offer(choices: readonly Choice[]): void {
    const { value } = this;
    const options = choices.map((choice) => say(new Option("", choice.value), choice.text));
    this.#select.replaceChildren(...options);
    if (choices.some((choice) => choice.value === value)) this.value = value;
  }

  onChange(changed: () => void): void {
    this.#select.addEventListener("change", changed);
  }

  isRight(): boolean {
    return this.value !== "";
  }
}

/** One of a few, all to be seen. */
export class RadioField extends Field {
  readonly #group: HTMLElement;

  constructor(id: string, name: FieldName, options: Pick<FieldOptions, "path"> = {}) {
    const group = make("div", { id, class: "radios", role: "radiogroup" });
    group.setAttribute("aria-labelledby", `${id}-label`);
    super(name, group, options.path);
    this.#group = group;
    group.addEventListener("change", () => this.clear());
  }

  get value(): string {
    return this.#group.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
  }

  /** The first one is chosen, until the buyer chooses. */
  offer(choices: readonly Choice[]): void {
    const rows = choices.map(({ value, text }, index) => {
      const input = make("input", { class: "dot", type: "radio", name: this.#group.id, value });
      input.checked = index === 0;
      return make("label", { class: "radio" }, input, told("span", text));
    });
    this.#group.replaceChildren(...rows);
  }

  isRight(): boolean {
    return this.value !== "";
  }

  protected override tellInvalid(faultId: string | undefined): void {
    super.tellInvalid(faultId);
    // The role takes no such attribute.
    this.control.removeAttribute("aria-invalid");
  }

  override focus(): void {
    this.#group.querySelector<HTMLInputElement>("input")?.focus();
  }
}

/** Marks what is wrong, and takes the buyer to the first of it. */
export function areRight(fields: readonly Field[]): boolean {
  const wrong = fields.filter((field) => !field.isRight());
  for (const field of wrong) field.mark();
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** The field that a refusal is about: the one at its path, or at the whole that the path is a part of. */
export function fieldAt(fields: readonly Field[], path: readonly string[]): Field | undefined {
  const asked = path.filter((step) => step !== "input").join(".");
  return fields.find(
    ({ path: own }) =>
      own !== undefined &&
      (asked === own ||
        asked.startsWith(`${own}.`) ||
        (asked !== "" && own.startsWith(`${asked}.`))),
  );
}
