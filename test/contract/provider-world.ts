import { randomUUID } from "node:crypto";
import { type Currency, decimalsOf, type Money } from "../../src/domain/money";
import type { PaymentObservation, RefundObservation } from "../../src/domain/payment-observation";
import type {
  CreatePaymentCommand,
  EffectCall,
  Outcome,
  PaymentOperations,
  ProviderAdapter,
  ProviderCredentials,
  RefundOperations,
  WebhookRequest,
  WebhookSubject,
} from "../../src/providers/provider";
import { eventually } from "../support/simulator";

/** How a call is made to go wrong, and whether it happens at the provider all the same. */
export type Mishap =
  | "done, then reset"
  | "done, then 500"
  | "done, then half an answer"
  | "done, then nonsense"
  | "done, then silence"
  | "not done, reset"
  | "not done, silence"
  | "not done, 503"
  | "not done, 429";

export type BuyerFate = "approved" | "rejected" | "in review";

/** What is left to a provider. */
export interface ProviderTraits {
  /** Payments are found by our reference; elsewhere sending the same request again is what finds them. */
  readonly searches: boolean;
  /** A part of what is authorized can be captured. */
  readonly capturesParts: boolean;
  /** A person may look at a payment before it is decided. */
  readonly reviews: boolean;
  /** A card token that is not known is told apart from other values that are not taken. */
  readonly namesBadTokens: boolean;
  /** Sellers have credentials of their own; elsewhere the shop's serve for all. */
  readonly ownCredentials: boolean;
}

/** A provider's stand-in, with a seller of its own, and what truly happened there. */
export interface ProviderWorld {
  readonly adapter: ProviderAdapter;
  /** The same with a short deadline, for providers that keep silent. */
  readonly impatient: ProviderAdapter;
  readonly credentials: ProviderCredentials;
  /** What the seller is paid in. */
  readonly currency: Currency;
  readonly webhookSecret: string;
  /** What the payment form hands over for a buyer whose payment will end like that. */
  card(fate: BuyerFate): Promise<Pick<CreatePaymentCommand, "cardToken" | "methodId">>;
  /** Of the next call that has an effect. */
  plan(mishap: Mishap): Promise<void>;
  /** How often money was taken, and given back, for a payment of ours. */
  truth(reference: string): Promise<{ readonly charges: number; readonly refunds: number }>;
  /** Where the provider is asked to tell of a payment; null: where its account says. */
  readonly notificationUrl: string | null;
  /** The next notification about anything of this seller. */
  nextDelivery(): Promise<WebhookRequest>;
  /** What a notification about that payment, paid, should say to look at. */
  subjectOf(payment: PaymentObservation): WebhookSubject;
  /** An id of the right form that no payment has. */
  readonly missingPaymentId: string;
  close(): Promise<void>;
}

/** The smallest sum that the provider takes in the seller's currency, in minor units. */
export function stepOf({ adapter, currency }: ProviderWorld): bigint {
  const taken = adapter.currencies.get(currency);
  if (taken === undefined) throw new Error(`${adapter.name} does not settle in ${currency}`);
  return 10n ** BigInt(decimalsOf(currency) - taken);
}

export function money(world: ProviderWorld, minor: bigint): Money {
  const step = stepOf(world);
  return { minor: (minor / step) * step, currency: world.currency };
}

export function aReference(): string {
  return `pay_${randomUUID().replaceAll("-", "").slice(0, 26).toUpperCase()}`;
}

interface Wish {
  readonly fate?: BuyerFate;
  readonly capture?: boolean;
}

export async function aCommand(
  world: ProviderWorld,
  { fate = "approved", capture = true }: Wish = {},
): Promise<CreatePaymentCommand> {
  return {
    reference: aReference(),
    amount: money(world, 1_234_568n),
    applicationFee: null,
    capture,
    madeAt: new Date(),
    payWith: null,
    ...(await world.card(fate)),
    issuerId: null,
    installments: 1,
    payer: { email: "buyer@testuser.com", firstName: "Ana", lastName: "Ñandú" },
    description: "Two mugs",
    statementDescriptor: null,
    metadata: { order: "A-1" },
    items: [{ title: "Mug", quantity: 2, unitPrice: money(world, 617_284n) }],
    additionalPayer: null,
    ipAddress: "203.0.113.7",
    deviceId: "armor.device-1",
    notificationUrl: world.notificationUrl,
  };
}

export function aCall({ credentials }: ProviderWorld): EffectCall {
  return { credentials, idempotencyKey: randomUUID() };
}

/** Only silence is waited for with a short deadline: a slow machine must not look like a silent provider. */
export function during(world: ProviderWorld, mishap: Mishap): PaymentOperations {
  const { adapter, impatient } = world;
  return payments({ ...world, adapter: mishap.endsWith("silence") ? impatient : adapter });
}

export function payments({ adapter }: ProviderWorld): PaymentOperations {
  if (adapter.payments === undefined) throw new Error(`${adapter.name} takes no payments`);
  return adapter.payments;
}

export function refunds({ adapter }: ProviderWorld): RefundOperations {
  if (adapter.refunds === undefined) throw new Error(`${adapter.name} makes no refunds`);
  return adapter.refunds;
}

/** The payment that a command makes, as it is seen once the provider has decided. */
export async function taken(
  world: ProviderWorld,
  command: CreatePaymentCommand,
  call = aCall(world),
): Promise<PaymentObservation> {
  const { providerPaymentId } = accepted(await payments(world).create(command, call));
  let seen: PaymentObservation | null = null;
  await eventually(async () => {
    seen = accepted(await payments(world).get(providerPaymentId, call));
    return seen !== null && seen.status !== "PENDING";
  });
  if (seen === null) throw new Error("the payment is not there");
  return seen;
}

export async function paid(
  world: ProviderWorld,
): Promise<{ readonly payment: PaymentObservation; readonly reference: string }> {
  const command = await aCommand(world);
  return { payment: await taken(world, command), reference: command.reference };
}

export function refund(
  world: ProviderWorld,
  { providerPaymentId }: PaymentObservation,
  amount: Money,
  call = aCall(world),
): Promise<Outcome<RefundObservation | null>> {
  const command = { providerPaymentId, amount };
  return refunds(world).create(command, call);
}

/** The payment's refunds, as they are listed once all of them are done. */
export async function settledRefunds(
  world: ProviderWorld,
  { providerPaymentId }: PaymentObservation,
): Promise<readonly RefundObservation[]> {
  let listed: readonly RefundObservation[] = [];
  await eventually(async () => {
    const outcome = await refunds(world).list(providerPaymentId, world.currency, aCall(world));
    listed = accepted(outcome);
    return listed.length > 0 && listed.every(({ status }) => status === "COMPLETED");
  });
  return listed;
}

export function accepted<T>(outcome: Outcome<T>): T {
  if (outcome.kind === "accepted") return outcome.value;
  throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
}
