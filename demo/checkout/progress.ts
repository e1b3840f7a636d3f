import { button, element, make, told, turnTo } from "./dom";
import { say } from "./language";
import type { Update } from "./live-status";
import { showNextAction } from "./next-action/next-action";
import type { FormKind, Words } from "./words/words";

/** What becomes of a payment, live, and what the buyer has to do meanwhile. */
export class Progress {
  #shown = "";

  constructor(private readonly payAnotherWay: () => void) {}

  begin(): void {
    this.#shown = "";
    element("statuses").replaceChildren();
    element("next").replaceChildren(told("p", ({ progress }) => progress.busy, { class: "busy" }));
    turnTo(element("payment"));
  }

  show({ status, payment: { nextAction } }: Update, form: FormKind): void {
    const line = make("li", { "data-status": status });
    element("statuses").append(say(line, ({ statuses }) => statuses[status]));
    // A frame that is drawn again would lose what the buyer has done in it.
    const asked = status === "PENDING" ? JSON.stringify([status, nextAction]) : status;
    if (asked === this.#shown) return;
    this.#shown = asked;
    element("next").replaceChildren(...this.#next(status, nextAction, form));
  }

  #next(
    status: Update["status"],
    nextAction: Update["payment"]["nextAction"],
    form: FormKind,
  ): HTMLElement[] {
    if (status === "PROCESSING") {
      return [told("p", ({ progress }) => progress.busy, { class: "busy" })];
    }
    if (status !== "PENDING") return [];
    const other = button(
      ({ buttons }) => buttons.otherMethod,
      () => {
        other.disabled = true;
        this.payAnotherWay();
      },
      { class: "plain", id: "other-method" },
    );
    if (nextAction !== null) return [showNextAction(nextAction, form), other];
    return form === "BLIK" ? [blik(), other] : [other];
  }

  connection(isLive: boolean): void {
    this.#tellConnection(isLive ? "live" : "offline");
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#tellConnection(undefined);
  }

  finish(content: HTMLElement): void {
    element("next").replaceChildren(content);
    turnTo(content);
  }

  hide(): void {
    element("payment").hidden = true;
    element("next").replaceChildren();
  }

  #tellConnection(state: keyof Pick<Words["progress"], "live" | "offline"> | undefined): void {
    const place = element("connection");
    place.dataset.state = state ?? "";
    say(place, ({ progress }) => (state === undefined ? "" : progress[state]));
  }
}

function blik(): HTMLElement {
  return make(
    "div",
    { class: "next next-blik" },
    told("h3", ({ next }) => next.blikTitle),
    told("p", ({ next }) => next.blikText),
  );
}
