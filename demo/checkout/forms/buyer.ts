import { make } from "../dom";
import { type Field, SelectField, TextField } from "../fields";
import type { DocumentType } from "../look-ups";
import type { Payer } from "../order-store";
import type { FieldName } from "../words/words";

/** What the buyer tells about themselves: as much as the method asks for. */
export class BuyerFields {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  readonly #texts = new Map<FieldName, TextField>();
  readonly #documentType: SelectField | undefined;

  /** `asked`: `buyerFields` of the method. `placePath`: where `payWith` wants the address. */
  constructor(
    form: string,
    asked: readonly string[],
    private readonly documentTypes: readonly DocumentType[],
    placePath: string | undefined,
  ) {
    const asks = (field: string) => asked.includes(field);
    const text = (...[name, options]: ParametersOfText) => {
      const field = new TextField(`${form}-${name}`, name, options);
      this.#texts.set(name, field);
      return field;
    };
    const rows: Field[][] = [];
    if (asks("NAME")) {
      rows.push([
        text("firstName", { path: "payer.firstName", autocomplete: "given-name" }),
        text("lastName", { path: "payer.lastName", autocomplete: "family-name" }),
      ]);
    }
    rows.push([
      text("email", {
        ...{ path: "payer.email", type: "email", autocomplete: "email" },
        pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
      }),
    ]);
    if (asks("DOCUMENT") && documentTypes.length > 0) {
      const types = new SelectField(`${form}-documentType`, "documentType", {
        path: "payer.identification.type",
      });
      types.offer(documentTypes.map(({ id, name }) => ({ value: id, text: () => name })));
      this.#documentType = types;
      rows.push([types, text("documentNumber", { path: "payer.identification" })]);
    }
    if (asks("PHONE")) {
      const digits = { type: "tel", inputMode: "numeric", pattern: /^\d{1,15}$/ } as const;
      rows.push([
        text("areaCode", {
          ...digits,
          path: "payer.phone.areaCode",
          autocomplete: "tel-area-code",
        }),
        text("phone", { ...digits, path: "payer.phone", autocomplete: "tel-local" }),
      ]);
    }
    if (asks("ADDRESS") && placePath !== undefined) {
      const at = (part: string) => ({ path: `${placePath}.${part}` });
      rows.push(
        [
          text("zipCode", { ...at("zipCode"), autocomplete: "postal-code" }),
          text("state", { ...at("state"), autocomplete: "address-level1" }),
        ],
        [
          text("city", { ...at("city"), autocomplete: "address-level2" }),
          text("neighborhood", { ...at("neighborhood") }),
        ],
        [text("street", { ...at("street") }), text("houseNumber", { ...at("number") })],
      );
    }
    this.fields = rows.flat();
    this.element = make(
      "div",
      {},
      ...rows.map((row) => make("div", { class: "row" }, ...row.map(({ element }) => element))),
    );
  }

  /** Marks a document that its kind cannot have. */
  get hasRightDocument(): boolean {
    const type = this.documentTypes.find(({ id }) => id === this.#documentType?.value);
    const field = this.#texts.get("documentNumber");
    if (type === undefined || field === undefined) return true;
    const { length } = field.value;
    const fits =
      (!type.digitsOnly || /^\d*$/.test(field.value)) &&
      length >= (type.minLength ?? 1) &&
      length <= (type.maxLength ?? 99);
    if (fits) return true;
    field.mark();
    field.focus();
    return false;
  }

  get documentType(): string | undefined {
    return this.#documentType?.value;
  }

  text(name: FieldName): string {
    return this.#texts.get(name)?.value ?? "";
  }

  get payer(): Payer {
    const text = (name: FieldName) => this.text(name) || undefined;
    const [firstName, lastName] = [text("firstName"), text("lastName")];
    const [type, number] = [this.documentType, text("documentNumber")];
    const [areaCode, phone] = [text("areaCode"), text("phone")];
    return {
      email: this.text("email"),
      ...(firstName === undefined ? {} : { firstName }),
      ...(lastName === undefined ? {} : { lastName }),
      ...(type === undefined || number === undefined ? {} : { identification: { type, number } }),
      ...(areaCode === undefined || phone === undefined
        ? {}
        : { phone: { areaCode, number: phone } }),
    };
  }

  get place() {
    return {
      zipCode: this.text("zipCode"),
      street: this.text("street"),
      number: this.text("houseNumber"),
      neighborhood: this.text("neighborhood"),
      city: this.text("city"),
      state: this.text("state"),
    };
  }

  /** Somebody who does not exist, of the shop's country. */
  fillForTest(country: string): void {
    const documents: Readonly<Record<string, readonly [type: string, number: string]>> = {
      AR: ["DNI", "12345678"],
      BR: ["CPF", "19119119100"],
      CL: ["RUT", "111111111"],
      CO: ["CC", "1234567890"],
      PE: ["DNI", "12345678"],
      UY: ["CI", "12345678"],
    };
    const [type, documentNumber] = documents[country] ?? [];
    if (type !== undefined && this.#documentType !== undefined) this.#documentType.value = type;
    const somebody: Partial<Record<FieldName, string | undefined>> = {
      ...{ email: "ana@testuser.com", firstName: "Ana", lastName: "Paz", documentNumber },
      ...{ areaCode: "11", phone: "40041234", houseNumber: "1000" },
      ...(country === "CO"
        ? {
            zipCode: "110231",
            city: "Bogotá",
            state: "DC",
            street: "Carrera 7",
            neighborhood: "Chapinero",
          }
        : {
            ...{ zipCode: "01310100", city: "São Paulo", state: "SP" },
            ...{ street: "Avenida Paulista", neighborhood: "Bela Vista" },
          }),
    };
    for (const [name, field] of this.#texts) field.value = somebody[name] ?? field.value;
  }
}

type ParametersOfText = [name: FieldName, options: ConstructorParameters<typeof TextField>[2]];
