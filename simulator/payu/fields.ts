import { isObject, type JsonObject } from "../core/json-body";
import { invalid, missing } from "./errors";

/**
 * Reads the members of one object of a request and throws the refusal for the first that is not as
 * it must be. It knows where the object stands in the request, so that refusals can say so.
 */
export class Fields {
  constructor(
    readonly raw: JsonObject,
    private readonly place = "",
  ) {}

  static of(body: unknown): Fields {
    if (!isObject(body)) throw missing("the body");
    return new Fields(body);
  }

  path(name: string): string {
    return `${this.place}${name}`;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  text(name: string, maxLength = 255): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    if (typeof value !== "string" || value === "") throw invalid(this.path(name), "is no text");
    // As JSON Schema counts for `maxLength`, which PayU's OpenAPI file gives: in code points.
    if ([...value].length > maxLength)
      throw invalid(this.path(name), `is longer than ${maxLength}`);
    return value;
  }

  requiredText(name: string, maxLength?: number): string {
    const value = this.text(name, maxLength);
    if (value === undefined) throw missing(this.path(name));
    return value;
  }

  /** A whole number. Texts of digits are documented; numbers stand in many samples and are taken too. */
  digits(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    const isText = typeof value === "string" && /^\d{1,15}$/.test(value);
    const number = isText ? Number(value) : value;
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) {
      throw invalid(this.path(name), "is no whole number");
    }
    return number;
  }

  requiredDigits(name: string): number {
    const value = this.digits(name);
    if (value === undefined) throw missing(this.path(name));
    return value;
  }

  /** Digits above zero. */
  requiredAmount(name: string): number {
    const value = this.requiredDigits(name);
    if (value === 0) throw invalid(this.path(name), "must be above zero");
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    const word = words.find((candidate) => candidate === value);
    if (value !== undefined && word === undefined) {
      throw invalid(this.path(name), `is none of ${words.join(", ")}`);
    }
    return word;
  }

  object(name: string): Fields | undefined {
    if (!this.has(name)) return undefined;
    const value = this.raw[name];
    if (!isObject(value)) throw invalid(this.path(name), "is no object");
    return new Fields(value, `${this.path(name)}.`);
  }

  requiredObject(name: string): Fields {
    const value = this.object(name);
    if (value === undefined) throw missing(this.path(name));
    return value;
  }

  list(name: string): Fields[] {
    if (!this.has(name)) return [];
    const value = this.raw[name];
    if (!Array.isArray(value)) throw invalid(this.path(name), "is no list");
    return value.map((item: unknown, index) => {
      const place = `${this.path(name)}[${index}]`;
      if (!isObject(item)) throw invalid(place, "is no object");
      return new Fields(item, `${place}.`);
    });
  }

  requiredList(name: string): Fields[] {
    const items = this.list(name);
    if (items.length === 0) throw missing(this.path(name));
    return items;
  }
}
