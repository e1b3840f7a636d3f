import { make } from "./dom";
import { say } from "./language";
import type { Words } from "./words/words";

export interface Tab {
  /** For the ids of the tab and its panel. */
  readonly name: string;
  readonly label: (words: Words) => string;
  readonly panel: HTMLElement;
}

/** Tabs by the pattern that screen readers know: arrows move between them, Tab goes on into the panel. */
export function showTabs(
  place: HTMLElement,
  tabs: readonly Tab[],
  chosen: string | undefined,
  choose: (name: string) => void,
): void {
  const list = make("div", { role: "tablist", class: "tabs", "aria-labelledby": "methods-title" });
  const buttons = tabs.map(({ name, label }) => {
    const attributes = {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "aria-controls": `panel-${name}`,
    };
    return say(make("button", attributes), label);
  });
  const turnTo = (index: number) => {
    for (const [at, { name, panel }] of tabs.entries()) {
      const button = buttons[at];
      if (button === undefined) continue;
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
      panel.hidden = at !== index;
      if (at === index) choose(name);
    }
  };
  for (const [index, button] of buttons.entries()) {
    button.addEventListener("click", () => turnTo(index));
    button.addEventListener("keydown", ({ key }) => {
      const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
      const ends: Readonly<Record<string, number>> = { Home: 0, End: tabs.length - 1 };
      const step = steps[key];
      const next =
        ends[key] ?? (step === undefined ? undefined : (index + step + tabs.length) % tabs.length);
      if (next === undefined) return;
      turnTo(next);
      buttons[next]?.focus();
    });
  }
  for (const { name, panel } of tabs) {
    panel.id = `panel-${name}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${name}`);
  }
  list.append(...buttons);
  place.replaceChildren(list, ...tabs.map(({ panel }) => panel));
  turnTo(
    Math.max(
      0,
      tabs.findIndex(({ name }) => name === chosen),
    ),
  );
}
