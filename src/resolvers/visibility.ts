import { defaultFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import type { Actor, ActorKind } from "../domain/actor";
import { refuse } from "../domain/errors";
import type { Rights, Scope } from "../domain/principal";
import type { RequestContext } from "./context";

/** What becomes of a field for those who may not see it as it is. */
export interface Rule {
  /** Added to the field's description. */
  readonly note?: string;
  /** Undefined lets everyone see it. */
  readonly guard?: (rights: Rights, read: () => unknown, at: Place) => unknown;
}

/** Where a field is read. */
interface Place {
  readonly source: unknown;
  readonly scope: Scope;
}

const everyone: Rule = {};
const hidden: Rule = {
  note: "Null for watch tokens.",
  guard: ({ seeDetails }, read) => (seeDetails ? read() : null),
};
const empty: Rule = {
  note: "Empty for watch tokens.",
  guard: ({ seeDetails }, read) => (seeDetails ? read() : []),
};
const refused: Rule = {
  note: "Refused for watch tokens and publishable keys.",
  guard: ({ seeDetails }, read) => {
    if (seeDetails) return read();
    throw refuse(
      "FORBIDDEN",
      "a watch token shows its payment's status and next step only, a publishable key what the seller's checkout takes",
    );
  },
};
const forTheSellerAlone: Rule = {
  note: "For the marketplace and the seller only.",
  guard: ({ seeBalances }, read) => {
    if (seeBalances) return read();
    throw refuse("FORBIDDEN", "only the marketplace and the seller see what is on a balance");
  },
};
const forReplayers: Rule = {
  note: "For the marketplace only.",
  guard: ({ replayWebhooks }, read) => {
    if (replayWebhooks) return read();
    throw refuse("FORBIDDEN", "only the marketplace sees what providers have notified it of");
  },
};
const ofCheckout: Rule = {
  note: "Refused for watch tokens.",
  guard: ({ lookUpCheckout }, read) => {
    if (lookUpCheckout) return read();
    throw refuse("FORBIDDEN", "this credential may not ask what a seller's checkout takes");
  },
};
const forTheMarketplaceAlone: Rule = {
  note: "Null for all other credentials.",
  guard: ({ followMarketplace }, read) => (followMarketplace ? read() : null),
};
/** Never reached by who may not see it; refused all the same, should a way ever lead there. */
const neverForWatchers: Rule = { ...refused, note: "" };

/** Whether the reference of such an actor is nobody's secret. */
const isPublicActor: Readonly<Record<ActorKind, boolean>> = {
  MARKETPLACE: false,
  SELLER: false,
  PARTNER: false,
  PUBLISHABLE: false,
  WATCHER: false,
  PROVIDER: true,
  GATEWAY: true,
  OPERATOR: true,
};

/** Nobody learns which keys others have. */
const ofOwnKeys: Rule = {
  note: "Null where it is the key or token of somebody else: the marketplace sees all of them, a seller its own keys, a partner none.",
  guard: ({ manageKeys }, read, { source, scope: { sellerIds } }) => {
    const { kind, sellerId } = source as Actor;
    const isOwn = sellerIds === "ALL" || (sellerId !== null && sellerIds.includes(sellerId));
    return isPublicActor[kind] || (manageKeys && isOwn) ? read() : null;
  },
};

function masked(mask: (text: string) => string): Rule {
  return {
    note: "Masked for partners.",
    guard: ({ seePayer }, read) => {
      const text = read();
      return seePayer || typeof text !== "string" ? text : mask(text);
    },
  };
}

/**
 * Who sees which field: the one place that says so. Reach (whose things one sees at all) is `scopeOf`'s
 * business. A field that is not listed stops the start, so that a new one cannot be shown by oversight.
 */
export const visibility: Readonly<Record<string, Rule | Readonly<Record<string, Rule>>>> = {
  Query: {
    cardIssuers: ofCheckout,
    documentTypes: ofCheckout,
    installmentPlans: ofCheckout,
    events: refused,
    marketplaceOrder: refused,
    marketplaceOrders: refused,
    node: everyone,
    nodes: everyone,
    payment: everyone,
    paymentMethods: ofCheckout,
    payments: refused,
    payout: refused,
    payouts: refused,
    pointDevice: refused,
    pointDevices: refused,
    pointOrder: refused,
    pointOrders: refused,
    providers: everyone,
    rejectionCatalogue: everyone,
    seller: refused,
    sellers: refused,
    splitPreview: refused,
    billingSubscription: everyone,
    billingSubscriptions: refused,
    subscriptionPlan: refused,
    subscriptionPlans: refused,
    transfer: refused,
    viewer: everyone,
    webhookDeliveries: forReplayers,
    webhookDelivery: forReplayers,
  },
  Payment: {
    id: everyone,
    provider: everyone,
    status: everyone,
    rejection: everyone,
    amount: everyone,
    capturedAmount: everyone,
    refundedAmount: everyone,
    refundableAmount: everyone,
    nextAction: everyone,
    redirectUrl: everyone,
    expiresAt: everyone,
    createdAt: everyone,
    updatedAt: everyone,
    approvedAt: everyone,
    applicationFee: hidden,
    availableActions: empty,
    description: hidden,
    events: refused,
    externalReference: hidden,
    fees: empty,
    metadata: hidden,
    method: hidden,
    netReceivedAmount: hidden,
    nextCheckAt: hidden,
    order: hidden,
    pointOrder: hidden,
    payer: hidden,
    providerPaymentId: hidden,
    providerStatus: hidden,
    providerStatusDetail: hidden,
    refundableUntil: hidden,
    refunds: empty,
    seller: refused,
    settlement: hidden,
    statementDescriptor: hidden,
  },
  Payer: {
    email: masked(maskEmail),
    firstName: masked(maskText),
    lastName: masked(maskText),
    identification: everyone,
  },
  Buyer: {
    reference: masked(maskText),
    email: masked(maskEmail),
    firstName: masked(maskText),
    lastName: masked(maskText),
    phone: masked(maskText),
  },
  Identification: { type: everyone, number: masked(maskText) },
  Viewer: {
    role: everyone,
    marketplace: forTheMarketplaceAlone,
    marketplaceId: hidden,
    seller: hidden,
    mayMoveMoney: everyone,
    seesPayers: everyone,
    expiresAt: everyone,
  },
  ApiKey: neverForWatchers,
  Cart: neverForWatchers,
  Marketplace: neverForWatchers,
  MarketplaceOrder: neverForWatchers,
  ProviderAccount: neverForWatchers,
  Event: {
    id: everyone,
    cursor: everyone,
    sequence: hidden,
    type: everyone,
    subject: everyone,
    subjectId: everyone,
    occurredAt: everyone,
    recordedAt: everyone,
    from: everyone,
    to: everyone,
    source: everyone,
    actor: hidden,
  },
  Actor: { kind: neverForWatchers, reference: ofOwnKeys },
  PaymentUpdate: {
    cursor: everyone,
    sequence: hidden,
    event: everyone,
    status: everyone,
    payment: everyone,
  },
  Payout: neverForWatchers,
  PointDevice: neverForWatchers,
  PointOrder: neverForWatchers,
  Refund: neverForWatchers,
  Seller: {
    id: neverForWatchers,
    accounts: neverForWatchers,
    applicationFeePercent: neverForWatchers,
    // Partners read what was sold; what a seller has, and what else moves it, is none of their business.
    balance: forTheSellerAlone,
    country: neverForWatchers,
    createdAt: neverForWatchers,
    cursor: neverForWatchers,
    email: neverForWatchers,
    name: neverForWatchers,
    operations: forTheSellerAlone,
    orders: neverForWatchers,
    payments: neverForWatchers,
    payouts: neverForWatchers,
    pointDevices: neverForWatchers,
    pointOrders: neverForWatchers,
    reference: neverForWatchers,
    subscriptions: neverForWatchers,
    subscriptionPlans: neverForWatchers,
    transfers: neverForWatchers,
    updatedAt: neverForWatchers,
  },
  BillingSubscription: {
    id: everyone,
    billingMode: everyone,
    checkoutUrl: everyone,
    createdAt: everyone,
    endDate: everyone,
    events: refused,
    externalReference: hidden,
    failure: hidden,
    methodId: everyone,
    nextChargeAt: everyone,
    nextCheckAt: hidden,
    payerEmail: masked(maskEmail),
    plan: hidden,
    provider: everyone,
    providerStatus: hidden,
    providerSubscriptionId: hidden,
    reason: everyone,
    recurrence: everyone,
    secondaryMethodId: everyone,
    seller: refused,
    startDate: everyone,
    status: everyone,
    updatedAt: everyone,
  },
  BillingSubscriptionUpdate: {
    cursor: everyone,
    sequence: hidden,
    event: everyone,
    status: everyone,
    subscription: everyone,
  },
  SubscriptionPlan: neverForWatchers,
  TestUser: neverForWatchers,
  Transfer: neverForWatchers,
  WebhookDelivery: forReplayers,
};

/** Types that hold only what a field above has let through, or nothing that anybody must not see. */
const carriers =
  /^(ActionObstacle|AllowedMethods|AvailableAction|BankOption|Card(Installments|Issuer)|CardChallenge|DocumentType|FeeDetail|FreeTrial|GoToPage|InstallmentPlan|Marketplace(Event|OrderUpdate)|Money|Mutation|PageInfo|PaymentMethod(Offer)?|Payout(Exchange|Update)|OrderInTheWay|Point(Device|Order)Update|Product|Provider(Currency|Info)|Recurrence|Rejection(Entry)?|Seller(Balance|ConnectionUpdate|Operation|Share)|Settlement(Fee)?|ShippingMethod|Show(QrCode|Voucher)|Split(Allocation|Preview)|Subscription|UserError|Webhook(Change|NotApplied|Replay|Signature|Value)|\w+(Connection|Edge|LookUp|Payload))$/;

/** Puts the rules in front of the fields' resolvers and into their descriptions. */
export function guardFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__") || carriers.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const { guard, note } = ruleOf(type.name, field.name);
      if (guard === undefined) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: RequestContext, info) =>
        guard(context.rights, () => resolve(source, args, context, info), {
          source,
          scope: context.scope,
        });
      if (note) field.description = `${field.description} ${note}`;
    }
  }
}

function ruleOf(type: string, field: string): Rule {
  const rules = visibility[type];
  const rule = isRule(rules) ? rules : rules?.[field];
  if (rule === undefined) throw new Error(`visibility.ts does not say who sees ${type}.${field}`);
  return rule;
}

function isRule(rules: Rule | Readonly<Record<string, Rule>> | undefined): rules is Rule {
  return rules !== undefined && typeof rules.guard === "function";
}

/** Keeps the first letter, so that two payers of one conversation can be told apart, and not the length. */
function maskText(text: string): string {
  return `${[...text][0] ?? ""}***`;
}

function maskEmail(email: string): string {
  return `${maskText(email.slice(0, email.lastIndexOf("@")))}@***`;
}
