import { make, told } from "../dom";
import type { FormKind } from "../words/words";
import type { ActionOf } from "./action";

/** A page that comes back to this one is opened in its place; PayU's page of a single payment leads nowhere back. */
export function showPage({ url }: ActionOf<"GoToPage">, form: FormKind): HTMLElement {
  const comesBack = form === "BANK_REDIRECT";
  const link = told("a", ({ buttons }) => buttons.goToPage, {
    ...{ class: "button", id: "go-to-page", href: url },
    ...(comesBack ? {} : { target: "_blank", rel: "noopener" }),
  });
  return make(
    "div",
    { class: "next next-page" },
    told("h3", ({ next }) => next.pageTitle),
    told("p", ({ next }) => next.pageText),
    link,
  );
}
