import { type Language, languages, words } from "./words";
import type { Words } from "./words/words";

/** What `lang` of the page calls the languages. */
const tags: Readonly<Record<Language, string>> = { EN: "en", ES: "es", PT: "pt-BR", PL: "pl" };

/** How amounts and times are written. The words in Spanish are those of Argentina. */
const formats: Readonly<Record<Language, string>> = { ...tags, ES: "es-AR" };

const storageKey = "checkout-language";
let current: Language = firstLanguage();
const texts = new Map<string, () => void>();
const listeners = new Set<() => void>();
let lastText = 0;

export function language(): Language {
  return current;
}

/** The words of the buyer's language now. For what stays on the page, use `say`. */
export function wordsNow(): Words {
  return words[current];
}

/** Writes a text, and writes it anew whenever the buyer chooses another language. */
export function say<E extends Element>(element: E, text: (words: Words) => string): E {
  return keepTold(element, "text", () => {
    element.textContent = text(wordsNow());
  });
}

/** The same for an attribute. */
export function sayAs<E extends Element>(
  element: E,
  attribute: string,
  text: (words: Words) => string,
): E {
  return keepTold(element, attribute, () => element.setAttribute(attribute, text(wordsNow())));
}

/** Lets the buyer choose. Calls `changed` after each choice, for what is asked of the gateway in a language. */
export function offerLanguages(select: HTMLSelectElement, changed: () => void): void {
  const names: Readonly<Record<Language, string>> = {
    EN: "English",
    ES: "Español",
    PT: "Português",
    PL: "Polski",
  };
  for (const each of languages) {
    const option = new Option(names[each], each, false, each === current);
    option.lang = tags[each];
    select.append(option);
  }
  listeners.add(changed);
  select.addEventListener("change", () => {
    current = languages.find((each) => each === select.value) ?? current;
    sessionStorage.setItem(storageKey, current);
    document.documentElement.lang = tags[current];
    for (const write of texts.values()) write();
    for (const listener of listeners) listener();
  });
  document.documentElement.lang = tags[current];
}

/** An amount for people. `amount` is exact text, as the gateway writes it. */
export function money(amount: string, currency: string): string {
  const format = new Intl.NumberFormat(formats[current], { style: "currency", currency });
  // An exact decimal in text is taken as it is; the library's type knows numbers alone.
  return format.format(amount as unknown as number);
}

export function dateAndTime(iso: string): string {
  const format = new Intl.DateTimeFormat(formats[current], {
    dateStyle: "long",
    timeStyle: "short",
  });
  return format.format(new Date(iso));
}

function firstLanguage(): Language {
  const chosen = languages.find((each) => each === sessionStorage.getItem(storageKey));
  const wished = () => languages.find((each) => navigator.language.toUpperCase().startsWith(each));
  return chosen ?? wished() ?? "EN";
}

const keys = new WeakMap<Element, number>();

function keepTold<E extends Element>(element: E, what: string, write: () => void): E {
  let key = keys.get(element);
  if (key === undefined) {
    key = ++lastText;
    keys.set(element, key);
  }
  texts.set(`${key} ${what}`, write);
  write();
  return element;
}
