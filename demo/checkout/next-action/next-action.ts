import { make } from "../dom";
import type { FormKind } from "../words/words";
import type { NextAction } from "./action";
import { showChallenge } from "./challenge";
import { showPage } from "./go-to-page";
import { showQrCode } from "./qr-code";
import { showVoucher } from "./voucher";

/** What the buyer does next. */
export function showNextAction(action: NextAction, form: FormKind): HTMLElement {
  switch (action.__typename) {
    case "ShowQrCode":
      return showQrCode(action);
    case "ShowVoucher":
      return showVoucher(action);
    case "GoToPage":
      return showPage(action, form);
    case "CardChallenge":
      return showChallenge(action);
    default:
      // A gateway that is newer than this page may know more.
      return make("div");
  }
}
