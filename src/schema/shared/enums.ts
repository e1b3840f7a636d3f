import { registerEnumType } from "type-graphql";
import type { ActorKind } from "../../domain/actor";
import type { MovementKind } from "../../domain/balance-movement";
import type { BillingMode, SubscriptionStatus } from "../../domain/billing-subscription";
import { type ErrorCode, errorFacts } from "../../domain/errors";
import type { EventSource, EventType } from "../../domain/events";
import type { OrderStatus } from "../../domain/order-status";
import type { PayWithKind, PersonType } from "../../domain/pay-with";
import type { PaymentAction } from "../../domain/payment-actions";
import type { BuyerField, CardType, MethodKind } from "../../domain/payment-method";
import type { PaymentStatus } from "../../domain/payment-status";
import type { PayoutStatus } from "../../domain/payout-status";
import type { InPersonApi, OperatingMode, PointDeviceStatus } from "../../domain/point-device";
import type {
  InstallmentPayer,
  PointMethod,
  PointOrderStatus,
  SettlementByHand,
} from "../../domain/point-order";
import type { Role } from "../../domain/principal";
import type { Capability, Provider, ProviderAccountStatus } from "../../domain/provider";
import type { FrequencyType } from "../../domain/recurrence";
import type { RefundStatus } from "../../domain/refund-status";
import type {
  Language,
  RejectionAdvice,
  RejectionCategory,
  RejectionField,
} from "../../domain/rejection";
import type { FeeKind, FeePayer, ReleaseState } from "../../domain/settlement";
import type { PlanStatus } from "../../domain/subscription-plan";
import type { TestUserStatus } from "../../domain/test-user";
import type { TransferDirection, TransferStatus } from "../../domain/transfer";
import type {
  NotAppliedWord,
  ReplayOutcome,
  WebhookStatus,
  WebhookWord,
} from "../../domain/webhook-delivery";

/** Registers an enum of the domain. A value without a description does not compile. */
function enumOf<T extends string>(
  name: string,
  description: string,
  values: Record<T, string>,
): { readonly [V in T]: V } {
  const names = Object.keys(values) as T[];
  const object = Object.fromEntries(names.map((value) => [value, value])) as { [V in T]: V };
  const valuesConfig = Object.fromEntries(
    names.map((value) => [value, { description: values[value] }]),
  ) as Record<T, { description: string }>;
  registerEnumType(object, { name, description, valuesConfig });
  return object;
}

export const ProviderEnum = enumOf<Provider>("Provider", "Who moves the money.", {
  MERCADO_PAGO: "Mercado Pago, in Latin America.",
  PAYU: "PayU, in Europe.",
});

export const ProviderAccountStatusEnum = enumOf<ProviderAccountStatus>(
  "ProviderAccountStatus",
  "How a seller's link to a provider stands.",
  {
    PENDING: "Begun, and not yet agreed to at the provider.",
    CONNECTED: "Payments can be made in the seller's name.",
    REFRESH_DUE: "Usable; renewing its credentials had no answer yet, and is tried again.",
    RECONNECT_NEEDED:
      "The credentials cannot be renewed: the seller has to agree again. `acceptsPayments` says whether payments go on until then.",
    DISCONNECTED: "Ended by the seller or the marketplace.",
  },
);

export const PersonTypeEnum = enumOf<PersonType>("PersonType", "What kind of person pays.", {
  NATURAL: "A human being.",
  LEGAL: "A company or another organisation.",
});

export const CapabilityEnum = enumOf<Capability>("Capability", "What a provider can do here.", {
  CARD_PAYMENTS: "Payments with a card token.",
  OTHER_PAYMENT_METHODS: "Payments by other means: transfers, vouchers, wallets.",
  SEPARATE_CAPTURE: "Authorize first, capture later.",
  REFUNDS: "Refunds, whole and in part.",
  APPLICATION_FEE: "A marketplace fee taken out of each payment.",
  SPLIT_ORDERS: "One payment of a buyer that is split between several sellers.",
  BALANCES: "Sellers have a balance here, and a history of what moved it.",
  PAYOUTS: "Money from a seller's balance to the seller's bank account, when told to.",
  BALANCE_TRANSFERS: "Money between a seller's balance and the marketplace's.",
  IN_PERSON: "Payments on the seller's card readers.",
  SUBSCRIPTIONS: "Charges by a schedule, as plans and subscriptions have it.",
});

export const PaymentStatusEnum = enumOf<PaymentStatus>("PaymentStatus", "Where a payment is.", {
  PROCESSING: "Written down here; the provider has not answered yet.",
  UNKNOWN:
    "Sent, and the answer was lost. It is being found out and will change by itself; never pay again because of it.",
  PENDING: "Waits for the payer, who has to do something; see `nextAction`.",
  IN_REVIEW: "The provider is checking it.",
  AUTHORIZED: "The funds are held. Capture or cancel it before it expires.",
  APPROVED: "Paid.",
  REJECTED: "Declined; `rejection` says why and what to do.",
  CANCELLED: "Ended before money was taken.",
  EXPIRED: "Nobody completed it in time.",
  PARTIALLY_REFUNDED: "Paid, and a part was given back.",
  REFUNDED: "All of it was given back.",
  IN_DISPUTE: "The payer contests it.",
  CHARGED_BACK: "The payer's bank took the money back.",
  FAILED:
    "It is certain that the provider took nothing; it can safely be tried again under a new key.",
});

export const OrderStatusEnum = enumOf<OrderStatus>(
  "MarketplaceOrderStatus",
  "Where a marketplace order is.",
  {
    PROCESSING: "Written down here; the provider has not answered yet.",
    UNKNOWN:
      "Sent, and the answer was lost. It is being found out and will change by itself; never order again because of it.",
    PENDING: "Waits for the buyer or the provider; see `nextAction`.",
    AUTHORIZED: "The funds are held. Capture or cancel it.",
    COMPLETED: "Paid, and split between the sellers.",
    REJECTED: "Declined; its payments say why. Nobody was paid.",
    CANCELLED: "Ended before money was taken: by you, by the buyer, or by time.",
    PARTIALLY_REFUNDED: "Paid, and a part was given back.",
    REFUNDED: "All of it was given back.",
    FAILED: "It is certain that the provider took nothing; it can be tried again under a new key.",
  },
);

export const RefundStatusEnum = enumOf<RefundStatus>("RefundStatus", "Where a refund is.", {
  PROCESSING: "Written down here; the provider has not answered yet.",
  UNKNOWN:
    "Sent, and the answer was lost or showed nothing. It is being found out and will change by itself; never refund again because of it.",
  PENDING: "Accepted by the provider and under way.",
  COMPLETED: "The provider shows it as given back.",
  REJECTED: "Declined by the provider; nothing was given back.",
  CANCELLED: "Ended by the provider; nothing was given back.",
  FAILED: "It is certain that nothing was given back.",
});

export const PayoutStatusEnum = enumOf<PayoutStatus>("PayoutStatus", "Where a payout is.", {
  PROCESSING: "Written down here; the provider has not answered yet.",
  UNKNOWN:
    "Sent, and the answer was lost. It is being found out and will change by itself; never pay out again because of it.",
  PENDING: "Accepted by the provider and under way. It can last: see `providerStatus`.",
  PAID: "Sent to the seller's bank account. The bank may still send it back.",
  CANCELLED: "Ended by the provider before it was sent; the money is back in the seller's balance.",
  RETURNED: "Sent back by the bank; the money is back in the seller's balance.",
  FAILED:
    "It is certain that the money never left the seller's balance; it can be tried again under a new key.",
});

export const MovementKindEnum = enumOf<MovementKind>(
  "SellerOperationKind",
  "What moved a seller's balance.",
  {
    PAYMENT: "A buyer paid. `fee` is what the marketplace took of it.",
    REFUND: "Money went back to a buyer.",
    FEE_RETURNED: "The seller got back a share of a fee, because its sale was refunded.",
    PAYOUT: "Money left for the seller's bank account.",
    PAYOUT_RETURNED: "A payout came back.",
    TRANSFER: "Moved from or to the marketplace's balance, or by the provider.",
    CHARGEBACK: "A buyer's bank took money back. PayU does not tell of which payment.",
    CORRECTION: "The provider mended the balance.",
    OTHER: "Something else; see `type`.",
  },
);

export const FeeKindEnum = enumOf<FeeKind>("FeeKind", "What a fee is for.", {
  PROCESSING: "The provider's own fee for the payment.",
  APPLICATION: "The marketplace's share.",
  FINANCING: "The cost of instalments.",
  SHIPPING: "The cost of shipping.",
  DISCOUNT: "A coupon or a discount.",
  TAX: "Tax that the provider withholds.",
  OTHER: "Something else, or what the provider took without naming it.",
});

export const FeePayerEnum = enumOf<FeePayer>("FeePayer", "Who bears a fee.", {
  SELLER: "The seller: it is taken from what the seller receives.",
  PAYER: "The payer, on top of the amount.",
  OTHER: "Somebody else, such as the provider; or it is not told.",
});

export const ReleaseStateEnum = enumOf<ReleaseState>(
  "ReleaseState",
  "Whether the seller can use a payment's money.",
  {
    PENDING: "Not yet; the provider holds it.",
    RELEASED: "It can be used.",
  },
);

export const TransferDirectionEnum = enumOf<TransferDirection>(
  "TransferDirection",
  "Between which balances money moves.",
  {
    SELLER_TO_MARKETPLACE: "From the seller's balance to the marketplace's.",
    MARKETPLACE_TO_SELLER: "From the marketplace's balance to the seller's.",
  },
);

export const TransferStatusEnum = enumOf<TransferStatus>("TransferStatus", "Where a transfer is.", {
  PROCESSING: "Written down here; the provider has not answered yet.",
  UNKNOWN:
    "Sent, and the answer was lost. It is being found out and will change by itself; never transfer again because of it.",
  COMPLETED: "Done.",
  FAILED: "It is certain that nothing was moved; it can be tried again under a new key.",
});

export const PaymentActionEnum = enumOf<PaymentAction>(
  "PaymentAction",
  "What can be done to a payment or an order.",
  {
    CAPTURE: "Take the held funds: `capturePayment`, `captureMarketplaceOrder`.",
    CANCEL: "End it before money is taken: `cancelPayment`, `cancelMarketplaceOrder`.",
    REFUND: "Give money back: `refundPayment`, `refundMarketplaceOrder`.",
  },
);

export const RejectionCategoryEnum = enumOf<RejectionCategory>(
  "RejectionCategory",
  "Whose side a decline comes from.",
  {
    DATA_ENTRY: "Something was typed wrongly; `field` names it.",
    ISSUER: "The bank that issued the card said no.",
    FRAUD_PREVENTION: "It looked too risky.",
    PROVIDER: "The provider could not take it, for a reason of its own or none that it tells.",
  },
);

export const RejectionAdviceEnum = enumOf<RejectionAdvice>(
  "RejectionAdvice",
  "What to do after a decline.",
  {
    CORRECT_AND_RETRY: "Let the buyer correct the field, tokenise again and pay under a new key.",
    USE_OTHER_METHOD: "Offer another card or means.",
    CALL_ISSUER: "The buyer has to authorize it with the bank first.",
    WAIT: "Try again later; at once it would be declined again.",
    DO_NOT_RETRY: "It will not be approved.",
  },
);

export const RejectionFieldEnum = enumOf<RejectionField>(
  "RejectionField",
  "The card form's field that the buyer should look at.",
  {
    cardNumber: "The card's number.",
    expirationDate: "Month and year of its end.",
    securityCode: "The code on the card.",
    installments: "The number of installments.",
    identification: "The payer's document.",
    cardForm: "One of the form's fields; the provider does not say which.",
  },
);

export const LanguageEnum = enumOf<Language>("Language", "A language of messages for buyers.", {
  EN: "English.",
  ES: "Spanish.",
  PT: "Portuguese.",
  PL: "Polish.",
});

export const PlanStatusEnum = enumOf<PlanStatus>("PlanStatus", "Where a plan is.", {
  PROCESSING: "Written down here; the provider has not answered yet.",
  UNKNOWN:
    "Sent, and the answer was lost. The provider's list is searched for it; it is never sent again. Making another one is safe: a plan takes no money.",
  ACTIVE: "Payers can subscribe.",
  INACTIVE: "Nobody can subscribe any more; those who have stay. It can be put on again.",
  FAILED: "It is certain that none was made; `failure` says why.",
});

export const BillingModeEnum = enumOf<BillingMode>(
  "BillingMode",
  "Who keeps a subscription's calendar, and charges by it.",
  {
    PROVIDER_SCHEDULED: "The provider: it charges, tries again, and pauses by itself.",
    GATEWAY_SCHEDULED: "The gateway, with a token that the provider keeps. Not built yet.",
  },
);

export const SubscriptionStatusEnum = enumOf<SubscriptionStatus>(
  "BillingSubscriptionStatus",
  "Where a subscription is. None of these says that anything was paid: that is what its charges say.",
  {
    PROCESSING: "Written down here; the provider has not answered yet.",
    UNKNOWN:
      "Sent, and the answer was lost. It is looked for and never sent again; it may be there and charge. Do not make another one.",
    PENDING: "Waits for the payer, who completes it at `checkoutUrl`. Nothing is charged.",
    AUTHORIZED: "The payer has agreed and the card is good. It is charged when the time comes.",
    PAUSED: "Nothing is charged; periods that pass are lost. It can be resumed.",
    CANCELLED: "Ended for good.",
    FINISHED: "All of its charges, or its time, are over.",
    FAILED: "It is certain that none was made; `failure` says why.",
  },
);

export const FrequencyTypeEnum = enumOf<FrequencyType>(
  "FrequencyType",
  "What periods are counted in. Mercado Pago takes DAYS and MONTHS: 7 DAYS are a week, 12 MONTHS are a year.",
  {
    DAYS: "Days of 24 hours.",
    WEEKS: "Seven days.",
    MONTHS: "Months of the calendar; where a month lacks the day, its last day stands in.",
    YEARS: "Years of the calendar.",
  },
);

export const EventTypeEnum = enumOf<EventType>("EventType", "What happened.", {
  PAYMENT_CREATED: "A payment was written down.",
  PAYMENT_STATUS_CHANGED: "A payment's status changed.",
  PAYMENT_UPDATED: "A payment changed without changing its status, such as by one more refund.",
  REFUND_CREATED: "A refund was written down, or was found at the provider.",
  REFUND_STATUS_CHANGED: "A refund's status changed.",
  ORDER_CREATED: "A marketplace order was written down.",
  ORDER_STATUS_CHANGED: "A marketplace order's status changed.",
  ORDER_UPDATED:
    "A marketplace order changed without changing its status, such as by one more partial refund.",
  PAYOUT_CREATED: "A payout was written down.",
  PAYOUT_STATUS_CHANGED: "A payout's status changed.",
  PAYOUT_UPDATED:
    "A payout changed without changing its status: the provider's own word for it did.",
  TRANSFER_CREATED: "A transfer between balances was written down.",
  TRANSFER_STATUS_CHANGED: "A transfer's status changed.",
  POINT_DEVICE_FOUND: "A card reader of the seller's was seen for the first time.",
  POINT_DEVICE_STATUS_CHANGED: "A card reader's status changed.",
  POINT_DEVICE_UPDATED:
    "A card reader changed without changing its status, such as by another operating mode.",
  SUBSCRIPTION_CREATED: "A subscription was written down.",
  SUBSCRIPTION_STATUS_CHANGED: "A subscription's status changed.",
  SUBSCRIPTION_UPDATED:
    "A subscription changed without changing its status, such as by its amount, its card or its next charge.",
  PLAN_CREATED: "A plan of subscriptions was written down.",
  PLAN_STATUS_CHANGED: "A plan's status changed: it was made, put off or on.",
  PLAN_UPDATED: "What a plan offers changed, such as its amount.",
  POINT_ORDER_CREATED: "An order at a card reader was written down.",
  POINT_ORDER_STATUS_CHANGED: "The status of an order at a card reader changed.",
  POINT_ORDER_UPDATED: "An order at a card reader changed without changing its status.",
  ACCOUNT_CONNECTED: "A seller agreed at a provider, for the first time or again.",
  ACCOUNT_STATUS_CHANGED: "The status of a seller's link to a provider changed.",
  ACCOUNT_UPDATED:
    "A seller's link changed without changing its status, such as by renewed credentials.",
});

export const ActorKindEnum = enumOf<ActorKind>("ActorKind", "Who makes changes.", {
  MARKETPLACE: "The marketplace, by an API key of its own.",
  SELLER: "The seller, by an API key of its own.",
  PARTNER: "A partner, by an API key of its own.",
  PUBLISHABLE: "A page, by a seller's publishable key. It changes nothing.",
  WATCHER: "The holder of a watch token.",
  PROVIDER:
    "The provider: it told of the change in a notification or a look-up, or sent a seller back who has agreed there. What buyers and banks do reaches the gateway this way.",
  GATEWAY:
    "The gateway by itself: it carried on what had been begun, after a crash or an answer that was lost.",
  OPERATOR: "A person who runs the gateway, at the command line.",
});

export const EventSourceEnum = enumOf<EventSource>("EventSource", "How the gateway came to know.", {
  API: "A mutation, and the provider's answer to it.",
  WEBHOOK: "The provider sent a notification, and was asked.",
  LOOKUP: "The gateway asked the provider.",
  SCHEDULE: "The gateway asked the provider because the time had come.",
});

export const PayWithFormEnum = enumOf<PayWithKind>("PayWithForm", "A field of `payWith`.", {
  CARD: "`card`: with a token of the provider's card form.",
  PIX: "`pix`.",
  VOUCHER: "`voucher`: the method's `id` is its `methodId`.",
  BANK_REDIRECT: "`bankRedirect`: with one of the method's `banks`, where there are any.",
  WALLET_TOKEN: "`walletToken`: with a token of the wallet's own script.",
  PAY_BY_LINK: "`payByLink`: the method's `id` is its `value`.",
  BLIK: "`blik`: with the buyer's six digits.",
});
export const PointDeviceStatusEnum = enumOf<PointDeviceStatus>(
  "PointDeviceStatus",
  "Where a card reader is.",
  {
    FREE: "Nothing is to be paid on it.",
    BUSY: "It has an order; see `currentOrder`. No other one is sent there until it is known what became of that.",
    UNREACHABLE:
      "It has not fetched its order within 20 seconds: it is off, without network, or not started anew since its mode was changed.",
    REMOVED:
      "It takes no orders: it was removed from the gateway, or the seller's account does not have it any more.",
  },
);

export const PointOrderStatusEnum = enumOf<PointOrderStatus>(
  "PointOrderStatus",
  "Where an order at a card reader is.",
  {
    PROCESSING: "Written down here; the provider has not answered yet.",
    UNKNOWN:
      "Sent, and the answer was lost. It is being found out and will change by itself; never take the money in another way because of it.",
    CREATED: "At the provider; the reader has not fetched it yet.",
    AT_DEVICE: "The reader shows it, and waits for a card.",
    CANCEL_REQUESTED:
      "The reader was asked to let go of it. Until it says that it has, the payer may still pay.",
    IN_REVIEW: "A card was taken, and the provider is checking the payment.",
    PAID: "Paid; see `payment`, which also tells what was given back later.",
    DECLINED: "The card was declined, or the reader failed. Nobody was charged.",
    CANCELLED: "Ended before anybody paid: at the reader, by you, or as a person settled it.",
    EXPIRED: "Nobody paid in time.",
    NEEDS_CHECK:
      "The provider does not know whether it was paid. A person has to look at the reader, and say by `settlePointOrder` what it shows. It changes by itself where the provider finds out; never by time.",
    FAILED: "It is certain that the provider took no order; it can be tried again under a new key.",
  },
);

export const PointMethodEnum = enumOf<PointMethod>(
  "PointMethod",
  "What a card reader asks the payer for.",
  {
    CREDIT_CARD: "A credit card.",
    DEBIT_CARD: "A debit card.",
    QR_CODE: "A QR code on the reader's screen, which the payer scans.",
  },
);

export const InstallmentPayerEnum = enumOf<InstallmentPayer>(
  "InstallmentPayer",
  "Who bears what paying in instalments costs.",
  { SELLER: "The seller.", BUYER: "The buyer, who pays more than the amount." },
);

export const InPersonApiEnum = enumOf<InPersonApi>(
  "InPersonApi",
  "A generation of a provider's API for payments in person.",
  { ORDERS: "Mercado Pago's newest: orders and terminals." },
);

export const SettlementByHandEnum = enumOf<SettlementByHand>(
  "PointSettlement",
  "What a person saw at the card reader.",
  {
    PAID: "The reader shows that it was paid, or the payer has a receipt.",
    NOT_PAID: "The reader shows that it was not paid: declined, cancelled, or never there.",
  },
);

export const OperatingModeEnum = enumOf<OperatingMode>(
  "PointOperatingMode",
  "Who decides what a card reader asks for.",
  {
    INTEGRATED: "The gateway sends it amounts. Nothing can be typed in at the reader.",
    STANDALONE: "Amounts are typed in at the reader; it takes no orders.",
    UNKNOWN: "The provider tells no mode, or one that is not known here.",
  },
);

export const MethodKindEnum = enumOf<MethodKind>("PaymentMethodKind", "How a buyer pays.", {
  CARD: "A card, tokenised in the page.",
  PIX: "Pix: the buyer scans or copies a code.",
  BLIK: "BLIK: the buyer types a code from the bank's app.",
  VOUCHER: "A slip that is paid at a shop, a cash machine or a bank: boleto, Rapipago, OXXO.",
  BANK_REDIRECT: "The buyer goes to the bank's page and comes back.",
  BANK_TRANSFER: "The buyer sends a transfer to an account that the payment names.",
  WALLET: "A wallet that the page gets a token from, or that is chosen on the provider's page.",
  PAY_LATER: "The provider or a partner of its pays first, and the buyer pays them.",
});

export const CardTypeEnum = enumOf<CardType>("CardType", "Whose money a card spends.", {
  CREDIT: "A credit card.",
  DEBIT: "A debit card.",
  PREPAID: "A prepaid card.",
});

export const BuyerFieldEnum = enumOf<BuyerField>(
  "BuyerField",
  "What a page asks the buyer for, before the payment is made.",
  {
    EMAIL: "The e-mail address.",
    NAME: "First and last name.",
    DOCUMENT: "The type and number of a document; `documentTypes` lists the types.",
    ADDRESS: "The whole address.",
    PHONE: "The telephone number.",
    PERSON_TYPE: "Whether a person or a company pays.",
    BANK: "One of the method's `banks`.",
    CARDHOLDER_NAME: "The name on the card. It goes into the provider's card form.",
  },
);

export const RoleEnum = enumOf<Role>("Role", "What kind of credential is in use.", {
  MARKETPLACE: "A marketplace's API key: all of its sellers.",
  SELLER: "A seller's API key: its own things.",
  PARTNER: "A partner's API key: reads what belongs to certain sellers, with payers masked.",
  PUBLISHABLE: "A publishable key: what a seller's checkout may tell everybody.",
  WATCHER: "A watch token: one payment's status.",
});

/** Whose key can be made. */
export type KeyRole = Exclude<Role, "WATCHER">;
export const KeyRoleEnum = enumOf<KeyRole>("KeyRole", "For whom an API key is.", {
  MARKETPLACE: "The marketplace itself.",
  SELLER: "One seller.",
  PUBLISHABLE:
    "One seller's pages. It is no secret: it asks `paymentMethods`, `installmentPlans`, `documentTypes` and `cardIssuers` of that seller, and reaches nothing else.",
  PARTNER: "A partner that reads what belongs to certain sellers.",
});

export const TestUserStatusEnum = enumOf<TestUserStatus>(
  "TestUserStatus",
  "Where the making of a test user stands.",
  {
    PROCESSING: "Written down here; the provider has not answered yet.",
    CREATED: "It is there.",
    UNKNOWN:
      "The answer was lost, for good. One may be there whose password nobody knows; it counts until `expiresAt`. Make another one.",
    FAILED: "It is certain that none was made.",
  },
);

/** The orders that lists of payments come in. */
export type PaymentSortName = "CREATED_AT_DESC" | "CREATED_AT_ASC" | "AMOUNT_DESC" | "AMOUNT_ASC";
export const PaymentSortEnum = enumOf<PaymentSortName>(
  "PaymentSort",
  "The order of a list of payments. Equal amounts stand in the order of creation too: oldest first where the smallest is, newest first where the largest is.",
  {
    CREATED_AT_DESC: "Newest first.",
    CREATED_AT_ASC: "Oldest first.",
    AMOUNT_DESC: "Largest first. Give a currency to compare like with like.",
    AMOUNT_ASC: "Smallest first. Give a currency to compare like with like.",
  },
);

export const ErrorCodeEnum = enumOf<ErrorCode>(
  "ErrorCode",
  "Why something was refused; stable, and safe to branch on. The same words stand in `extensions.code` of errors.",
  Object.fromEntries(
    Object.entries(errorFacts).map(([code, { meaning }]) => [code, meaning]),
  ) as Record<ErrorCode, string>,
);

export const WebhookStatusEnum = enumOf<WebhookStatus>(
  "WebhookStatus",
  "Where a provider's notification is.",
  {
    WAITING: "It is looked into soon, or again: `nextTryAt` says when.",
    DONE: "It was looked into, and `result` says what came of it.",
    PARKED: "It was tried too often, and nobody tries it any more until you replay it.",
    REFUSED: "It failed verification, and led to nothing.",
  },
);

export const WebhookVerdictEnum = enumOf<WebhookWord>(
  "WebhookVerdict",
  "What the signature says of a notification.",
  {
    SIGNED: "The signature is good.",
    UNSIGNED:
      "Its kind cannot be verified: it leads to one look, at most, and is forgotten after that.",
    FORGED: "The signature is missing, or good by no secret in the settings.",
  },
);

export const ReplayOutcomeEnum = enumOf<ReplayOutcome>(
  "WebhookReplayOutcome",
  "What a replay led to; of a dry run, what one would lead to.",
  {
    CHANGED: "Something changes: `changes` says what.",
    SAME: "The provider shows what is known already.",
    NOT_APPLIED: "What the provider shows is not believed, or older: `notApplied` says why.",
    IGNORED: "It is about nothing of yours, or of a topic that the gateway does not follow.",
    NO_ANSWER: "Nothing could be found out. It is tried again by itself, as a new one.",
  },
);

export const NotAppliedEnum = enumOf<NotAppliedWord>(
  "WebhookNotAppliedVerdict",
  "How something was judged that changes nothing.",
  {
    IGNORED: "It is older than what is known, or tells nothing new.",
    QUARANTINED: "It contradicts what is known: a person has to look.",
  },
);
