import { element } from "./dom";
import { offerLanguages, say } from "./language";
import type { Words } from "./words/words";

/** What both pages have: the texts that stand in their HTML, and the choice of a language. */
export function preparePage(languageChanged: () => void): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-say]")) {
    const [group = "", name = ""] = (place.dataset.say ?? "").split(".");
    say(place, (words) => textAt(words, group, name));
  }
  offerLanguages(element<HTMLSelectElement>("language"), languageChanged);
  say(document.querySelector("title") ?? document.createElement("title"), ({ page }) => page.title);
}

function textAt(words: Words, group: string, name: string): string {
  const texts: unknown = words[group as keyof Words];
  const text = (texts as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof text === "string" ? text : "";
}

export function loadScript(url: string): Promise<void> {
  const script = document.createElement("script");
  script.src = url;
  return new Promise((loaded, failed) => {
    script.onload = () => loaded();
    script.onerror = () => failed(new Error("The card form's script did not load"));
    document.head.append(script);
  });
}
