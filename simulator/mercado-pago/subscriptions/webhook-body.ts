import type { JsonObject } from "../../core/json-body";

export const subscriptionTopics = {
  preapproval: "subscription_preapproval",
  plan: "subscription_preapproval_plan",
  invoice: "subscription_authorized_payment",
} as const;

/** Choice: only the word of preapprovals was seen. */
const entities: Readonly<Record<string, string>> = {
  [subscriptionTopics.preapproval]: "preapproval",
  [subscriptionTopics.plan]: "preapproval_plan",
  [subscriptionTopics.invoice]: "authorized_payment",
};

export function isSubscriptionTopic(type: string): boolean {
  return type in entities;
}

interface Told {
  type: string;
  action: string;
  dataId: string;
  clientId: string;
  account: number;
  version: number;
  at: number;
}

/** Unlike a payment's body: it names the kind of resource, and the seller only when that is switched on. */
export function subscriptionBody(id: number, told: Told, namesSeller: boolean): JsonObject {
  return {
    id: String(id),
    type: told.type,
    action: told.action,
    entity: entities[told.type],
    version: told.version,
    date: new Date(told.at).toISOString().replace(/\.\d+Z$/, "Z"),
    application_id: Number(told.clientId),
    ...(namesSeller ? { user_id: told.account } : {}),
    data: { id: told.dataId },
  };
}
