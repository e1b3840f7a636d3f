import type { UnauthorizedShape } from "./accounts";
import { defaultSubscriptionSettings, type SubscriptionSettings } from "./subscriptions/settings";

/** Behaviour that the documents leave open or that a test wants otherwise; changed under /_control. */
export interface Settings {
  /** Where payments without a notification_url are announced. */
  webhookUrl: string;
  /** The unit of `ts` in x-signature: seconds and milliseconds were both seen. */
  tsUnit: "s" | "ms";
  /** "forged" signs with a wrong secret, "none" leaves the header out. */
  signature: "valid" | "forged" | "none";
  /** Whether the older IPN notification is sent beside the webhook. */
  ipn: boolean;
  /** What is signed of an id with letters: all three were seen. "other" validates with neither. */
  signedId: "as-sent" | "lowercase" | "other";
  /** The topics that the application listens to; null for all. */
  topics: string[] | null;
  /** Whether notifications of orders say what happened, or the id alone. */
  orderBody: "full" | "minimal";
  /** Whether a payment intent that is read twice in a second is answered 429, as the documents warn. */
  limitIntentReads: boolean;
  unauthorizedShape: UnauthorizedShape;
  /** Choice: how long after its approval a seller can use a payment's money. The real term depends on the contract. */
  releaseMs: number;
  /** Choice: a refund gives back its share of the fees. The documents do not say. */
  returnFeesOnRefund: boolean;
  /**
   * The cause code of a refund refused for lack of balance. No code is documented; this number is
   * made up, and obviously so, to keep anybody from relying on it.
   */
  insufficientBalanceCause: number;
  subscriptions: SubscriptionSettings;
}

export function defaultSettings(webhookUrl: string): Settings {
  return {
    webhookUrl,
    tsUnit: "s",
    signature: "valid",
    ipn: false,
    signedId: "as-sent",
    topics: null,
    orderBody: "full",
    limitIntentReads: false,
    unauthorizedShape: "full",
    releaseMs: 14 * 24 * 60 * 60 * 1000,
    returnFeesOnRefund: true,
    insufficientBalanceCause: 990_001,
    subscriptions: defaultSubscriptionSettings(),
  };
}
