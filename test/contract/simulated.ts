import type { WebhookRequest } from "../../src/providers/provider";
import type { ReceivedWebhook } from "../support/simulator";
import type { Mishap } from "./provider-world";

/** What a simulated provider is told to do, for a call to go wrong like that. */
export const effects: Record<Mishap, unknown> = {
  "done, then reset": "effect-then-drop",
  "done, then 500": "effect-then-500",
  "done, then half an answer": "truncate",
  "done, then nonsense": "garbage",
  "done, then silence": "effect-then-hang",
  "not done, reset": "drop-before",
  "not done, silence": "hang",
  "not done, 503": { kind: "status", code: 503 },
  "not done, 429": { kind: "status", code: 429, headers: { "retry-after": "60" } },
};

/** A delivery as the gateway's server hands it over. */
export function requestOf(webhook: ReceivedWebhook | undefined, shop = ""): WebhookRequest {
  if (webhook === undefined) throw new Error("no delivery");
  return {
    shop,
    headers: Object.fromEntries(
      Object.entries(webhook.headers).map(([name, value]) => [name, String(value)]),
    ),
    query: Object.fromEntries(webhook.query),
    rawBody: Buffer.from(webhook.text),
  };
}
