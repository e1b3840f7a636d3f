/** What the payer has to do next, so that a payment or an order goes on. `expiresAt`: until when that is of use. */
export type NextAction =
  | {
      readonly kind: "SHOW_QR_CODE";
      /** What the code says; payers who cannot scan copy it. */
      readonly text: string;
      /** A PNG of the code. */
      readonly imageBase64: string | null;
      readonly pageUrl: string | null;
      readonly expiresAt: Date | null;
    }
  | {
      readonly kind: "SHOW_VOUCHER";
      readonly pageUrl: string | null;
      readonly barcode: string | null;
      readonly digitableLine: string | null;
      readonly reference: string | null;
      readonly verificationCode: string | null;
      readonly expiresAt: Date | null;
    }
  | {
      readonly kind: "GO_TO_PAGE";
      readonly url: string;
      readonly mayBeFramed: boolean;
      readonly expiresAt: Date | null;
    }
  | {
      readonly kind: "CARD_CHALLENGE";
      readonly url: string;
      /** What the page posts to `url`. Good for one challenge, and for nobody but the payer. */
      readonly creq: string | null;
      readonly expiresAt: Date | null;
    };

/** The page that a payer can be sent to, where the action has one. */
export function pageOf(action: NextAction): string | null {
  switch (action.kind) {
    case "SHOW_QR_CODE":
    case "SHOW_VOUCHER":
      return action.pageUrl;
    case "GO_TO_PAGE":
    case "CARD_CHALLENGE":
      return action.url;
  }
}
