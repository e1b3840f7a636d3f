import { randomUUID } from "node:crypto";
import type { ConnectedSeller, TestGateway } from "./gateway";
import type { Json } from "./simulator";

/** All that a next action may show. */
export const nextAction = `nextAction {
  __typename
  ... on ShowQrCode { text imageBase64 pageUrl expiresAt }
  ... on ShowVoucher { pageUrl barcode digitableLine reference verificationCode expiresAt }
  ... on GoToPage { url mayBeFramed expiresAt }
  ... on CardChallenge { url creq expiresAt }
}`;

/** A payment without a card, as a page asks for it. */
export function paymentBy(seller: ConnectedSeller, extra: Record<string, unknown> = {}) {
  return {
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    amount: "15000",
    currency: seller.shop.seller.currency,
    payer: { email: `buyer-${randomUUID().slice(0, 8)}@testuser.com` },
    ...extra,
  };
}

export const actionFields = `id status expiresAt redirectUrl providerPaymentId ${nextAction}`;

/** What anybody sees of a payment; null for those who may not see it. */
export async function readAction(
  gateway: TestGateway,
  id: string,
  credential?: string,
): Promise<Json> {
  const query = `query ($id: ID!) { payment(id: $id) { ${actionFields} } }`;
  return (await gateway.data(query, { id }, credential)).payment;
}

/** Presses a button on a page of the simulator's, as a payer would. */
export function answerPage(url: string, answer = "pay"): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams({ answer }),
    redirect: "manual",
  });
}
