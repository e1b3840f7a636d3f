import type { SubscriptionObservation } from "../../../domain/billing-subscription";
import { isObject, readList, readName } from "../../json";
import type { EffectCall, Outcome, ProviderRefusal, SubscriptionChange } from "../../provider";
import { amountLiteral, toJson } from "../amounts";
import type { MercadoPagoClient } from "../client";
import type { ErrorMeaning } from "../errors";
import { rejectionOf } from "../rejections";
import { getPreapproval } from "./preapprovals";
import { meaningOfText } from "./refusals";

type Seen = Outcome<SubscriptionObservation>;

const words = { AUTHORIZED: "authorized", PAUSED: "paused", CANCELLED: "cancelled" } as const;

/** A card that fails its check is answered 402 without a reason, which stands in the payment of the check (measured). */
const cardFailed: ErrorMeaning = {
  code: "PROVIDER_REFUSED",
  field: "cardToken",
  message: "The card did not pass Mercado Pago's check. Ask for another card.",
};
const certainRefusals: ReadonlyMap<number, ErrorMeaning> = new Map([[402, cardFailed]]);

/** PUT /preapproval/{id}, and the subscription as it is afterwards: a 200 proves nothing (measured). */
export async function updatePreapproval(
  client: MercadoPagoClient,
  subscription: { readonly providerSubscriptionId: string; readonly reference: string },
  change: SubscriptionChange,
  call: EffectCall,
): Promise<Seen> {
  const { providerSubscriptionId } = subscription;
  const answer = await client.send(
    {
      operation: "updateSubscription",
      method: "PUT",
      path: `/preapproval/${encodeURIComponent(providerSubscriptionId)}`,
      body: toJson(bodyOf(change)),
      deviceId: change.deviceId ?? null,
      meaningOfText,
      ...(change.cardToken === undefined ? {} : { certainRefusals }),
    },
    call,
  );
  if (answer.kind === "refused" && answer.refusal.message === cardFailed.message) {
    return {
      kind: "refused",
      refusal: await withReason(client, subscription, answer.refusal, call),
    };
  }
  if (answer.kind !== "accepted") return answer;
  const seen = await getPreapproval(client, providerSubscriptionId, call);
  return seen.kind === "accepted" && seen.value !== null
    ? { kind: "accepted", value: seen.value }
    : { kind: "unknown", reason: "the subscription could not be read after its change" };
}

function bodyOf({ amount, status, cardToken, secondary }: SubscriptionChange): object {
  return {
    auto_recurring:
      amount === undefined
        ? undefined
        : { transaction_amount: amountLiteral(amount), currency_id: amount.currency },
    status: status === undefined ? undefined : words[status],
    card_token_id: cardToken,
    payment_method_id_secondary: secondary?.methodId,
    card_token_id_secondary: secondary?.cardToken ?? undefined,
  };
}

/** The newest payment of a check that was rejected, among those of the subscription's reference. */
async function withReason(
  client: MercadoPagoClient,
  { reference }: { readonly reference: string },
  refusal: ProviderRefusal,
  call: EffectCall,
): Promise<ProviderRefusal> {
  const query = new URLSearchParams({
    external_reference: reference,
    ...{ sort: "date_created", criteria: "desc" },
  });
  const answer = await client.get("searchCardChecks", `/v1/payments/search?${query}`, call);
  if (answer.kind !== "accepted" || !isObject(answer.value.json)) return refusal;
  const [detail] = readList(answer.value.json.results, (item) =>
    isObject(item) && item.operation_type === "card_validation" && item.status === "rejected"
      ? (readName(item.status_detail, 128) ?? undefined)
      : undefined,
  );
  if (detail === undefined) return refusal;
  const { category, advice } = rejectionOf(detail);
  const message = `The card did not pass Mercado Pago's check: ${detail} (${category}, ${advice}).`;
  return { ...refusal, message, providerCode: detail };
}
