import { say } from "./language";
import type { Words } from "./words/words";

type Child = Node | string;

/** An element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** An element whose text follows the buyer's language. */
export function told<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text: (words: Words) => string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  return say(make(tag, attributes), text);
}

/** A button that submits nothing. */
export function button(
  text: (words: Words) => string,
  press: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const element = told("button", text, { type: "button", ...attributes });
  element.addEventListener("click", press);
  return element;
}

/** What the page has under this id. */
export function element<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element ${id}`);
  return found as E;
}

/** Shows a panel, and takes keyboard and screen reader to its heading. */
export function turnTo(panel: HTMLElement): void {
  panel.hidden = false;
  const heading = panel.querySelector<HTMLElement>("h1, h2, h3");
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus();
}
