import type { MovementKind } from "../domain/balance-movement";
import type { SubscriptionObservation, SubscriptionTerms } from "../domain/billing-subscription";
import type { ErrorCode } from "../domain/errors";
import type { MarketplaceId } from "../domain/ids";
import type { Currency, Money } from "../domain/money";
import type { OrderObservation } from "../domain/order-observation";
import type { ObservedOrderStatus } from "../domain/order-status";
import type { PayWith } from "../domain/pay-with";
import type {
  CardInstallments,
  CardIssuer,
  DocumentType,
  MethodOffer,
} from "../domain/payment-method";
import type { PaymentObservation, RefundObservation } from "../domain/payment-observation";
import type { PayoutObservation } from "../domain/payout-observation";
import type { DeviceObservation, InPersonApi, OperatingMode } from "../domain/point-device";
import type { InstallmentPayer, PointMethod, PointOrderObservation } from "../domain/point-order";
import type { Capability, Provider } from "../domain/provider";
import type { RefundStatus } from "../domain/refund-status";
import type { Language, Rejection } from "../domain/rejection";
import type { PlanObservation, PlanTerms } from "../domain/subscription-plan";
import type { TransferDirection } from "../domain/transfer";
import type { SignedBy, WebhookVerdict } from "../domain/webhook-delivery";

/**
 * What may be concluded from a call. Only `unknown` may have had an effect without our knowing: it is
 * looked up or sent again under the same key, never under a new one. A declined card is an `accepted`
 * observation with status REJECTED: the provider did answer.
 */
export type Outcome<T> =
  | { readonly kind: "accepted"; readonly value: T }
  /** Certain that nothing happened at the provider. */
  | { readonly kind: "refused"; readonly refusal: ProviderRefusal }
  | { readonly kind: "unknown"; readonly reason: string };

/** A provider's "no", or the certainty that it was never asked. */
export interface ProviderRefusal {
  readonly code: ErrorCode;
  /** For a developer; carries no secret and no payer data. */
  readonly message: string;
  /** The provider's own code, where it gave one. */
  readonly providerCode?: string;
  /** The input field that it is about, relative to the mutation's input. */
  readonly field?: string;
  readonly retryable: boolean;
  /** The provider did not accept the access token (refresh once, repeat once with the same key). */
  readonly credentialsRefused?: boolean;
}

/** In whose name a call is made. */
export interface ProviderCredentials {
  /** The seller's own; empty where the adapter has credentials of the shop. */
  readonly accessToken: string;
  /** The marketplace's shop that the account belongs to; empty where the provider has no shops. */
  readonly shop: string;
  /** The provider's id of the account: Mercado Pago user_id, PayU extCustomerId. */
  readonly providerAccountId: string;
  /** ISO 3166 country or the provider's site of the account, where rules differ by it. */
  readonly country: string | null;
}

/** A call that has no effect. */
export interface ReadCall {
  readonly credentials: ProviderCredentials;
}

/** A call that has an effect, sent under our own stored key. */
export interface EffectCall extends ReadCall {
  readonly idempotencyKey: string;
}

/** A call about a whole shop's things: an order of several sellers belongs to none of them. */
export interface ShopCall {
  readonly shop: string;
}

/** Someone's name and document, as payment forms ask for them. */
export interface PayerDetails {
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly identification?: { readonly type: string; readonly number: string };
  readonly phone?: { readonly areaCode?: string; readonly number: string };
  readonly address?: {
    readonly zipCode?: string;
    readonly street?: string;
    readonly number?: string;
  };
}

/** What was bought, for the provider's fraud scoring. */
export interface ItemDetails {
  readonly id?: string;
  readonly title: string;
  readonly description?: string;
  readonly categoryId?: string;
  readonly pictureUrl?: string;
  readonly quantity: number;
  /** In major units as exact text. */
  readonly unitPrice: Money;
}

/** Everything that a provider needs to take one payment. */
export interface CreatePaymentCommand {
  /** Our payment id; the provider keeps it as its external reference. */
  readonly reference: string;
  readonly amount: Money;
  readonly applicationFee: Money | null;
  /** False: authorize only. */
  readonly capture: boolean;
  /** When it was written down here: what a duration counts from, the same at every attempt. */
  readonly madeAt: Date;
  /** How it is paid. Null: as the four fields below say, which callers gave before there was this one. */
  readonly payWith: PayWith | null;
  readonly cardToken: string | null;
  readonly methodId: string | null;
  readonly issuerId: string | null;
  readonly installments: number | null;
  readonly payer: PayerDetails;
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  /** The caller's reference and metadata, given along for reports at the provider. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly items: readonly ItemDetails[];
  readonly additionalPayer:
    | (Omit<PayerDetails, "email" | "identification"> & { readonly registeredAt?: string })
    | null;
  readonly ipAddress: string | null;
  /** The device fingerprint of the payer's page. */
  readonly deviceId: string | null;
  /** Where the provider tells us of changes; null leaves it to the provider's own settings. */
  readonly notificationUrl: string | null;
}

/** A part of a list of payments. */
export interface PaymentPage {
  readonly items: readonly PaymentObservation[];
  /** The offset of the following part; null where there is none. */
  readonly next: number | null;
}

export interface PaymentOperations {
  /**
   * Every reason why the provider would not take this payment into an account of this country, as far as that can be told
   * without asking. Asked before anything is written down; `create` refuses the same by itself.
   */
  refusalsOf(command: CreatePaymentCommand, country: string | null): readonly ProviderRefusal[];
  create(command: CreatePaymentCommand, call: EffectCall): Promise<Outcome<PaymentObservation>>;
  /** By the provider's id; `accepted` with null is a definite "no such payment". */
  get(providerPaymentId: string, call: ReadCall): Promise<Outcome<PaymentObservation | null>>;
  /** By our reference; `accepted` with null: the provider shows none (search may lag behind creation). */
  findByReference(reference: string, call: ReadCall): Promise<Outcome<PaymentObservation | null>>;
  /**
   * What was made in the account from `from` until before `to`, oldest first; `offset` payments are passed over. What
   * cannot be read is left out. Absent where the provider lists none.
   */
  list?(
    query: { readonly from: Date; readonly to: Date; readonly offset: number },
    call: ReadCall,
  ): Promise<Outcome<PaymentPage>>;
  /** `amount` null captures all that is authorized. */
  capture(
    providerPaymentId: string,
    amount: Money | null,
    call: EffectCall,
  ): Promise<Outcome<PaymentObservation>>;
  cancel(providerPaymentId: string, call: EffectCall): Promise<Outcome<PaymentObservation>>;
}

export interface RefundOperations {
  /**
   * Gives back exactly this amount. `accepted` with null: the provider says yes and shows no refund, which proves
   * nothing until the list shows it.
   */
  create(
    command: { readonly providerPaymentId: string; readonly amount: Money },
    call: EffectCall,
  ): Promise<Outcome<RefundObservation | null>>;
  /**
   * All refunds of a payment, each with its own state, those made at the provider without us among them. `currency`
   * tells how to read amounts: providers' refunds do not name it.
   */
  list(
    providerPaymentId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<readonly RefundObservation[]>>;
  /**
   * How long after approval refunds are taken, in days, for an account of this country; null where the provider
   * publishes no limit: it then says itself when it is too late.
   */
  windowDays(country: string | null): number | null;
}

/** What a buyer buys from one seller, and what the marketplace keeps of it. */
export interface OrderCart {
  readonly providerAccountId: string;
  readonly amount: Money;
  readonly fee: Money;
  readonly products: readonly {
    readonly name: string;
    readonly unitPrice: Money;
    readonly quantity: number;
    readonly virtual: boolean | null;
    readonly listedAt: Date | null;
  }[];
  readonly shippingMethods: readonly {
    /** ISO 3166 alpha-2. */
    readonly country: string;
    readonly name: string;
    readonly price: Money;
  }[];
}

/** Everything that a provider needs to take one order of several sellers. The sums have been checked. */
export interface CreateOrderCommand {
  /** Our order id; the provider keeps it as its external reference. */
  readonly reference: string;
  readonly total: Money;
  readonly carts: readonly OrderCart[];
  readonly buyer: {
    /** The marketplace's own id of the buyer. */
    readonly reference: string;
    readonly email: string;
    readonly firstName: string | null;
    readonly lastName: string | null;
    readonly phone: string | null;
    /** ISO 639-1. */
    readonly language: string | null;
  };
  readonly ipAddress: string;
  readonly description: string;
  /** False: authorize only. */
  readonly capture: boolean;
  /** Null: the buyer chooses on the provider's page. */
  readonly payWith: PayWith | null;
  readonly continueUrl: string | null;
  readonly validForSeconds: number | null;
  readonly notificationUrl: string | null;
}

/** How an order is to be paid, as far as providers have rules about that. */
export type OrderTerms = Pick<CreateOrderCommand, "ipAddress" | "capture" | "payWith">;

/** Orders that the provider itself splits between sellers. The reference is what makes sending twice safe. */
export interface OrderOperations {
  /** Every reason why the provider would not take such an order; see `refusalsOf` of payments. */
  refusalsOf(terms: OrderTerms): readonly ProviderRefusal[];
  create(command: CreateOrderCommand, call: ShopCall): Promise<Outcome<OrderObservation>>;
  /** By the provider's id; `accepted` with null is a definite "no such order". */
  get(providerOrderId: string, call: ShopCall): Promise<Outcome<OrderObservation | null>>;
  /** Takes all of it. */
  capture(providerOrderId: string, call: ShopCall): Promise<Outcome<OrderObservation>>;
  cancel(providerOrderId: string, call: ShopCall): Promise<Outcome<OrderObservation>>;
}

/** What a seller has at the provider. */
export interface BalanceObservation {
  /** What can be paid out now. */
  readonly available: Money;
  /** With what is held back. */
  readonly total: Money;
}

/** One movement of a seller's balance, in the provider's account of it. */
export interface BalanceMovement {
  readonly kind: MovementKind;
  /** The provider's word for its kind. */
  readonly type: string;
  /** Positive: into the seller's balance. Fees are not taken off. */
  readonly amount: Money;
  /** What was taken off before the rest reached the balance; null where the provider tells none. */
  readonly fee: Money | null;
  /** What the balance has changed by: those of all movements add up to its total. */
  readonly net: Money;
  readonly status: string | null;
  readonly description: string | null;
  /** What it belongs to, where the provider tells: its own ids and ours. */
  readonly providerId: string | null;
  readonly reference: string | null;
  /** The order or payment that it belongs to, a refund's too, where the provider tells. */
  readonly order: { readonly providerId: string; readonly reference: string | null } | null;
  readonly requestedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface BalanceOperations {
  /** `accepted` with null: the provider does not know the account. */
  balance(currency: Currency, call: ReadCall): Promise<Outcome<BalanceObservation | null>>;
  /** What happened from `from` until before `to`, newest first; `offset` movements are passed over. */
  movements(
    query: {
      readonly currency: Currency | null;
      readonly from: Date;
      readonly to: Date;
      readonly offset: number;
      readonly limit: number;
    },
    call: ReadCall,
  ): Promise<Outcome<{ readonly items: readonly BalanceMovement[]; readonly total: number }>>;
}

/** A method with what its adapter knows of the provider's cards. */
export interface ListedMethod extends MethodOffer {
  /** Whether a card that begins with these digits is one of its; absent where it is no card. */
  readonly takesCard?: (bin: string) => boolean;
}

/** A card as far as a page knows it while it is typed: six or eight digits, and the method that takes such cards. */
export interface CardQuery {
  readonly bin: string;
  readonly methodId: string;
}

/** What a page asks before a payment is made: what the account takes, and on what terms. */
export interface LookUpOperations {
  /** Methods that a payment can be made by through the gateway. What cannot be read is left out. */
  methods(
    query: { readonly currency: Currency; readonly language: Language },
    call: ReadCall,
  ): Promise<Outcome<readonly ListedMethod[]>>;
  /** Empty where such a card pays at once only, or is not known. */
  installmentPlans(
    query: CardQuery & { readonly amount: Money; readonly issuerId: string | null },
    call: ReadCall,
  ): Promise<Outcome<readonly CardInstallments[]>>;
  /** Empty where the provider asks buyers for no document. */
  documentTypes(call: ReadCall): Promise<Outcome<readonly DocumentType[]>>;
  /** Empty where the provider does not tell issuers apart. */
  cardIssuers(query: CardQuery, call: ReadCall): Promise<Outcome<readonly CardIssuer[]>>;
}

export interface PayoutOperations {
  create(
    command: {
      readonly amount: Money;
      readonly description: string | null;
      /** For a payout in another currency than the balance's. `rate` is exact text. */
      readonly exchange: {
        readonly amount: Money;
        readonly rate: string;
        readonly tableId: string;
        readonly partnerId: string;
      } | null;
    },
    call: EffectCall,
  ): Promise<Outcome<PayoutObservation>>;
  /** By the provider's id; `since` is no later than when it was made. */
  get(
    providerPayoutId: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>>;
  /** By our key, among what happened since; `accepted` with null: the provider shows none (yet). */
  findByReference(
    reference: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PayoutObservation | null>>;
}

export interface TransferOperations {
  /** Carried out when it is accepted. A repetition under the same key is accepted as well. */
  create(
    command: {
      readonly direction: TransferDirection;
      readonly amount: Money;
      readonly description: string;
    },
    call: EffectCall,
  ): Promise<Outcome<null>>;
}

/** What reads and moves a seller's card readers, by one generation of the provider's API. */
export interface InPersonOperations {
  /** All readers of the account. One that cannot be read is left out. */
  devices(call: ReadCall): Promise<Outcome<readonly DeviceObservation[]>>;
  /**
   * Has a reader take orders, or leaves it to those who stand in front of it. Sent twice, it is the same. The reader goes
   * on as before until somebody starts it anew.
   */
  setOperatingMode(
    providerDeviceId: string,
    mode: Exclude<OperatingMode, "UNKNOWN">,
    call: EffectCall,
  ): Promise<Outcome<null>>;
  /** Has a reader ask for an amount. `refused` with DEVICE_BUSY: it has an order already, whoever made that. */
  createOrder(
    command: PointOrderCommand,
    call: EffectCall,
  ): Promise<Outcome<PointOrderObservation>>;
  /** By the provider's id; `accepted` with null: the provider shows none (yet, or any more). */
  getOrder(
    providerOrderId: string,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>>;
  /** By our reference, among what was made since; `accepted` with null: the provider shows none. */
  findOrder(
    reference: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>>;
  /** The order that keeps a reader busy, whoever made it; null where the provider shows none. */
  findOrderAt(
    providerDeviceId: string,
    since: Date,
    currency: Currency,
    call: ReadCall,
  ): Promise<Outcome<PointOrderObservation | null>>;
  /**
   * Ends an order that nobody has paid. CANCEL_REQUESTED: the reader was asked, and may take a card all the same. `refused`
   * with ACTION_NOT_AVAILABLE: its state does not allow it any more.
   */
  cancelOrder(
    providerOrderId: string,
    currency: Currency,
    call: EffectCall,
  ): Promise<Outcome<PointOrderObservation>>;
}

/** An amount for a reader to ask for. */
export interface PointOrderCommand {
  /** Our order id; the provider keeps it as its external reference. */
  readonly reference: string;
  readonly providerDeviceId: string;
  readonly amount: Money;
  readonly description: string | null;
  /** Null: the payer chooses. */
  readonly method: PointMethod | null;
  readonly installments: number | null;
  readonly installmentsPaidBy: InstallmentPayer | null;
  readonly printsTicket: boolean;
  readonly ticketNumber: string | null;
  readonly expiresInSeconds: number;
}

/**
 * The provider's ways to take payments in person. An account uses one of them; what was made by one is read and changed
 * by that one for ever.
 */
export type InPersonApis = Readonly<Record<InPersonApi, InPersonOperations>>;

/** The account that sells, as far as rules differ by it. */
export type SubscriptionSeller = Pick<ProviderCredentials, "country">;

/** Everything that a provider needs to make one subscription. */
export interface CreateSubscriptionCommand {
  /** Our id; the provider keeps it as its external reference. */
  readonly reference: string;
  /** Null: it has terms and a name of its own. */
  readonly providerPlanId: string | null;
  readonly payerEmail: string;
  readonly reason: string;
  readonly terms: SubscriptionTerms;
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly backUrl: string | null;
  /** Null: the payer completes it on the provider's page. */
  readonly cardToken: string | null;
  /** The device fingerprint of the payer's page. */
  readonly deviceId: string | null;
}

/** What of a subscription changes. */
export interface SubscriptionChange {
  readonly amount?: Money;
  readonly status?: "AUTHORIZED" | "PAUSED" | "CANCELLED";
  readonly cardToken?: string;
  readonly deviceId?: string | null;
  /** What is charged where the first method fails; a card comes with its token. */
  readonly secondary?: { readonly methodId: string; readonly cardToken: string | null };
}

/** What a subscription whose answer is lost is looked for by. */
export interface SubscriptionSearch {
  readonly reference: string;
  readonly payerEmail: string;
  /** No later than when it was made. */
  readonly since: Date;
}

/** Billing by a schedule that the provider keeps. Nothing here has keys: what is sent twice is done twice. */
export interface SubscriptionOperations {
  /** Every reason why the provider would not take such a plan, as far as that can be told without asking. */
  planRefusals(terms: Partial<PlanTerms>, seller: SubscriptionSeller): readonly ProviderRefusal[];
  createPlan(
    command: { readonly reference: string; readonly terms: PlanTerms },
    call: EffectCall,
  ): Promise<Outcome<PlanObservation>>;
  /** By the provider's id; `accepted` with null is a definite "no such plan". */
  getPlan(providerPlanId: string, call: ReadCall): Promise<Outcome<PlanObservation | null>>;
  /** By our reference, among what was made since; `accepted` with null: the provider shows none (yet). */
  findPlan(
    reference: string,
    since: Date,
    call: ReadCall,
  ): Promise<Outcome<PlanObservation | null>>;
  /** Sets what is given, and reads the plan again: a yes proves nothing. Sent twice, it does the same. */
  updatePlan(
    providerPlanId: string,
    change: { readonly terms: Partial<PlanTerms>; readonly isActive: boolean | null },
    call: EffectCall,
  ): Promise<Outcome<PlanObservation>>;
  /** Sent twice, it makes two, and charges both. */
  create(
    command: CreateSubscriptionCommand,
    call: EffectCall,
  ): Promise<Outcome<SubscriptionObservation>>;
  /** By the provider's id; `accepted` with null: there is none in this account. */
  get(
    providerSubscriptionId: string,
    call: ReadCall,
  ): Promise<Outcome<SubscriptionObservation | null>>;
  /**
   * Sets what is given, and reads the subscription again: a yes proves nothing. Where a card fails its check, the refusal
   * has its reason.
   */
  update(
    subscription: { readonly providerSubscriptionId: string; readonly reference: string },
    change: SubscriptionChange,
    call: EffectCall,
  ): Promise<Outcome<SubscriptionObservation>>;
  /** `accepted` with null: the provider shows none (yet). */
  find(
    search: SubscriptionSearch,
    call: ReadCall,
  ): Promise<Outcome<SubscriptionObservation | null>>;
}

/** The marketplace's own account at a provider, under which sellers are known. */
export interface Shop {
  /** As it stands in the configuration and in the notifications' address. */
  readonly name: string;
  /** Whose it is: no other marketplace may use it. */
  readonly marketplaceId: MarketplaceId;
  readonly currency: Currency;
}

/** Where a seller is sent to agree. */
export interface AuthorizationRequest {
  /** Comes back unchanged. */
  readonly state: string;
  /** 43 to 128 characters; only its challenge travels, unless it is set to travel plain. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** ISO 3166 alpha-2 of the seller, where it is known: the page is then in that country's. */
  readonly country: string | null;
}

/** What a provider hands out when a seller agreed, or when credentials are renewed. */
export interface GrantedCredentials {
  readonly accessToken: string;
  /** Null where the seller did not allow renewing. Works once: the next one comes with the next renewal. */
  readonly refreshToken: string | null;
  readonly expiresInMs: number | null;
  readonly scopes: readonly string[];
  readonly providerAccountId: string;
  readonly publicKey: string | null;
  readonly liveMode: boolean;
}

/** Who a provider says that credentials belong to. */
export interface AccountIdentity {
  readonly providerAccountId: string;
  /** Null for a country that we do not know the rules of. */
  readonly country: {
    /** ISO 3166 alpha-2. */
    readonly code: string;
    readonly providerWord: string;
    readonly currency: Currency;
  } | null;
}

/** Sellers connecting their accounts by agreeing on a page of the provider's. */
export interface ConnectionOperations {
  authorizationUrl(request: AuthorizationRequest): string;
  /** Works once. `refused` with `credentialsRefused`: the code is good for nothing. */
  exchangeCode(given: {
    readonly code: string;
    readonly codeVerifier: string;
    readonly redirectUri: string;
  }): Promise<Outcome<GrantedCredentials>>;
  /**
   * Works once. `refused` with `credentialsRefused`: the refresh token is good for nothing. After `unknown` it
   * may have been used up.
   */
  refresh(refreshToken: string): Promise<Outcome<GrantedCredentials>>;
  identify(call: ReadCall): Promise<Outcome<AccountIdentity>>;
}

/** Someone to try payments with. */
export interface TestUserCommand {
  /** ISO 3166 alpha-2; one of `countries`. */
  readonly country: string;
  /** For people who look at the provider's own list. */
  readonly description: string;
}

/** A test user as the provider tells of it, once. */
export interface MadeTestUser {
  readonly providerUserId: string;
  readonly nickname: string;
  readonly email: string | null;
  readonly password: string;
}

/** Buyers and sellers to test with, made in our application's name. */
export interface TestUserOperations {
  /** ISO 3166 alpha-2. */
  readonly countries: readonly string[];
  /** How many may be alive at once, over all who use the application. */
  readonly mostAlive: number;
  readonly livesMs: number;
  /** Sent twice, it makes two: the provider knows no key here and lists nothing. */
  create(command: TestUserCommand, idempotencyKey: string): Promise<Outcome<MadeTestUser>>;
}

/** A delivery as it came in. */
export interface WebhookRequest {
  /** The shop in the address that it came to; empty where there is none. */
  readonly shop: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The query's values; the last one wins where a name repeats. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
}

/** What a delivery tells us to look at. Its body decides nothing else. */
export type WebhookSubject =
  | {
      readonly kind: "payment";
      readonly providerPaymentId: string;
      readonly providerAccountId: string | null;
    }
  | {
      /** An order at a card reader. */
      readonly kind: "pointOrder";
      readonly providerOrderId: string;
      readonly providerAccountId: string | null;
    }
  | {
      /** A seller's consent began or, where it says so, ended. */
      readonly kind: "connection";
      readonly providerAccountId: string;
      readonly saysEnded: boolean;
    }
  | {
      /** An order, be it of one seller (a payment to us) or of several. */
      readonly kind: "order";
      readonly providerOrderId: string;
      /** Our reference, where it names one. */
      readonly reference: string | null;
      /** What a look should show at least: the provider's reading servers may lag behind. */
      readonly says: ObservedOrderStatus | null;
      /** Set where it is about a refund of the order. */
      readonly refund: {
        readonly providerRefundId: string;
        readonly says: RefundStatus | null;
      } | null;
    }
  | {
      /** The one kind whose body counts: it is signed whole, and what it tells cannot be looked up. */
      readonly kind: "payout";
      readonly observation: PayoutObservation;
    }
  | {
      /** A subscription. The notification does not say whose. */
      readonly kind: "subscription";
      readonly providerSubscriptionId: string;
    }
  | {
      /** A plan of subscriptions. The notification does not say whose. */
      readonly kind: "plan";
      readonly providerPlanId: string;
    }
  | { readonly kind: "ignored"; readonly topic: string };

export interface WebhookOperations {
  /** What follows `/webhooks/` in the URL that the provider notifies, and `/oauth/` in the one where sellers return. */
  readonly source: string;
  /** Headers that are kept with a delivery beside those of every provider, in small letters. */
  readonly keptHeaders: readonly string[];
  /**
   * Checks a delivery. `signed`: its signature is good. `unsigned`: cannot be verified by its kind, may only
   * lead to a rate-limited look-up. `forged`: refuse it.
   */
  verify(request: WebhookRequest, secrets: readonly string[]): WebhookVerdict;
  /** By which secret, and over which variant of what is signed, the signature is good; undefined where it is not. */
  signedBy(request: WebhookRequest, secrets: readonly string[]): SignedBy | undefined;
  /**
   * Where signatures stand: nobody is shown them. Some are plain hashes over what everybody can read and a secret, which
   * could be guessed by them.
   */
  readonly signatures: {
    /** Headers that are kept and hold one, in small letters. */
    readonly headers: readonly string[];
    /** Fields of the body that hold one. */
    readonly bodyFields: readonly string[];
  };
  /**
   * The query that is kept of an unsigned delivery: it names the payment to look at, and nothing else, since anybody
   * may have written the rest. Undefined where the delivery names no payment. Absent where every kind is signed.
   */
  queryOfUnsigned?(request: WebhookRequest): Readonly<Record<string, string>> | undefined;
  /**
   * Of a signed delivery: the same for all deliveries that share one signature, different for another notification;
   * at most 200 characters. Made of what the signature covers, since whoever saw a delivery may repeat it with other
   * words in the rest.
   */
  dedupeKey(request: WebhookRequest): string;
  /** Undefined where nothing can be made of the delivery. */
  subjectOf(request: WebhookRequest): WebhookSubject | undefined;
}

/** One provider, behind the port. Groups that are absent are unsupported; capabilities follow from them. */
export interface ProviderAdapter {
  readonly name: Provider;
  readonly capabilities: readonly Capability[];
  /** What it settles in, and the decimals that it takes for each; may be fewer than the currency has. */
  readonly currencies: ReadonlyMap<Currency, number>;
  /**
   * What becomes of a payment's money: the provider tells it with each payment, or it is as it was agreed, which is all
   * that can be known where the provider tells nothing.
   */
  readonly settlement: "TOLD" | "AGREED";
  readonly payments?: PaymentOperations;
  readonly refunds?: RefundOperations;
  readonly orders?: OrderOperations;
  readonly balances?: BalanceOperations;
  readonly lookUps?: LookUpOperations;
  readonly payouts?: PayoutOperations;
  readonly transfers?: TransferOperations;
  readonly inPerson?: InPersonApis;
  readonly subscriptions?: SubscriptionOperations;
  /** Present where sellers are known under shops of the marketplace, and not by credentials of their own. */
  readonly shops?: readonly Shop[];
  readonly connections?: ConnectionOperations;
  readonly testUsers?: TestUserOperations;
  readonly webhooks: WebhookOperations;
  /** Why a payment was declined, from the provider's own words. Never fails: unknown words have a fallback. */
  rejectionOf(providerStatusDetail: string): Rejection;
  /** Every rejection that is documented, for `rejectionCatalogue`. */
  readonly rejections: readonly Rejection[];
  /** Ends its connections. */
  close(): Promise<void>;
}
